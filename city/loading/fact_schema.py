"""What the files of further facts may hold: areas.json, areas.csv, calendars.json, fees.csv, contacts.json, elections.json."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from city.facts.opening import read_days, read_opening
from city.loading.schema import Code, Entry, LocalText, LocalWords, SourceEntry, Text
from city.records.facts import (
    AddressCalendar,
    AddressRange,
    Area,
    CalendarRound,
    ContactPoint,
    Election,
    FeeRow,
    PollingPlace,
)


def _days_value(text: str) -> str:
    """Days that can be read; what is wrong with others is said in a sentence."""
    if text:
        read_days(text)
    return text


def _empty_as_none(value: object) -> object:
    """An empty cell of a table is a field that is left out."""
    return None if value == "" else value


Days = Annotated[Text, AfterValidator(_days_value)]
Side = Literal["", "even", "odd"]
HouseNumber = Annotated[Annotated[int, Field(ge=0)] | None, BeforeValidator(_empty_as_none)]


class AreaEntry(Entry):
    """An entry of areas.json."""

    code: Code
    name: LocalText = Field(default_factory=dict)
    aliases: LocalWords = Field(default_factory=dict)

    def value(self, ranges: tuple[AddressRange, ...]) -> Area:
        """The area with its houses."""
        return Area(self.code, self.name, self.aliases, ranges)


class RangeEntry(Entry):
    """A line of areas.csv: houses of a street that lie in an area, all of them where no number is given."""

    area: Code
    street: str = Field(min_length=1)
    first: HouseNumber = Field(None, alias="from")
    last: HouseNumber = Field(None, alias="to")
    side: Side = ""

    @model_validator(mode="after")
    def _runs_upwards(self) -> RangeEntry:
        if self.first is not None and self.last is not None and self.first > self.last:
            raise ValueError("from should not be greater than to")
        return self

    def value(self, street: str) -> AddressRange:
        """The houses, of the street by the name that the city's map has."""
        return AddressRange(street, self.first, self.last, self.side)


class RoundEntry(Entry):
    """One of a calendar's rounds."""

    area: Code
    side: Side = ""
    days: Days = ""
    every: Annotated[int, Field(ge=1, le=52)] = 1
    first: date | None = None
    last: date | None = None
    dates: list[date] = Field(default_factory=list)

    @model_validator(mode="after")
    def _can_be_counted(self) -> RoundEntry:
        if self.every > 1 and self.first is None:
            raise ValueError("every needs first, the day from which the weeks are counted")
        return self

    def value(self) -> CalendarRound:
        """The round."""
        return CalendarRound(
            self.area, self.side, self.days, self.every, self.first, self.last, tuple(sorted(self.dates))
        )


class CalendarEntry(Entry):
    """An entry of calendars.json."""

    code: Code
    name: LocalText = Field(min_length=1)
    kind: Text = ""
    aliases: LocalWords = Field(default_factory=dict)
    rounds: list[RoundEntry] = Field(min_length=1)
    on_holidays: Literal["", "later", "skip"] = ""
    holidays: list[str] = Field(default_factory=list)
    remark: LocalText = Field(default_factory=dict)
    source: SourceEntry | None = None

    def value(self) -> AddressCalendar:
        """The calendar."""
        return AddressCalendar(
            code=self.code,
            name=self.name,
            kind=self.kind,
            aliases=self.aliases,
            rounds=tuple(entry.value() for entry in self.rounds),
            on_holidays=self.on_holidays,
            holidays=tuple(self.holidays),
            remark=self.remark,
            source=self.source.value() if self.source else None,
        )


class FeeEntry(Entry):
    """A line of fees.csv. Lines of one `code` are rows of one fee, whose name and source stand in the first of them."""

    code: Code
    name: LocalText = Field(default_factory=dict)
    aliases: LocalWords = Field(default_factory=dict)
    applies_to: LocalText = Field(default_factory=dict)
    amount: Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    unit: LocalText = Field(default_factory=dict)
    since: Annotated[date | None, BeforeValidator(_empty_as_none)] = None
    source: SourceEntry | None = None

    def value(self) -> FeeRow:
        """The row."""
        return FeeRow(self.amount, self.currency, self.applies_to, self.unit, self.since)


class ContactEntry(Entry):
    """An entry of contacts.json."""

    code: Code
    name: LocalText = Field(default_factory=dict)
    keywords: LocalWords = Field(default_factory=dict)
    department: Text = ""
    phone: Text = ""
    remark: LocalText = Field(default_factory=dict)
    source: SourceEntry | None = None

    @model_validator(mode="after")
    def _can_be_called(self) -> ContactEntry:
        if not self.department and not (self.phone and self.name):
            raise ValueError("a contact needs a department, or a name and a phone")
        return self

    def value(self) -> ContactPoint:
        """The contact."""
        return ContactPoint(
            code=self.code,
            name=self.name,
            keywords=self.keywords,
            department=self.department,
            phone=self.phone,
            remark=self.remark,
            source=self.source.value() if self.source else None,
        )


def _times_value(text: str) -> str:
    """The times of one day that can be read."""
    if text and (";" in text or not read_opening(text)):
        raise ValueError(f"{text!r} should read like 06:00-21:00")
    return text


class PollingEntry(Entry):
    """Where the houses of an area vote."""

    area: Code
    place: Code


class ElectionEntry(Entry):
    """An entry of elections.json."""

    code: Code
    name: LocalText = Field(min_length=1)
    day: date
    opening: Annotated[Text, AfterValidator(_times_value)] = ""
    polling: list[PollingEntry] = Field(default_factory=list)
    contact: Text = ""
    remark: LocalText = Field(default_factory=dict)
    source: SourceEntry | None = None

    def value(self) -> Election:
        """The election."""
        return Election(
            code=self.code,
            name=self.name,
            day=self.day,
            opening=self.opening,
            polling=tuple(PollingPlace(each.area, each.place) for each in self.polling),
            contact=self.contact,
            remark=self.remark,
            source=self.source.value() if self.source else None,
        )
