"""Which place a text means: the labelled table of what residents write, in English and Spanish, with their slips."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from city.places.gazetteer import SURE, Gazetteer
from core.model import Position
from tests.unit.city.town import PLACES, SOUTH, STEP, WEST, gazetteer

TOWN = gazetteer()

SURE_PLACES = (
    # addresses
    ("12 Mill Rd", "12 Mill Road"),
    ("12 mill road", "12 Mill Road"),
    ("12 MILL ROAD", "12 Mill Road"),
    ("12 mil road", "12 Mill Road"),
    ("12 Mill raod", "12 Mill Road"),
    ("12 Mill Rd.", "12 Mill Road"),
    ("Mill Rd 12", "12 Mill Road"),
    ("Mill Road, 12", "12 Mill Road"),
    ("Mill Road No. 12", "12 Mill Road"),
    ("number 12, Mill Road", "12 Mill Road"),
    ("it's at 12 Mill Road", "12 Mill Road"),
    ("in front of 12 Mill Road please", "12 Mill Road"),
    ("12 Mill Road, Millbrook, NY 12550", "12 Mill Road"),
    ("12-14 Mill Road", "12-14 Mill Road"),
    ("12a Mill Road", "12A Mill Road"),
    ("12 1/2 Mill Road", "12½ Mill Road"),
    ("12½ Mill Road", "12½ Mill Road"),
    ("Mill Road 12 1/2", "12½ Mill Road"),
    ("12 Mill Road apt 3", "12 Mill Road"),
    ("12 Mill Road, Apartment 3B", "12 Mill Road"),
    ("12 Mill Road #4", "12 Mill Road"),
    ("12 Mill Road 2nd floor", "12 Mill Road"),
    ("12 Mill St", "12 Mill Street"),
    ("12 Mill stret", "12 Mill Street"),
    ("400 park ave", "400 Park Avenue"),
    ("400 Park", "400 Park Avenue"),
    ("400 parc avenue", "400 Park Avenue"),
    ("20 wallnut street", "20 Walnut Street"),
    ("20 walnut", "20 Walnut Street"),
    ("20 Wanlut St", "20 Walnut Street"),
    ("7 ohara ln", "7 O'Hara Lane"),
    ("7 O'Hara Lane", "7 O'Hara Lane"),
    ("7 O’Hara Ln.", "7 O'Hara Lane"),
    ("10 St James St", "10 Saint James Street"),
    ("10 St. James Street", "10 Saint James Street"),
    ("10 saint james", "10 Saint James Street"),
    ("100 MLK", "100 Martin Luther King Jr. Boulevard"),
    ("100 mlk boulevard", "100 Martin Luther King Jr. Boulevard"),
    ("100 Martin Luther King Blvd", "100 Martin Luther King Jr. Boulevard"),
    ("50 5th Ave", "50 5th Avenue"),
    ("50 fifth avenue", "50 5th Avenue"),
    ("5 5th ave", "5 5th Avenue"),
    ("5th avenue 50", "50 5th Avenue"),
    ("12 n river drive", "12 North River Drive"),
    ("12 South River Dr", "12 South River Drive"),
    ("15 Broadway", "15 Broadway"),
    # the same in Spanish
    ("calle de la paz 30", "Calle de la Paz 30"),
    ("Calle la Paz #30", "Calle de la Paz 30"),
    ("calle la pas 30", "Calle de la Paz 30"),
    ("30 de la paz", "Calle de la Paz 30"),
    ("30 Paz Street", "Calle de la Paz 30"),
    ("avenida bolivar 20", "Avenida Bolívar 20"),
    ("Av. Bolívar núm. 20", "Avenida Bolívar 20"),
    ("bolibar 20", "Avenida Bolívar 20"),
    ("20 Bolivar Ave", "Avenida Bolívar 20"),
    ("calle Mill Road 12", "12 Mill Road"),
    ("quinta avenida 50", "50 5th Avenue"),
    ("avenida 5 número 120", "120 5th Avenue"),
    ("la 5a avenida 50", "50 5th Avenue"),
    # crossings
    ("corner of Walnut and Main", "Walnut Street & Main Street"),
    ("5th & Main", "5th Avenue & Main Street"),
    ("Main at Fifth", "Main Street & 5th Avenue"),
    ("Main St / 5th Ave", "Main Street & 5th Avenue"),
    ("Main St @ 5th", "Main Street & 5th Avenue"),
    ("intersection of park ave and broadway", "Park Avenue & Broadway"),
    ("on the corner of wallnut and main", "Walnut Street & Main Street"),
    ("Park Avenue on the corner with Broadway", "Park Avenue & Broadway"),
    ("esquina de Main con la 5", "Main Street & 5th Avenue"),
    ("esquina Bolívar y Broadway", "Avenida Bolívar & Broadway"),
    ("Bolivar esq. Walnut", "Avenida Bolívar & Walnut Street"),
    ("calle de la Paz con quinta avenida", "Calle de la Paz & 5th Avenue"),
    ("Main between 5th and 6th", "Main Street between 5th Avenue & 6th Avenue"),
    ("between 5th and 6th on Park Ave", "Park Avenue between 5th Avenue & 6th Avenue"),
    # landmarks
    ("across from the library", "Public Library, 40 Mill Road"),
    ("next to the public library", "Public Library, 40 Mill Road"),
    ("public libary", "Public Library, 40 Mill Road"),
    ("frente a la biblioteca", "Public Library, 40 Mill Road"),
    ("near Riverside park", "Riverside Park"),
    ("riversde park", "Riverside Park"),
    ("by city hall", "City Hall"),
    ("townhall", "City Hall"),
    ("cerca de la alcaldia", "City Hall"),
    ("detrás del ayuntamiento", "City Hall"),
    ("the green", "Riverside Park"),
    ("Main Street School", "Main Street School"),
    ("the school", "Main Street School"),
)

UNSURE_PLACES = (
    ("12 mill", {"12 Mill Road", "12 Mill Street"}),
    ("Main Street", {"Main Street"}),
    ("main", {"Main Street"}),
    ("9999 Mill Road", {"400 Mill Road"}),
    ("12 River Drive", {"12 North River Drive", "12 South River Drive"}),
    ("the park", {"Riverside Park", "Oak Park"}),
    ("en la calle Walnut", {"Walnut Street"}),
)

SAID_IN_PASSING = (
    ("there's a huge hole in front of 12 Mill Rd since monday", "12 Mill Road"),
    ("Hi, at 15 Mill Street there is a dead raccoon. It's been there 3 days.", "15 Mill Street"),
    ("water leak at 45 park avenue apt 3, please hurry", "45 Park Avenue"),
    ("the streetlight at 20 Walnut is out", "20 Walnut Street"),
    ("hay un bache en la calle de la paz 30 desde ayer", "Calle de la Paz 30"),
    ("fuga de agua en la esquina de Bolívar con la 5", "Avenida Bolívar & 5th Avenue"),
    ("streetlight out at 5th and Walnut, which never meet", "5th Avenue"),
    ("streetlight out at 5th and Main", "5th Avenue & Main Street"),
    ("pothole on Main near 5th", "Main Street & 5th Avenue"),
    ("hay basura frente a la biblioteca pública", "Public Library, 40 Mill Road"),
    ("graffiti near city hall", "City Hall"),
    ("someone dumped a sofa across from the library", "Public Library, 40 Mill Road"),
    ("a tree fell on walnut street", "Walnut Street"),
    ("hay un árbol caído en la avenida Bolivar", "Avenida Bolívar"),
    ("cars race down Broadway every night", "Broadway"),
    ("pothole cor 5th n main", "5th Avenue & Main Street"),
    ("pothole walnut/mlk", "Walnut Street & Martin Luther King Jr. Boulevard"),
    ("graffiti main & 5th", "Main Street & 5th Avenue"),
    ("streetlight out, walnut @ mlk", "Walnut Street & Martin Luther King Jr. Boulevard"),
    ("busted light bolivar n walnut", "Avenida Bolívar & Walnut Street"),
    ("sidewalk busted @ 20 walnut", "20 Walnut Street"),
    ("pothole, 12 n. river dr", "12 North River Drive"),
    ("pothole 12 s river", "12 South River Drive"),
    ("dead raccoon s. river 12", "12 South River Drive"),
)

UNPLACED = (
    ("pothole 20 walnut", "20 Walnut Street"),
    ("light out, 45 bolivar", "Avenida Bolívar 45"),
    ("bache bolivar 45", "Avenida Bolívar 45"),
    ("trash everywhere 100 mlk. come get it", "100 Martin Luther King Jr. Boulevard"),
    ("leak 12 mill, urgent", "12 Mill Road"),
    ("rats 30 main and they are huge", "30 Main Street"),
)
"""Inside a sentence, without a word that places the number: it is asked about."""

NO_PLACE = (
    "I have 2 broken bins",
    "the main problem is trash",
    "the main problem",
    "3 park benches are broken",
    "there are 5 potholes on my street",
    "I can't park here",
    "no park for kids",
    "two cars parked in the bike lane",
    "1 mile road closure",
    "near 12 hour parking",
    "it is 5 in the morning and they are drilling",
    "call me at 555-0100",
    "the whole street is dark",
    "main street lights are a disgrace",
    "how do I pay my water bill",
    "can I talk to a person",
    "hay 2 botes rotos",
    "el problema principal es la basura",
    "no hay luz en toda la calle",
    "vivo en un segundo piso",
    "mi vecino tiene 3 perros",
    "kids in the park 5",
    "they planted walnut and oak",
    "about 20000 walnut, all over",
    "2 mill workers",
    "",
    "🙂",
)


@pytest.mark.parametrize(("text", "label"), SURE_PLACES)
def test_an_answer_to_where_is_found_in_spite_of_its_slips(text, label):
    first = TOWN.find(text)[0]
    assert first.label == label
    assert first.score >= SURE
    assert first.position is not None


@pytest.mark.parametrize(("text", "labels"), UNSURE_PLACES)
def test_what_may_mean_several_places_or_lacks_something_is_not_sure(text, labels):
    found = TOWN.find(text)
    assert {match.label for match in found} == labels
    assert all(match.score < SURE for match in found)


@pytest.mark.parametrize(("text", "label"), SAID_IN_PASSING)
def test_a_place_inside_a_sentence_is_found(text, label):
    assert TOWN.extract(text).label == label


@pytest.mark.parametrize(("text", "label"), UNPLACED)
def test_a_number_beside_a_streets_name_is_an_address_to_be_asked_about(text, label):
    found = TOWN.extract(text, "es" if text.startswith("bache") else "en")
    assert (found.label, found.kind) == (label, "address")
    assert found.score < SURE


@pytest.mark.parametrize("text", NO_PLACE)
def test_a_sentence_without_a_place_has_none(text):
    assert TOWN.extract(text) is None


def test_the_words_that_named_the_place_are_given_back():
    found = TOWN.extract("there's a huge hole in front of 12 Mill Rd since monday")
    assert found.words == "12 Mill Rd"


def test_a_street_without_a_number_is_a_street():
    (found,) = TOWN.find("Walnut Street")
    assert (found.kind, found.score) == ("street", 0.6)


def test_a_label_is_in_the_language_of_the_resident():
    assert TOWN.find("the library", language="es")[0].label == "Biblioteca Pública, 40 Mill Road"
    assert (
        TOWN.find("Main between 5th and 6th", language="es")[0].label
        == "Main Street entre 5th Avenue & 6th Avenue"
    )


def test_house_numbers_stand_along_the_line():
    first, last = (TOWN.find(f"{number} Mill Road")[0].position for number in (1, 400))
    assert (first.latitude, first.longitude) == pytest.approx((SOUTH + STEP, WEST))
    assert (last.latitude, last.longitude) == pytest.approx((SOUTH + STEP, WEST + 10 * STEP))


def test_numbers_may_run_against_the_line():
    assert TOWN.find("300 Walnut Street")[0].position.latitude == pytest.approx(SOUTH)


def test_a_crossing_is_where_the_streets_meet():
    position = TOWN.find("5th & Main")[0].position
    assert (position.latitude, position.longitude) == pytest.approx((SOUTH + 2 * STEP, WEST + 5 * STEP))


def test_a_position_is_near_an_address():
    near = TOWN.nearest(Position(SOUTH + STEP + 0.0001, WEST + 5.5 * STEP))
    assert (near.label, near.kind) == ("near 220 Mill Road", "position")
    assert TOWN.nearest(near.position, language="es").label == "cerca de 220 Mill Road"


def test_a_position_far_from_every_street_is_outside_the_city():
    assert TOWN.nearest(Position(SOUTH - 0.1, WEST)) is None
    assert TOWN.nearest(Position(SOUTH - 0.01, WEST)) is not None


class TestCityWithoutStreets:
    """A plain Open311 list brings no streets; reporting has to work all the same."""

    nowhere = Gazetteer()

    def test_believes_what_it_is_told(self):
        (found,) = self.nowhere.find("  12 Beacon   Street ")
        assert (found.label, found.kind, found.position, found.score) == (
            "12 Beacon Street",
            "text",
            None,
            0.5,
        )

    def test_finds_what_looks_like_an_address_in_a_sentence(self):
        assert self.nowhere.extract("big hole at 12 Beacon Street since monday").label == "12 Beacon Street"
        assert self.nowhere.extract("bache en la calle de la paz 30").label == "calle de la paz 30"
        assert self.nowhere.extract("I have 2 broken bins") is None

    def test_an_address_in_a_sentence_is_the_place_and_one_without_a_word_for_street_is_confirmed(self):
        nowhere = Gazetteer(american=True)
        assert nowhere.extract("big hole at 12 Beacon Street").score >= SURE
        assert nowhere.extract("big hole at 12 N Beacon").score < SURE

    def test_knows_its_landmarks_all_the_same(self):
        landmarks = Gazetteer(places=PLACES)
        assert landmarks.find("the library")[0].kind == "landmark"
        assert landmarks.find("12 Beacon Street")[0].kind == "text"
        assert landmarks.extract("12 Beacon Street, by the library").label == "12 Beacon Street"
        assert landmarks.find("no idea") == []

    def test_takes_any_position(self):
        assert self.nowhere.nearest(Position(42.36, -71.06)).label == "42.36000, -71.06000"

    def test_hears_nothing_in_nothing(self):
        assert self.nowhere.find("  ") == []


@given(st.text(max_size=300))
def test_no_text_is_too_strange(text):
    for match in [*TOWN.find(text), *filter(None, [TOWN.extract(text)])]:
        assert 0 < match.score <= 1
        assert match.position is None or math.isfinite(match.position.latitude)


def test_a_very_long_text_is_read_only_in_part():
    assert TOWN.find("x " * 50_000 + "12 Mill Road") == []
