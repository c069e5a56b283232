"""Reading and saying days and times, in the city's own time and the resident's words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from actions.reading.time_words import TimeVocabulary, TimeWords, bare_word
from actions.reading.words import plain_text
from core.languages import clock_time, month_first
from core.texts import Texts, fold_text, han_figures, phrases_expression

ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})(?:t| )?(?:(\d{1,2}):(\d{2}))?")
SLASHED = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{2,4}))?\b")
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
DAY_OF_MONTH = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)\b(?! \w)|(?<!\d)(\d{1,2})[\u53f7\u865f]")
"""A day that is told by its number alone: "the 12th"."""
MOST_AGO = 5000
LONGEST_TEXT = 2_000
"""Characters that are read of an answer; a day is told in fewer, and reading takes longer with every one."""


@dataclass(frozen=True, slots=True)
class When:
    """A day, and a time of that day if one was said."""

    day: date
    at: time | None = None

    def __str__(self) -> str:
        return f"{self.day.isoformat()}T{self.at:%H:%M}" if self.at else self.day.isoformat()


class Calendar:
    """Reads and says times with the words of the catalogue."""

    def __init__(self, texts: Texts, zone: ZoneInfo) -> None:
        self._texts = texts
        self._zone = zone
        self._vocabulary = TimeVocabulary(texts)

    @property
    def zone(self) -> ZoneInfo:
        """The city's zone."""
        return self._zone

    def read(self, text: str, now: datetime, language: str) -> When | None:
        """The day and time that `text` tells, seen from `now`; None rather than a guess. Times without a day are today's."""
        here = now.astimezone(self._zone)
        folded = _fold_text(text[:LONGEST_TEXT])
        if match := ISO.search(folded):
            return _read_iso(match)
        words = self._vocabulary.words_for(language)
        folded = _in_figures(words, folded)
        if moment := _read_ago(words, folded, here):
            return moment
        day, rest = _read_day(words, folded, here.date(), language)
        at = _read_time(words, rest, sure=day is not None)
        if day is None and at is None:
            return None
        return When(day or here.date(), at)

    def say_day(self, moment: datetime | date, language: str) -> str:
        """A day in words, such as `Thursday, November 26`."""
        day = moment.astimezone(self._zone).date() if isinstance(moment, datetime) else moment
        weekday = self._texts.words("words.weekdays", language)[day.weekday()]
        month = self._texts.words("words.months", language)[day.month - 1]
        return self._texts.say("forms.day", language, weekday=weekday, month=month, day=day.day)

    def say(self, when: str, language: str) -> str:
        """What `When` wrote, in words; anything else as it is."""
        try:
            moment = datetime.fromisoformat(when)
        except ValueError:
            return when
        day = self.say_day(moment.date(), language)
        if "T" not in when:
            return day
        at = clock_time(self._texts, moment.time(), language)
        return self._texts.say("forms.day_and_time", language, day=day, time=at)


def _read_ago(words: TimeWords, folded: str, here: datetime) -> When | None:
    match = words.count.search(folded)
    if not match or not _is_past(words, folded):
        return None
    each, unit = words.units[bare_word(match[2], words.units)]
    told = match[1]
    count = (
        1
        if told is None
        else int(told)
        if told.isdecimal()
        else words.numbers[bare_word(told, words.numbers)]
    )
    if count > MOST_AGO or (told is None and each == 1):
        return None
    moment = here - timedelta(**{unit: count * each})
    is_exact = unit in {"hours", "minutes"}
    return When(moment.date(), moment.time().replace(second=0, microsecond=0) if is_exact else None)


def _is_past(words: TimeWords, folded: str) -> bool:
    """Whether a length of time is one that is over: it is said to be, or it is all that is told and nothing says that it is to come."""
    if phrases_expression(words.ago).search(folded):
        return True
    is_ahead = phrases_expression(words.ahead).search(folded) is not None
    named = (*words.days, *words.months, *words.weekdays)
    return not is_ahead and phrases_expression(named).search(folded) is None


def _read_day(words: TimeWords, folded: str, today: date, language: str) -> tuple[date | None, str]:
    if match := phrases_expression(tuple(words.days)).search(folded):
        part = phrases_expression((*words.late, *words.early)).search(
            match[0]
        )  # "last night" in one word tells of the evening, too
        rest = f"{folded[: match.start()]} {part[0] if part else ''}{folded[match.end() :]}"
        return today - timedelta(days=words.days[bare_word(match[0], words.days)]), rest
    if match := SLASHED.search(folded):
        return _read_slashed(match, today, month_first=month_first(language)), _text_without(folded, match)
    return _named_day(words, folded, today)


