"""Calendars by address: which days come to a house, and what a holiday does to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from city.facts.holidays import HolidayCalendar
from city.facts.opening import OpeningHours, OpenSpan, coming_days, known_days
from city.records.facts import AddressCalendar, AddressRange, Area, CalendarRound, side_of
from city.records.model import Holiday

WEEK = 7


@dataclass(frozen=True, slots=True)
class House:
    """A house, or a whole street where `number` is None."""

    street: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Collection:
    """A day on which something comes. It was `planned` for another where a holiday moved it, and does not come where one `cancels` it."""

    day: date
    planned: date
    spans: tuple[OpenSpan, ...] = ()
    holiday: Holiday | None = None
    cancels: bool = False


class AddressBook:
    """The areas of the city by house. Immutable."""

    def __init__(self, areas: Iterable[Area] = ()) -> None:
        self.areas = {area.code: area for area in areas}
        self._by_street: dict[str, list[tuple[str, AddressRange]]] = {}
        for area in self.areas.values():
            for each in area.ranges:
                self._by_street.setdefault(each.street.casefold(), []).append((area.code, each))

    def areas_at(self, street: str, number: int) -> frozenset[str]:
        """The codes of the areas that a house lies in."""
        found = self._by_street.get(street.casefold(), ())
        return frozenset(code for code, each in found if each.holds(number))

    def rounds_at(self, calendar: AddressCalendar, house: House) -> list[tuple[CalendarRound, ...]]:
        """The rounds that come to a house: one entry; of a whole street an entry for each answer that its houses have."""
        numbers = [house.number] if house.number is not None else self.telling_numbers(house.street)
        found = (self._rounds_of(calendar, house.street, number) for number in numbers)
        return list(dict.fromkeys(rounds for rounds in found if rounds))

    def _rounds_of(self, calendar: AddressCalendar, street: str, number: int) -> tuple[CalendarRound, ...]:
        areas = self.areas_at(street, number)
        return tuple(
            each for each in calendar.rounds if each.area in areas and each.side in {"", side_of(number)}
        )

    def telling_numbers(self, street: str) -> list[int]:
        """Numbers that stand for all houses of a street: of each range one of either side."""
        ranges = [each for _, each in self._by_street.get(street.casefold(), ())]
        starts = [(each, 1 if each.first is None else each.first) for each in ranges]
        return [number for each, start in starts for number in (start, start + 1) if each.holds(number)]


def next_collections(
    calendar: AddressCalendar,
    rounds: Sequence[CalendarRound],
    holidays: HolidayCalendar,
    first: date,
    count: int,
) -> list[Collection]:
    """The next days from this one on, those included that a holiday cancels; fewer than `count` where no more are known."""
    # A day that was planned in the week before may have been moved into this one.
    days = [first - timedelta(days=WEEK - ahead) for ahead in range(WEEK)] + coming_days(first)
    found: list[Collection] = []
    for day in days:
        collection = _collection_on(calendar, rounds, holidays, day)
        if collection and collection.day >= first:
            found.append(collection)
        if sum(not each.cancels for each in found) == count:
            break
    return found


def _collection_on(
    calendar: AddressCalendar, rounds: Sequence[CalendarRound], holidays: HolidayCalendar, day: date
) -> Collection | None:
    """What was planned for a day, and what becomes of it."""
    spans = next((spans for each in rounds if (spans := _spans_on(each, day))), None)
    if spans is None:
        return None
    before = list(_holidays_before(calendar, holidays, day))
    if calendar.on_holidays == "later" and before:
        return Collection(day + timedelta(days=len(before)), day, spans, before[-1])
    if calendar.on_holidays == "skip" and before and holidays.on(day) is before[-1]:
        return Collection(day, day, spans, before[-1], cancels=True)
    return Collection(day, day, spans)


def _holidays_before(calendar: AddressCalendar, holidays: HolidayCalendar, day: date) -> Iterator[Holiday]:
    """The holidays of a day's week that the calendar heeds, up to that day."""
    for ahead in range(day.weekday() + 1):
        holiday = holidays.on(day - timedelta(days=day.weekday() - ahead))
        if holiday and (holiday.code in calendar.holidays if calendar.holidays else holiday.closes):
            yield holiday


def _spans_on(each: CalendarRound, day: date) -> tuple[OpenSpan, ...] | None:
    """The times of a day that a round has; None on the days that it has not."""
    if day in each.dates:
        return known_days(each.days).on(day) if each.days else (OpenSpan(0, 24 * 60),)
    if not each.days or not (each.first or day) <= day <= (each.last or day):
        return None
    if each.first and _weeks_between(each.first, day) % each.every:
        return None
    return opening_of(each).on(day) or None


def opening_of(each: CalendarRound) -> OpeningHours:
    """The weekdays and times of a round."""
    return known_days(each.days)


def _weeks_between(first: date, day: date) -> int:
    """Weeks from the week of one day to that of another; a week begins on Monday."""
    monday = first - timedelta(days=first.weekday())
    return (day - monday).days // WEEK
