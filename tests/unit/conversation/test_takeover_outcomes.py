"""What becomes of a wish of staff to answer in the bot's place: who wins, who is told no, and what is remembered."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from city.people.tables import PersonRequestRow
from conversation.staff.takeover import (
    LONGEST_ANSWER,
    TIME_TO_READ,
    Colleague,
    TakeoverOutcome,
    answer_resident,
    give_back_forgotten,
    hand_back,
    is_hand_back,
    may_be_written_to,
    settle_otherwise,
    take_over,
)
from conversation.store.staff_tables import TakeoverRow
from conversation.store.tables import Conversation
from core.queue import Queue
from core.tables import QueueItem
from tests.support.builders import NOON, Clock
from tests.unit.conversation.lines import converse

ANA, BEN = Colleague("ana", "Ana"), Colleague("ben", "Ben")
SILENCE = 30


class Desk:
    """The inbox and a clock, which is all that taking and giving back needs; one conversation, `c`, that stands."""

    def __init__(self, database, **fields):
        self.database, self.clock = database, Clock()
        inbox = Queue("inbox", database, now=self.clock)
        self.services = SimpleNamespace(database=database, now=self.clock, inbox=inbox)
        with database.writing() as session:
            converse(session, "c", ("resident", "hello"), **fields)

    def do(self, what, *more, conversation="c"):
        with self.database.writing() as session:
            return what(self.services, session, conversation, *more)

    @property
    def row(self):
        with self.database.reading() as session:
            return session.get_one(Conversation, "c")

    @property
    def takeovers(self):
        with self.database.reading() as session:
            rows = session.scalars(select(TakeoverRow).order_by(TakeoverRow.id)).all()
        return [(row.staff_name, row.waited_since, row.ended_by) for row in rows]

    def wish(self):
        with self.database.writing() as session:
            session.add(PersonRequestRow(language="en", channel="web", conversation="c", asked_at=NOON))

    @property
    def waits(self):
        with self.database.reading() as session:
            states = session.scalars(select(PersonRequestRow.state).order_by(PersonRequestRow.id)).all()
        return list(states)

    def hear(self, minutes):
        """The resident writes, so many minutes after noon."""
        with self.database.writing() as session:
            session.get_one(Conversation, "c").heard_at = NOON + timedelta(minutes=minutes)

    def sent(self):
        """What went into the lane, in order."""
        with self.database.reading() as session:
            return list(session.scalars(select(QueueItem.payload).order_by(QueueItem.id)))


@pytest.fixture
def desk(database):
    return Desk(database)


def test_the_first_colleague_takes_a_conversation_and_the_second_is_told(desk):
    desk.wish()
    assert desk.do(take_over, ANA) is TakeoverOutcome.DONE
    assert desk.do(take_over, BEN) is TakeoverOutcome.HELD
    row = desk.row
    assert (row.taken_by, row.taken_name, row.taken_at, row.bot_silent) == ("ana", "Ana", NOON, True)
    assert desk.takeovers == [("Ana", NOON, "")]
    assert "open" not in desk.waits


def test_taking_twice_is_taking_once(desk):
    assert desk.do(take_over, ANA) is TakeoverOutcome.DONE
    assert desk.do(take_over, ANA) is TakeoverOutcome.DONE
    assert desk.takeovers == [("Ana", None, "")]
    assert [payload["notice"]["key"] for payload in desk.sent()] == ["takeover.here"]


def test_a_conversation_that_is_gone_is_said_to_be(desk):
    assert desk.do(take_over, ANA, conversation="gone") is TakeoverOutcome.GONE
    assert desk.do(answer_resident, ANA, "hello", conversation="gone") is TakeoverOutcome.GONE
    assert desk.sent() == []


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("On my way.", TakeoverOutcome.DONE),
        ("", TakeoverOutcome.EMPTY),
        (" \r\n ", TakeoverOutcome.EMPTY),
        ("x" * LONGEST_ANSWER, TakeoverOutcome.DONE),
        ("x" * LONGEST_ANSWER + " \r\n", TakeoverOutcome.DONE),
        ("x" * (LONGEST_ANSWER + 1), TakeoverOutcome.TOO_LONG),
        ("\r\n".join("x" * 14 for _ in range(100)), TakeoverOutcome.DONE),
    ],
    ids=["words", "nothing", "blank", "just long enough", "blank behind it", "too long", "many lines"],
)
def test_an_answer_has_words_and_an_end(desk, text, outcome):
    desk.do(take_over, ANA)
    assert desk.do(answer_resident, ANA, text) is outcome
    said = [payload["notice"]["text"][""] for payload in desk.sent()[1:]]
    assert said == ([text.replace("\r\n", "\n").strip()] if outcome is TakeoverOutcome.DONE else [])


def test_only_who_has_taken_it_answers_or_gives_back(desk):
    assert desk.do(answer_resident, ANA, "hello") is TakeoverOutcome.NOT_YOURS
    assert desk.do(hand_back, ANA) is TakeoverOutcome.NOT_YOURS
    desk.do(take_over, ANA)
    assert desk.do(answer_resident, BEN, "hello") is TakeoverOutcome.NOT_YOURS
    assert desk.do(hand_back, BEN) is TakeoverOutcome.NOT_YOURS
    assert desk.row.taken_by == "ana"


def test_giving_back_ends_a_colleagues_right_and_leaves_the_bot_silent_until_its_turn(desk):
    desk.do(take_over, ANA)
    assert desk.do(hand_back, ANA) is TakeoverOutcome.DONE
    row = desk.row
    assert (row.taken_by, row.taken_name, row.staff_acted_at, row.bot_silent) == (None, "", None, True)
    assert desk.takeovers == [("Ana", None, "staff")]
    assert desk.do(answer_resident, ANA, "one more thing") is TakeoverOutcome.NOT_YOURS
    here, back = desk.sent()
    assert back["hand_back"] == {"key": "takeover.back", "name": "Ana", "by": "staff"}
    claims = [SimpleNamespace(payload=payload) for payload in (here, back)]
    assert [is_hand_back(claim) for claim in claims] == [False, True]


def test_a_conversation_can_be_taken_again_by_somebody_else(desk):
    desk.do(take_over, ANA)
    desk.do(hand_back, ANA)
    assert desk.do(take_over, BEN) is TakeoverOutcome.DONE
    assert desk.takeovers == [("Ana", None, "staff"), ("Ben", None, "")]


@pytest.mark.parametrize(
    ("channel", "stopped", "may"), [("sms", True, False), ("sms", False, True), ("web", True, True)]
)
def test_who_asked_for_no_more_messages_is_written_to_only_where_they_come_and_look(
    database, channel, stopped, may
):
    desk = Desk(database, channel=channel, stopped_at=NOON if stopped else None)
    desk.do(take_over, ANA)
    assert may_be_written_to(desk.row) is may
    assert desk.do(answer_resident, ANA, "hello") is (
        TakeoverOutcome.DONE if may else TakeoverOutcome.STOPPED
    )


@pytest.mark.parametrize(
    ("heard", "later", "given"),
    [
        (0, SILENCE - 1, 0),
        (0, SILENCE, 1),
        (25, SILENCE, 0),
        (25, 25 + TIME_TO_READ.total_seconds() / 60, 1),
        (2 * SILENCE - 1, 2 * SILENCE - 1, 0),
        (2 * SILENCE - 1, 2 * SILENCE, 1),
    ],
    ids=["not yet", "silent", "they have just written", "nobody read it", "still time", "no more time"],
)
def test_what_a_colleague_forgot_goes_back_to_the_bot(desk, heard, later, given):
    desk.do(take_over, ANA)
    desk.hear(heard)
    desk.clock.move(60 * later)
    assert give_back_forgotten(desk.services, SILENCE) == given
    assert (desk.row.taken_by is None) == bool(given)
    assert give_back_forgotten(desk.services, SILENCE) == 0


@pytest.mark.parametrize(
    ("heard", "key", "waits"),
    [(5, "takeover.back_waiting", ["open"]), (-5, "takeover.back_silent", [])],
    ids=["left without an answer", "nothing left to say"],
)
def test_who_was_left_without_an_answer_waits_for_a_person_again(desk, heard, key, waits):
    desk.do(take_over, ANA)
    desk.hear(heard)
    desk.clock.move(60 * 60)
    assert give_back_forgotten(desk.services, SILENCE) == 1
    assert desk.sent()[-1]["hand_back"] == {"key": key, "name": "Ana", "by": "silence"}
    assert (desk.waits, desk.takeovers) == (waits, [("Ana", None, "silence")])


def test_an_answer_gives_a_colleague_more_time(desk):
    desk.do(take_over, ANA)
    desk.clock.move(60 * (SILENCE - 1))
    desk.do(answer_resident, ANA, "I am looking")
    desk.clock.move(60 * (SILENCE - 1))
    assert give_back_forgotten(desk.services, SILENCE) == 0


def test_a_wish_can_be_settled_by_a_call(desk):
    assert desk.do(settle_otherwise, ANA) is False
    desk.wish()
    assert desk.do(settle_otherwise, ANA) is True
    assert desk.do(settle_otherwise, ANA) is False
    assert desk.do(settle_otherwise, ANA, conversation="gone") is False
    assert desk.row.taken_by is None
