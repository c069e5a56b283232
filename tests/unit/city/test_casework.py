"""What staff do with a case, and what is written down about it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from city.places.geometry import Plane
from city.requests.casework import (
    CaseRefused,
    add_fix_photos,
    add_note,
    assign_case,
    case_of,
    move_case,
    set_due,
    set_status,
)
from city.requests.duplicates import following_cases, merge_case, nearby_cases, part_case
from city.requests.listing import is_late
from city.requests.requests import add_photo, find_request
from city.requests.tables import NEVER
from core.model import Position
from tests.support.builders import NOON
from tests.unit.city.cases import ANA, BEN, a_case, act, load_town

LATER = NOON + timedelta(hours=3)


@pytest.fixture(autouse=True)
def _town(session, tmp_path):
    load_town(session, tmp_path / "city")


def history(row):
    return [(update.kind, update.staff_name, update.text) for update in row.updates]


def test_a_new_case_is_open_and_due_when_its_service_promises(session):
    row = a_case(session)
    assert (row.is_open, row.due_key, row.assignee_id) == (True, NOON + timedelta(days=5), None)
    assert a_case(session, service_code="tree").due_key == NEVER


def test_a_case_is_given_to_a_person_and_taken_back(session):
    row = a_case(session)
    assert assign_case(session, row, act(""), BEN)
    assert (row.assignee_id, row.assignee_name) == ("staff-ben", "Ben Okafor")
    assert not assign_case(session, row, act(""), BEN)
    assert assign_case(session, row, act("", by=BEN), None)
    assert (row.assignee_id, row.assignee_name) == (None, "")
    assert [(u.staff_name, u.details) for u in row.updates] == [
        ("Ana Ruiz", {"before": "", "after": "Ben Okafor"}),
        ("Ben Okafor", {"before": "Ben Okafor", "after": ""}),
    ]


def test_another_department_gets_the_case_and_nobody_of_the_old_one_has_it(session):
    row = a_case(session)
    assign_case(session, row, act(), BEN)
    assert move_case(session, row, act("a tree root"), "parks")
    assert (row.department_code, row.department_name["es"], row.assignee_id) == ("parks", "Parques", None)
    assert not move_case(session, row, act(), "parks")
    with pytest.raises(CaseRefused, match="unknown_department"):
        move_case(session, row, act(), "moon")


def test_a_status_carries_its_reason_to_everybody_and_what_was_told_to_staff(session):
    row = a_case(session)
    set_status(session, row, act("Filled this morning.", now=LATER, told="It is fixed."), "fixed")
    view = find_request(session, row.number, row.person_id)
    assert (view.status, view.status_notes, view.updated_at) == ("fixed", "Filled this morning.", LATER)
    assert (row.is_open, row.settled_at, row.updates[-1].told) == (False, LATER, "It is fixed.")


@pytest.mark.parametrize(
    ("status", "reason", "why"),
    [
        ("fixed", "  ", "needs_reason"),
        ("open", "x", "same_status"),
        ("lost", "x", "unknown_status"),
        ("duplicate", "x", "unknown_status"),
        ("fixed", "x" * 4001, "too_long"),
    ],
)
def test_a_status_that_cannot_be_set_changes_nothing(session, status, reason, why):
    row = a_case(session)
    with pytest.raises(CaseRefused) as refused:
        set_status(session, row, act(reason), status)
    assert (refused.value.why, row.status, row.updates) == (why, "open", [])


def test_open_again_means_not_settled_any_more(session):
    row = a_case(session)
    set_status(session, row, act(), "closed")
    set_status(session, row, act(), "open")
    assert (row.is_open, row.settled_at) == (True, None)


def test_another_day_is_promised_with_a_reason(session):
    row = a_case(session)
    assert not is_late(row, NOON)
    assert is_late(row, NOON + timedelta(days=6))
    set_due(session, row, act("frost"), NOON + timedelta(days=9))
    assert not is_late(row, NOON + timedelta(days=6))
    set_due(session, row, act("nobody knows"), None)
    assert (row.expected_at, row.due_key) == (None, NEVER)
    with pytest.raises(CaseRefused, match="needs_reason"):
        set_due(session, row, act(""), NOON)


def test_nothing_is_late_that_is_settled(session):
    row = a_case(session)
    set_status(session, row, act(), "fixed")
    assert not is_late(row, NOON + timedelta(days=60))


def test_residents_never_see_or_count_what_is_for_colleagues(session):
    row = a_case(session, media_ids=("before",))
    add_note(session, row, act("The neighbour is difficult."))
    add_fix_photos(session, row, act(""), ["after", "after-2"])
    view = find_request(session, row.number, "anna")
    assert (view.comments, view.photos, view.status_notes) == (0, 1, "")
    assert [kind for kind, _, _ in history(row)] == ["note", "photo"]


def test_a_photo_of_the_fix_is_added_once(session):
    row = a_case(session)
    add_fix_photos(session, row, act(""), ["a"])
    add_fix_photos(session, row, act(""), ["a"])
    add_photo(session, row.number, "anna", "b", NOON)
    assert [(photo.media_id, photo.of_fix) for photo in row.photos] == [("a", True), ("b", False)]


def test_a_case_is_found_only_within_ones_departments(session):
    row = a_case(session)
    assert case_of(session, row.number) is row
    assert case_of(session, row.number.lower(), ("works",)) is row
    assert case_of(session, row.number, ("parks",)) is None


def test_a_duplicate_follows_the_main_case(session):
    main, second, third = a_case(session), a_case(session), a_case(session)
    merge_case(session, third, second, act("same hole"))
    merge_case(session, second, main, act("same hole"))
    assert following_cases(session, main) == [second, third]
    assert (second.status, second.is_open, second.main_id) == ("duplicate", False, main.id)
    assert [update.details.get("other") for update in main.updates] == [second.number]


def test_a_merge_can_be_taken_back(session):
    main, second = a_case(session), a_case(session)
    merge_case(session, second, main, act("same hole"))
    part_case(session, second, act("another hole", by=BEN))
    assert (second.status, second.is_open, second.main_id, following_cases(session, main)) == (
        "open",
        True,
        None,
        [],
    )
    assert history(second)[-1] == ("unmerged", "Ben Okafor", "another hole")
    with pytest.raises(CaseRefused, match="not_merged"):
        part_case(session, second, act())


def test_merging_into_itself_or_into_a_duplicate_is_refused(session):
    main, second, third = a_case(session), a_case(session), a_case(session)
    with pytest.raises(CaseRefused, match="same_case"):
        merge_case(session, main, main, act())
    merge_case(session, second, main, act())
    with pytest.raises(CaseRefused, match="main_is_duplicate"):
        merge_case(session, third, second, act())
    with pytest.raises(CaseRefused, match="needs_reason"):
        merge_case(session, third, main, act(""))


def test_a_duplicate_that_gets_another_status_stands_on_its_own_again(session):
    main, second = a_case(session), a_case(session)
    merge_case(session, second, main, act())
    set_status(session, second, act(), "in_progress")
    assert (second.main_id, following_cases(session, main)) == (None, [])


def test_what_may_be_the_same_lies_near_and_is_worked_on(session):
    row = a_case(session)
    same = a_case(session)
    a_case(session, place="far away", position=None)
    a_case(session, service_code="tree")
    settled = a_case(session)
    set_status(session, settled, act(), "fixed")
    assert nearby_cases(session, row) == [same]
    assert nearby_cases(session, row, ("parks",)) == []
    assert nearby_cases(session, a_case(session, place="", position=None)) == []


@pytest.mark.parametrize("latitude", [0.0, 41.6, 64.1, -54.8])
@pytest.mark.parametrize(("east", "north"), [(1, 0), (0, 1), (-1, 0), (0, -1)])
def test_nearby_is_as_far_in_the_north_as_in_the_tropics(session, latitude, east, north):
    here = Position(latitude, -74.4)
    row = a_case(session, position=here)
    around = Plane(here)
    near = a_case(session, place="near", position=around.position((east * 140, north * 140)))
    a_case(session, place="far", position=around.position((east * 160, north * 160)))
    assert nearby_cases(session, row) == [near]


def test_who_did_what_is_kept(session):
    row = a_case(session)
    set_status(session, row, act("started", by=ANA), "in_progress")
    set_status(session, row, act("done", by=BEN), "fixed")
    assert history(row) == [("status", "Ana Ruiz", "started"), ("status", "Ben Okafor", "done")]
