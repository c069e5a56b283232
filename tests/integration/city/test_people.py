"""One person at several doors: joined by a code, with nothing lost when it is undone. On SQLite and PostgreSQL."""

from __future__ import annotations

import pytest

from city.people.identities import (
    SIGNS,
    VALID,
    Joining,
    JoinOutcome,
    join_by_code,
    leave_group,
    new_code,
    people_of,
    prefer_place,
    preferred_identity,
    read_code,
)
from tests.support.builders import NOON, link_people


@pytest.fixture
def session(database):
    with database.writing() as session:
        yield session


def test_two_codes_join_once(session):
    code = new_code(session, "web", NOON)
    half = join_by_code(session, code, "sms", NOON)
    assert (half.outcome, half.others) == (JoinOutcome.HALF, ("web",))
    assert people_of(session, "sms") == ["sms"]
    assert join_by_code(session, code, "thief", NOON).outcome is JoinOutcome.WRONG
    assert join_by_code(session, half.code, "thief", NOON).outcome is JoinOutcome.WRONG
    assert join_by_code(session, half.code, "sms", NOON).outcome is JoinOutcome.OWN
    assert join_by_code(session, half.code, "web", NOON) == Joining(JoinOutcome.JOINED, ("sms",))
    assert people_of(session, "sms") == people_of(session, "web") == ["web", "sms"]
    assert join_by_code(session, half.code, "web", NOON).outcome is JoinOutcome.WRONG
    assert people_of(session, "thief") == ["thief"]


def test_a_code_that_is_wrong_late_replaced_or_ones_own_joins_nobody(session):
    old = new_code(session, "web", NOON)
    code = new_code(session, "web", NOON)
    assert join_by_code(session, old, "sms", NOON).outcome is JoinOutcome.WRONG
    assert join_by_code(session, code, "web", NOON).outcome is JoinOutcome.OWN
    assert join_by_code(session, code, "sms", NOON + VALID).outcome is JoinOutcome.WRONG
    half = join_by_code(session, code, "sms", NOON)
    assert join_by_code(session, half.code, "web", NOON + VALID).outcome is JoinOutcome.WRONG
    assert join_by_code(session, "", "sms", NOON).outcome is JoinOutcome.WRONG
    assert people_of(session, "web") == ["web"]


def test_three_doors_are_one_person_whoever_gives_the_code(session):
    assert link_people(session, "web", "sms").outcome is JoinOutcome.JOINED
    assert link_people(session, "sms", "telegram") == Joining(JoinOutcome.JOINED, ("telegram",))
    assert (
        join_by_code(session, new_code(session, "telegram", NOON), "web", NOON).outcome is JoinOutcome.ALREADY
    )
    assert set(people_of(session, "telegram")) == {"web", "sms", "telegram"}


def test_two_joined_pairs_become_one_person(session):
    link_people(session, "a", "b")
    link_people(session, "c", "d")
    link_people(session, "b", "d")
    assert set(people_of(session, "c")) == {"a", "b", "c", "d"}


@pytest.mark.parametrize(("who", "left_together"), [("sms", ["web", "telegram"]), ("web", ["web"])])
def test_undoing_it_gives_each_their_own_again(session, who, left_together):
    for other in ("sms", "telegram"):
        link_people(session, "web", other)
    assert set(leave_group(session, who)) == {"web", "sms", "telegram"} - {who}
    assert people_of(session, who) == [who]
    assert people_of(session, "web") == left_together
    assert leave_group(session, who) == ()


def test_news_goes_where_the_person_prefers(session):
    link_people(session, "web", "sms")
    assert preferred_identity(session, "sms") == "sms"
    prefer_place(session, "sms", "web")
    assert [preferred_identity(session, person) for person in ("sms", "web")] == ["web", "web"]
    leave_group(session, "sms")
    assert [preferred_identity(session, person) for person in ("sms", "web")] == ["sms", "web"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("kr3 7mw", "KR37MW"),
        (" KR3-7MW! ", "KR37MW"),
        ("KR٣٧MW", "KR37MW"),
        ("ｋｒ３ ７ｍｗ", "KR37MW"),
        ("KR37M", None),
        ("KR37MWX", None),
        ("AEIOU1", None),
    ],
)
def test_a_code_is_read_however_it_is_spaced(text, code):
    assert read_code(text) == code


def test_a_code_looks_like_no_request_number_and_no_word(session):
    code = new_code(session, "web", NOON)
    assert set(code) <= set(SIGNS)
    assert read_code(code.lower()) == code
