"""The values in a sentence: amounts, clock times, days, shares, phone numbers, counts; and the words that are left around them."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from core.languages import locale_of
from core.texts import fold_text, plain_digits
from knowledge.base.language import primary_language

FILE = Path(__file__).with_suffix(".toml")
HALF_A_DAY = 12 * 60


class ValueKind(StrEnum):
    """What a value measures. A YEAR, an ORDINAL or a NAME ("Zone 2") says what a sentence is about; the others are what it claims."""

    PHONE = "phone"
    MONEY = "money"
    TIME = "time"
    DATE = "date"
    SHARE = "share"
    WEEKDAY = "weekday"
    MONTH = "month"
    COUNT = "count"
    YEAR = "year"
    ORDINAL = "ordinal"
    NAME = "name"


TOPIC_KINDS = frozenset({ValueKind.YEAR, ValueKind.ORDINAL, ValueKind.NAME})


@dataclass(frozen=True, slots=True)
class StatedValue:
    """A value as a text states it: `value` is what is compared, `start` and `end` where it stands in the text."""

    kind: ValueKind
    value: str
    start: int
    end: int


def read_values(text: str, language: str) -> list[StatedValue]:
    """The values that `text` states, in order."""
    text, code = plain_digits(text), primary_language(language)
    found = (_value_of(match, code) for match in _expression(code).finditer(text))
    return [value for value in found if value is not None]


def without_values(text: str, values: Iterable[StatedValue]) -> str:
    """The words around the values."""
    at, kept = 0, []
    for value in values:
        kept.append(text[at : value.start])
        at = value.end
    return " ".join([*kept, text[at:]])


def _value_of(match: re.Match[str], language: str) -> StatedValue | None:
    kind, said = match.lastgroup or "", match[0]
    if kind == "address":
        return None
    if kind in {"clock", "hour"}:
        made = _clock_value(said)
    elif kind == "bare":
        made = _bare_number(match, language)
    else:
        made = ValueKind(kind), _PLAIN[kind](said, language)
    return StatedValue(made[0], made[1], match.start(), match.end())


def _bare_number(match: re.Match[str], language: str) -> tuple[ValueKind, str]:
    """A figure by itself: a year, the number of a thing that is called by it ("Zone 2", "#4"), or a count."""
    said, number = match[0], _plain_number(match[0])
    if re.fullmatch(r"(?:19|20)\d\d", said):
        return ValueKind.YEAR, said
    before = match.string[: match.start()].rstrip("( ")
    word = re.search(r"(?:[#№§]|\b(?:[Nn]o|[Nn]r)\.|[^\W\d_]+)$", before)
    is_first = word is not None and not before[: word.start()].strip("-•* ")
    called = word is not None and (word[0][:1].isupper() or not word[0][0].isalpha()) and not is_first
    is_day = word is not None and word[0].casefold() in map(str.casefold, _months(language))
    return (ValueKind.NAME if called and not is_day else ValueKind.COUNT), number


def _clock_value(said: str) -> tuple[ValueKind, str]:
    hour, minute = [*re.findall(r"\d+", said), "0"][:2]
    folded = fold_text(said)
    letters = re.sub(r"[\W\d_]", "", folded)
    at = int(hour) * 60 + int(minute)
    if letters in _letters("afternoon") and at < HALF_A_DAY:
        at += HALF_A_DAY
    elif letters in _letters("morning") and at >= HALF_A_DAY:
        at -= HALF_A_DAY
    return ValueKind.TIME, str(at)


def _plain_number(said: str) -> str:
    """The figures of a number, without marks between thousands and without noughts behind a point."""
    digits = re.sub(r"[^\d.,]", "", said).strip(".,")
    digits = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", digits).replace(",", ".")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


@cache
def _listed() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@cache
def _letters(name: str) -> frozenset[str]:
    return frozenset(
        re.sub(r"[\W\d_]", "", fold_text(word)) for words in _listed()[name].values() for word in words
    )


def _words(name: str, language: str) -> str:
    return _any_of(_listed()[name].get(language, ()))


@cache
def _expression(language: str) -> re.Pattern[str]:
    """Whatever states a value in this language, the longer kinds before the shorter."""
    number = r"\d+(?:[.,]\d{3})*(?:[.,]\d+)?"
    signs = re.escape("".join(chr(at) for at in range(0x24, 0x20C1) if unicodedata.category(chr(at)) == "Sc"))
    halves = f"{_words('morning', language)}|{_words('afternoon', language)}"
    days = _any_of(_weekdays(language))
    months = _any_of(_months(language))
    parts = (
        r"(?P<address>(?:https?://|www\.)\S+|\S+@\S+\.\w+)",
        r"(?P<date>(?:19|20)\d\d-\d\d-\d\d|\b\d{1,2}/\d{1,2}/(?:\d{4}|\d\d)\b)",
        r"(?P<phone>(?:\+?\d[ .-])?\(?\b\d{3}\)?[ .-]\s?\d{3}[.-]\d{4}\b|\b\d{3}[-.]\d{4}\b)",
        rf"(?P<money>[{signs}]\s?{number}|{number}\s?(?:[{signs}]|(?:{_words('money', language)})(?!\w)))",
        rf"(?P<share>{number}\s?[%٪])",
        rf"(?P<clock>\b\d{{1,2}}(?:[:.]\d\d)?\s?(?:{halves})(?!\w)|\b\d{{1,2}}:\d\d\b)",
        r"(?P<hour>\b\d{1,2}\s?h(?:\s?\d\d)?\b)",
        rf"(?P<weekday>(?<!\w)(?:{days})(?!\w))",
        rf"(?P<month>(?<!\w)(?:{months})(?=\.?,?\s+\d)|(?:(?<=\d\s)|(?<=\d\sde\s))(?:{months})(?!\w))",
        rf"(?P<ordinal>\b\d+(?:st|nd|rd|th)\b|\d+[ºª]|(?<!\w)(?:{_words('ordinal', language)})(?!\w))",
        r"(?P<year>(?<!\d)\d{3,4}(?=\s?年))",
        rf"(?P<bare>(?<![\w.]){number}(?![\w]))",
    )
    return re.compile("|".join(parts), re.IGNORECASE)


def _any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or "(?!)"


@cache
def _weekdays(language: str) -> dict[str, str]:
    """The wide names of the days and their plurals in small letters, with the number of each day."""
    wide = locale_of(language).days["format"]["wide"]
    return {
        form: str(number)
        for number, name in wide.items()
        for form in (name.casefold(), f"{name}s".casefold())
    }


def _months(language: str) -> Iterable[str]:
    names: dict[int, str] = locale_of(language).months["format"]["wide"]
    return names.values()


_PLAIN: dict[str, Callable[[str, str], str]] = {
    "phone": lambda said, _: re.sub(r"\D", "", said)[-10:],
    "money": lambda said, _: _plain_number(said),
    "share": lambda said, _: _plain_number(said),
    "date": lambda said, _: said,
    "weekday": lambda said, language: _weekdays(language)[said.casefold()],
    "month": lambda said, _: fold_text(said)[:3],
    "year": lambda said, _: said,
    "ordinal": lambda said, _: fold_text(said),
}
"""How a value of each kind is brought into the form that is compared."""
