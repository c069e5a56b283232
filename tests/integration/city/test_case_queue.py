"""The queue's filters, orders, words and heaps on SQLite and PostgreSQL alike."""

from __future__ import annotations

from datetime import timedelta

import pytest

from city.loading.load import load_city
from city.records.model import NewRequest, PlaceMatch
from city.requests.casework import Act, CaseWorker, assign_case, set_due, set_status
from city.requests.duplicates import merge_case
from city.requests.listing import Filter, case_page, count_cases
from city.requests.map import map_points
from city.requests.requests import file_request, find_row
from core.model import Bounds, Position
from tests.support.builders import NOON
from tests.support.installation import SAMPLE

ANA = CaseWorker("staff-ana", "Ana")


@pytest.fixture
def cases(database):
    """Six potholes, an hour apart; the first three lie together."""
    numbers = []
    with database.writing() as session:
        load_city(session, SAMPLE)
        for at in range(6):
            spot = Position(41.65 + (at // 3) / 10, -74.34)
            new = NewRequest(
                "pothole",
                f"person-{at}",
                "sms" if at % 2 else "web",
                "en",
                f"message-{at}",
                f"Ein Loch, número {at}, crème brûlée" if at else "a hole",
                PlaceMatch(f"{at} Mill Road", spot, "address"),
            )
            numbers.append(file_request(session, new, NOON + timedelta(hours=at)).number)
    return numbers


@pytest.fixture(params=[(0, 0), (0, 5000), (300, 5000)], ids=["very common", "common", "rare"])
def rare(request, monkeypatch):
    """From how many cases on a word is common, and very common: all ways must find the same."""
    most_rare, very_common = request.param
    monkeypatch.setattr("city.requests.word_index.RARE", most_rare)
    monkeypatch.setattr("city.requests.word_index.VERY_COMMON", very_common)


def found(database, **wanted):
    with database.reading() as session:
        return [case.number for case in case_page(session, Filter(**wanted), NOON + timedelta(days=6)).cases]


def test_cases_are_filtered_and_put_in_order(database, cases):
    with database.writing() as session:
        rows = [find_row(session, number) for number in cases]
        assign_case(session, rows[0], Act(ANA, NOON), ANA)
        set_status(session, rows[1], Act(ANA, NOON, "done"), "fixed")
        merge_case(session, rows[2], rows[3], Act(ANA, NOON, "same"))
        set_due(session, rows[4], Act(ANA, NOON, "frost"), NOON + timedelta(days=30))
        set_due(session, rows[5], Act(ANA, NOON, "who knows"), None)
    assert found(database) == [cases[5], cases[4], cases[3], cases[0]]
    assert found(database, order="due") == [cases[0], cases[3], cases[4], cases[5]]
    assert found(database, late=True) == [cases[3], cases[0]]
    assert found(database, assignee="staff-ana") == [cases[0]]
    assert found(database, state="settled") == [cases[2], cases[1]]
    assert found(database, state="only_duplicate") == [cases[2]]
    assert found(database, scope=("parks",), state="all") == []


@pytest.mark.parametrize(
    ("words", "indexes"),
    [
        ("BRULEE", [5, 4, 3, 2, 1]),
        ("numero loch", [5, 4, 3, 2, 1]),
        ("hole", [0]),
        ("hol moon", []),
        ("cre", [5, 4, 3, 2, 1]),
    ],
)
def test_words_are_found_without_their_accents(database, cases, words, indexes, rare):
    assert found(database, words=words) == [cases[index] for index in indexes]


def test_pages_go_on_where_the_last_one_ended(database, cases):
    with database.reading() as session:
        first = case_page(session, Filter(), NOON, size=4)
        second = case_page(session, Filter(), NOON, key=first.older, size=4)
        back = case_page(session, Filter(), NOON, key=second.newer, size=4)
        assert count_cases(session, Filter(), NOON, most=3).more
    shown = [case.number for case in (*first.cases, *second.cases)]
    assert shown == cases[::-1]
    assert [case.number for case in back.cases] == cases[:1:-1]


@pytest.mark.parametrize("state", ["open", "all"])
@pytest.mark.parametrize("bounds", [None, Bounds(41.0, -75.0, 42.0, -74.0)], ids=["whole", "a piece"])
def test_many_cases_are_heaps(database, cases, monkeypatch, state, bounds):
    monkeypatch.setattr("city.requests.map.MOST_POINTS", 2)
    with database.reading() as session:
        shown = map_points(session, Filter(state=state, bounds=bounds), NOON)
    assert sorted(cluster.count for cluster in shown.clusters) == [3, 3]
    assert sorted(round(cluster.latitude, 3) for cluster in shown.clusters) == [41.65, 41.75]
