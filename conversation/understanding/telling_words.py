"""The words of a text that tell its language: names, streets and numbers belong to none."""

from __future__ import annotations

import re
from collections.abc import Sequence

from city.places.words import ARTICLES, BEFORE_PLACE, KINDS, KINDS_BEFORE, KINDS_IN_FRONT, SMALL_WORDS
from core.texts import plain_words

_CODE = re.compile(r"[BCDFGHJKLMNPQRSTVWXZ]{2,}")
"""A piece of a code, such as the one that links two phones: capitals without a vowel belong to no language."""

_NAME = re.compile(r"(?<=\s)[^\W\d_a-z][\w'’-]*(?:(?: [^\W\d_A-Z]{1,3}){1,2} [^\W\d_a-z][\w'’-]*)+")
"""A name with small words inside it, within a sentence: Calle de la Paz, Rue de l'Église."""

LONGEST_NAME = 2
"""Words of a street's name before `street` that are left out with it."""
_AROUND = ".,;:!?¡¿()\"'"


def telling_words(text: str) -> list[str]:
    """The words that tell a language, without names (capitalised within a sentence), streets and what leads to them, and numbers."""
    words = [word.strip(_AROUND) for word in _without_streets(_NAME.sub(" ", text).split())]
    words = [word for word in words if word.replace("'", "").isalpha() and not _CODE.fullmatch(word)]
    if text.isupper():
        return words
    return [word for number, word in enumerate(words) if number == 0 or not word[0].isupper()]


def _without_streets(words: Sequence[str]) -> list[str]:
    """The words but `on elm street`, `en la calle de la paz 40`: streets keep their names in every language, and people what stands before them."""
    plain = [plain_words(word) for word in words]
    named = [
        span
        for at in range(len(plain))
        for span in (_name_behind(plain, at), _name_before(plain, at))
        if span
    ]
    left_out = {at for begin, end in named for at in range(_begin_of_way_there(plain, begin), end)}
    return [word for at, word in enumerate(words) if at not in left_out]


def _name_behind(words: Sequence[str], at: int) -> tuple[int, int] | None:
    """Where `calle de la paz` begins and ends, if this word is its `calle`."""
    if words[at] not in KINDS_BEFORE and words[at] not in KINDS_IN_FRONT:
        return None
    end = at + 1
    while end < len(words) and words[end] in ARTICLES:
        end += 1
    return (at, end + 1) if end < len(words) and _is_name(words[end]) else None


def _name_before(words: Sequence[str], at: int) -> tuple[int, int] | None:
    """Where `north mill road` begins and ends, if this word is its `road`."""
    begin = at
    while begin > 0 and at - begin < LONGEST_NAME and _is_name(words[begin - 1]):
        begin -= 1
    return (begin, at + 1) if words[at] in KINDS and begin < at else None


def _begin_of_way_there(words: Sequence[str], begin: int) -> int:
    """Where the house number and the small words begin that lead to the street."""
    while begin > 0 and (words[begin - 1].isdecimal() or words[begin - 1] in ARTICLES | BEFORE_PLACE):
        begin -= 1
    return begin


def _is_name(word: str) -> bool:
    return word.isalpha() and word not in SMALL_WORDS