def _named_day(words: TimeWords, folded: str, today: date) -> tuple[date | None, str]:
    if match := phrases_expression(tuple(words.months)).search(folded):
        rest = _text_without(folded, match)
        number = re.search(r"(?<!\d)\d{1,2}(?!\d)", rest)
        month = words.months[bare_word(match[0], words.months)] + 1
        if not number:
            return None, folded
        year = YEAR.search(rest)
        day = (
            date_or_none(int(year[0]), month, int(number[0]))
            if year
            else _last_such_day(today, month, int(number[0]))
        )
        return day, _text_without(rest, number)
    if match := DAY_OF_MONTH.search(folded):
        return _last_day_of_month(int(match[1] or match[2]), today), _text_without(folded, match)
    if match := phrases_expression(tuple(words.weekdays)).search(folded):
        weekday = words.weekdays[bare_word(match[0], words.weekdays)]
        return today - timedelta(days=(today.weekday() - weekday) % 7 or 7), folded
    return None, folded


def _last_day_of_month(number: int, today: date) -> date | None:
    """The last day, today included, that has this number in its month."""
    months = [today.replace(day=1)]
    for _ in range(2):
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    days = (date_or_none(month.year, month.month, number) for month in months)
    return next((day for day in days if day and day <= today), None)


def _read_time(words: TimeWords, rest: str, *, sure: bool) -> time | None:
    hour_named = phrases_expression(tuple(words.hours)).search(rest)
    if hour_named and not re.search(r"\d", rest):
        return time(words.hours[bare_word(hour_named[0], words.hours)])
    match = find_clock(words, rest, sure=sure)
    return read_clock(words, match) if match else None


def find_clock(words: TimeWords, rest: str, *, sure: bool) -> re.Match[str] | None:
    """What is written like a time of day: first what is marked as one; a bare number only where it is `sure` that a time is told."""
    found = list(words.clock.finditer(rest))
    marked = [match for match in found if any(match[name] for name in ("before", "at", "sign", "behind"))]
    return next(iter(marked or (found if sure else [])), None)


def read_clock(words: TimeWords, match: re.Match[str]) -> time | None:
    """The time of day that was found; None where there is no such time."""
    hour = _hour_of_day(words, int(match["hour"]), match["behind"] or match["before"] or "")
    minute = int(match["minute"] or match["dotted"] or (30 if match["half"] else 0))
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _hour_of_day(words: TimeWords, hour: int, part: str) -> int:
    """The hour from 0 to 23 of what the clock shows in a part of the day ("3 in the afternoon", "12 at night")."""
    if part in words.late and hour < 12:
        return hour + 12
    return 0 if part in words.early and hour == 12 else hour


def _in_figures(words: TimeWords, folded: str) -> str:
    """Numbers in Chinese characters as figures, except within the weekdays that are named by them."""
    kept = phrases_expression(tuple(words.weekdays))
    named = [match[0] for match in kept.finditer(folded)]
    between = [han_figures(part) for part in kept.split(folded)]
    return "".join(piece for pair in zip(between, [*named, ""], strict=True) for piece in pair)


def _text_without(folded: str, match: re.Match[str]) -> str:
    return f"{folded[: match.start()]} {folded[match.end() :]}"


def _fold_text(text: str) -> str:
    kept = re.sub(r"[^\w:/.\-\s]", " ", fold_text(text.replace("'", "")))
    return " ".join(word.strip(".") if re.search(r"\d", word) else plain_text(word) for word in kept.split())


def _read_iso(match: re.Match[str]) -> When | None:
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
        return When(day, time(int(match[4]), int(match[5])) if match[4] else None)
    except ValueError:
        return None


def _read_slashed(match: re.Match[str], today: date, *, month_first: bool) -> date | None:
    month, day = month_and_day(int(match[1]), int(match[2]), month_first=month_first)
    if not match[3]:
        return _last_such_day(today, month, day)
    year = int(match[3])
    return date_or_none(year + 2000 if year < 100 else year, month, day)


def month_and_day(first: int, second: int, *, month_first: bool) -> tuple[int, int]:
    """Month and day of two numbers with a slash between, in the order of a language unless that makes no month."""
    month, day = (first, second) if month_first else (second, first)
    return (day, month) if month > 12 else (month, day)


def _last_such_day(today: date, month: int, day: int) -> date | None:
    found = date_or_none(today.year, month, day)
    return date_or_none(today.year - 1, month, day) if found and found > today + timedelta(days=31) else found


def date_or_none(year: int, month: int, day: int) -> date | None:
    """The date; None where there is no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None
