"""What texts tell of a place that they do not name, other towns, and texts that tell of no place."""

from __future__ import annotations

import pytest

from city.places.allusions import allusion_in, assets_of, is_telling, tells_of_place
from city.places.gazetteer import Gazetteer
from city.places.tokens import tokenize
from core.model import Position
from tests.unit.city.town import PLACES, SOUTH, STREETS, WEST, gazetteer

TOWN = gazetteer()
NAMED = Gazetteer(STREETS, PLACES, Position(SOUTH, WEST), "Millbrook")
AMONG_TOWNS = Gazetteer(
    STREETS,
    PLACES,
    Position(SOUTH, WEST),
    "Millbrook",
    neighbours=("Riverton", "New Haven", "Walnut"),
    words=("Fallen mattress or sofa", "Colchón en la calle"),
)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("in front of my house", "home"),
        ("frente a mi casa", "home"),
        ("devant chez moi", "home"),
        ("em frente à minha casa", "home"),
        ("我家门口", "home"),
        ("أمام بيتي", "home"),
        ("same place as last time", "last"),
        ("and a street light is out there too", "last"),
        ("la luz está apagada ahí también", "last"),
        ("en el mismo lugar", "last"),
        ("au même endroit", "last"),
        ("no mesmo lugar", "last"),
        ("老地方", "last"),
        ("نفس المكان", "last"),
        ("the same house as before, my house", "last"),
        ("I-84 eastbound", "highway"),
        ("route 9 near the diner", "highway"),
        ("on the freeway", "highway"),
        ("en la autopista", "highway"),
        ("高速公路上", "highway"),
        ("bus stop 1203", "asset"),
        ("poste 4471", "asset"),
        ("1203号公交站", "asset"),
        ("behind the blue house", ""),
        ("my house has no water since monday", ""),
        ("i have told us 3 times", ""),
        ("", ""),
    ],
)
def test_what_is_told_without_a_name(text, kind):
    assert allusion_in(text) == kind


@pytest.mark.parametrize(
    ("text", "assets"),
    [
        ("pole 4471", ["pole 4471"]),
        ("light pole number 4471, corner of Main", ["pole number 4471"]),
        ("stop #1203 and meter 12", ["stop #1203", "meter 12"]),
        ("pole PK2041", ["pole PK2041"]),
        ("streetlight 12 Mill Road", []),
        ("the pole is down", []),
        ("the pole. 12 of them", []),
    ],
)
def test_numbers_of_poles_and_stops_are_no_houses(text, assets):
    assert [text[start:end] for start, end in assets_of(tokenize(text))[1]] == assets


@pytest.mark.parametrize(
    "text",
    [
        "behind the blue house",
        "12 Foo Lane",
        "12 foo",
        "by the old oak",
        "foo street",
        "calle foo",
        "the church on the hill",
        "湖边附近",
    ],
)
def test_a_place_that_nobody_knows_is_told_of(text):
    assert tells_of_place(text)


@pytest.mark.parametrize(
    "text",
    [
        "hold on",
        "idk",
        "it's huge",
        "yes",
        "call me",
        "the whole street",
        "it smells bad",
        "the corner",
        "un momento",
        "un instant",
        "não sei",
        "等一下",
        "لا أعرف",
        "",
        "😀",
    ],
)
def test_what_is_no_place_tells_of_none(text):
    assert not tells_of_place(text)
    assert TOWN.find(text) == []


@pytest.mark.parametrize("text", ["hold on", "idk", "it's huge", "yes", "call me", "um momento"])
def test_a_city_without_streets_believes_no_such_text(text):
    assert Gazetteer().find(text) == []


def test_a_text_that_names_no_known_place_says_what_it_tells():
    assert [(one.label, one.kind) for one in TOWN.find("behind the shed")] == [("behind the shed", "unknown")]
    assert TOWN.find("in front of my house")[0].kind == "home"
    assert TOWN.find("in front of my house, 12 Mill Road")[0].label == "12 Mill Road"


