"""What a street's name consists of: its core, the kind of street, a direction."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from rapidfuzz.distance import OSA

from city.places.tokens import Token
from city.places.words import (
    ABBREVIATIONS,
    ARTICLES,
    DIRECTIONS,
    KINDS,
    KINDS_BEFORE,
    KINDS_IN_FRONT,
    StreetKind,
)

MeaningT = TypeVar("MeaningT")

_SOUNDS = (
    ("ph", "f"),
    ("ce", "se"),
    ("ci", "si"),
    ("ck", "k"),
    ("ch", "C"),
    ("sh", "S"),
    ("th", "t"),
    ("h", ""),
    ("qu", "k"),
    ("c", "k"),
    ("z", "s"),
    ("v", "b"),
    ("ll", "l"),
    ("y", "i"),
)
"""Spelling and sound, in the order in which they are put in."""


@dataclass(frozen=True, slots=True)
class StreetName:
    """What a street's name consists of: `core` joined without spaces, `kind` such as road, `direction` such as n.

    `typed` says that a word for "street" was there, even one that says nothing of its kind, as `calle`; `loose` that the word
    is also said of other kinds, as French `rue`.
    """

    core: str
    kind: str = ""
    direction: str = ""
    typed: bool = False
    loose: bool = False


def read_name(tokens: Sequence[Token]) -> StreetName | None:
    """What a street's name consists of; None when nothing but small words is left."""
    words = [token.written for token in tokens]
    before = _take_off(words, 0, KINDS_BEFORE.get)
    direction = _take_off(words, -1, DIRECTIONS.get)
    said = _take_off(words, -1, street_kind) or _take_off(words, 0, KINDS_IN_FRONT.get) or before
    direction = direction or _take_off(words, 0, DIRECTIONS.get)
    core = _core_of_name(words)
    kind = said or StreetKind("")
    return StreetName(core, kind.name, direction or "", said is not None, kind.loose) if core else None


def _take_off(words: list[str], end: int, meaning_of: Callable[[str], MeaningT | None]) -> MeaningT | None:
    """What the word at this end (0 or -1) means; it is taken off the name then, unless nothing would be left."""
    meaning = meaning_of(words[end]) if len(words) > 1 else None
    if meaning is not None:
        del words[end]
    return meaning


@lru_cache(maxsize=4096)
def street_kind(word: str) -> StreetKind | None:
    """The kind of street that a word stands for, small slips forgiven (`stret`, `raod`, `avenu`); None when none."""
    if word in KINDS:
        return KINDS[word]
    if word in KINDS_BEFORE and len(word) >= 4 and KINDS_BEFORE[word].name:
        return KINDS_BEFORE[word]
    if len(word) < 4 or word.endswith("s") or not (word.isalpha() and word.isascii()):
        return None
    return next((kind for form, kind in KINDS.items() if _is_slip_of(word, form)), None)


def _is_slip_of(word: str, form: str) -> bool:
    """Two letters swapped or one doubled; any one letter wrong only where enough others are right."""
    if len(form) >= 4 and (_swapped_kind(word, form) or _single_letters(word) == _single_letters(form)):
        return True
    return len(form) >= 6 and OSA.distance(word, form) == 1


def sound_of_name(core: str) -> str:
    """How a name sounds, so that `franklyn` is Franklin and `pas` is Paz: spellings that English and Spanish confuse are one."""
    for spelling, sounding in _SOUNDS:
        core = core.replace(spelling, sounding)
    return _single_letters(core)


def joined_words(tokens: Sequence[Token]) -> str:
    """Words without articles and spaces, as landmarks are compared."""
    return "".join(token.written for token in tokens if token.written not in ARTICLES)


def _swapped_kind(word: str, form: str) -> bool:
    return len(word) == len(form) and sorted(word) == sorted(form) and OSA.distance(word, form) == 1


def _single_letters(word: str) -> str:
    """Double letters written once."""
    return "".join(letter for index, letter in enumerate(word) if index == 0 or letter != word[index - 1])


def _core_of_name(words: Sequence[str]) -> str:
    if len(words) > 1:
        words = [ABBREVIATIONS.get(words[0], words[0]), *words[1:]]
    bare = [_bare_ordinal(word) for word in words if word not in ARTICLES]
    return "".join(bare)


def _bare_ordinal(word: str) -> str:
    """Spanish `5a` for `5ª`: within a name it can only be an ordinal."""
    return word[:-1] if re.fullmatch(r"\d+[ao]", word) else word
