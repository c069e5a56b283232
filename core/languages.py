"""What the catalogue and CLDR (by Babel) know of a language: its names, its scripts, its direction, its clock and its dates.

Another language is another folder of the catalogue (docs/howto/add-a-language.md); nothing here names one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, time
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.lists import format_list

from core.texts import Texts, is_unspaced, plain_words, script_of

LEFT_TO_RIGHT_MARK = "\u200e"
_TURNED_ROUND = re.compile(r"(?<![A-Za-z\d.,\u200e-])(?=\d+(?:-\d|[^\S\n]+[A-Za-z]))")
_GAP = re.compile("(?<=[\u3002\uff01\uff1f\uff1b\uff1a\uff0c\u3001]) +")
ENOUGH = 0.2
"""Share of the letters of a catalogue from which on a script is one that the language is written in."""

ACCEPTED = re.compile(
    r"\s*([A-Za-z]{1,8})(?:-[A-Za-z0-9]{1,8})*\s*(?:;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?"
)
"""One language of an Accept-Language header, with its weight from 0 to 1 (RFC 9110, 12.5.4)."""

A_WORD = 3
"""Letters that a Chinese sign stands for, about."""


@lru_cache(maxsize=256)
def locale_of(language: str) -> Locale:
    """What CLDR knows of this language; English where it knows nothing."""
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def read_accepted(header: str) -> list[str]:
    """The languages of an Accept-Language header without their regions, the dearest first; what it refuses (`q=0`) is left out."""
    found = [match for part in header.split(",") if (match := ACCEPTED.fullmatch(part))]
    weighed = [(match[1].lower(), float(match[2] or 1)) for match in found]
    dearest = sorted(weighed, key=lambda each: -each[1])
    return list(dict.fromkeys(language for language, weight in dearest if weight))


def own_name(texts: Texts, language: str) -> str:
    """The language in its own words, as somebody looks for it who does not read the present one."""
    return texts.say("language.name", language) if language in texts.languages else language


def name_in(texts: Texts, language: str, reader: str) -> str:
    """The language in the words of the `reader`'s, for within a sentence; its own name where those have none."""
    return locale_of(reader).languages.get(language) or own_name(texts, language)


def names_of(texts: Texts, language: str) -> frozenset[str]:
    """Every folded word that names this language in one of the catalogue's: `español`, `spanish`, `espagnol`."""
    said = [locale_of(reader).languages.get(language, "") for reader in texts.languages]
    listed = [own_name(texts, language), *texts.words("language.names", language), *said]
    return frozenset(plain_words(name) for name in listed if name)


def in_a_row(names: Sequence[str], reader: str) -> str:
    """`A, B, and C` as the reader's language joins them."""
    return str(format_list(list(names), locale=locale_of(reader)))


def text_direction(texts: Texts, language: str) -> str:
    """`ltr` or `rtl`, as HTML names it; of a language without a catalogue as CLDR has it."""
    code = language.partition("-")[0].lower()
    return (
        texts.say("language.direction", code) if code in texts.languages else locale_of(code).text_direction
    )


def in_reading_order(texts: Texts, text: str, language: str) -> str:
    """The text; from right to left with a mark before numbers that would fall apart: 555-0100 reads 0100-555 behind Arabic letters, and
    12 Mill Road reads Mill Road 12. Full-width punctuation brings its own space: what sentences are joined by goes.
    """
    text = _GAP.sub("", text)
    return _TURNED_ROUND.sub(LEFT_TO_RIGHT_MARK, text) if text_direction(texts, language) == "rtl" else text


def clock_time(texts: Texts, at: time, language: str) -> str:
    """A time of day as the language's catalogue has it, such as `5:30 pm` or `17:30`."""
    return str(format_time(at, texts.say("language.clock", language), locale=locale_of(language))).lower()


def long_date(day: date, language: str) -> str:
    """A date in words, such as `November 26, 2026`."""
    return str(format_date(day, "long", locale=locale_of(language)))


@lru_cache(maxsize=64)
def month_first(language: str) -> bool:
    """Whether 5/3 is the third of May in this language."""
    return str(locale_of(language).date_formats["short"].pattern).lstrip("\u200e\u200f").startswith("M")


def scripts_of(texts: Texts, language: str) -> frozenset[str]:
    """The scripts that this language is written in, told from its catalogue."""
    said = (re.sub(r"\{\w+\}", "", sentence) for sentence in texts.sentences.get(language, {}).values())
    counts = Counter(script for sentence in said for sign in sentence if (script := script_of(sign)))
    return frozenset(script for script, count in counts.items() if count >= ENOUGH * counts.total())


def main_script(text: str) -> str:
    """The script of most letters of a text, where a sign that is a word counts for `A_WORD`; empty where none has most."""
    counts: Counter[str] = Counter()
    for sign in text:
        if script := script_of(sign):
            counts[script] += A_WORD if is_unspaced(sign) else 1
    script, count = max(counts.items(), key=lambda item: item[1], default=("", 0))
    return script if count * 2 > counts.total() else ""
