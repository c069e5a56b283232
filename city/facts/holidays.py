"""The days on which the city keeps a holiday."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from city.records.model import Holiday


class HolidayCalendar:
    """Holidays by day. Immutable."""

    def __init__(self, holidays: Iterable[Holiday] = ()) -> None:
        self.all = tuple(holidays)
        self._by_day = {day: holiday for holiday in self.all for day in holiday.dates}

    def on(self, day: date) -> Holiday | None:
        """The holiday of a day; None on others."""
        return self._by_day.get(day)

    def closes(self, day: date) -> bool:
        """Whether what closes on holidays is closed on this day."""
        holiday = self.on(day)
        return holiday is not None and holiday.closes

    def next_from(self, day: date) -> tuple[date, Holiday] | None:
        """The first holiday from a day on, that day included; None when none is known."""
        ahead = [each for each in self._by_day if each >= day]
        return (min(ahead), self._by_day[min(ahead)]) if ahead else None

    def date_of(self, holiday: Holiday, today: date) -> date | None:
        """When a holiday comes next, today included; None when no such day is known."""
        return min((day for day in holiday.dates if day >= today), default=None)
