"""The words of the catalogue for days, months, hours and how long ago, folded, with one language's before the others'."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from actions.reading.readers import word_table
from actions.reading.words import plain_text
from core.texts import EDGE_BEFORE, EDGE_BEHIND, Texts, any_of_phrases

UNITS = frozenset({"minutes", "hours", "days", "weeks"})
"""What `words.units` may count, as `timedelta` names it."""
SHORTENED = 3
"""Letters to which months and weekdays are shortened."""


@dataclass(frozen=True, slots=True)
class TimeWords:
    """Tables and expressions over folded text. `units` tells how many of what a word is: (1, "days")."""

    days: dict[str, int]
    hours: dict[str, int]
    months: dict[str, int]
    weekdays: dict[str, int]
    units: dict[str, tuple[int, str]]
    numbers: dict[str, int]
    ago: tuple[str, ...]
    ahead: tuple[str, ...]
    late: frozenset[str]
    early: frozenset[str]
    half: frozenset[str]
    clock: re.Pattern[str]
    count: re.Pattern[str]


class TimeVocabulary:
    """The words of each language, made when they are first asked for."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._words: dict[str, TimeWords] = {}

    def words_for(self, language: str) -> TimeWords:
        """Those of all languages, with this one's first."""
        if language not in self._words:
            self._words[language] = _time_words(self._texts, language)
        return self._words[language]


def _time_words(texts: Texts, language: str) -> TimeWords:
    """Words of all languages, as people mix them; where two mean different things by one word, `language` decides."""

    def listed(key: str) -> tuple[str, ...]:
        return tuple(word for words in texts.words_first(f"words.{key}", language) for word in words)

    def table(key: str) -> dict[str, int]:
        return word_table(listed(key)[::-1])

    def positions(key: str) -> dict[str, int]:
        found: dict[str, int] = {}
        for names in texts.words_first(f"words.{key}", language):
            found = _positions_of(names) | found
        also = (entry.partition("=") for entry in listed("also_called"))
        return {
            plain_text(name): found[plain_text(usual)]
            for name, _, usual in also
            if plain_text(usual) in found
        } | found

    numbers = table("numbers") | table("articles")
    units = _units_of(listed("units")[::-1])
    late, early = frozenset(map(plain_text, listed("pm"))), frozenset(map(plain_text, listed("am")))
    return TimeWords(
        days=table("days_ago"),
        hours=table("hours"),
        months=positions("months"),
        weekdays=positions("weekdays"),
        units=units,
        numbers=numbers,
        ago=tuple(map(plain_text, listed("ago"))),
        ahead=tuple(map(plain_text, texts.words("words.ahead", language))),
        late=late,
        early=early,
        half=frozenset(map(plain_text, listed("half_past"))),
        clock=_clock_expression(listed("at"), listed("oclock"), listed("half_past"), late | early),
        count=re.compile(rf"(?:(\d+|{any_of_phrases(numbers)})\s*)?({any_of_phrases(units)})"),
    )


def bare_word(found: str, known: Collection[str]) -> str:
    """The word that was found, without what is written together with it."""
    return found if found in known else next(word for word in known if found.endswith(word))


def _positions_of(names: tuple[str, ...]) -> dict[str, int]:
    """The place of each name in its list, also by its first word and by its first letters where no other begins so."""
    found = {plain_text(name): at for at, name in enumerate(names)}
    short: dict[str, set[int]] = {}
    for name, at in found.items():
        first = name.split()[0]
        starts = {first, first[:SHORTENED]} if re.match(r"[a-z]", first) else {first}
        for start in starts:
            short.setdefault(start, set()).add(at)
    return {start: min(at) for start, at in short.items() if len(at) == 1 and len(start) >= 2} | found


def _units_of(entries: tuple[str, ...]) -> dict[str, tuple[int, str]]:
    """`day=days` and `fortnight=2 weeks` as what they count."""
    found = {}
    for word, _, meant in (entry.partition("=") for entry in entries):
        count, _, unit = meant.rpartition(" ")
        if unit not in UNITS:
            raise ValueError(f"words.units: {word}={meant} counts none of {', '.join(sorted(UNITS))}.")
        found[plain_text(word)] = (int(count or 1), unit)
    return found


def _clock_expression(
    at: tuple[str, ...], oclock: tuple[str, ...], half: tuple[str, ...], parts: frozenset[str]
) -> re.Pattern[str]:
    """An hour, and what marks it as one: `at`, minutes, a sign for the hour, a part of the day before or behind it."""
    signs = "|".join(re.escape(plain_text(word)) for word in sorted(oclock, key=len, reverse=True)) or r"(?!)"
    behind = "|".join(re.escape(part) for part in sorted(parts, key=len, reverse=True)) or r"(?!)"
    return re.compile(
        rf"(?:(?P<before>{any_of_phrases(parts)})\s*)?(?:(?P<at>{any_of_phrases(map(plain_text, at))})\s*)?{EDGE_BEFORE}(?P<hour>\d{{1,2}})"
        rf"(?:\s*(?P<sign>:|{signs})\s*(?P<minute>\d{{2}})?|\.(?P<dotted>\d{{2}}))?"
        rf"(?:\s*(?P<half>{any_of_phrases(map(plain_text, half))}))?(?:\s*(?P<behind>{behind}))?{EDGE_BEHIND}"
    )
