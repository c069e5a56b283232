"""The pages of conversations: what an address asks for, how long somebody waits, days of a search, and the hours' holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import pytest

from console.conversations.common import how_long
from console.conversations.hours import MOST_HOLIDAYS, _read_dates
from console.conversations.listing import _shown_list, _wanted_conversations
from console.conversations.searching import _midnight_of, _record_search
from console.shared.access import Permission
from console.shared.pages import HERE, LANGUAGES
from conversation.staff.conversation_list import Order, Which
from conversation.staff.search import FoundLine, Search
from core.texts import load_texts
from tests.support.builders import NOON

TEXTS = load_texts(HERE / "catalogue")


def visit(language="en", *, zone="UTC"):
    console = SimpleNamespace(
        now=lambda: NOON,
        languages=["en", "es"],
        city=SimpleNamespace(profile=SimpleNamespace(zone=ZoneInfo(zone))),
    )
    return SimpleNamespace(
        say=lambda key, **values: TEXTS.say(key, language, **values),
        console=console,
        staff=SimpleNamespace(staff_id="ana", departments=("parks",)),
    )


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (timedelta(0), "less than a minute"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(seconds=-30), "less than a minute"),
        (timedelta(minutes=1), "1 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=1), "1 h 0 min"),
        (timedelta(hours=47, minutes=59), "47 h 59 min"),
        (timedelta(hours=48), "2 days"),
        (timedelta(days=400), "400 days"),
    ],
    ids=str,
)
def test_how_long_somebody_waits_is_said_in_what_matters(passed, said):
    assert how_long(visit(), NOON - passed) == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_long_is_said_in_every_language(language):
    said = [how_long(visit(language), NOON - timedelta(minutes=minutes)) for minutes in (0, 5, 300, 5000)]
    assert len(set(said)) == 4
    assert not any("conversations." in words or "{" in words for words in said)


def wanted(which="", channel="", language="", order="", behind=""):
    return _wanted_conversations(visit(), which, channel, language, order, behind)


@pytest.mark.parametrize(
    ("asked", "which", "order"),
    [
        ({}, Which.ALL, Order.NEWEST),
        ({"which": "waiting"}, Which.WAITING, Order.LONGEST),
        ({"which": "waiting", "order": "newest"}, Which.WAITING, Order.NEWEST),
        ({"which": "mine"}, Which.MINE, Order.NEWEST),
        ({"which": "nonsense", "order": "nonsense"}, Which.ALL, Order.NEWEST),
        ({"which": "waiting", "order": "nonsense"}, Which.WAITING, Order.LONGEST),
    ],
)
def test_who_waits_longest_comes_first_unless_asked_otherwise(asked, which, order):
    assert (wanted(**asked).which, wanted(**asked).order) == (which, order)


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ({"channel": "sms", "language": "es"}, ("sms", "es")),
        ({"channel": "pigeon", "language": "xx"}, ("", "")),
        ({"channel": "SMS", "language": "ES"}, ("", "")),
    ],
)
def test_only_what_there_is_narrows_the_list(asked, kept):
    found = wanted(**asked)
    assert (found.channel, found.language) == kept


def test_a_list_is_that_of_who_asks():
    assert (wanted().staff_id, wanted().scope) == ("ana", ("parks",))


def test_a_cursor_as_long_as_a_book_is_cut():
    assert len(wanted(behind="x" * 10_000).behind) == 100


def test_a_link_keeps_what_is_chosen_and_changes_one_thing():
    query = _shown_list(visit(), wanted(which="waiting", channel="sms", behind="x+y z"))["query"]
    chosen = {"which": ["waiting"], "channel": ["sms"], "order": ["longest"]}
    assert parse_qs(query()) == chosen | {"behind": ["x+y z"]}
    assert parse_qs(query(behind="", which="all")) == chosen | {"which": ["all"]}


@pytest.mark.parametrize(
    ("zone", "day", "days", "begins"),
    [
        ("America/Chicago", "2026-06-01", 0, datetime(2026, 6, 1, 5, tzinfo=UTC)),
        ("America/Chicago", "2026-06-01", 1, datetime(2026, 6, 2, 5, tzinfo=UTC)),
        ("Europe/Berlin", "2026-03-29", 0, datetime(2026, 3, 28, 23, tzinfo=UTC)),
        ("Europe/Berlin", "2026-03-29", 1, datetime(2026, 3, 29, 22, tzinfo=UTC)),
        ("UTC", "", 0, None),
        ("UTC", "soon", 0, None),
        ("UTC", "2026-02-30", 0, None),
        ("UTC", "9999-12-31", 1, None),
        ("Europe/Berlin", "0001-01-01", 0, None),
        ("Asia/Tokyo", "0001-01-01", 0, None),
    ],
    ids=str,
)
def test_a_day_of_a_search_begins_at_the_citys_midnight(zone, day, days, begins):
    assert _midnight_of(visit(zone=zone), day, days=days) == begins


class Recorder:
    """A visit that remembers what went into the audit log."""

    def __init__(self, *permissions, zone="America/Chicago"):
        self.console = visit(zone=zone).console
        self.console.database = SimpleNamespace(writing=lambda: self)
        self.written = []

    def __enter__(self):
        return None

    def __exit__(self, *_):
        pass

    def record(self, _session, action, subject="", **details):
        self.written.append((action, subject, details))


def line(*, by_contact=False):
    return FoundLine(1, "c", "p", "web", "en", 1, "resident", "", NOON, (), by_contact=by_contact)


def test_a_search_is_written_down_without_its_words():
    someone = Recorder()
    since = _midnight_of(someone, "2026-06-01")
    _record_search(someone, Search("my neighbor", channel="sms", since=since), [line()])
    told = {"found": 1, "channel": "sms", "since": "2026-06-01"}
    assert someone.written == [("conversations.searched", "", told)]


@pytest.mark.parametrize(
    ("words", "allowed", "by_contact", "action"),
    [
        ("lamp", True, False, "conversations.searched"),
        ("lamp", True, True, "contact.searched"),
        ("217-555-0142", True, False, "contact.searched"),
        ("217-555-0142", False, False, "conversations.searched"),
    ],
    ids=["words", "words in a contact", "a number", "a number by who may not"],
)
def test_whoever_looks_for_contacts_is_written_down_as_such(words, allowed, by_contact, action):
    someone = Recorder(Permission.SEE_CONTACT)
    _record_search(someone, Search(words, by_contacts=allowed), [line(by_contact=by_contact)])
    assert [written[0] for written in someone.written] == [action]


@pytest.mark.parametrize(
    ("typed", "days", "wrong"),
    [
        ("", (), ""),
        (" \n ", (), ""),
        ("2026-12-25", (date(2026, 12, 25),), ""),
        ("2026-12-25, 2026-07-04;2026-12-25\n", (date(2026, 7, 4), date(2026, 12, 25)), ""),
        ("2026-12-25 Christmas", (), "Christmas"),
        ("12/25/2026", (), "12/25/2026"),
        ("2026-02-30", (), "2026-02-30"),
        ("x" * 300, (), "x" * 40),
    ],
    ids=["none", "blank", "one", "in order, each once", "a name", "another way", "no such day", "very long"],
)
def test_holidays_are_read_and_the_first_that_is_none_is_said(typed, days, wrong):
    assert _read_dates(typed) == (days, wrong)


def test_holidays_have_an_end():
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(MOST_HOLIDAYS + 5)]
    assert _read_dates(" ".join(day.isoformat() for day in days))[0] == tuple(days[:MOST_HOLIDAYS])
