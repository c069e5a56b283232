"""Until when a text says that something holds: `Leaves are picked up to December 4, 2026`, `截止2025年11月30日`.

Only a date with its year counts, behind a word for `until` or as the end of a range: that a law is of 1998 does not end it.
"""

from __future__ import annotations

import calendar
import re
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path

from core.languages import locale_of
from core.texts import plain_digits

FILE = Path(__file__).with_suffix(".toml")
BEFORE_YEAR, BEHIND_YEAR = 60, 16
"""Letters before and behind a year among which its date stands, with what makes it an end."""
_A_YEAR = re.compile(r"20\d\d")
_YEAR = r"(?P<year>20\d\d)\b"
_DASH = r"(?<=[\w.,])\s?[-–—]\s?"
_SHORT_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|º|ª)?"


def last_end(text: str) -> date | None:
    """The latest day up to which something holds by this text; None where it names none."""
    return max(_end_dates(text), default=None)


def _end_dates(text: str) -> Iterator[date]:
    text = plain_digits(text)
    for year in _A_YEAR.finditer(text):
        around = text[max(0, year.start() - BEFORE_YEAR) : year.end() + BEHIND_YEAR]
        for match in (match for pattern in _patterns() for match in pattern.finditer(around)):
            with suppress(ValueError):
                yield _date_of(match.groupdict())


def _date_of(found: dict[str, str | None]) -> date:
    """Without a day the month's last, in Chinese without a month the year's. Raises ValueError for one that no calendar has."""
    name = (found.get("name") or "").casefold()
    year, month = int(found["year"] or 0), _months()[name] if name else int(found.get("month") or 12)
    return date(year, month, int(found.get("day") or 0) or calendar.monthrange(year, month)[1])


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """How dates are written, each behind or before what makes it an end."""
    listed = tomllib.loads(FILE.read_text(encoding="utf-8"))
    until, behind = _any_of(_all_words(listed["before"])), _any_of(_all_words(listed["behind"]))
    days = _any_of(
        {name for code in listed["before"] for name in locale_of(code).days["format"]["wide"].values()}
    )
    months = _any_of(_months())
    lead = rf"(?:(?<!\w)(?:{until})(?!\w):?\s+|{_DASH})(?:(?:{days}),?\s+)?"
    written = (
        rf"(?P<name>{months})\.?\s+{_SHORT_DAY},?\s+{_YEAR}",
        rf"{_SHORT_DAY}\.?\s+(?:de\s+|d['’])?(?P<name>{months})\.?,?\s+(?:de\s+|del\s+)?{_YEAR}",
        rf"(?P<name>{months})\.?,?\s+(?:de\s+|del\s+)?{_YEAR}",
        r"(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b",
    )
    han = r"(?P<year>20\d\d)\s?年(?:\s?(?P<month>\d{1,2})\s?月(?:份|底)?(?:\s?(?P<day>\d{1,2})\s?[日号號])?)?"
    return (
        *(re.compile(lead + one, re.IGNORECASE) for one in written),
        re.compile(rf"(?:{until})[:：]?\s?{han}|(?!)"),
        re.compile(rf"{han}\s?(?:{behind})"),
    )


@cache
def _months() -> dict[str, int]:
    """The number of each month by its names, folded by case, in every language of the list."""
    found: dict[str, int] = {}
    for code in tomllib.loads(FILE.read_text(encoding="utf-8"))["before"]:
        for form in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                names = locale_of(code).months[form][width]
                found |= {
                    name.casefold().rstrip("."): number
                    for number, name in names.items()
                    if name[:1].isalpha()
                }
    return found


def _all_words(by_language: dict[str, list[str]]) -> set[str]:
    return {word for words in by_language.values() for word in words}


def _any_of(words: Iterable[str]) -> str:
    """An alternative of these words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
