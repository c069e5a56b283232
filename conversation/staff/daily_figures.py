"""The day at a glance: figures of each day, counted up as things happen, and what stands open right now.

What is counted is said in docs/console/overview.md. `Figures.catch_up` looks only at rows that are newer than its mark in each
table; a message counts for the day on which it came, in the city's time zone.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, and_, select
from sqlalchemy.orm import Session

from city.registry import City
from city.requests.tables import WORKED_ON, RequestUpdateRow, ServiceRequestRow
from conversation.staff.figure_tables import DailyFigureRow, FigureMarkRow
from conversation.store.staff_tables import StaffLineRow
from conversation.store.tables import Conversation, TranscriptLine
from core.database import Database, table_of
from core.model import Outcome

BATCH = 500
"""Rows that are counted in one transaction, so that nobody waits long for the writer."""
SETTLING = timedelta(seconds=60)
"""How long a missing number may still belong to a transaction under way (PostgreSQL)."""
LOOK_BACK = 40
"""Lines before a colleague's answer among which the messages are that it answers."""
NO_ANSWER = frozenset(
    {
        Outcome.UNKNOWN,
        Outcome.NOT_OURS,
        Outcome.UNCLEAR,
        Outcome.UNREADABLE,
        Outcome.WAITING,
        Outcome.LIMITED,
        Outcome.FAULT,
    }
)
"""A turn with one of these among its replies is none that the bot answered. A line without an outcome is from before outcomes were kept, and
counts as an answer.
"""


class Name(StrEnum):
    """What is counted."""

    MESSAGES = "messages"
    BY_BOT = "by_bot"
    BY_PERSON = "by_person"
    OPENED = "cases_opened"
    CLOSED = "cases_closed"
    CONFIRMED = "cases_confirmed"
    REOPENED = "cases_reopened"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Key:
    """One figure: a day and what is counted of what; what does not apply is empty."""

    day: date
    name: Name
    channel: str = ""
    language: str = ""
    department: str = ""
    subject: str = ""


Counts = Counter[Key]


