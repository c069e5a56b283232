"""Reading and saying days and times, in the city's own time and the resident's words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from actions.readers import word_table
from actions.words import plain
from bot.texts import Texts

CLOCK = re.compile(
    r"(?:\b(?:at|around|about|a las?|como a las?|sobre las?)\s+)?\b(\d{1,2})(?:[:.h](\d{2}))?\s*"
    r"(am|pm|a m|p m|de la manana|de la tarde|de la noche|in the morning|in the afternoon|in the evening|at night)?\b"
)
MARKED = re.compile(r"\d\s*(?:[:h]\d{2}|am\b|pm\b|a m\b|p m\b)|\b(?:at|a las?|around|about)\s+\d|\bde la \w+")
ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})(?:t| )?(?:(\d{1,2}):(\d{2}))?")
SLASHED = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{2,4}))?\b")
AGO = re.compile(
    r"(?:(?:hace)\s+)?(\d+|\w+)\s+(minut\w*|hours?|horas?|days?|dias?|weeks?|semanas?)(?:\s+ago)?\b"
)
UNITS = {
    "minut": "minutes",
    "hour": "hours",
    "hora": "hours",
    "day": "days",
    "dia": "days",
    "week": "weeks",
    "semana": "weeks",
}
LATE = {"pm", "p m", "de la tarde", "de la noche", "in the afternoon", "in the evening", "at night"}


@dataclass(frozen=True, slots=True)
class When:
    """A day, and a time of that day if one was said."""

    day: date
    at: time | None = None

    def __str__(self) -> str:
        return f"{self.day.isoformat()}T{self.at:%H:%M}" if self.at else self.day.isoformat()


class Calendar:
    """The words of the catalogue for days, months and parts of the day."""

    def __init__(self, texts: Texts, zone: ZoneInfo) -> None:
        self._texts = texts
        self._zone = zone
        self._days = word_table(texts.words_of_all("words.days_ago"))
        self._hours = word_table(texts.words_of_all("words.hours"))
        self._numbers = word_table(texts.words_of_all("words.numbers") + texts.words_of_all("words.articles"))
        self._months = self._positions("words.months")
        self._weekdays = self._positions("words.weekdays")

    @property
    def zone(self) -> ZoneInfo:
        """The city's zone."""
        return self._zone

    def read(self, text: str, now: datetime, language: str) -> When | None:
        """The day and time that `text` tells, seen from `now`; None rather than a guess. Times without a day are today's."""
        here = now.astimezone(self._zone)
        folded = _fold(text)
        if match := ISO.search(folded):
            return _iso(match)
        if moment := self._ago(folded, here):
            return moment
        day, rest = self._day(folded, here.date(), language)
        at = self._time(rest, sure=day is not None)
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
        clock = f"{moment.hour}:{moment:%M}" if language == "es" else f"{moment:%I:%M %p}".lstrip("0").lower()
        return self._texts.say("forms.day_and_time", language, day=day, time=clock)

    def _positions(self, key: str) -> dict[str, int]:
        words = {}
        for language in self._texts.lists:
            for at, word in enumerate(self._texts.words(key, language)):
                words[plain(word)] = at
                words[plain(word)[:3]] = at
        return words

    def _ago(self, folded: str, here: datetime) -> When | None:
        match = AGO.search(folded)
        if not match or not ("ago" in folded or "hace" in folded):
            return None
        count = int(match[1]) if match[1].isdigit() else self._numbers.get(match[1])
        unit = next((name for start, name in UNITS.items() if match[2].startswith(start)), None)
        if count is None or unit is None or count > 5000:
            return None
        moment = here - timedelta(**{unit: count})
        return When(
            moment.date(),
            moment.time().replace(second=0, microsecond=0) if unit in {"hours", "minutes"} else None,
        )

    def _day(self, folded: str, today: date, language: str) -> tuple[date | None, str]:
        for phrase in sorted(self._days, key=len, reverse=True):
            if re.search(rf"\b{phrase}\b", folded):
                return today - timedelta(days=self._days[phrase]), folded.replace(phrase, " ", 1)
        if match := SLASHED.search(folded):
            return _slashed(match, today, month_first=language == "en"), folded.replace(match[0], " ", 1)
        return self._named_day(folded, today)

    def _named_day(self, folded: str, today: date) -> tuple[date | None, str]:
        words = folded.split()
        month = next((self._months[word] for word in words if len(word) >= 3 and word in self._months), None)
        if month is not None:
            number = re.search(r"\b(\d{1,2})(?:st|nd|rd|th)?\b", folded)
            day = _last(today, month + 1, int(number[1])) if number else None
            return day, folded.replace(number[0], " ", 1) if number else folded
        weekday = next((self._weekdays[word] for word in words if word in self._weekdays), None)
        if weekday is None:
            return None, folded
        return today - timedelta(days=(today.weekday() - weekday) % 7 or 7), folded

    def _time(self, rest: str, *, sure: bool) -> time | None:
        for phrase, hour in self._hours.items():
            if re.search(rf"\b{phrase}\b", rest) and not re.search(r"\d", rest):
                return time(hour)
        if not (sure or MARKED.search(rest)):
            return None
        match = CLOCK.search(rest)
        if not match:
            return None
        hour, minute = int(match[1]), int(match[2] or 0)
        if match[3] in LATE and hour < 12:
            hour += 12
        elif match[3] in {"am", "a m"} and hour == 12:
            hour = 0
        return time(hour, minute) if hour < 24 and minute < 60 else None


def _fold(text: str) -> str:
    kept = re.sub(r"[^\w:/.\-\s]", " ", text)
    return " ".join(
        plain(word) if word.isalpha() or not re.search(r"\d", word) else word.casefold().strip(".")
        for word in kept.split()
    )


def _iso(match: re.Match[str]) -> When | None:
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
        return When(day, time(int(match[4]), int(match[5])) if match[4] else None)
    except ValueError:
        return None


def _slashed(match: re.Match[str], today: date, *, month_first: bool) -> date | None:
    first, second = int(match[1]), int(match[2])
    month, day = (first, second) if month_first else (second, first)
    if month > 12:
        month, day = day, month
    if not match[3]:
        return _last(today, month, day)
    year = int(match[3])
    return _date(year + 2000 if year < 100 else year, month, day)


def _last(today: date, month: int, day: int) -> date | None:
    found = _date(today.year, month, day)
    return _date(today.year - 1, month, day) if found and found > today + timedelta(days=31) else found


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
