"""Landmarks in a text: by name, by another name, as the only one of their kind, with slips; and what is none."""

from __future__ import annotations

import pytest

from city.places.landmarks import BY_KIND, BY_NAME, ONE_OF_KIND, VAGUE, Landmarks
from city.places.tokens import tokenize
from city.records.model import Place
from core.model import Position
from tests.unit.city.town import PLACES

TOWN = Landmarks(PLACES)


def read(text, *, strict=False):
    """The codes of the landmarks with how sure each is, surest first."""
    found = TOWN.read(tokenize(text), strict)
    best = {}
    for landmark in sorted(found, key=lambda one: one.score):
        best[landmark.place.code] = landmark.score
    return best


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("public library", "library"),
        ("the Public Library", "library"),
        ("biblioteca pública", "library"),
        ("town hall", "hall"),
        ("townhall", "hall"),
        ("alcaldia", "hall"),
        ("the green", "riverside"),
        ("Parque del Roble", "oak"),
        ("parque roble", "oak"),
        ("main street school", "school"),
    ],
)
def test_a_landmark_is_known_by_each_of_its_names(text, code):
    assert read(text)[code] == BY_NAME


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the library", {"library": BY_KIND}),
        ("la biblioteca", {"library": BY_KIND}),
        ("the school", {"school": BY_KIND}),
        ("the park", {"riverside": ONE_OF_KIND, "oak": ONE_OF_KIND}),
        ("el parque", {"riverside": ONE_OF_KIND, "oak": ONE_OF_KIND}),
    ],
)
def test_the_only_one_of_its_kind_is_meant_and_of_two_it_is_asked(text, found):
    assert read(text) == found


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("public libary", "library"),
        ("riversde park", "riverside"),
        ("main street scool", "school"),
        ("bibloteca publica", "library"),
    ],
)
def test_a_misspelt_name_is_less_sure(text, code):
    assert 0.7 < read(text)[code] < BY_NAME


@pytest.mark.parametrize("text", ["", "mill road", "oak", "the dark", "parking", "publi", "12", "🙂"])
def test_what_is_no_landmark_is_none(text):
    assert read(text) == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("there is trash near the library", {"library": BY_KIND}),
        ("library books are late", {}),
        ("trash in the park", {"riverside": ONE_OF_KIND, "oak": ONE_OF_KIND}),
        ("riverside park is full of trash", {"riverside": BY_NAME}),
        ("the green is wet", {}),
        ("trash on the green", {"riverside": BY_NAME}),
    ],
)
def test_inside_a_sentence_about_something_else_a_place_is_placed_or_fully_named(text, found):
    assert read(text, strict=True) == found


def test_each_word_may_have_its_own_slips_and_no_other_word_is_one():
    dam = Landmarks([Place("dam", {"en": "Penstock Dam"}, "dam", Position(0, 0))])
    assert {one.place.code for one in dam.read(tokenize("penstok dam"), strict=False)} == {"dam"}
    assert dam.read(tokenize("penstock ny"), strict=False) == []


def test_where_nothing_is_found_the_whole_text_may_be_like_a_name():
    found = TOWN.guess("the riverside park entrance", 4)
    assert [(one.place.code, one.score) for one in found][:1] == [("riverside", VAGUE)]
    assert TOWN.guess("how do I pay my water bill", 7) == []
