"""The hours of the people who answer residents, and who of them is on duty. Staff change both, and both count at once.

Hours are kept per weekday in the city's own time, with days on which nobody comes; an empty timetable says nothing about hours, and then the
city's own words about them are used (`CityProfile.person_desk`). A function gets a session and never commits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from city.people.tables import DutyRow
from city.records.store import city_setting, set_setting
from core.errors import CitylineError

SETTING = "person_hours"
LONGEST_DUTY = timedelta(hours=12)
"""After this time somebody has forgotten to say that they went home."""
LOOK_AHEAD = 60
"""Days that are looked through for the next opening."""
SPAN = re.compile(r"(\d{1,2})[:.h](\d{2})\s*(?:-|–|to|a)\s*(\d{1,2})[:.h](\d{2})")


class HoursError(CitylineError):
    """Hours that cannot be; `weekday` counts from 0 for Monday, `text` is what was written."""

    def __init__(self, weekday: int, text: str) -> None:
        super().__init__(f"Hours should read like 08:30-16:30, in order of the day; {text!r} does not.")
        self.weekday = weekday
        self.text = text


@dataclass(frozen=True, slots=True)
class Span:
    """A time of the day from which to which somebody is there."""

    opens: time
    closes: time

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}-{self.closes:%H:%M}"


@dataclass(frozen=True, slots=True)
class Hours:
    """When the desk is open: spans by weekday (0 is Monday), and the days on which it is closed all the same."""

    weekdays: dict[int, tuple[Span, ...]] = field(default_factory=dict)
    holidays: tuple[date, ...] = ()

    @property
    def are_set(self) -> bool:
        """Whether staff have said anything about hours."""
        return any(self.weekdays.values())

    def on(self, day: date) -> tuple[Span, ...]:
        """The spans of this day."""
        return () if day in self.holidays else self.weekdays.get(day.weekday(), ())


@dataclass(frozen=True, slots=True)
class DeskState:
    """How it stands at a moment: `hours_known` without which the rest is unsure, `is_open` by the hours, when it `closes` or `opens`
    next (None: not within two months), and whether somebody is `attended` by (None where staff do not say when they are on duty).
    """

    hours_known: bool
    is_open: bool
    closes: datetime | None = None
    opens: datetime | None = None
    attended: bool | None = None


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A colleague who is there to answer."""

    staff_id: str
    name: str
    since: datetime


def read_span_list(weekday: int, text: str) -> tuple[Span, ...]:
    """The spans in `08:30-12:00, 13:00-16:30`; none in an empty text. Raises `HoursError`."""
    spans: list[Span] = []
    for part in re.split(r"[,;\n]", text):
        if not part.strip():
            continue
        match = SPAN.fullmatch(part.strip())
        try:
            numbers = [int(number) for number in match.groups()] if match else []
            span = Span(time(numbers[0], numbers[1]), time(numbers[2], numbers[3]))
        except (ValueError, IndexError):
            raise HoursError(weekday, text) from None
        if span.opens >= span.closes or (spans and spans[-1].closes > span.opens):
            raise HoursError(weekday, text)
        spans.append(span)
    return tuple(spans)


def person_hours(session: Session) -> Hours:
    """The timetable; an empty one until staff have written it."""
    kept = city_setting(session, SETTING, {})
    weekdays = {int(day): read_span_list(int(day), text) for day, text in kept.get("weekdays", {}).items()}
    return Hours(weekdays, tuple(date.fromisoformat(day) for day in kept.get("holidays", [])))


def set_hours(session: Session, new: Hours) -> None:
    """Change the timetable; it counts from the next message on."""
    weekdays = {str(day): ", ".join(map(str, spans)) for day, spans in sorted(new.weekdays.items()) if spans}
    holidays = sorted({day.isoformat() for day in new.holidays})
    set_setting(session, SETTING, {"weekdays": weekdays, "holidays": holidays})
    session.flush()


def state_at(session: Session, now: datetime, zone: ZoneInfo) -> DeskState:
    """Whether somebody is there now, and when next."""
    timetable = person_hours(session)
    attended = is_attended(session, now)
    if not timetable.are_set:
        return DeskState(hours_known=False, is_open=True, attended=attended)
    here = now.astimezone(zone)
    for ahead in range(LOOK_AHEAD + 1):
        day = here.date() + timedelta(days=ahead)
        for span in timetable.on(day):
            opens, closes = (datetime.combine(day, at, zone) for at in (span.opens, span.closes))
            if opens <= here < closes:
                return DeskState(hours_known=True, is_open=True, closes=closes, attended=attended)
            if here < opens:
                return DeskState(hours_known=True, is_open=False, opens=opens, attended=attended)
    return DeskState(hours_known=True, is_open=False, attended=attended)


def come_on_duty(session: Session, staff_id: str, name: str, now: datetime) -> None:
    """Somebody is there to answer from now on, for `LONGEST_DUTY` at most."""
    session.merge(DutyRow(staff_id=staff_id, name=name, since=now, until=now + LONGEST_DUTY))
    session.flush()


def go_off_duty(session: Session, staff_id: str, now: datetime) -> None:
    """They went; the row stays as the memory that staff here say so at all."""
    row = session.get(DutyRow, staff_id)
    if row and row.until > now:
        row.until = now
        session.flush()


def forget_duty(session: Session, staff_id: str) -> None:
    """Somebody works here no more."""
    session.execute(delete(DutyRow).where(DutyRow.staff_id == staff_id))


def on_duty(session: Session, now: datetime) -> list[OnDuty]:
    """Who is there now, by name."""
    there = select(DutyRow).where(DutyRow.until > now).order_by(DutyRow.name)
    return [OnDuty(row.staff_id, row.name, row.since) for row in session.scalars(there)]


def is_attended(session: Session, now: datetime) -> bool | None:
    """Whether anybody is on duty; None while nobody has ever said so, because then it means nothing."""
    latest = session.scalar(select(func.max(DutyRow.until)))
    return None if latest is None else latest > now