class Figures:
    """Counts what is new. Safe to run in several threads and processes: the mark is read and moved in one transaction.

    `kept` is where `conversation.staff.dashboard.month_of` keeps what it computed from the figures.
    """

    def __init__(self, database: Database, city: City, now: Callable[[], datetime]) -> None:
        self._database = database
        self._city = city
        self._now = now
        self.kept: dict[Any, Any] = {}

    @property
    def today(self) -> date:
        """The day it is in the city."""
        return self._day_of(self._now())

    def catch_up(self, most: int = 4) -> bool:
        """Count what is new, at most so many batches of each table; whether everything is counted."""
        done = True
        for table, count in (
            (TranscriptLine, self._count_lines),
            (ServiceRequestRow, self._count_requests),
            (RequestUpdateRow, self._count_updates),
        ):
            done &= self._all_of(table, count, most)
        return done

    def count_all(self) -> None:
        """Count everything there is."""
        while not self.catch_up():
            pass

    def _all_of(self, table: Any, count: Callable[[Session], bool], most: int) -> bool:
        for _ in range(most):
            with self._database.reading() as session:
                if not _is_behind(session, table):
                    return True
            with self._database.writing() as session:
                if not count(session):
                    return True
        return False

    def _count_lines(self, session: Session) -> bool:
        lines = (
            select(
                TranscriptLine.id,
                TranscriptLine.conversation_id,
                TranscriptLine.sequence,
                TranscriptLine.sender,
                TranscriptLine.answers,
                TranscriptLine.reply,
                TranscriptLine.outcome,
                TranscriptLine.at,
                Conversation.channel,
                StaffLineRow.sequence.label("by_staff"),
            )
            .join(Conversation, Conversation.id == TranscriptLine.conversation_id)
            .outerjoin(
                StaffLineRow,
                and_(
                    StaffLineRow.conversation_id == TranscriptLine.conversation_id,
                    StaffLineRow.sequence == TranscriptLine.sequence,
                ),
            )
        )
        mark = self._source_mark(session, TranscriptLine.__tablename__)
        rows, full = self._next_rows(session, lines, TranscriptLine.id, mark)
        if full:
            rows = _whole_turns(rows)
        counts: Counts = Counter()
        counts.update(self._count_said(rows))
        for row in rows:
            if row.by_staff is not None:
                counts.update(self._taken_over(session, lines, row))
        self._write_counts(session, counts, mark, rows)
        return full

    def _count_said(self, rows: Sequence[Row[Any]]) -> Counts:
        """Messages of residents, and those that the bot answered."""
        counts: Counts = Counter()
        turns: dict[tuple[str, str], list[Row[Any]]] = defaultdict(list)
        for row in rows:
            if row.sender == "resident":
                counts[self._of_line(row, Name.MESSAGES)] += 1
            elif row.sender == "city" and row.answers:
                turns[row.conversation_id, row.answers].append(row)
        for replies in turns.values():
            if self._is_answer(replies):
                counts[self._of_line(replies[0], Name.BY_BOT)] += 1
        return counts

    def _taken_over(self, session: Session, lines: Select[Any], staffs: Row[Any]) -> Counts:
        """The messages that a colleague's line answers: the last one before it, and those before that the bot did not answer."""
        before = session.execute(
            lines.where(
                TranscriptLine.conversation_id == staffs.conversation_id,
                TranscriptLine.sequence < staffs.sequence,
            )
            .order_by(TranscriptLine.sequence.desc())
            .limit(LOOK_BACK)
        )
        counts: Counts = Counter()
        replies: dict[str, list[Row[Any]]] = defaultdict(list)
        for row in before:
            if row.by_staff is not None:
                break
            if row.sender == "city" and row.answers:
                replies[row.answers].append(row)
            if row.sender != "resident":
                continue
            by_bot = self._is_answer(replies[row.answers]) if row.answers in replies else False
            if by_bot and counts:
                break
            counts[self._of_line(row, Name.BY_PERSON)] += 1
            if by_bot:
                counts[self._of_line(replies[row.answers][-1], Name.BY_BOT)] -= 1
        return counts

    @staticmethod
    def _is_answer(replies: Iterable[Row[Any]]) -> bool:
        return not any(row.outcome in NO_ANSWER for row in replies)

    def _of_line(self, row: Row[Any], name: Name) -> Key:
        return Key(self._day_of(row.at), name, row.channel, str(row.reply.get("language", "")))

    def _count_requests(self, session: Session) -> bool:
        mark = self._source_mark(session, ServiceRequestRow.__tablename__)
        request = ServiceRequestRow
        wanted = select(
            *_CASE, request.id, request.place_label, request.place_kind, request.requested_at.label("at")
        )
        rows, full = self._next_rows(session, wanted, ServiceRequestRow.id, mark)
        counts: Counts = Counter()
        for row in rows:
            counts[self._of_case(row, Name.OPENED)] += 1
            if row.place_kind in NAMED and (place := street_of(row.place_label)):
                counts[
                    Key(self._day_of(row.at), Name.PLACE, department=row.department_code, subject=place)
                ] += 1
        self._write_counts(session, counts, mark, rows)
        return full

    def _count_updates(self, session: Session) -> bool:
        mark = self._source_mark(session, RequestUpdateRow.__tablename__)
        update = RequestUpdateRow
        wanted = select(
            *_CASE, update.id, update.request_id, update.kind, update.status, update.created_at.label("at")
        ).join(ServiceRequestRow, ServiceRequestRow.id == update.request_id)
        rows, full = self._next_rows(session, wanted, update.id, mark)
        counts: Counts = Counter()
        for row in rows:
            if row.kind == "confirmed":
                counts[self._of_case(row, Name.CONFIRMED)] += 1
            elif row.kind == "not_fixed":
                counts[self._of_case(row, Name.REOPENED)] += 1
            elif row.status and row.status not in WORKED_ON and _was_open(session, row):
                counts[self._of_case(row, Name.CLOSED)] += 1
        self._write_counts(session, counts, mark, rows)
        return full

    def _of_case(self, row: Row[Any], name: Name) -> Key:
        return Key(
            self._day_of(row.at), name, row.channel, row.language, row.department_code, row.service_code
        )

    def _source_mark(self, session: Session, source: str) -> FigureMarkRow:
        """How far this table is counted, held against others who count."""
        put = self._database.insert(table_of(FigureMarkRow)).on_conflict_do_nothing()
        session.execute(put, {"source": source, "last_id": 0})
        return session.get_one(FigureMarkRow, source, with_for_update=True, populate_existing=True)

    def _next_rows(
        self, session: Session, wanted: Any, number: Any, mark: FigureMarkRow
    ) -> tuple[list[Row[Any]], bool]:
        """The next rows behind the mark, and whether there are more that can be counted now."""
        rows = list(session.execute(wanted.where(number > mark.last_id).order_by(number).limit(BATCH)))
        settled = rows if self._database.is_sqlite else self._settled_rows(rows, mark.last_id)
        return settled, len(settled) == BATCH

    def _settled_rows(self, rows: list[Row[Any]], last: int) -> list[Row[Any]]:
        """The rows up to where a number is missing that somebody may still be about to commit."""
        young = self._now() - SETTLING
        for at, row in enumerate(rows):
            if row.id != last + 1 and row.at > young:
                return rows[:at]
            last = row.id
        return rows

    def _write_counts(
        self, session: Session, counts: Counts, mark: FigureMarkRow, rows: Sequence[Row[Any]]
    ) -> None:
        put = self._database.insert(table_of(DailyFigureRow))
        added = put.on_conflict_do_update(
            index_elements=list(table_of(DailyFigureRow).primary_key.columns),
            set_={"count": DailyFigureRow.count + put.excluded.count},
        )
        values = [
            {
                "day": key.day,
                "name": key.name.value,
                "channel": key.channel,
                "language": key.language,
                "department": key.department,
                "subject": key.subject,
                "count": count,
            }
            for key, count in counts.items()
            if count
        ]
        if values:
            session.execute(added, values)
        if rows:
            mark.last_id = rows[-1].id

    def _day_of(self, at: datetime) -> date:
        return at.astimezone(self._city.profile.zone).date()


