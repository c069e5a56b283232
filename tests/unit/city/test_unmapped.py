"""Addresses read without a map: only a house number beside a street's name is one."""

from __future__ import annotations

import pytest

from city.places.unmapped import is_american, names_place, read_address


@pytest.mark.parametrize(
    ("text", "words", "number"),
    [
        ("there's a hole at 123 Main St apt 3", "123 Main St", "123"),
        ("12 Mill Road", "12 Mill Road", "12"),
        ("water at 900 old mill road since friday", "900 old mill road", "900"),
        ("12 1/2 Park Road", "12 1/2 Park Road", "12½"),
        ("hay un bache en la calle de la Paz 30", "calle de la Paz 30", "30"),
        ("rua Walnut 48, em frente", "rua Walnut 48", "48"),
        ("12 rue de la Paix", "12 rue de la Paix", "12"),
    ],
)
def test_a_number_beside_a_name_with_a_word_for_street_is_an_address(text, words, number):
    found = read_address(text)
    assert (found.words, found.number) == (words, number)


@pytest.mark.parametrize(
    "text",
    [
        "I waited 3 weeks on Oak Street",
        "2 potholes on the street",
        "5 broken street lights on Elm",
        "there are 2 broken lights on Main St",
        "a 1 way street",
        "I have 2 dogs in the street",
        "we called 911 yesterday",
        "a hole of 3 feet",
        "parked at 93 avenue and 213 street",
        "it is on 48 ave backs up every morning",
        "between 30 ave 73 and 75",
        "the pole at 205 st and 53 ave is leaning",
        "a dog on 69th Street (Bay Ridge side)",
        "68 street between central avenue and the park",
        "no idea",
        "",
    ],
)
def test_what_is_counted_is_no_address(text):
    assert read_address(text, american=True) is None


def test_an_avenue_before_its_name_is_one_where_that_is_said():
    assert read_address("12 avenue Foch").words == "12 avenue Foch"
    assert read_address("12 avenue Foch", american=True) is None
    assert read_address("12 Avenue B", american=True).words == "12 Avenue B"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("branch down by 4500 Highway 61", "4500 Highway 61"),
        ("it is at 123 N Main", "123 N Main"),
        ("77 W 3rd", "77 W 3rd"),
    ],
)
def test_in_america_a_direction_or_a_highway_makes_it_an_address(text, words):
    assert read_address(text, american=True).words == words
    assert read_address(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "12 Broadway",
        "5th and Elm",
        "behind the school",
        "near the library",
        "Main & Elm",
        "the bus stop, corner",
    ],
)
def test_an_answer_that_says_a_place_in_words_is_believed(text):
    assert names_place(text, "en")


@pytest.mark.parametrize(
    "text", ["no idea", "asap please", "3 weeks", "trash and recycling", "yes", "thank you!", ""]
)
def test_an_answer_that_says_none_is_not(text):
    assert not names_place(text, "en")


def test_words_for_where_count_in_the_language_of_the_conversation():
    assert names_place("atrás da escola", "pt")
    assert names_place("no Rossio", "pt")
    assert not names_place("no Rossio", "en")


@pytest.mark.parametrize(
    ("timezone", "american"),
    [
        ("America/Chicago", True),
        ("US/Eastern", True),
        ("America/Toronto", True),
        ("America/Mexico_City", False),
        ("Europe/Madrid", False),
        ("UTC", False),
    ],
)
def test_the_time_zone_tells_whose_addresses_they_are(timezone, american):
    assert is_american(timezone) is american
