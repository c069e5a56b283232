"""Telling those who asked: each once, where they want news, and nobody who asked for silence."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from sqlalchemy import select

from conversation.staff.late_answers import KnownNow, Told, tell_who_asked
from core.queue import Queue
from core.tables import QueueItem
from knowledge.questions.groups import Waiting
from tests.support.builders import NOON, Clock
from tests.unit.conversation.lines import converse

ANSWER = KnownNow("en", "web", "When?", 1, answer="At noon.", title="Parade", source="Parade", passage="p1")


@pytest.fixture
def services(database):
    clock = Clock()
    return SimpleNamespace(database=database, now=clock, inbox=Queue("inbox", database, now=clock))


def tell(services, session, *people, answers=(ANSWER,), channel="web", language="en"):
    waiting = [Waiting((), person, f"{person} asks", language, channel) for person in people]
    known = {(one.language, one.channel): one for one in answers}
    return tell_who_asked(services, session, waiting, known, NOON)


def told(session):
    """Who is told, and the notice."""
    rows = session.execute(select(QueueItem.lane, QueueItem.payload).order_by(QueueItem.id))
    return {lane.removeprefix("key-"): payload["notice"] for lane, payload in rows}


def test_each_is_told_what_they_asked_and_what_is_known_now(services, session):
    converse(session, "anna")
    converse(session, "ben")
    assert tell(services, session, "anna", "ben") == Told(told=2)
    notices = told(session)
    assert list(notices) == ["anna", "ben"]
    assert notices["ben"]["values"] == {"question": "ben asks", "answer": "At noon.", "source": "Parade"}
    assert notices["ben"]["offer"]["data"] == {
        "told": {"question": "ben asks", "passage": "p1", "title": "Parade"}
    }


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ((), {}),
        ((KnownNow("en", "web", "When?", 1),), {}),
        ((ANSWER,), {"language": "es"}),
        ((ANSWER,), {"channel": "sms"}),
    ],
    ids=["nothing known", "no answer yet", "another language", "another channel"],
)
def test_who_has_no_answer_yet_goes_on_waiting(services, session, answers, asked):
    converse(session, "anna")
    assert tell(services, session, "anna", answers=answers, **asked) == Told()
    assert told(session) == {}


def test_who_asked_for_silence_is_counted_and_not_told(services, session):
    converse(session, "anna", stopped_at=NOON)
    converse(session, "ben")
    assert tell(services, session, "anna", "ben") == Told(told=1, stopped=1)
    assert list(told(session)) == ["ben"]


def test_nobody_waits_is_nobody_told(services, session):
    assert tell(services, session) == Told()