_CASE = (
    ServiceRequestRow.department_code,
    ServiceRequestRow.service_code,
    ServiceRequestRow.channel,
    ServiceRequestRow.language,
)
NAMED = ("address", "crossing", "landmark")
"""Kinds of place that have a name; a bare position has none."""
HOUSE_NUMBER = re.compile(r"^\d++(?!(?:st|nd|rd|th)\b)\S*\s+", re.IGNORECASE)


def street_of(label: str) -> str:
    """Where something is, without house number and town (numbered streets keep theirs), so that a street's cases stand together."""
    return HOUSE_NUMBER.sub("", label.partition(",")[0]).strip()[:200]


def _is_behind(session: Session, table: Any) -> bool:
    """Whether there is a row that was not looked at; a look without the writer."""
    mark = session.scalar(select(FigureMarkRow.last_id).where(FigureMarkRow.source == table.__tablename__))
    newest = session.scalar(select(table.id).order_by(table.id.desc()).limit(1))
    return bool((newest or 0) > (mark or 0))


def _whole_turns(rows: list[Row[Any]]) -> list[Row[Any]]:
    """The rows without the last turn, which may go on behind them."""
    last = rows[-1]
    whole = [row for row in rows if (row.conversation_id, row.at) != (last.conversation_id, last.at)]
    return whole or rows


def _was_open(session: Session, row: Row[Any]) -> bool:
    """Whether the case was open before this change, so that one that is fixed and then closed counts once."""
    before = session.scalar(
        select(RequestUpdateRow.status)
        .where(
            RequestUpdateRow.request_id == row.request_id,
            RequestUpdateRow.id < row.id,
            RequestUpdateRow.status.is_not(None),
        )
        .order_by(RequestUpdateRow.id.desc())
        .limit(1)
    )
    return before is None or before in WORKED_ON
