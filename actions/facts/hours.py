"""Opening hours in words of a language, composed of checked rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from actions.turn.context import ActionContext
from city.facts.holidays import HolidayCalendar
from city.facts.opening import MIDNIGHT, OpeningHours, OpenSpan, Season, coming_days, weekly_groups
from city.records.model import Holiday, text_in
from core.languages import clock_time, in_a_row
from core.texts import is_unspaced

IN_A_ROW = 3
"""Days on end from which on they are said as from the first to the last."""
NOON = 12 * 60
SOON = 7
"""Days ahead in which a holiday that closes is told of unasked."""


@dataclass(frozen=True, slots=True)
class HoursPhraser:
    """Says hours in one language; `here` is the city's own time."""

    context: ActionContext
    language: str
    here: datetime
    holidays: HolidayCalendar

    def say(self, key: str, **values: object) -> str:
        """A sentence of the catalogue."""
        return self.context.say(key, self.language, **values)

    def in_turn(self, parts: Sequence[str]) -> str:
        """What holds one after the other, in one sentence."""
        return self.say("facts.in_turn").join(parts)

    def day(self, day: date) -> str:
        """A day by its name, today and tomorrow as such."""
        named = self.context.calendar.say_day(day, self.language)
        ahead = (day - self.here.date()).days
        key = {0: "facts.today", 1: "facts.tomorrow"}.get(ahead)
        return self.say(key, day=named) if key else named

    def clock(self, minutes: int) -> str:
        """A time of day, such as `8:30 am`, `5 pm` or `16:30`."""
        if minutes >= MIDNIGHT:
            return self.say("facts.midnight")
        if minutes == NOON:
            return self.say("facts.noon")
        said = clock_time(self.context.texts, time(minutes // 60, minutes % 60), self.language)
        return re.sub(r":00(?=\s)", "", said)

    def spans(self, spans: Sequence[OpenSpan]) -> str:
        """From when to when."""
        times = [
            self.say("facts.from_to", opens=self.clock(span.opens), closes=self.clock(span.closes))
            for span in spans
        ]
        return in_a_row(times, self.language)

    def week(self, opening: OpeningHours) -> str:
        """The hours of every week, and of each season that has its own."""
        if opening.is_always:
            return self.say("facts.always")
        seasons = dict.fromkeys(rule.season for rule in opening.rules)
        parts = []
        for season in seasons:
            groups = weekly_groups([rule for rule in opening.rules if rule.season == season])
            hours = self.in_turn([self._group(days, spans) for days, spans in groups])
            if hours:
                parts.append(self.in_season(season, hours))
        return self.in_turn(parts)

    def on(self, opening: OpeningHours, day: date) -> str:
        """The hours of one day, or that it is closed then, with the holiday that closes it."""
        spans = opening.on(day, holiday=self.holidays.closes(day))
        if spans == (OpenSpan(0, MIDNIGHT),):
            return self.say("facts.always")
        if spans:
            return self.spans(spans)
        holiday = self._closing_holiday(opening, day)
        if holiday:
            return self.say("facts.closed_for", holiday=text_in(holiday.name, self.language))
        return self.say("facts.closed")

    def state(self, opening: OpeningHours) -> str:
        """Whether it is open at this moment, and until or from when; nothing of what never closes."""
        if opening.is_always:
            return ""
        now = self.here.hour * 60 + self.here.minute
        today = self.here.date()
        spans = opening.on(today, holiday=self.holidays.closes(today))
        open_now = next((span for span in spans if span.opens <= now < span.closes), None)
        if open_now:
            return self.say("facts.open_now", time=self.clock(open_now.closes))
        later = next((span for span in spans if now < span.opens), None)
        if later:
            return self.say("facts.opens_later", time=self.clock(later.opens))
        return self._opens_next(opening, today + timedelta(days=1), "facts.closed_now")

    def opens_again(self, opening: OpeningHours, after: date) -> str:
        """When it opens next after a day on which it is closed."""
        return self._opens_next(opening, after + timedelta(days=1), "facts.opens_again")

    def holidays_ahead(self, opening: OpeningHours) -> str:
        """Days of the coming week on which a holiday closes it."""
        today = self.here.date()
        days = [today + timedelta(days=ahead) for ahead in range(SOON)]
        said = [
            self.say("facts.closed_on", day=self.day(day), holiday=text_in(holiday.name, self.language))
            for day in days
            if (holiday := self._closing_holiday(opening, day))
        ]
        return sentences(said)

    def usual(self, opening: OpeningHours, days: Sequence[date]) -> str:
        """The hours of other weeks, where a holiday closes it on one of these days."""
        if not any(self._closing_holiday(opening, day) for day in days):
            return ""
        return self.say("facts.usual", hours=self.week(opening))

    def at_time(self, opening: OpeningHours, day: date, at: time) -> str:
        """Whether it is open at a time of a day."""
        minutes = at.hour * 60 + at.minute
        spans = opening.on(day, holiday=self.holidays.closes(day))
        is_open = any(span.opens <= minutes < span.closes for span in spans)
        return self.say("facts.open_at" if is_open else "facts.not_open_at", time=self.clock(minutes))

    def _closing_holiday(self, opening: OpeningHours, day: date) -> Holiday | None:
        """The holiday for which something is closed on a day that it would be open on."""
        holiday = self.holidays.on(day)
        if holiday is None or not holiday.closes or not opening.on(day) or opening.on(day, holiday=True):
            return None
        return holiday

    def _opens_next(self, opening: OpeningHours, first: date, key: str) -> str:
        for day in coming_days(first):
            if spans := opening.on(day, holiday=self.holidays.closes(day)):
                return self.say(key, day=self.day(day), time=self.clock(spans[0].opens))
        return ""

    def _group(self, days: Sequence[int], spans: Sequence[OpenSpan]) -> str:
        return self.say("facts.days_hours", days=self.weekdays(days), times=self.spans(spans))

    def weekdays(self, days: Sequence[int]) -> str:
        """Weekdays (0 for Monday) by their names, several on end as from the first to the last."""
        names = self.context.texts.words("words.weekdays", self.language)
        if len(days) == len(names):
            return self.say("facts.every_day")
        said: list[str] = []
        for run in _runs(days):
            if len(run) >= IN_A_ROW:
                said.append(self.say("facts.days_from_to", first=names[run[0]], last=names[run[-1]]))
            else:
                said += [names[day] for day in run]
        return in_a_row(said, self.language)

    def in_season(self, season: Season | None, hours: str) -> str:
        """Hours or days with the season in which they hold."""
        if season is None:
            return hours
        first, last = self._month_day(season, season.first), self._month_day(season, season.last)
        return self.say("facts.season", first=first, last=last, hours=hours)

    def _month_day(self, season: Season, at: tuple[int, int]) -> str:
        month = self.context.texts.words("words.months", self.language)[at[0] - 1]
        return month if season.is_of_months else self.say("facts.month_day", month=month, day=at[1])


def sentences(parts: Sequence[str]) -> str:
    """Sentences behind each other; Chinese puts no space between them."""
    said = ""
    for part in filter(None, parts):
        said += f" {part}" if said and not is_unspaced(said[-2:-1]) and not is_unspaced(part[0]) else part
    return said


def _runs(days: Iterable[int]) -> list[list[int]]:
    """Days that follow each other, together."""
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs
