"""A week of opening hours as staff fill it in, a line of times for each weekday, and the text that stands for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from city.facts.opening import ALWAYS, MIDNIGHT, WEEKDAYS, WHOLE_DAY, OpeningRule, OpenSpan, known_opening

CLOSED_WORDS = frozenset({"", "-", "–", "closed", "cerrado", "off"})
_CLOCK = r"(\d{1,2})(?:[:.h](\d{2}))?\s*(?:([ap])(?:\.?\s?m)?\b\.?)?"
_SPAN = re.compile(rf"{_CLOCK}\s*(?:-|–|—|to|a|until|till|hasta)\s*{_CLOCK}", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:,|;|&|\band\b|\by\b)?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OpeningWeek:
    """Times such as `08:30-12:00,13:00-16:30` from Monday to Sunday, empty for closed, and whether holidays close it."""

    times: tuple[str, ...]
    closes_on_holidays: bool


def week_of(opening: str) -> OpeningWeek | None:
    """The week that an opening text means; None where it says more than a week can: seasons, weeks of a month, hours of holidays."""
    if not opening:
        return OpeningWeek(("",) * len(WEEKDAYS), closes_on_holidays=True)
    rules = known_opening(opening).rules
    if not all(map(_fits_a_week, rules)):
        return None
    week = [""] * len(WEEKDAYS)
    for rule in rules:
        for weekday, _ in rule.weekdays:
            week[weekday] = _write_spans(rule.spans)
    return OpeningWeek(tuple(week), any(rule.on_holidays for rule in rules))


def opening_of_week(week: OpeningWeek, before: str = "") -> str:
    """The opening text of a week, that of `before` where it means the same; empty where it is open on no day."""
    if not any(week.times):
        return ""
    if before and week_of(before) == week:
        return before
    if all(times == WHOLE_DAY for times in week.times) and not week.closes_on_holidays:
        return ALWAYS
    said = [f"{days} {times}" for days, times in _runs_of(week.times) if times]
    return "; ".join([*said, "PH off"] if week.closes_on_holidays else said)


def read_times(text: str) -> str | None:
    """The times of a day as somebody writes them (`9-5`, `8:30 am to 4 pm`), as `09:00-17:00`; None where they cannot be read."""
    written = text.strip().lower()
    if written in CLOSED_WORDS:
        return ""
    spans: list[OpenSpan] = []
    at = 0
    while at < len(written):
        match = _SPAN.match(written, at)
        span = _read_span(match) if match else None
        if match is None or span is None or (spans and span.opens < spans[-1].closes):
            return None
        spans.append(span)
        between = _BETWEEN.match(written, match.end())
        at = between.end() if between else match.end()
    return _write_spans(spans)


def _read_span(match: re.Match[str]) -> OpenSpan | None:
    from_hour, from_minute, from_half, to_hour, to_minute, to_half = match.groups()
    opens = _minutes(from_hour, from_minute, from_half or ("a" if to_half == "a" else ""))
    closes = _minutes(to_hour, to_minute, to_half)
    if opens is None or closes is None:
        return None
    if closes <= opens and not to_half and closes < MIDNIGHT // 2:
        closes += MIDNIGHT // 2  # "9-5" is until five in the afternoon
    return OpenSpan(opens, closes) if opens < closes <= MIDNIGHT else None


def _minutes(hour: str, minute: str | None, half: str | None) -> int | None:
    """Minutes since midnight, in either way of counting hours."""
    hours, minutes = int(hour), int(minute or 0)
    if half:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half == "p" else 0)
    return hours * 60 + minutes if minutes < 60 and hours * 60 + minutes <= MIDNIGHT else None


def _fits_a_week(rule: OpeningRule) -> bool:
    if rule.season or any(weeks for _, weeks in rule.weekdays):
        return False
    return not (rule.on_holidays and rule.spans)


def _write_spans(spans: Sequence[OpenSpan]) -> str:
    return ",".join(f"{_write_time(span.opens)}-{_write_time(span.closes)}" for span in spans)


def _write_time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _runs_of(times: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Weekdays on end with the same times, as `Mo-Fr`."""
    first = 0
    for day in range(1, len(times) + 1):
        if day == len(times) or times[day] != times[first]:
            last = day - 1
            yield WEEKDAYS[first] if first == last else f"{WEEKDAYS[first]}-{WEEKDAYS[last]}", times[first]
            first = day
