"""The words by which staff find a case, and the concepts and stems by which a resident's words find a service."""

from __future__ import annotations

import pytest

from city.requests.tables import LONGEST_WORD
from city.requests.word_index import CONTACT, MOST_WORDS, contact_words, words_in
from city.services.by_words import ServiceWording, word_stems
from city.services.concepts import BY_KEYWORD, concepts_of, phrase_book, singular_words
from tests.unit.city.town import service


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("A deep hole", ["deep", "hole"]),
        ("Hole, HOLE! hole?", ["hole"]),
        ("El árbol cayó", ["el", "arbol", "cayo"]),
        ("house 5 b", ["house", "5"]),
        ("KR-48213", ["kr", "48213"]),
        ("路灯坏了", ["路灯坏了"]),
        ("x" * 200, ["x" * LONGEST_WORD]),
    ],
)
def test_a_case_is_found_by_each_of_its_words_once(text, words):
    assert words_in(text) == words


def test_of_a_very_long_text_the_beginning_is_found():
    words = words_in(" ".join(f"w{number}" for number in range(2 * MOST_WORDS)))
    assert (len(words), words[0], words[-1]) == (MOST_WORDS, "w0", f"w{MOST_WORDS - 1}")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("call me at 845-555-0134", "(845) 555 0134"),
        ("call me at 845-555-0134", "845.555.0134"),
        ("write to Ana@Example.org", "ana@example.org"),
    ],
)
def test_a_contact_is_found_however_it_is_written(one, other):
    assert contact_words(one) == contact_words(other) != []


@pytest.mark.parametrize("text", ["a hole at 12 Mill Road", "since 2019", "KR-48213", ""])
def test_what_is_no_contact_is_kept_among_the_words(text):
    assert contact_words(text) == []


def test_no_word_finds_a_contact():
    (kept,) = contact_words("845-555-0134")
    assert kept.startswith(CONTACT)
    assert kept not in words_in(kept)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("streetlight broken", "broken streetlights"),
        ("flooded basements", "flooding basement"),
        ("árbol caído", "arbol caidos"),
        ("a hole", "holes"),
        ("a tree", "trees"),
        ("poste", "postes"),
        ("my pothole", "the potholes, please"),
    ],
)
def test_words_of_one_stem_are_one(one, other):
    assert word_stems(one) == word_stems(other) != frozenset()


@pytest.mark.parametrize(
    "text", ["", "the and of", "please report a problem", "hay algo en la calle", "12 5 7"]
)
def test_words_that_every_complaint_has_mean_nothing(text):
    assert word_stems(text) == frozenset()


SERVICES = [
    service("pothole", "Pothole", "hole, crater"),
    service("light", "Streetlight out", "lamp, dark"),
    service("tree", "Fallen tree", "branch, trunk"),
]


@pytest.mark.parametrize(
    ("text", "likeliest"),
    [
        ("a huge pothole", 0),
        ("a deep crater", 0),
        ("the lamp is out", 1),
        ("so dark at night", 1),
        ("branches on the ground", 2),
        ("brannch", 2),
        ("potholle", 0),
    ],
)
def test_a_service_is_found_by_its_name_and_keywords_and_their_slips(text, likeliest):
    scores = ServiceWording(SERVICES).scores(text)
    assert scores.argmax() == likeliest
    assert 0 < scores.max() <= 1


@pytest.mark.parametrize("text", ["", "when is the library open", "路灯坏了"])
def test_other_words_find_no_service_of_these(text):
    assert ServiceWording(SERVICES[:1]).scores(text).tolist() == [0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Potholes and bushes", {"pothole", "and", "bush"}),
        ("Batteries, glasses, boxes", {"battery", "glass", "box"}),
        ("grass", {"grass"}),
        ("gas", {"gas"}),
        ("parking", {"parking"}),
        ("Trees", {"tree"}),
    ],
)
def test_services_are_compared_without_plural_endings(text, words):
    assert singular_words(text) == words


def test_a_concept_is_surer_by_the_name_than_by_a_keyword():
    by_name = concepts_of(service("x", "Abandoned vehicle"))
    by_keyword = concepts_of(service("x", "Something else", "abandoned vehicle"))
    assert set(by_name.values()) == {1.0}
    assert by_keyword == dict.fromkeys(by_keyword, BY_KEYWORD)
    assert by_keyword.keys() <= by_name.keys()
    assert by_keyword


def test_every_concept_has_names_and_at_least_two_ways_to_say_it():
    assert [concept.code for concept in phrase_book() if not concept.names or len(concept.said) < 2] == []
