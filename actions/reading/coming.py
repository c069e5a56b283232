"""The day that a question asks about, from today on: "tomorrow", "on Thursday", "December 24", "this weekend", "at 6 pm"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from actions.reading.dates import date_or_none, find_clock, month_and_day, read_clock
from actions.reading.time_words import TimeVocabulary, TimeWords, bare_word
from city.facts.names import fold_question
from core.languages import month_first
from core.texts import Texts, phrases_expression

GAP = " ; "
"""Stands where something was read, so that the words around it do not become neighbors."""
SATURDAY, DAYS_OF_WEEK = 5, 7
ISO = re.compile(r"\b(\d{4}) (\d{1,2}) (\d{1,2})\b")
SLASHED = re.compile(r"\b(\d{1,2})/(\d{1,2})(?:/\d{2,4})?\b")


@dataclass(frozen=True, slots=True)
class AskedTime:
    """The days asked about, first and last; `at` is a time of those days, `now` this very moment, `evening` the end of the day."""

    first: date
    last: date
    at: time | None = None
    now: bool = False
    evening: bool = False

    @property
    def is_one_day(self) -> bool:
        """Whether a single day is meant."""
        return self.first == self.last


class ComingReader:
    """Reads days to come with the words of the catalogue; all languages count, the conversation's first."""

    def __init__(self, texts: Texts) -> None:
        self._vocabulary = TimeVocabulary(texts)
        entries = (entry.partition("=") for entry in texts.words_of_all("facts.days"))
        self._days = {fold_question(word): int(ahead) for word, _, ahead in entries}
        self._day_words = phrases_expression(tuple(self._days))
        self._long_days = _phrases(texts, "words.weekdays")
        self._now = _phrases(texts, "facts.now")
        self._evening = _phrases(texts, "facts.evening")
        self._week = _phrases(texts, "facts.week")
        self._weekend = _phrases(texts, "facts.weekend")

    def read(self, folded: str, here: datetime, language: str) -> tuple[AskedTime | None, str]:
        """What is asked about, seen from the city's own time, and the text without the words that said so."""
        words = self._vocabulary.words_for(language)
        today = here.date()
        evening = self._evening.search(folded) is not None
        span, rest = self._span(words, folded, today, language)
        at, rest = _clock_in(words, rest)
        now = self._now.search(rest) is not None
        rest = self._now.sub(GAP, self._evening.sub(GAP, rest))
        if span is None and not (at or now or evening):
            return None, rest
        first, last = span or (today, today)
        return AskedTime(first, last, at, now and first == last == today and at is None, evening), rest

    def is_weekday(self, folded: str, start: int, end: int) -> bool:
        """Whether a part of a text lies within the name of a weekday, as `feira` in `quinta-feira`."""
        return any(
            match.start() <= start and end <= match.end() for match in self._long_days.finditer(folded)
        )

    def _span(
        self, words: TimeWords, folded: str, today: date, language: str
    ) -> tuple[tuple[date, date] | None, str]:
        if match := self._weekend.search(folded):
            saturday = today + timedelta(days=(SATURDAY - today.weekday()) % DAYS_OF_WEEK)
            first = today if today.weekday() > SATURDAY else saturday
            return (first, first + timedelta(days=SATURDAY + 1 - first.weekday())), _without(folded, match)
        if match := self._week.search(folded):
            return None, _without(folded, match)
        if match := self._day_words.search(folded):
            day = today + timedelta(days=self._days[bare_word(match[0], self._days)])
            return (day, day), _without(folded, match)
        named, rest = _named_day(words, folded, today, language)
        return (named, named) if named else None, rest


def _phrases(texts: Texts, key: str) -> re.Pattern[str]:
    return phrases_expression(tuple(fold_question(word) for word in texts.words_of_all(key)))


def _named_day(words: TimeWords, folded: str, today: date, language: str) -> tuple[date | None, str]:
    if match := ISO.search(folded):
        return date_or_none(int(match[1]), int(match[2]), int(match[3])), _without(folded, match)
    if match := SLASHED.search(folded):
        month, day = month_and_day(int(match[1]), int(match[2]), month_first=month_first(language))
        return _coming_date(today, month, day), _without(folded, match)
    found, rest = _day_of_month(words, folded, today)
    if found:
        return found, rest
    named = phrases_expression(tuple(form for name in words.weekdays for form in (name, f"{name}s")))
    if match := named.search(folded):
        name = bare_word(
            match[0].removesuffix("s") if match[0] not in words.weekdays else match[0], words.weekdays
        )
        ahead = (words.weekdays[name] - today.weekday()) % DAYS_OF_WEEK
        return today + timedelta(days=ahead), _without(folded, match)
    return None, folded


def _day_of_month(words: TimeWords, folded: str, today: date) -> tuple[date | None, str]:
    """A month's name with a number beside it."""
    months = "|".join(sorted(map(re.escape, words.months), key=len, reverse=True))
    for pattern in (
        rf"(?P<month>{months})\s*(?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th|日|号|號)?(?!\d)",
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th|er)?\s*(?:of |de )?(?P<month>{months})(?!\w)",
    ):
        if match := re.search(pattern, folded):
            found = _coming_date(today, words.months[match["month"]] + 1, int(match["day"]))
            return found, _without(folded, match)
    return None, folded


def _clock_in(words: TimeWords, rest: str) -> tuple[time | None, str]:
    """A time that is marked as one: "at 6", "6 pm", "18h"."""
    match = find_clock(words, rest, sure=False)
    at = read_clock(words, match) if match else None
    return (at, _without(rest, match)) if match and at else (None, rest)


def _coming_date(today: date, month: int, day: int) -> date | None:
    this_year = date_or_none(today.year, month, day)
    return this_year if this_year is None or this_year >= today else date_or_none(today.year + 1, month, day)


def _without(folded: str, match: re.Match[str]) -> str:
    return f"{folded[: match.start()]}{GAP}{folded[match.end() :]}"
