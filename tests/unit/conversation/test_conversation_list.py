"""The list of conversations: whose turn it is, in which order, a page behind the other, and what a card says."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from city.people.tables import PersonRequestRow
from conversation.staff.conversation_list import (
    LOOKED_BACK,
    Order,
    WantedConversations,
    Which,
    conversation_card,
    label_of,
    list_page,
    taken_count,
    waiting_count,
)
from conversation.staff.scope import sees_conversation
from tests.support.builders import NOON
from tests.unit.conversation.lines import converse


def minutes(count):
    return NOON + timedelta(minutes=count)


def wish(session, person, *, at=NOON, state="open", reason="", reach=""):
    row = PersonRequestRow(
        language="en",
        channel="web",
        conversation=person,
        asked_at=at,
        state=state,
        reason=reason,
        reach=reach,
    )
    session.add(row)
    session.flush()


def ids(session, which=Which.ALL, limit=40, **more):
    page = list_page(session, WantedConversations(which, **more), limit)
    return "".join(card.conversation_id for card in page.cards)


@pytest.fixture
def busy(session):
    """Four conversations: one waits, one is taken by Ana, one got no answer, one is unhappy in Spanish by text message."""
    converse(session, "a", at=minutes(1))
    converse(session, "b", at=minutes(2), taken_by="ana", taken_name="Ana")
    converse(session, "c", at=minutes(3), unanswered=True)
    converse(session, "d", at=minutes(4), unhappy=True, language="es", channel="sms")
    wish(session, "a", at=minutes(9))
    wish(session, "c", state="done")
    return session


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        ({}, "dcba"),
        ({"order": Order.LONGEST}, "abcd"),
        ({"which": Which.WAITING}, "a"),
        ({"which": Which.TAKEN}, "b"),
        ({"which": Which.MINE, "staff_id": "ana"}, "b"),
        ({"which": Which.MINE, "staff_id": "ben"}, ""),
        ({"which": Which.UNANSWERED}, "c"),
        ({"which": Which.UNHAPPY}, "d"),
        ({"channel": "sms"}, "d"),
        ({"channel": "web", "language": "es"}, ""),
        ({"language": "es"}, "d"),
        ({"which": Which.WAITING, "channel": "sms"}, ""),
        ({"scope": ("parks",)}, ""),
        ({"scope": ("parks",), "staff_id": "ana"}, "b"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_list_shows_what_was_asked_for(busy, wanted, shown):
    assert ids(busy, **wanted) == shown


def test_who_waits_is_counted_as_far_as_one_may_see(busy):
    assert (waiting_count(busy), waiting_count(busy, ("parks",))) == (1, 0)
    assert (taken_count(busy), taken_count(busy, "ana"), taken_count(busy, "ben")) == (1, 1, 0)
    assert (taken_count(busy, scope=("parks",)), taken_count(busy, scope=("parks",), seen_by="ana")) == (0, 1)


def test_a_conversation_of_other_departments_is_seen_by_who_has_taken_it(busy):
    assert sees_conversation(busy, "b", ())
    assert sees_conversation(busy, "b", ("parks",), "ana")
    assert not sees_conversation(busy, "b", ("parks",), "ben")
    assert not sees_conversation(busy, "nobody", ())


@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize("size", [1, 2, 3, 5, 6])
def test_pages_follow_one_another_even_where_all_wrote_at_once(session, order, size):
    for name in "abcde":
        converse(session, name, at=minutes(0 if name < "d" else 1))
    seen, behind = "", ""
    for _ in range(9):
        page = list_page(session, WantedConversations(order=order, behind=behind), size)
        seen += "".join(card.conversation_id for card in page.cards)
        behind = page.cursor
        if not behind:
            break
    assert seen == ("abcde" if order is Order.LONGEST else "edcba")


def test_those_who_wait_are_walked_by_when_they_asked(session):
    for name, asked in (("a", 3), ("b", 1), ("c", 2)):
        converse(session, name)
        wish(session, name, at=minutes(asked))
    wanted = WantedConversations(Which.WAITING, order=Order.LONGEST)
    first = list_page(session, wanted, 2)
    assert [card.conversation_id for card in first.cards] == ["b", "c"]
    assert ids(session, Which.WAITING, order=Order.LONGEST, behind=first.cursor) == "a"


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "_",
        "2026-01-01_a",
        "2026-01-01T00:00:00+00:00_",
        "0001-01-01T00:00:00+05:00_a",
        "9999-12-31T23:59:59-05:00_a",
    ],
)
def test_what_is_no_cursor_of_ours_begins_at_the_beginning(busy, cursor):
    assert ids(busy, behind=cursor) == "dcba"


@pytest.mark.parametrize(
    ("person", "label"),
    [
        ("0" * 32, "R-100000"),
        ("00000dbba0ff", "R-100000"),
        ("00000dbb9fff", "R-999999"),
        ("0000000001" + "f" * 22, "R-100001"),
        ("", "R-?"),
        ("anna", "R-?"),
    ],
)
def test_a_resident_has_a_short_name_that_leads_nowhere(person, label):
    assert label_of(person) == label


@pytest.mark.parametrize(
    ("said", "last"),
    [
        ([], ("", None)),
        ([("city", "Welcome")], ("city", "Welcome")),
        ([("resident", "a hole"), ("city", "Where?")], ("resident", "a hole")),
        ([("resident", "a hole"), ("city", "Where?"), ("city", "Tell me.")], ("resident", "a hole")),
        ([("resident", "a hole"), ("staff", "I look."), ("city", "I am back.")], ("staff", "I look.")),
        ([("resident", "hm"), *[("city", f"news {n}") for n in range(LOOKED_BACK)]], ("city", "news 5")),
    ],
    ids=["nothing", "only the bot", "a person before the bot", "however much it said", "staff", "long ago"],
)
def test_a_card_shows_what_a_person_said_last(session, said, last):
    converse(session, "a", *said)
    card = conversation_card(session, "a")
    assert (card.last_sender, card.last and card.last.text) == last


def test_a_card_covers_what_the_resident_left_to_be_reached_at(session):
    converse(session, "a", ("resident", "I am anna@penstock.example, or ask for bluebird"))
    wish(session, "a", reason="call me: 217-555-0142, bluebird", reach="bluebird")
    card = conversation_card(session, "a")
    for words in (card.reason, card.last.text):
        assert "bluebird" not in words
    assert "0142" not in card.reason
    assert "penstock.example" not in card.last.text
    assert card.waiting_since == NOON


def test_a_wish_that_was_settled_does_not_wait_any_more(session):
    converse(session, "a")
    wish(session, "a", state="done", reason="an old reason")
    card = conversation_card(session, "a")
    assert (card.waiting_since, card.reason) == (None, "")


def test_a_conversation_that_is_gone_has_no_card(session):
    assert conversation_card(session, "a") is None


def test_a_card_says_who_has_it_and_whether_they_may_be_written_to(session):
    converse(session, "a", taken_by="ana", taken_name="Ana", stopped_at=NOON)
    converse(session, "b")
    shown = [
        SimpleNamespace(taken=card.taken_name, mine=card.taken_by, stopped=card.is_stopped)
        for card in (conversation_card(session, "a"), conversation_card(session, "b"))
    ]
    assert [(one.taken, one.mine, one.stopped) for one in shown] == [("Ana", "ana", True), ("", "", False)]
