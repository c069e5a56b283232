"""A case in each of its states: whether it is worked on, since when it is settled, and what a new state wipes away."""

from __future__ import annotations

from datetime import timedelta

import pytest

from city.requests.casework import (
    LONGEST_TEXT,
    SETTLED,
    Act,
    CaseRefused,
    CaseWorker,
    enter_status,
    needed_text,
    promise_day,
    write_down,
)
from city.requests.listing import is_late
from city.requests.requests import STATUSES
from city.requests.tables import NEVER, ServiceRequestRow
from tests.support.builders import NOON

LATER = NOON + timedelta(days=1)


def case(status="open", **fields):
    """A case that is in no database."""
    row = ServiceRequestRow(number="KR-48213", updates=[], reopened=0, **fields)
    enter_status(row, status, "", NOON)
    promise_day(row, None)
    return row


@pytest.mark.parametrize(
    ("status", "worked_on", "settled"),
    [
        ("open", True, False),
        ("in_progress", True, False),
        ("fixed", False, True),
        ("closed", False, True),
        ("duplicate", False, False),
        ("not_ours", False, False),
    ],
)
def test_a_state_says_whether_somebody_works_on_it_and_whether_the_reporter_is_asked(
    status, worked_on, settled
):
    row = case(status)
    assert (row.is_open, row.settled_at is not None, status in SETTLED) == (worked_on, settled, settled)


def test_every_state_is_in_the_table_above():
    assert len(STATUSES) == 6


@pytest.mark.parametrize("status", STATUSES)
def test_a_new_state_forgets_what_the_reporter_said_of_the_old_one(status):
    row = case("fixed")
    row.confirmed_at, row.ask_again_at = NOON, LATER
    enter_status(row, status, "Because.", LATER)
    assert (row.confirmed_at, row.ask_again_at) == (None, None)
    assert (row.status, row.status_notes, row.updated_at) == (status, "Because.", LATER)
    assert row.settled_at == (LATER if status in SETTLED else None)


@pytest.mark.parametrize(
    ("status", "due", "late"),
    [
        ("open", NOON, True),
        ("in_progress", NOON, True),
        ("open", LATER + timedelta(days=1), False),
        ("open", None, False),
        ("fixed", NOON, False),
        ("duplicate", NOON, False),
    ],
)
def test_a_case_is_late_while_it_is_worked_on_after_its_day(status, due, late):
    row = case(status)
    promise_day(row, due)
    assert is_late(row, LATER) is late


def test_a_case_without_a_day_comes_last_in_the_list_of_days():
    row = case()
    promise_day(row, LATER)
    assert (row.expected_at, row.due_key) == (LATER, LATER)
    promise_day(row, None)
    assert (row.expected_at, row.due_key) == (None, NEVER)


@pytest.mark.parametrize(
    ("text", "kept"),
    [("Because.", "Because."), ("  Because. \n", "Because."), ("x" * LONGEST_TEXT, "x" * LONGEST_TEXT)],
)
def test_a_reason_is_kept_without_blanks_around_it(text, kept):
    assert needed_text(text, "reason") == kept


@pytest.mark.parametrize(
    ("text", "why"), [("", "needs_reason"), (" \n ", "needs_reason"), ("x" * (LONGEST_TEXT + 1), "too_long")]
)
def test_a_reason_that_says_nothing_or_too_much_is_refused(text, why):
    with pytest.raises(CaseRefused) as refused:
        needed_text(text, "reason")
    assert (refused.value.why, refused.value.field) == (why, "reason")


@pytest.mark.parametrize(
    ("told", "not_told", "details"),
    [
        ("It is fixed.", "", {"before": "open"}),
        ("", "no_address", {"before": "open", "not_told": "no_address"}),
    ],
)
def test_the_history_says_who_did_what_when_and_what_the_resident_was_told(told, not_told, details):
    row = case()
    act = Act(CaseWorker("staff-ana", "Ana"), LATER, " Because. ", told, not_told)
    write_down(row, "status", act, status="fixed", before="open")
    (line,) = row.updates
    assert (line.kind, line.author, line.staff_name, line.text) == ("status", "staff", "Ana", "Because.")
    assert (line.status, line.told, line.details, line.created_at) == ("fixed", told, details, LATER)
    assert row.updated_at == LATER
