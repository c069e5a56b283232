"""Opening hours as data, in a part of OpenStreetMap's `opening_hours`: `Mo-Fr 08:30-16:30; Th 08:30-19:00; PH off`.

A later rule goes before an earlier one on the days that both are about; `PH` is a day on which the city keeps a holiday.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LAST_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
ALWAYS = "24/7"
MIDNIGHT = 24 * 60
EXAMPLE = "Mo-Fr 08:30-16:30; Sa 09:00-12:00; PH off"
DAYS_EXAMPLE = "Mo, or Tu[1,3] 08:00-11:00"
WHOLE_DAY = "00:00-24:00"
MOST_AHEAD = 400
"""Days that are looked through for the next opening: a season comes again within a year."""

_DAY = rf"(?:{'|'.join(WEEKDAYS)})"
_MONTH = rf"(?:{'|'.join(MONTHS)})"
_DAYS = rf"{_DAY}(?:-{_DAY}|\[[1-5](?:,[1-5])*\])?"
_RULE = re.compile(
    rf"(?:(?P<first>{_MONTH})(?: (?P<from>\d\d?))?(?:-(?P<last>{_MONTH})(?: (?P<to>\d\d?))?)?(?: |$))?"
    rf"(?P<days>PH|{_DAYS}(?:,{_DAYS})*)?\s*(?P<times>off|\d\d:\d\d-\d\d:\d\d(?:,\s*\d\d:\d\d-\d\d:\d\d)*)?"
)
_TIMES = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")


@dataclass(frozen=True, slots=True)
class OpenSpan:
    """From when to when something is open on a day, in minutes since midnight; 1440 is the end of the day."""

    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Season:
    """A part of every year, as (month, day) of its first and last day; it may run over New Year."""

    first: tuple[int, int]
    last: tuple[int, int]

    def holds(self, day: date) -> bool:
        """Whether a day lies in it."""
        at = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= at <= self.last
        return at >= self.first or at <= self.last

    @property
    def is_of_months(self) -> bool:
        """Whether it begins and ends with a month."""
        return self.first[1] == 1 and self.last[1] >= LAST_DAYS[self.last[0] - 1] - (self.last[0] == 2)


@dataclass(frozen=True, slots=True)
class OpeningRule:
    """What holds on some days: no `spans` is closed. `weekdays` are (0 for Monday, the weeks of the month in which, none is all)."""

    weekdays: tuple[tuple[int, tuple[int, ...]], ...]
    spans: tuple[OpenSpan, ...]
    season: Season | None = None
    on_holidays: bool = False

    def is_about(self, day: date, *, holiday: bool) -> bool:
        """Whether it says something of this day."""
        if self.season and not self.season.holds(day):
            return False
        if self.on_holidays:
            return holiday
        week = (day.day - 1) // 7 + 1
        return any(
            day.weekday() == weekday and week in (weeks or (week,)) for weekday, weeks in self.weekdays
        )


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """The rules in their order."""

    rules: tuple[OpeningRule, ...]

    def on(self, day: date, *, holiday: bool = False) -> tuple[OpenSpan, ...]:
        """When it is open on a day; nothing is closed."""
        about = [rule for rule in self.rules if rule.is_about(day, holiday=holiday)]
        return about[-1].spans if about else ()

    @property
    def is_always(self) -> bool:
        """Whether it never closes."""
        whole = (OpenSpan(0, MIDNIGHT),)
        return all(rule.spans == whole and not rule.season for rule in self.rules) and bool(self.rules)

    def is_closed_for_holiday(self, day: date) -> bool:
        """Whether a holiday on this day would close it, by a rule about holidays."""
        return any(rule.on_holidays for rule in self.rules) and not self.on(day, holiday=True)


def read_opening(text: str) -> OpeningHours:
    """The hours that a text means; a `ValueError` says in a sentence what was expected."""
    if text.strip() == ALWAYS:
        return OpeningHours((OpeningRule(_all_week(), (OpenSpan(0, MIDNIGHT),)),))
    rules = tuple(_read_rule(part) for part in text.split(";") if part.strip())
    if not rules:
        raise ValueError(f"expected hours such as {EXAMPLE}, or {ALWAYS}")
    return OpeningHours(rules)


@lru_cache(maxsize=1024)
def known_opening(text: str) -> OpeningHours:
    """The hours of a text that was checked when it was loaded."""
    return read_opening(text)


def read_days(text: str) -> OpeningHours:
    """Days that a text means, written as opening hours are, the times of which may be left out: `Mo`, `Apr-Oct Tu[1,3] 08:00-11:00`."""
    rules = tuple(
        _read_rule(part, example=DAYS_EXAMPLE, timeless=True) for part in text.split(";") if part.strip()
    )
    if not rules:
        raise ValueError(f"expected days such as {DAYS_EXAMPLE}")
    return OpeningHours(rules)


@lru_cache(maxsize=1024)
def known_days(text: str) -> OpeningHours:
    """The days of a text that was checked when it was loaded."""
    return read_days(text)


def _all_week() -> tuple[tuple[int, tuple[int, ...]], ...]:
    return tuple((weekday, ()) for weekday in range(len(WEEKDAYS)))


def _read_rule(text: str, example: str = f"{EXAMPLE}, or {ALWAYS}", *, timeless: bool = False) -> OpeningRule:
    written = " ".join(text.split())
    match = _RULE.fullmatch(written)
    if not match or not (match["times"] or timeless):
        raise ValueError(f"{written!r} should read like {example}")
    spans = () if match["times"] == "off" else _read_spans(match["times"] or WHOLE_DAY)
    season = _read_season(match)
    if match["days"] == "PH":
        return OpeningRule((), spans, season, on_holidays=True)
    return OpeningRule(_read_weekdays(match["days"]) if match["days"] else _all_week(), spans, season)


def _read_spans(text: str) -> tuple[OpenSpan, ...]:
    spans = []
    for opens, opens_minute, closes, closes_minute in _TIMES.findall(text):
        span = OpenSpan(int(opens) * 60 + int(opens_minute), int(closes) * 60 + int(closes_minute))
        if max(int(opens_minute), int(closes_minute)) > 59 or not span.opens < span.closes <= MIDNIGHT:
            raise ValueError(f"{text!r} should run from an earlier time to a later one of the same day")
        spans.append(span)
    if any(one.closes > other.opens for one, other in pairwise(spans)):
        raise ValueError(f"the times of {text!r} should stand in the order of the day")
    return tuple(spans)


def _read_season(match: re.Match[str]) -> Season | None:
    if not match["first"]:
        return None
    first = MONTHS.index(match["first"])
    last = MONTHS.index(match["last"]) if match["last"] else first
    from_day = int(match["from"] or 1)
    to_day = int(match["to"] or (LAST_DAYS[last] if not match["from"] or match["last"] else from_day))
    if not (1 <= from_day <= LAST_DAYS[first] and 1 <= to_day <= LAST_DAYS[last]):
        raise ValueError(f"{match[0]!r} has a day that its month lacks")
    return Season((first + 1, from_day), (last + 1, to_day))


def _read_weekdays(text: str) -> tuple[tuple[int, tuple[int, ...]], ...]:
    found: list[tuple[int, tuple[int, ...]]] = []
    for name, last, weeks in re.findall(rf"({_DAY})(?:-({_DAY})|\[([\d,]+)\])?", text):
        start, end = WEEKDAYS.index(name), WEEKDAYS.index(last or name)
        days = range(start, end + 1) if start <= end else [*range(start, 7), *range(end + 1)]
        found += [(day, tuple(int(week) for week in weeks.split(",") if week)) for day in days]
    return tuple(found)


def weekly_groups(rules: Sequence[OpeningRule]) -> list[tuple[tuple[int, ...], tuple[OpenSpan, ...]]]:
    """Weekdays with the same hours by these rules, in the order of the week; closed ones are left out."""
    by_day = {
        weekday: rule.spans
        for rule in rules
        if not rule.on_holidays
        for weekday, weeks in rule.weekdays
        if not weeks
    }
    groups: dict[tuple[OpenSpan, ...], list[int]] = {}
    for weekday in sorted(by_day):
        if by_day[weekday]:
            groups.setdefault(by_day[weekday], []).append(weekday)
    return [(tuple(days), spans) for spans, days in groups.items()]


def coming_days(first: date) -> list[date]:
    """The days from this one on in which a next opening is looked for."""
    return [first + timedelta(days=ahead) for ahead in range(MOST_AHEAD)]
