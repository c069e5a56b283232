"""After a case is settled, its reporter has a word."""

from __future__ import annotations

from datetime import timedelta

import pytest

from city.requests.casework import set_status
from city.requests.duplicates import merge_case
from city.requests.followup import (
    FollowupOutcome,
    awaits_word,
    confirm_fixed,
    dispute_fixed,
    postpone_question,
    take_waiting,
)
from city.requests.requests import find_request
from tests.support.builders import NOON, link_people
from tests.unit.city.cases import a_case, act, load_town

LATER = NOON + timedelta(days=1)


@pytest.fixture(autouse=True)
def _town(session, tmp_path):
    load_town(session, tmp_path / "city")


def settled(session, **fields):
    row = a_case(session, **fields)
    set_status(session, row, act("done"), "fixed")
    return row


def say_no(session, number, person="anna", *, reason="still there", photos=()):
    return dispute_fixed(session, number, person, reason, photos, dedupe_key="word", now=LATER)


def test_yes_marks_it_confirmed(session):
    row = settled(session)
    assert awaits_word(session, row.number, "anna")
    assert (
        confirm_fixed(session, row.number, "anna", dedupe_key="word", now=LATER) is FollowupOutcome.CONFIRMED
    )
    assert (row.confirmed_at, row.status) == (LATER, "fixed")
    assert not awaits_word(session, row.number, "anna")


def test_no_opens_it_again_with_the_reason_and_a_new_day(session):
    row = settled(session)
    assert say_no(session, row.number, photos=("photo",)) is FollowupOutcome.REOPENED
    assert (row.status, row.is_open, row.settled_at, row.reopened) == ("open", True, None, 1)
    assert row.expected_at == LATER + timedelta(days=5)
    assert [photo.media_id for photo in row.photos] == ["photo"]
    assert (row.updates[-1].kind, row.updates[-1].author, row.updates[-1].text) == (
        "not_fixed",
        "reporter",
        "still there",
    )


def test_the_reporters_reason_is_for_staff_and_not_for_whoever_has_the_number(session):
    row = settled(session)
    say_no(session, row.number, reason="my own words")
    assert find_request(session, row.number).status_notes == ""


def test_a_word_is_taken_once(session):
    row = settled(session)
    say_no(session, row.number)
    say_no(session, row.number)
    assert (row.reopened, len(row.updates)) == (1, 2)


def test_what_is_worked_on_already_only_gets_the_words(session):
    row = a_case(session)
    assert say_no(session, row.number) is FollowupOutcome.ADDED
    assert (row.reopened, row.updates[-1].kind) == (0, "comment")


def test_only_the_reporter_has_a_word_at_any_of_their_doors(session):
    row = settled(session)
    assert say_no(session, row.number, "bert") is FollowupOutcome.NOT_YOURS
    assert confirm_fixed(session, row.number, "bert", dedupe_key="w", now=LATER) is FollowupOutcome.NOT_YOURS
    assert postpone_question(session, row.number, "bert", LATER) is FollowupOutcome.NOT_YOURS
    assert not awaits_word(session, "KR-00000", "anna")
    link_people(session, "anna", "anna-phone")
    assert say_no(session, row.number, "anna-phone") is FollowupOutcome.REOPENED


def test_the_reporter_of_a_duplicate_speaks_for_the_main_case(session):
    main, duplicate = a_case(session), a_case(session, person_id="bert")
    merge_case(session, duplicate, main, act())
    assert not awaits_word(session, duplicate.number, "bert")
    set_status(session, main, act(), "closed")
    assert awaits_word(session, duplicate.number, "bert")
    assert say_no(session, duplicate.number, "bert") is FollowupOutcome.REOPENED
    assert (main.status, duplicate.status) == ("open", "duplicate")
    assert main.updates[-1].details == {"number": duplicate.number}


def test_later_asks_once_more_after_some_days(session):
    row = settled(session)
    postpone_question(session, row.number, "anna", NOON)
    assert take_waiting(session, NOON + timedelta(days=2)) == []
    asked = take_waiting(session, NOON + timedelta(days=4))
    assert [(who.person_id, who.number) for who in asked] == [("anna", row.number)]
    assert take_waiting(session, NOON + timedelta(days=9)) == []


def test_nobody_is_asked_again_who_has_answered_meanwhile(session):
    row = settled(session)
    postpone_question(session, row.number, "anna", NOON)
    confirm_fixed(session, row.number, "anna", dedupe_key="word", now=LATER)
    assert take_waiting(session, NOON + timedelta(days=4)) == []


def test_settling_it_once_more_forgets_the_earlier_confirmation(session):
    row = settled(session)
    confirm_fixed(session, row.number, "anna", dedupe_key="word", now=LATER)
    set_status(session, row, act("not so"), "in_progress")
    set_status(session, row, act("done"), "fixed")
    assert row.confirmed_at is None
