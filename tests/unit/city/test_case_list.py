"""Lists of cases: filters, orders, pages, counts, and the points on the map."""

from __future__ import annotations

from datetime import timedelta

import pytest

from city.records.tables import StreetRow
from city.requests.casework import add_note, assign_case, set_status
from city.requests.listing import Count, Filter, case_page, cases_by_number, count_cases
from city.requests.map import MOST_POINTS, map_points, streets_geojson
from city.requests.requests import add_comment
from core.model import Bounds, Position
from tests.support.builders import NOON
from tests.unit.city.cases import ANA, BEN, a_case, act, load_town


@pytest.fixture(autouse=True)
def _town(session, tmp_path):
    load_town(session, tmp_path / "city")


def told(session, now=NOON, **wanted):
    return [case.description for case in case_page(session, Filter(**wanted), now).cases]


@pytest.fixture
def five(session):
    """Five cases that differ in everything that is filtered by."""
    one = a_case(session, "one", at=NOON - timedelta(days=6), place="12 Mill Road")
    two = a_case(session, "two", at=NOON - timedelta(days=4), language="es", channel="sms", place="Oak Park")
    three = a_case(session, "three", at=NOON - timedelta(days=3), service_code="tree", place="Oak Street")
    four = a_case(session, "four", at=NOON - timedelta(days=2))
    five = a_case(session, "five", at=NOON - timedelta(days=1))
    assign_case(session, one, act(now=NOON), ANA)
    assign_case(session, two, act(now=NOON), BEN)
    set_status(session, four, act(now=NOON), "fixed")
    set_status(session, five, act(now=NOON), "in_progress")
    return one, two, three, four, five


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["five", "three", "two", "one"]),
        ({"state": "all"}, ["five", "four", "three", "two", "one"]),
        ({"state": "settled"}, ["four"]),
        ({"state": "only_in_progress"}, ["five"]),
        ({"state": "only_fixed"}, ["four"]),
        ({"order": "oldest"}, ["one", "two", "three", "five"]),
        ({"order": "due"}, ["one", "two", "five", "three"]),
        ({"order": "nonsense"}, ["five", "three", "two", "one"]),
        ({"department": "parks"}, ["three"]),
        ({"scope": ("parks",)}, ["three"]),
        ({"scope": ("parks",), "department": "works"}, []),
        ({"scope": ("parks", "works"), "state": "all", "service": "tree"}, ["three"]),
        ({"assignee": "staff-ana"}, ["one"]),
        ({"assignee": "nobody"}, ["five", "three"]),
        ({"late": True}, ["one"]),
        ({"late": True, "state": "all"}, ["one"]),
        ({"soon": True}, ["two"]),
        ({"language": "es"}, ["two"]),
        ({"channel": "sms"}, ["two"]),
        ({"since": NOON - timedelta(days=3)}, ["five", "three"]),
        ({"until": NOON - timedelta(days=3)}, ["two", "one"]),
        ({"words": "thr"}, ["three"]),
        ({"words": "Bache one"}, ["one"]),
        ({"words": "nothing of this"}, []),
        ({"place": "oak"}, ["three", "two"]),
        ({"place": "oak park"}, ["two"]),
        ({"place": "one"}, []),
        ({"reopened": True}, []),
    ],
)
def test_a_filter_lets_through_what_it_says(session, five, wanted, found):
    assert told(session, **wanted) == found


def test_a_case_is_found_by_its_number_and_by_its_digits(session, five):
    number = five[0].number
    assert told(session, words=number.lower().replace("-", " ")) == ["one"]
    assert "one" in told(session, words=number.partition("-")[2])


def test_what_was_added_is_found_too(session, five):
    add_comment(session, five[0].number, "anna", "Ahora es un cráter", dedupe_key="word", now=NOON)
    add_note(session, five[1], act("ask the water works"))
    assert told(session, words="crater") == ["one"]
    assert told(session, words="WATER") == ["two"]


def test_pages_lead_there_and_back(session):
    for number in range(7):
        a_case(session, str(number), at=NOON + timedelta(minutes=number // 2))
    first = case_page(session, Filter(), NOON, size=3)
    second = case_page(session, Filter(), NOON, key=first.older, size=3)
    third = case_page(session, Filter(), NOON, key=second.older, size=3)
    assert [[case.description for case in part.cases] for part in (first, second, third)] == [
        ["6", "5", "4"],
        ["3", "2", "1"],
        ["0"],
    ]
    assert (first.newer, third.older) == ("", "")
    back = case_page(session, Filter(), NOON, key=third.newer, size=3)
    assert [case.description for case in back.cases] == ["3", "2", "1"]
    top = case_page(session, Filter(), NOON, key=back.newer, size=3)
    assert ([case.description for case in top.cases], top.newer) == (["6", "5", "4"], "")


@pytest.mark.parametrize(
    "key",
    [
        "x",
        "after.x.y",
        "after.2026-01-01T00:00:00.1",
        "aside.2026-01-01T00:00:00Z.1",
        "after.2026-01-01T00:00:00Z.-1",
        f"after.2026-01-01T00:00:00Z.{2**63}",
        "after.0001-01-01T00:00:00+23:00.1",
        "before.9999-12-31T23:59:59-23:00.1",
    ],
)
def test_a_broken_key_is_the_first_page(session, five, key):
    assert len(case_page(session, Filter(), NOON, key=key).cases) == 4


def test_counting_stops_at_a_bound(session, five):
    assert count_cases(session, Filter(), NOON) == Count(4, more=False)
    assert count_cases(session, Filter(), NOON, most=3) == Count(3, more=True)


def test_cases_by_number_stay_within_ones_departments(session, five):
    numbers = [case.number for case in five]
    assert len(cases_by_number(session, numbers, ())) == 5
    assert cases_by_number(session, numbers, ("parks",)) == [five[2]]


def test_few_cases_are_points_and_those_without_a_place_none(session, five):
    a_case(session, place="somewhere", position=None)
    found = map_points(session, Filter(state="all"), NOON)
    assert (len(found.points), found.clusters) == (5, ())
    late = next(point for point in found.points if point.late)
    assert (late.number, late.place) == (five[0].number, "12 Mill Road")


def test_the_map_shows_what_lies_within_its_bounds(session, five):
    a_case(session, "far", position=Position(42.0, -74.0))
    near = Filter(bounds=Bounds(41.6, -74.4, 41.7, -74.3))
    assert len(map_points(session, near, NOON).points) == 4
    assert map_points(session, Filter(words="nothing"), NOON).points == ()


def test_many_cases_are_heaps_that_count_them_all(session, monkeypatch):
    monkeypatch.setattr("city.requests.map.MOST_POINTS", 5)
    for number in range(8):
        a_case(session, position=Position(41.6 + number % 2 / 10, -74.4 + number % 2 / 10))
    found = map_points(session, Filter(), NOON)
    assert (found.points, sorted(cluster.count for cluster in found.clusters)) == ((), [4, 4])
    assert MOST_POINTS >= 100


def test_streets_are_geojson(session):
    session.add(StreetRow(name="Mill Road", definition={"line": [{"latitude": 41.6, "longitude": -74.4}]}))
    session.flush()
    drawn = streets_geojson(session)["features"]
    assert [
        feature["geometry"]["coordinates"]
        for feature in drawn
        if feature["properties"]["name"] == "Mill Road"
    ][-1] == [[-74.4, 41.6]]
