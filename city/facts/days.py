"""When a place is open day by day: its usual hours, what a holiday does to them, and what staff said of special days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from city.facts.holidays import HolidayCalendar
from city.facts.opening import OpeningHours, OpenSpan, known_opening
from city.records.facts import SpecialHours
from city.records.model import Holiday


@dataclass(frozen=True, slots=True)
class OpenDays:
    """The hours of one place by the day. Of special hours for the same day the last in order holds."""

    usual: OpeningHours
    holidays: HolidayCalendar
    special: Sequence[SpecialHours] = ()

    def special_on(self, day: date) -> SpecialHours | None:
        """What was said of this very day; None of most days."""
        return next((each for each in reversed(self.special) if each.holds(day)), None)

    def on(self, day: date) -> tuple[OpenSpan, ...]:
        """When it is open on a day; nothing is closed."""
        if special := self.special_on(day):
            return special_spans(special)
        return self.usual.on(day, holiday=self.holidays.closes(day))

    def closing_holiday(self, day: date) -> Holiday | None:
        """The holiday for which it is closed on a day that it would be open on."""
        holiday = self.holidays.on(day)
        if holiday is None or not holiday.closes or self.special_on(day):
            return None
        return holiday if self.usual.on(day) and not self.usual.on(day, holiday=True) else None

    def special_within(self, first: date, last: date) -> list[SpecialHours]:
        """What was said of days of this time, in their order."""
        found = [each for each in self.special if each.first <= last and each.last >= first]
        return sorted(found, key=lambda each: each.first)


def special_spans(special: SpecialHours) -> tuple[OpenSpan, ...]:
    """The times of special hours; none is closed."""
    return known_opening(special.opening).on(special.first) if special.opening else ()
