"""What residents ask for beside places: areas of the city, calendars whose days differ from one area to another, fees, contacts, and special hours."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from city.records.model import Local, text_in
from core.model import Source


@dataclass(frozen=True, slots=True)
class AddressRange:
    """Houses of one street: from the first number to the last where they are given, on the `even` or `odd` side or on both."""

    street: str
    first: int | None = None
    last: int | None = None
    side: str = ""

    def holds(self, number: int) -> bool:
        """Whether a house number of this street lies in it."""
        first = number if self.first is None else self.first
        last = number if self.last is None else self.last
        return first <= number <= last and self.side in {"", side_of(number)}


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the city in which the same days hold, by the houses in it."""

    code: str
    name: Local = field(default_factory=dict)
    aliases: dict[str, list[str]] = field(default_factory=dict)
    ranges: tuple[AddressRange, ...] = ()


@dataclass(frozen=True, slots=True)
class CalendarRound:
    """The days of one area, on the `even` or `odd` side of its streets or on both.

    `days` are weekdays as in opening hours (`Mo`, `Tu[1,3] 08:00-11:00`), every so many weeks counted from the week of `first`; `first`
    and `last` bound them. `dates` are days by themselves. A round without any is a list of streets, such as snow routes.
    """

    area: str
    side: str = ""
    days: str = ""
    every: int = 1
    first: date | None = None
    last: date | None = None
    dates: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class AddressCalendar:
    """What comes to an address on certain days. `kind` has words in every language (`calendars.<kind>_words` of the catalogue).

    On `holidays` (codes; none are all that close) it comes a day later for the rest of the week (`later`), not at all (`skip`),
    or as always (empty).
    """

    code: str
    name: Local
    kind: str = ""
    aliases: dict[str, list[str]] = field(default_factory=dict)
    rounds: tuple[CalendarRound, ...] = ()
    on_holidays: str = ""
    holidays: tuple[str, ...] = ()
    remark: Local = field(default_factory=dict)
    source: Source | None = None

    @property
    def is_list(self) -> bool:
        """Whether it has no days and only says which streets are on it."""
        return not any(each.days or each.dates for each in self.rounds)


@dataclass(frozen=True, slots=True)
class FeeRow:
    """One amount: whom or what it is for (`applies_to`; empty is everybody), per what (`unit`), and from when."""

    amount: Decimal
    currency: str
    applies_to: Local = field(default_factory=dict)
    unit: Local = field(default_factory=dict)
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Fee:
    """What the city charges for one thing, by rows."""

    code: str
    name: Local
    aliases: dict[str, list[str]] = field(default_factory=dict)
    rows: tuple[FeeRow, ...] = ()
    source: Source | None = None

    def rows_on(self, day: date) -> tuple[FeeRow, ...]:
        """The rows in force on a day: of those for the same people and unit the newest that has begun."""
        newest: dict[tuple[str, str], FeeRow] = {}
        for row in sorted(self.rows, key=lambda row: row.since or date.min):
            if row.since is None or row.since <= day:
                newest[text_in(row.applies_to, "en"), text_in(row.unit, "en")] = row
        return tuple(row for row in self.rows if row in newest.values())


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """Whom to call about something: a body outside the city, or a `department` (its code) by what it does.

    `keywords` are what people call about. The name and phone of a department are its own.
    """

    code: str
    name: Local = field(default_factory=dict)
    keywords: dict[str, list[str]] = field(default_factory=dict)
    department: str = ""
    phone: str = ""
    remark: Local = field(default_factory=dict)
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class SpecialHours:
    """What holds at a place (its code) from the first day to the last instead of its usual hours, such as a closure.

    `opening` are the times of each of these days (`09:00-12:00`); empty is closed. `reason` is said with it.
    """

    code: str
    place: str
    first: date
    last: date
    opening: str = ""
    reason: Local = field(default_factory=dict)

    def holds(self, day: date) -> bool:
        """Whether it is about this day."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class PollingPlace:
    """Where the houses of an area vote: a place by its code."""

    area: str
    place: str


@dataclass(frozen=True, slots=True)
class Election:
    """A day on which people vote, when the polls are open (`06:00-21:00`), and where. `contact` (a code) is the office that knows more."""

    code: str
    name: Local
    day: date
    opening: str = ""
    polling: tuple[PollingPlace, ...] = ()
    contact: str = ""
    remark: Local = field(default_factory=dict)
    source: Source | None = None


def side_of(number: int) -> str:
    """The side of a street on which a house number stands."""
    return "odd" if number % 2 else "even"
