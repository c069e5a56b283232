"""Tokens of a text, and what a street's name consists of."""

from __future__ import annotations

import pytest

from city.places.addresses import read_name, sound_of_name, street_kind
from city.places.tokens import tokenize, without_apartments

NAMES = (
    ("Mill Road", ("mill", "road", "")),
    ("Mill Rd", ("mill", "road", "")),
    ("N Main St", ("main", "street", "n")),
    ("Main Street North", ("main", "street", "n")),
    ("North Street", ("north", "street", "")),
    ("Court Street", ("court", "street", "")),
    ("St. James St.", ("saintjames", "street", "")),
    ("Avenue B", ("b", "avenue", "")),
    ("Calle de la Paz", ("paz", "", "")),
    ("Avenida 5", ("5", "avenue", "")),
    ("Quinta Avenida", ("5", "avenue", "")),
    ("5th Ave", ("5", "avenue", "")),
    ("O'Hara Lane", ("ohara", "lane", "")),
    ("Broadway", ("broadway", "", "")),
    ("Mill stret", ("mill", "street", "")),
)


@pytest.mark.parametrize(("text", "parts"), NAMES)
def test_a_name_has_a_core_a_kind_and_a_direction(text, parts):
    name = read_name(tokenize(text))
    assert (name.core, name.kind, name.direction) == parts


@pytest.mark.parametrize("text", ["the", "de la", ""])
def test_small_words_alone_are_no_name(text):
    assert read_name(tokenize(text)) is None


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("rd", "road"),
        ("raod", "road"),
        ("roadd", "road"),
        ("stret", "street"),
        ("aveneu", "avenue"),
        ("streets", ""),
        ("lake", ""),
        ("food", ""),
    ],
)
def test_a_kind_of_street_is_known_with_small_slips(word, kind):
    found = street_kind(word)
    assert (found.name if found else "") == kind


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("franklin", "franklyn"),
        ("paz", "pas"),
        ("bolivar", "bolibar"),
        ("mill", "mil"),
        ("quarry", "karry"),
        ("hidalgo", "idalgo"),
    ],
)
def test_names_that_sound_alike_are_one(one, other):
    assert sound_of_name(one) == sound_of_name(other)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("12 Mill Road apt 3", ["12", "mill", "road"]),
        ("12 Mill Road, piso 4", ["12", "mill", "road"]),
        ("12 Mill Road #5", ["12", "mill", "road"]),
        ("Mill Road #12", ["mill", "road", "#", "12"]),
        ("12 Mill Road 2nd floor", ["12", "mill", "road"]),
        ("apartment buildings are dark", ["apartment", "buildings", "are", "dark"]),
    ],
)
def test_an_apartment_is_no_part_of_an_address(text, words):
    assert [token.word for token in without_apartments(tokenize(text))] == words


def test_a_full_stop_after_a_short_form_ends_nothing():
    assert [token.breaks for token in tokenize("Mill Rd. 12. It is dark")] == [
        False,
        False,
        False,
        True,
        False,
        False,
    ]


def test_tokens_know_where_they_stand():
    text = "¡En la esquina de Bolívar!"
    assert [text[token.start : token.end] for token in tokenize(text)] == [
        "En",
        "la",
        "esquina",
        "de",
        "Bolívar",
    ]
