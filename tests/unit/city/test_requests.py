"""Service requests: filed once, found by number, and only their reporter's to add to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from city.loading.load import load_city
from city.records.model import NewRequest, PlaceMatch
from city.requests.requests import (
    add_comment,
    add_photo,
    file_request,
    find_request,
    new_number,
    read_number,
    requests_of,
)
from core.errors import CityDataError
from core.model import Position
from tests.support.builders import NOON
from tests.unit.city.town import service_entry, write_city


@pytest.fixture(autouse=True)
def _city(session, tmp_path):
    load_city(
        session,
        write_city(tmp_path / "city", services_json=[service_entry(), service_entry("tree", days=None)]),
    )


def new_request(**fields):
    known = {
        "service_code": "pothole",
        "person_id": "anna",
        "channel": "web",
        "language": "en",
        "dedupe_key": "message-1",
        "description": "a huge hole",
    }
    return NewRequest(**(known | fields))


def test_a_request_is_filed_with_what_the_service_was_called_that_day(session):
    place = PlaceMatch("12 Mill Road", Position(41.6, -74.4), "address")
    view = file_request(session, new_request(place=place, media_ids=("a", "b", "a")), NOON)
    assert view.service_name == {"en": "Pothole", "es": "Bache"}
    assert view.department_name == {"en": "Public Works", "es": "Obras Públicas"}
    assert (view.status, view.place, view.photos, view.is_reporter) == ("open", "12 Mill Road", 2, True)
    assert view.expected_at == NOON + timedelta(days=5)


def test_a_service_without_a_promise_expects_nothing(session):
    assert file_request(session, new_request(service_code="tree"), NOON).expected_at is None


def test_filing_twice_files_once(session):
    first = file_request(session, new_request(), NOON)
    second = file_request(session, new_request(description="again"), NOON + timedelta(minutes=1))
    assert first == second
    assert len(requests_of(session, "anna")) == 1


def test_an_unknown_service_is_refused(session):
    with pytest.raises(CityDataError, match="no service 'moon'"):
        file_request(session, new_request(service_code="moon"), NOON)


def test_the_reporter_sees_everything_and_others_only_the_state(session):
    filed = file_request(session, new_request(media_ids=("a",)), NOON)
    mine = find_request(session, filed.number, "anna")
    theirs = find_request(session, filed.number, "bert")
    anyones = find_request(session, filed.number)
    assert (mine.description, mine.photos, mine.is_reporter) == ("a huge hole", 1, True)
    assert theirs == anyones
    assert (theirs.description, theirs.photos, theirs.is_reporter) == ("", 0, False)
    assert (theirs.number, theirs.status) == (mine.number, mine.status)
    assert (theirs.service_name, theirs.place, theirs.status_notes) == ({}, "", "")
    assert (theirs.requested_at, theirs.updated_at, theirs.expected_at) == (None, None, None)


@pytest.mark.parametrize(
    "write", [str.lower, lambda n: n.replace("-", ""), lambda n: n.replace("-", " "), lambda n: f" {n}. "]
)
def test_a_number_is_found_however_it_is_written(session, write):
    filed = file_request(session, new_request(), NOON)
    assert find_request(session, write(filed.number)).number == filed.number


def test_an_unknown_number_finds_nothing(session):
    assert find_request(session, "KR-00000") is None
    assert find_request(session, "hello") is None


def test_my_requests_come_newest_first(session):
    for minute in range(4):
        file_request(
            session,
            new_request(dedupe_key=f"m{minute}", description=str(minute)),
            NOON + timedelta(minutes=minute),
        )
    file_request(session, new_request(dedupe_key="other", person_id="bert"), NOON)
    assert [view.description for view in requests_of(session, "anna", limit=3)] == ["3", "2", "1"]


def test_a_comment_is_added_once_and_only_by_the_reporter(session):
    number = file_request(session, new_request(), NOON).number
    later = NOON + timedelta(hours=1)
    for _ in range(2):
        view = add_comment(session, number, "anna", "it grew", dedupe_key="message-2", now=later)
    assert (view.comments, view.updated_at) == (1, later)
    assert add_comment(session, number, "bert", "mine too", dedupe_key="message-3", now=later) is None
    assert add_comment(session, "KR-00000", "anna", "?", dedupe_key="message-4", now=later) is None


def test_a_photo_is_added_once_and_only_by_the_reporter(session):
    number = file_request(session, new_request(), NOON).number
    for _ in range(2):
        view = add_photo(session, number, "anna", "photo", NOON)
    assert view.photos == 1
    assert add_photo(session, number, "bert", "photo", NOON) is None


def test_a_taken_number_is_not_given_again(session, monkeypatch):
    numbers = iter(["KR-11111", "KR-11111", "KR-22222"])
    monkeypatch.setattr("city.requests.requests.new_number", lambda: next(numbers))
    first = file_request(session, new_request(), NOON)
    second = file_request(session, new_request(dedupe_key="message-2"), NOON)
    assert (first.number, second.number) == ("KR-11111", "KR-22222")


def test_numbers_can_be_read_back_and_are_no_postal_codes():
    numbers = {new_number() for _ in range(300)}
    assert len(numbers) > 295
    assert all(read_number(number) == number for number in numbers)
    assert not {number[:2] for number in numbers} & {"CT", "KY", "TX"}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("KR-48213", "KR-48213"),
        ("kr48213", "KR-48213"),
        ("K R 4 8 2 1 3", None),
        ("kr 48 213", "KR-48213"),
        ("#KR-48213.", "KR-48213"),
        ("KR-4O2I3", "KR-40213"),
        ("KR-٤٨٢١٣", "KR-48213"),
        ("ＫＲ－４８２１３", "KR-48213"),
        ("CT 06101", None),
        ("48213", None),
        ("KR-4821", None),
        ("KR-482133", None),
        ("my number is KR-48213", None),
        ("AB-12345", None),
        ("my bills", None),
        ("", None),
    ],
)
def test_a_number_is_read_forgivingly_but_only_when_it_stands_alone(text, number):
    assert read_number(text) == number
