"""Counting where several processes write at once: a number that is missing may still come, so nothing behind it is counted yet."""

from __future__ import annotations

from datetime import UTC, timedelta
from types import SimpleNamespace

import pytest

from conversation.staff.daily_figures import BATCH, SETTLING, Figures, Name, street_of
from conversation.staff.dashboard import Totals, days_until, messages_by, totals_of
from conversation.store.tables import TranscriptLine
from tests.support.builders import NOON, Clock
from tests.unit.conversation.lines import converse

CITY = SimpleNamespace(profile=SimpleNamespace(zone=UTC))


class ManyWriters:
    """A database in which numbers are given out before rows are committed, as PostgreSQL does."""

    is_sqlite = False

    def __init__(self, database):
        self.reading, self.writing, self.insert = database.reading, database.writing, database.insert


@pytest.fixture
def clock():
    return Clock(NOON)


@pytest.fixture
def figures(database, clock):
    return Figures(ManyWriters(database), CITY, clock)


def write(database, *numbers, at=NOON):
    """Messages of residents with these numbers."""
    with database.writing() as session:
        name = converse(session, f"c{numbers[0]}")
        for number in numbers:
            line = {"conversation_id": name, "sequence": number, "sender": "resident", "at": at}
            session.add(TranscriptLine(id=number, reply={"language": "en"}, attachments=[], **line))


def messages(database):
    with database.reading() as session:
        return totals_of(session, NOON.date()).of(Name.MESSAGES)


def test_what_follows_without_a_gap_is_counted_at_once(figures, database):
    write(database, 1, 2, 3)
    figures.catch_up()
    assert messages(database) == 3


def test_what_stands_behind_a_young_gap_waits_and_is_counted_once(figures, database, clock):
    write(database, 1, 2, 4, 5)
    figures.catch_up()
    assert messages(database) == 2
    write(database, 3)
    figures.catch_up()
    figures.catch_up()
    assert messages(database) == 5
    clock.move(SETTLING.total_seconds() * 2)
    figures.catch_up()
    assert messages(database) == 5


def test_a_number_that_never_comes_holds_nothing_up_for_long(figures, database, clock):
    write(database, 2, 3)
    figures.catch_up()
    assert messages(database) == 0
    clock.move(SETTLING.total_seconds() + 1)
    figures.catch_up()
    assert messages(database) == 2


def test_old_gaps_are_passed_over(figures, database):
    write(database, 10, 20, 30, at=NOON - timedelta(hours=1))
    figures.catch_up()
    assert messages(database) == 3


def test_many_messages_behind_a_gap_wait_as_few_do(figures, database, clock):
    """After a write was undone its number is never used; then came more than one look takes."""
    write(database, *range(2, BATCH + 10))
    assert figures.catch_up()
    assert messages(database) == 0
    clock.move(SETTLING.total_seconds() + 1)
    figures.count_all()
    assert messages(database) == BATCH + 8


def test_a_gap_in_the_middle_of_many_messages_does_not_keep_anybody_counting(figures, database):
    write(database, *range(1, 11), *range(12, BATCH + 20))
    figures.count_all()
    assert messages(database) == 10


@pytest.mark.parametrize(
    ("counts", "left"),
    [
        ({}, 0),
        ({"messages": 5}, 5),
        ({"messages": 5, "by_bot": 3, "by_person": 1}, 1),
        ({"messages": 1, "by_bot": 1, "by_person": 1}, 0),
    ],
    ids=["nothing", "nobody answered", "one left", "answered over midnight"],
)
def test_what_nobody_answered_is_never_less_than_nothing(counts, left):
    assert Totals(counts).not_answered == left


def test_days_follow_one_another_up_to_the_last():
    days = days_until(NOON.date(), 3)
    assert [day.isoformat() for day in days] == ["2026-05-30", "2026-05-31", "2026-06-01"]


@pytest.mark.parametrize(
    ("label", "street"),
    [
        ("12-14 Elm Street", "Elm Street"),
        ("20   Elm Street", "Elm Street"),
        ("12 1st Avenue, Penstock", "1st Avenue"),
        ("1st Avenue & Elm Street", "1st Avenue & Elm Street"),
        ("22ND STREET", "22ND STREET"),
        ("22N Oak Street", "Oak Street"),
        ("Elm Street 20", "Elm Street 20"),
        ("x" * 300, "x" * 200),
    ],
)
def test_a_place_is_named_without_its_number(label, street):
    assert street_of(label) == street


def test_the_busiest_channel_comes_first(figures, database):
    with database.writing() as session:
        converse(session, "a", ("resident", "hello"), channel="sms")
        converse(session, "b", ("resident", "hello"), ("resident", "anybody?"), channel="web")
    figures.count_all()
    with database.reading() as session:
        assert list(messages_by(session, NOON.date(), "channel")) == ["web", "sms"]
