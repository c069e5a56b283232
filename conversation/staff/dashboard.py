"""Looking at the figures of a day and of the days before it (`conversation.staff.daily_figures` counts them), and at what stands open right now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, case, func, or_, select, true
from sqlalchemy.orm import Session

from city.people.tables import PersonRequestRow
from city.requests.tables import ServiceRequestRow
from conversation.staff.daily_figures import Name
from conversation.staff.figure_tables import DailyFigureRow, FigureMarkRow

DAYS = 30
MOST_KEPT = 32
"""Months that are kept: several departments and days may be looked at at once."""
TOP = 8
MESSAGES = (Name.MESSAGES, Name.BY_BOT, Name.BY_PERSON)
CASES = (Name.OPENED, Name.CLOSED, Name.CONFIRMED, Name.REOPENED)

Departments = Sequence[str]
"""Codes of departments whose cases count; none means all."""


@dataclass(frozen=True, slots=True)
class Totals:
    """How often each thing happened."""

    counts: dict[str, int] = field(default_factory=dict)

    def of(self, name: str) -> int:
        """How often this happened."""
        return self.counts.get(name, 0)

    @property
    def not_answered(self) -> int:
        """Messages that neither the bot nor a person has answered."""
        return max(0, self.of(Name.MESSAGES) - self.of(Name.BY_BOT) - self.of(Name.BY_PERSON))


@dataclass(frozen=True, slots=True)
class OpenNow:
    """What stands open at this moment."""

    cases: int
    late: int
    waiting_for_a_person: int


def totals_of(session: Session, on: date, departments: Departments = ()) -> Totals:
    """The figures of one day."""
    rows = session.execute(
        select(DailyFigureRow.name, func.sum(DailyFigureRow.count))
        .where(DailyFigureRow.day == on, DailyFigureRow.name != Name.PLACE, _visible_to(departments))
        .group_by(DailyFigureRow.name)
    )
    return Totals({row[0]: int(row[1]) for row in rows})


def messages_by(session: Session, on: date, what: str) -> dict[str, Totals]:
    """The messages of one day by `channel` or `language`, the busiest first."""
    column = {"channel": DailyFigureRow.channel, "language": DailyFigureRow.language}[what]
    rows = session.execute(
        select(column, DailyFigureRow.name, func.sum(DailyFigureRow.count))
        .where(DailyFigureRow.day == on, DailyFigureRow.name.in_(MESSAGES))
        .group_by(column, DailyFigureRow.name)
    )
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for one, name, count in rows:
        found[one][name] = int(count)
    busiest_first = sorted(found, key=lambda one: -found[one].get(Name.MESSAGES, 0))
    return {one: Totals(found[one]) for one in busiest_first}


def days_until(last: date, count: int = DAYS) -> list[date]:
    """So many days up to and with the last one."""
    return [last - timedelta(days=back) for back in range(count - 1, -1, -1)]


def series_of(session: Session, days: Sequence[date], departments: Departments = ()) -> dict[str, list[int]]:
    """How often each thing happened on each of these days, which follow one another."""
    rows = session.execute(
        select(DailyFigureRow.name, DailyFigureRow.day, func.sum(DailyFigureRow.count))
        .where(
            DailyFigureRow.day.between(days[0], days[-1]),
            DailyFigureRow.name != Name.PLACE,
            _visible_to(departments),
        )
        .group_by(DailyFigureRow.name, DailyFigureRow.day)
    )
    found: dict[str, dict[date, int]] = defaultdict(dict)
    for name, on, count in rows:
        found[name][on] = int(count)
    return {name: [found[name].get(on, 0) for on in days] for name in (*MESSAGES, *CASES)}


def busiest_topics(
    session: Session, days: Sequence[date], name: Name, departments: Departments = ()
) -> list[tuple[str, int]]:
    """What most cases were about in these days: services' codes (`Name.OPENED`) or streets and places (`Name.PLACE`)."""
    times = func.sum(DailyFigureRow.count)
    rows = session.execute(
        select(DailyFigureRow.subject, times)
        .where(
            DailyFigureRow.day.between(days[0], days[-1]),
            DailyFigureRow.name == name,
            _visible_to(departments),
        )
        .group_by(DailyFigureRow.subject)
        .order_by(times.desc(), DailyFigureRow.subject)
        .limit(TOP)
    )
    return [(row[0], int(row[1])) for row in rows]


@dataclass(frozen=True, slots=True)
class Month:
    """The days as lines, and what most cases were about in them."""

    series: dict[str, list[int]]
    services: list[tuple[str, int]]
    places: list[tuple[str, int]]


def month_of(
    session: Session, kept: dict[Any, Any], days: Sequence[date], departments: Departments = ()
) -> Month:
    """What is shown of these days. Figures change only when a mark moves, so it is `kept` until then."""
    marks = session.execute(
        select(FigureMarkRow.source, FigureMarkRow.last_id).order_by(FigureMarkRow.source)
    ).all()
    key = (tuple(map(tuple, marks)), days[0], days[-1], tuple(departments))
    found = kept.get(key)
    if found is None:
        found = Month(
            series_of(session, days, departments),
            busiest_topics(session, days, Name.OPENED, departments),
            busiest_topics(session, days, Name.PLACE, departments),
        )
        for old in list(kept)[: max(0, len(kept) - MOST_KEPT + 1)]:
            kept.pop(old, None)
        kept[key] = found
    return cast("Month", found)


def open_now(session: Session, now: datetime, departments: Departments = ()) -> OpenNow:
    """How many cases are open, how many of them late, and how many people wait for a person."""
    request = ServiceRequestRow
    ours: list[Any] = [request.is_open]
    if departments:
        ours.append(request.department_code.in_(departments))
    waiting = select(func.count()).select_from(PersonRequestRow).where(PersonRequestRow.state == "open")
    is_late = case((request.due_key < now, 1))
    cases, late = session.execute(select(func.count(), func.count(is_late)).where(*ours)).one()
    return OpenNow(
        cases=cases,
        late=late,
        waiting_for_a_person=_count_rows(session, waiting),
    )


def _count_rows(session: Session, statement: Any) -> int:
    return int(session.scalar(statement) or 0)


def _visible_to(departments: Departments) -> ColumnElement[bool]:
    """Messages belong to no department and are everybody's."""
    if not departments:
        return true()
    return or_(DailyFigureRow.department == "", DailyFigureRow.department.in_(departments))
