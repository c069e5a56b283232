"""Points in a text instead of names: coordinates in every usual writing, links to maps, plus codes."""

from __future__ import annotations

import pytest

from city.places.coordinates import other_readings, read_coordinates
from city.places.links import read_map_link
from city.places.pluscodes import read_plus_code
from city.places.points import find_point
from core.model import Position
from tests.unit.city.town import SOUTH, STEP, WEST, gazetteer

HERE = (41.6518, -74.3401)
CENTRE = Position(41.652, -74.34)
TOWN = gazetteer()


@pytest.mark.parametrize(
    "text",
    [
        "41.6518, -74.3401",
        "41.6518 -74.3401",
        "41.6518/-74.3401",
        "41.6518° N, 74.3401° W",
        "41.6518N 74.3401W",
        "74.3401W 41.6518N",
        "N 41.6518 W 74.3401",
        "geo:41.6518,-74.3401?z=17",
        "lat 41.6518 long -74.3401",
        "latitude: 41.6518, longitude: -74.3401",
        "41,6518; -74,3401",
        "41.6518 norte, 74.3401 oeste",
        "41.6518 N, 74.3401 O",
        "北纬41.6518 西经74.3401",
        "٤١.٦٥١٨, -٧٤.٣٤٠١",
        "41°39'06.5\"N 74°20'24.4\"W",
        "41° 39′ 06.5″ N, 74° 20′ 24.4″ W",
        "41 39 06.5 N 74 20 24.4 W",
        "N41 39.108 W74 20.406",
        "it is at 41.6518,-74.3401 please",
    ],
)
def test_coordinates_are_read_in_every_usual_writing(text):
    pair = read_coordinates(text)
    assert pair is not None
    assert (pair.position.latitude, pair.position.longitude) == pytest.approx(HERE, abs=1e-4)


@pytest.mark.parametrize(
    "text",
    [
        "12, 14 and 16 Mill Road",
        "$12.50, 13.50",
        "between 5.5 and 6.5",
        "call 555.0100",
        "10 12 N Main",
        "I have 41 39 things",
        "1.800.222.1222",
        "91.5000, 191.5000",
        "",
    ],
)
def test_other_numbers_are_no_coordinates(text):
    assert read_coordinates(text) is None


def test_a_minus_that_was_left_out_and_numbers_the_other_way_round_are_thought_of():
    turned = other_readings(Position(74.34, 41.65))
    assert Position(41.65, -74.34) in turned
    assert Position(74.34, 41.65) == turned[0]


@pytest.mark.parametrize(
    "link",
    [
        "https://www.google.com/maps/place/Mill+Road/@41.0,-74.0,17z/data=!3d41.6518!4d-74.3401",
        "https://www.google.com/maps/@41.6518,-74.3401,15z",
        "https://maps.google.com/?q=41.6518,-74.3401",
        "maps.google.com/maps?q=loc:41.6518,-74.3401",
        "https://www.google.com/maps/search/?api=1&query=41.6518%2C-74.3401",
        "https://www.google.com/maps/dir//41.6518,-74.3401",
        "https://maps.apple.com/?ll=41.6518,-74.3401&q=Dropped%20Pin",
        "https://www.openstreetmap.org/?mlat=41.6518&mlon=-74.3401#map=18/41.0/-74.0",
        "https://www.openstreetmap.org/#map=18/41.6518/-74.3401",
        "https://www.bing.com/maps?cp=41.6518~-74.3401",
        "https://waze.com/ul?ll=41.6518,-74.3401&navigate=yes",
    ],
)
def test_a_link_to_a_map_is_the_point_that_it_carries(link):
    found = read_map_link(f"here {link} thanks")
    assert found is not None
    assert found.position == Position(*HERE)
    assert found.rest.split() == ["here", "thanks"]


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("https://maps.apple.com/?address=12+Mill+Rd,+Penstock", "12 Mill Rd, Penstock"),
        ("https://www.google.com/maps/place/12+Mill+Rd/", "12 Mill Rd"),
        ("https://maps.app.goo.gl/AbC123", ""),
        ("https://www.openstreetmap.org/?mlat=x&mlon=y", ""),
        ("https://maps.google.com/?q=191.0,-274.0", ""),
    ],
)
def test_a_link_without_a_point_is_the_words_that_it_searches_for(link, words):
    found = read_map_link(link)
    assert found is not None
    assert (found.position, found.words) == (None, words)


@pytest.mark.parametrize(
    "text", ["https://city.example/maps?q=41.6518,-74.3401", "https://[broken", "no link"]
)
def test_other_links_are_none(text):
    assert read_map_link(text) is None


@pytest.mark.parametrize("text", ["87H7MM25+MX", "87h7mm25+mx", "MM25+MX Penstock", "at MM25+MX"])
def test_a_plus_code_is_the_middle_of_its_square_and_a_short_one_the_nearest(text):
    found = read_plus_code(text, CENTRE)
    assert found is not None
    assert (found[0].latitude, found[0].longitude) == pytest.approx((41.6517, -74.3401), abs=1e-4)


@pytest.mark.parametrize("text", ["5th+elm", "2+2", "87H7MM25+", "XXXXXXXX+XX", "a+b"])
def test_other_words_with_a_plus_are_no_code(text):
    assert read_plus_code(text, CENTRE) is None


def test_a_point_may_be_any_of_its_readings_or_nothing():
    assert find_point("no point here", CENTRE) is None
    assert find_point("https://maps.app.goo.gl/x", CENTRE).positions == ()
    assert find_point("MM25+MX", CENTRE).positions[0].latitude == pytest.approx(41.6517, abs=1e-4)


@pytest.mark.parametrize("turned", ["{0}, {1}", "{0} {2}", "{1}, {0}", "{2}; {0}"])
def test_a_point_in_the_city_is_taken_however_it_was_turned(turned):
    latitude, longitude = SOUTH + STEP, WEST + STEP
    written = turned.format(f"{latitude:.4f}", f"{longitude:.4f}", f"{-longitude:.4f}")
    found = TOWN.find(written)[0]
    assert (found.kind, found.score, found.label) == ("position", 1.0, TOWN.nearest(found.position).label)
    assert (found.position.latitude, found.position.longitude) == pytest.approx((latitude, longitude))


def test_a_point_elsewhere_is_outside_and_a_dumb_link_says_so():
    assert TOWN.find("10.0001, 10.0001")[0].kind == "outside"
    assert TOWN.find("https://maps.app.goo.gl/x")[0].kind == "link"
    assert TOWN.extract("pothole, see https://maps.app.goo.gl/x") is None
