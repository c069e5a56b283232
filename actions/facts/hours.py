"""Opening hours in words of a language, composed of checked rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from actions.turn.context import ActionContext
from city.facts.days import OpenDays, special_spans
from city.facts.opening import MIDNIGHT, OpeningHours, OpenSpan, Season, coming_days, weekly_groups
from city.records.facts import SpecialHours
from city.records.model import text_in
from core.languages import clock_time, in_a_row
from core.texts import is_unspaced

IN_A_ROW = 3
"""Days on end from which on they are said as from the first to the last."""
NOON = 12 * 60
SOON = 7
"""Days ahead in which a holiday that closes, and special hours, are told of unasked."""


@dataclass(frozen=True, slots=True)
class HoursPhraser:
    """Says hours in one language; `here` is the city's own time."""

    context: ActionContext
    language: str
    here: datetime

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

    def on(self, days: OpenDays, day: date) -> str:
        """The hours of one day, or that it is closed then, with the holiday or the reason that closes it."""
        said = self._spans_of_day(days.on(day))
        if special := days.special_on(day):
            return f"{said}{self._because(special)}"
        if holiday := days.closing_holiday(day):
            return self.say("facts.closed_for", holiday=text_in(holiday.name, self.language))
        return said

    def _spans_of_day(self, spans: Sequence[OpenSpan]) -> str:
        if spans == (OpenSpan(0, MIDNIGHT),):
            return self.say("facts.always")
        return self.spans(spans) if spans else self.say("facts.closed")

    def state(self, days: OpenDays) -> str:
        """Whether it is open at this moment, and until or from when; nothing of what never closes."""
        today = self.here.date()
        if days.usual.is_always and not days.special_on(today):
            return ""
        now = self.here.hour * 60 + self.here.minute
        spans = days.on(today)
        open_now = next((span for span in spans if span.opens <= now < span.closes), None)
        if open_now:
            return self.say("facts.open_now", time=self.clock(open_now.closes))
        later = next((span for span in spans if now < span.opens), None)
        if later:
            return self.say("facts.opens_later", time=self.clock(later.opens))
        return self._opens_next(days, today + timedelta(days=1), "facts.closed_now")

    def opens_again(self, days: OpenDays, after: date) -> str:
        """When it opens next after a day on which it is closed."""
        return self._opens_next(days, after + timedelta(days=1), "facts.opens_again")

    def ahead(self, days: OpenDays) -> str:
        """What is unlike other weeks in the days to come: holidays that close it, and special hours."""
        today = self.here.date()
        coming = [today + timedelta(days=ahead) for ahead in range(SOON)]
        said = [
            self.say("facts.closed_on", day=self.day(day), holiday=text_in(holiday.name, self.language))
            for day in coming
            if (holiday := days.closing_holiday(day))
        ]
        return sentences([*map(self.special, days.special_within(today, coming[-1])), *said])

    def special(self, special: SpecialHours) -> str:
        """A sentence about special hours that are not over: closed when, or open from when to when, and why."""
        today, last = self.here.date(), special.last
        first = max(special.first, today)
        when = "day" if first == last else "until" if first == today else "from"
        spans = special_spans(special)
        return upper_first(
            self.say(
                f"facts.special_{when}" if spans else f"facts.closed_{when}",
                first=self.day(first),
                last=self.day(last),
                times=self.spans(spans),
                because=self._because(special),
            )
        )

    def _because(self, special: SpecialHours) -> str:
        reason = text_in(special.reason, self.language)
        return self.say("facts.because", reason=reason) if reason else ""

    def usual(self, days: OpenDays, asked: Sequence[date]) -> str:
        """The hours of other weeks, where a holiday closes it on one of these days, or special hours hold."""
        if not any(days.closing_holiday(day) or days.special_on(day) for day in asked):
            return ""
        week = self.week(days.usual)
        return self.say("facts.usual", hours=week) if week else ""

    def at_time(self, days: OpenDays, day: date, at: time) -> str:
        """Whether it is open at a time of a day."""
        minutes = at.hour * 60 + at.minute
        is_open = any(span.opens <= minutes < span.closes for span in days.on(day))
        return self.say("facts.open_at" if is_open else "facts.not_open_at", time=self.clock(minutes))

    def _opens_next(self, days: OpenDays, first: date, key: str) -> str:
        for day in coming_days(first):
            if spans := days.on(day):
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


def upper_first(text: str) -> str:
    """The text with a capital at its beginning."""
    return f"{text[:1].upper()}{text[1:]}"


def _runs(days: Iterable[int]) -> list[list[int]]:
    """Days that follow each other, together."""
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs
