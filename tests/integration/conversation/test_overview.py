"""The figures of the day: what counts as answered, by whom, and on which day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from city.loading.load import load_city
from city.people.tables import PersonRequestRow
from city.records.model import NewRequest
from city.registry import City
from city.requests.requests import file_request
from city.requests.tables import RequestUpdateRow, ServiceRequestRow
from conversation.staff.daily_figures import BATCH, Figures, Name, street_of
from conversation.staff.dashboard import (
    busiest_topics,
    days_until,
    messages_by,
    open_now,
    series_of,
    totals_of,
)
from conversation.staff.figure_tables import DailyFigureRow
from conversation.store.staff_tables import StaffLineRow
from conversation.store.tables import Conversation, TranscriptLine
from core.model import Outcome
from tests.support.builders import NOON, Clock
from tests.support.installation import SAMPLE

TODAY = date(2026, 6, 1)
UNKNOWN = "unknown"
"""What a turn came to, where it stands in the place of what was said."""


class Chat:
    """Writes a transcript, line by line."""

    def __init__(self, database, name="c1", channel="web"):
        self.database, self.name, self.sequence = database, name, 0
        with database.writing() as session:
            session.add(
                Conversation(
                    id=name, channel=channel, sender_key=name, address="", person_id=name,
                    language="en", dialogue={}, heard_at=NOON, created_at=NOON,
                )
            )  # fmt: skip

    def line(self, sender, text, answers=None, *, at=NOON, language="en", by_staff=False):
        self.sequence += 1
        outcome = text if text in set(Outcome) else None
        with self.database.writing() as session:
            reply = {"text": text, "language": language}
            session.add(
                TranscriptLine(
                    conversation_id=self.name, sequence=self.sequence, sender=sender,
                    answers=answers, reply=reply, outcome=outcome, attachments=[], at=at,
                )
            )  # fmt: skip
            if by_staff:
                session.add(StaffLineRow(conversation_id=self.name, sequence=self.sequence, outbox_key=""))

    def asks(self, *replies, at=NOON, language="en"):
        turn = f"m{self.sequence}"
        self.line("resident", "a question", turn, at=at, language=language)
        for reply in replies:
            self.line("city", reply, turn, at=at, language=language)

    def staff(self, at=NOON):
        self.line("staff", "I am looking", at=at, by_staff=True)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def figures(database, clock):
    with database.writing() as session:
        load_city(session, SAMPLE)
    return Figures(database, City(database), clock)


def counted(figures, database, on=TODAY):
    figures.count_all()
    with database.reading() as session:
        totals = totals_of(session, on)
    return (totals.of(Name.MESSAGES), totals.of(Name.BY_BOT), totals.of(Name.BY_PERSON), totals.not_answered)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([("It is on Monday.",)], (1, 1, 0, 0)),
        ([("Hello, I am a program.", "It is on Monday.")], (1, 1, 0, 0)),
        ([(UNKNOWN,)], (1, 0, 0, 1)),
        ([("Hello, I am a program.", UNKNOWN)], (1, 0, 0, 1)),
        ([("unsure",)], (1, 1, 0, 0)),
        (
            [("unclear",), ("limited",), ("fault",), ("waiting",), ("unreadable",), ("not_ours",)],
            (6, 0, 0, 6),
        ),
        ([()], (1, 0, 0, 1)),
        ([("It is on Monday.",), (UNKNOWN,), ()], (3, 1, 0, 2)),
    ],
)
def test_a_message_is_answered_by_the_bot_when_it_knew_something(figures, database, said, expected):
    chat = Chat(database)
    for replies in said:
        chat.asks(*replies)
    assert counted(figures, database) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ([()], (1, 0, 1, 0)),
        ([(UNKNOWN,)], (1, 0, 1, 0)),
        ([("Done, I have passed it on.",)], (1, 0, 1, 0)),
        ([("It is on Monday.",), ("Done, I have passed it on.",)], (2, 1, 1, 0)),
        ([("It is on Monday.",), (), ()], (3, 1, 2, 0)),
        ([], (0, 0, 0, 0)),
    ],
)
def test_a_persons_answer_is_for_the_last_message_and_those_before_that_the_bot_did_not_answer(
    figures, database, before, expected
):
    chat = Chat(database)
    for replies in before:
        chat.asks(*replies)
    assert counted(figures, database)[0] == len(before)
    chat.staff()
    chat.staff()
    assert counted(figures, database) == expected


def test_what_staff_tell_unasked_answers_no_message(figures, database):
    chat = Chat(database)
    chat.asks("It is on Monday.")
    chat.line("staff", "The hole is closed.")
    assert counted(figures, database) == (1, 1, 0, 0)


def test_nothing_is_counted_twice_however_often_one_looks_and_from_wherever(figures, database, clock):
    chat = Chat(database)
    for _ in range(BATCH // 2 + 3):
        chat.asks("It is on Monday.")
    another = Figures(database, City(database), clock)
    while not (figures.catch_up(1) and another.catch_up(1)):
        pass
    assert counted(figures, database) == (BATCH // 2 + 3, BATCH // 2 + 3, 0, 0)


def test_a_day_is_the_citys_own(figures, database):
    """It is still the evening of the first of June in Penstock."""
    chat = Chat(database)
    chat.asks("It is on Monday.", at=datetime(2026, 6, 2, 2, tzinfo=UTC))
    assert counted(figures, database) == (1, 1, 0, 0)


def test_messages_are_told_by_channel_and_language(figures, database):
    Chat(database, "c1", "sms").asks(UNKNOWN)
    web = Chat(database, "c2")
    web.asks("Lunes.", language="es")
    web.asks("It is on Monday.")
    figures.count_all()
    with database.reading() as session:
        by_channel, by_language = (
            messages_by(session, TODAY, "channel"),
            messages_by(session, TODAY, "language"),
        )
    assert {channel: totals.of(Name.MESSAGES) for channel, totals in by_channel.items()} == {
        "web": 2,
        "sms": 1,
    }
    assert by_channel["sms"].not_answered == 1
    assert {language: totals.of(Name.BY_BOT) for language, totals in by_language.items()} == {
        "en": 1,
        "es": 1,
    }


def report(session, key, service="STREETLIGHT", at=NOON, place="20 Elm Street"):
    view = file_request(
        session,
        NewRequest(dedupe_key=key, person_id="anna", channel="web", language="en", service_code=service),
        at,
    )
    row = session.scalars(select(ServiceRequestRow).where(ServiceRequestRow.number == view.number)).one()
    row.place_label, row.place_kind = place, "address"
    return row


def change(row, kind, status, at=NOON):
    row.updates.append(RequestUpdateRow(kind=kind, author="staff", status=status, created_at=at))


def some_service(database):
    return next(iter(City(database).services.all())).code


def test_cases_are_counted_as_opened_closed_confirmed_and_reopened(figures, database):
    service = some_service(database)
    with database.writing() as session:
        one, two = (
            report(session, "1", service),
            report(session, "2", service, place="7B Elm Street, Penstock"),
        )
        change(one, "status", "in_progress")
        change(one, "status", "fixed")
        change(one, "status", "closed")
        change(one, "confirmed", None)
        change(two, "status", "fixed")
        change(two, "not_fixed", "open")
        change(two, "status", "fixed", NOON + timedelta(days=1))
    figures.count_all()
    with database.reading() as session:
        totals, days = totals_of(session, TODAY), days_until(TODAY + timedelta(days=1))
        assert [totals.of(name) for name in (Name.OPENED, Name.CLOSED, Name.CONFIRMED, Name.REOPENED)] == [
            2,
            2,
            1,
            1,
        ]
        assert series_of(session, days)[Name.CLOSED][-2:] == [2, 1]
        assert busiest_topics(session, days, Name.OPENED) == [(service, 2)]
        assert busiest_topics(session, days, Name.PLACE) == [("Elm Street", 2)]


def test_departments_see_their_own_cases_and_everybodys_messages(figures, database):
    service = some_service(database)
    with database.writing() as session:
        department = report(session, "1", service).department_code
    Chat(database).asks("It is on Monday.")
    figures.count_all()
    with database.reading() as session:
        theirs, others = totals_of(session, TODAY, [department]), totals_of(session, TODAY, ["elsewhere"])
        assert (theirs.of(Name.OPENED), theirs.of(Name.MESSAGES)) == (1, 1)
        assert (others.of(Name.OPENED), others.of(Name.MESSAGES)) == (0, 1)
        assert open_now(session, NOON, ["elsewhere"]).cases == 0


def test_what_stands_open_is_as_of_now(figures, database):
    service = some_service(database)
    with database.writing() as session:
        row = report(session, "1", service)
        row.expected_at = row.due_key = NOON - timedelta(hours=1)
        report(session, "2", service)
        session.add(PersonRequestRow(language="en", channel="web", conversation="anna", asked_at=NOON))
    with database.reading() as session:
        now = open_now(session, NOON)
    assert (now.cases, now.late, now.waiting_for_a_person) == (2, 1, 1)


@pytest.mark.parametrize(
    ("label", "street"),
    [
        ("20 Elm Street", "Elm Street"),
        ("7B Elm Street, Penstock", "Elm Street"),
        ("Elm Street & Oak Street", "Elm Street & Oak Street"),
        ("Heron Park, 5 River Road", "Heron Park"),
        ("", ""),
    ],
)
def test_places_stand_together_by_their_street(label, street):
    assert street_of(label) == street


def test_an_empty_house_has_no_figures(figures, database):
    assert figures.catch_up()
    with database.reading() as session:
        assert session.scalars(select(DailyFigureRow)).all() == []