@pytest.mark.parametrize(
    ("word", "telling"),
    [("behind", True), ("bis", True), ("shed", True), ("at", False), ("the", False), ("corner", False)],
)
def test_which_words_beside_a_place_tell_more_of_it(word, telling):
    assert is_telling(tokenize(word)[0]) is telling


@pytest.mark.parametrize(
    ("text", "town"),
    [
        ("12 Mill Road in Riverton", "Riverton"),
        ("12 mill road in riverton", "riverton"),
        ("12 Mill Road, Riverton, NY", "Riverton"),
        ("12 Mill Road, New Haven NY 12550", "New Haven"),
        ("5th and Main in Riverton", "Riverton"),
        ("12 Mill Road in Millbrook", ""),
        ("12 Mill Road, Millbrook, NY 12550", ""),
        ("12 Mill Road in the back", ""),
        ("12 Mill Road in Riverside Park", ""),
        ("12 Mill Road, Thanks", ""),
        ("12 Mill Road", ""),
    ],
)
def test_another_town_is_never_this_one(text, town):
    found = NAMED.find(text)[0]
    assert found.town == town
    assert (found.score < 0.8) is bool(town)


@pytest.mark.parametrize(
    ("text", "town"),
    [
        ("20 Main Street Springfield", "Springfield"),
        ("pothole at 20 Main Street Springfield", "Springfield"),
        ("20 Main St Springfield, by the gate", "Springfield"),
        ("20 Main Street Springfield. Thanks", "Springfield"),
        ("20 Main Street, Springfield", "Springfield"),
        ("20 Main Street Springfield NY 12550", "Springfield"),
        ("20 Main Street apt 3 Springfield", "Springfield"),
        ("Main and 5th Springfield", "Springfield"),
        ("calle de la paz 30 Villanueva", "Villanueva"),
        ("20 main street riverton", "riverton"),
        ("20 MAIN STREET RIVERTON", "RIVERTON"),
        ("20 main street, riverton, big hole", "riverton"),
        ("20 main street new haven big hole", "new haven"),
        ("20 main street in riverton", "riverton"),
        ("Main Street Riverton", "Riverton"),
        ("20 Main Street Walnut", "Walnut"),
    ],
)
def test_another_town_needs_no_comma_and_no_state(text, town):
    found = AMONG_TOWNS.find(text)[0]
    assert found.town == town
    assert found.score < 0.8
    assert town in found.said


@pytest.mark.parametrize(
    "text",
    [
        "20 Main Street Millbrook",
        "20 Main Street Riverside Park",
        "20 Main Street Pothole",
        "20 Main Street Mattress",
        "20 Main Street Matress",
        "20 Main Street Colchón",
        "20 Main Street Tuesday",
        "20 Main Street Graffiti",
        "20 Main Street Dangerous",
        "20 Main Street Thanks",
        "20 Main Street Workers in the road",
        "20 Main Street Broken sidewalk",
        "20 Main Street. Springfield",
        "20 Main Street, Springfield is where I live",
        "20 main street springfield",
        "20 MAIN STREET SPRINGFIELD",
        "Main Street Springfield",
        "20 main street huge hole",
        "20 Main Street and Riverton Avenue",
        "20 Main Street near Walnut Street",
        "20 Main Street ASAP",
        "20 Main Street Apt 3",
        "20 Main Street 2nd floor",
    ],
)
def test_what_may_be_said_behind_an_address_is_no_other_town(text):
    found = AMONG_TOWNS.find(text)[0]
    assert (found.town, found.label.startswith("20 Main Street")) == ("", text[0] == "2")


def test_a_city_whose_name_is_not_known_asks_after_no_other_town():
    assert TOWN.find("12 Mill Road in Riverton")[0].town == ""


@pytest.mark.parametrize("text", ["the school on Main Street", "across from the park on park avenue"])
def test_of_a_landmark_and_a_street_both_words_count(text):
    found = TOWN.find(text)
    assert len(found) <= 3
    assert found[0].score < 1
