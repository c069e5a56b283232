"""The files of words for places: what each language brings, and how running scripts are cut by them."""

from __future__ import annotations

import pytest

from city.places.tokens import tokenize
from city.places.words import FILES, read_files, worded_place
from tests.unit.city.town import gazetteer

TOWN = gazetteer()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Mill街12号附近", ["mill", "街", "12", "号", "附近"]),
        ("第五大道和Main街", ["第五", "大道", "和", "main", "街"]),
        ("Main街１２号", ["main", "街", "12", "号"]),
        ("وبالشارع", ["و", "ب", "ال", "شارع"]),
        ("شارع Main ٤٨", ["شارع", "main", "48"]),
        ("ولد", ["ولد"]),
        ("à l'angle d'Elm", ["a", "l'", "angle", "d'", "elm"]),
        ("O'Hara", ["ohara"]),
        ("5ème et 5e", ["5eme", "et", "5e"]),
    ],
)
def test_a_text_is_cut_into_words_in_every_script(text, words):
    assert [token.number or token.word for token in tokenize(text)] == words


@pytest.mark.parametrize("text", ["Mill街12号附近", "قرب شارع Main ٤٨", "à l'angle d'Elm"])
def test_tokens_lie_where_they_stand_in_the_text(text):
    tokens = tokenize(text)

    assert all(token.start < token.end <= len(text) for token in tokens)
    assert "".join(text[token.start : token.end] for token in tokens) == text.replace(" ", "")


@pytest.mark.parametrize(
    ("language", "near"),
    [
        ("en", "near 40 Mill Road"),
        ("es", "cerca de 40 Mill Road"),
        ("fr", "près de 40 Mill Road"),
        ("pt", "perto de 40 Mill Road"),
        ("zh", "40 Mill Road附近"),
        ("ar", "قرب 40 Mill Road"),
        ("xx", "near 40 Mill Road"),
    ],
)
def test_near_is_said_in_the_language_of_the_resident(language, near):
    assert worded_place("near", language, address="40 Mill Road") == near


@pytest.mark.parametrize("language", FILES)
def test_every_file_says_what_a_label_needs_and_knows_the_same_landmarks(language):
    words = FILES[language]

    assert (
        worded_place("between", language, street="Main Street", others="5th Avenue & 6th Avenue").count(
            "Avenue"
        )
        == 2
    )
    assert words["places"].keys() == FILES["en"]["places"].keys()
    assert words.keys() & {"kinds_before", "kinds_after"}


def test_a_key_that_nobody_reads_is_a_mistake(tmp_path):
    (tmp_path / "xx.toml").write_text('artikels = "det"', encoding="utf-8")

    with pytest.raises(ValueError, match=r"xx\.toml.*artikels"):
        read_files(tmp_path)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("12 rue Mill", ["12 Mill Street", "12 Mill Road"]),
        ("12 chemin Mill", ["12 Mill Road"]),
        ("rua Mill 12", ["12 Mill Street", "12 Mill Road"]),
        ("Mill路12号", ["12 Mill Road", "12 Mill Street"]),
        ("شارع Mill رقم 12", ["12 Mill Street", "12 Mill Road"]),
    ],
)
def test_a_translated_word_for_street_prefers_its_kind_and_leaves_the_others_open(text, labels):
    assert [match.label for match in TOWN.find(text)] == labels


@pytest.mark.parametrize("text", ["la mairie", "prefeitura", "市政厅", "البلدية"])
def test_what_is_called_city_hall_is_that_in_every_language(text):
    assert TOWN.find(text)[0].label == "City Hall"
