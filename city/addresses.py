"""Reading the words of an address: tokens with their place in the text, and what a street's name consists of."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from city.place_words import (
    ABBREVIATIONS,
    APARTMENT_WORDS,
    ARTICLES,
    DIRECTIONS,
    KINDS,
    KINDS_IN_FRONT,
    ORDINALS,
    SPANISH_KINDS,
)

_TOKEN = re.compile(
    r"(?P<ordinal>\d{1,3})(?:st|nd|rd|th|º|ª|er|ro|ra|do|da|to|ta|mo|ma|vo|va|no|na)\b\.?"
    r"|(?P<number>\d+(?:\s?[-–]\s?\d+)?[a-d]?)(?![^\W_])"
    r"|(?P<word>\d*[^\W\d_]+(?:['’´][^\W\d_]+)*)"
    r"|(?P<sign>[&@#+/]|n[º°])",
    re.IGNORECASE,
)
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

_BREAK = re.compile(r"[.;:!?\n()]")
_SHORT_FORM = re.compile(r"\.\s*\Z")


@dataclass(frozen=True, slots=True)
class Token:
    """A word or number of a text. `breaks` says that a sentence or clause ends before it, `comma` that a comma stands there."""

    word: str
    start: int
    end: int
    number: str = ""
    ordinal: int = 0
    breaks: bool = False
    comma: bool = False
    capital: bool = False

    @property
    def is_number(self) -> bool:
        """Whether it can be a house number."""
        return bool(self.number)


@dataclass(frozen=True, slots=True)
class StreetName:
    """What a street's name consists of: `core` joined without spaces, `kind` such as road, `direction` such as n.

    `typed` says that a word for "street" was there, even one that says nothing of its kind, as `calle`.
    """

    core: str
    kind: str = ""
    direction: str = ""
    typed: bool = False


def fold(text: str) -> str:
    """Lower case, without accents and apostrophes."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter) and letter not in "'’´")


def tokenize(text: str) -> list[Token]:
    """The words, numbers and signs of a text."""
    tokens: list[Token] = []
    end = 0
    for match in _TOKEN.finditer(text):
        between = text[end : match.start()]
        tokens.append(_token(match, _is_break(between, tokens), "," in between))
        end = match.end()
    return tokens


def without_apartments(tokens: Sequence[Token]) -> list[Token]:
    """Leave out `apt 3`, `floor 2`, `piso 4`, `2nd floor`, and `#5` once a house number was said."""
    kept: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        if following is not None and _is_apartment(token, following, kept):
            index += 2
        else:
            kept.append(token)
            index += 1
    return kept


def read_name(tokens: Sequence[Token]) -> StreetName | None:
    """What a street's name consists of; None when nothing but small words is left."""
    words = [str(token.ordinal) if token.ordinal else token.number.lower() or token.word for token in tokens]
    spanish = len(words) > 1 and words[0] in SPANISH_KINDS
    kind = SPANISH_KINDS[words[0]] if spanish else ""
    if spanish:
        words = words[1:]
    direction = ""
    if len(words) > 1 and words[-1] in DIRECTIONS:
        direction = DIRECTIONS[words.pop()]
    typed = spanish
    if len(words) > 1 and (kind_of(words[-1]) or words[-1] == "calle"):
        kind, typed = kind_of(words.pop()), True
    elif len(words) > 1 and KINDS.get(words[0]) in KINDS_IN_FRONT:
        kind, typed = KINDS[words[0]], True
        words = words[1:]
    if len(words) > 1 and words[0] in DIRECTIONS and not direction:
        direction = DIRECTIONS[words[0]]
        words = words[1:]
    core = _core(words)
    return StreetName(core, kind, direction, typed) if core else None


@lru_cache(maxsize=4096)
def kind_of(word: str) -> str:
    """The kind of street that a word stands for, small slips forgiven (`stret`, `raod`, `avenu`); empty when none."""
    if word in KINDS:
        return KINDS[word]
    if word in SPANISH_KINDS and len(word) >= 4:
        return SPANISH_KINDS[word]
    if len(word) < 4 or word.endswith("s") or not word.isalpha():
        return ""
    for form, kind in KINDS.items():
        if len(form) >= 4 and (_swapped(word, form) or _single(word) == _single(form)):
            return kind
        if len(form) >= 6 and OSA.distance(word, form) == 1:
            return kind
    return ""


def sound(core: str) -> str:
    """How a name sounds, so that `franklyn` is Franklin and `pas` is Paz: spellings that English and Spanish confuse are one."""
    for spelling, sounding in _SOUNDS:
        core = core.replace(spelling, sounding)
    return _single(core)


def joined(tokens: Sequence[Token]) -> str:
    """Words without articles and spaces, as landmarks are compared."""
    words = [str(token.ordinal) if token.ordinal else token.number.lower() or token.word for token in tokens]
    return "".join(word for word in words if word not in ARTICLES)


def _swapped(word: str, form: str) -> bool:
    return len(word) == len(form) and sorted(word) == sorted(form) and OSA.distance(word, form) == 1


def _single(word: str) -> str:
    """Double letters written once."""
    return "".join(letter for index, letter in enumerate(word) if index == 0 or letter != word[index - 1])


def _core(words: Sequence[str]) -> str:
    if len(words) > 1:
        words = [ABBREVIATIONS.get(words[0], words[0]), *words[1:]]
    bare = [_bare_ordinal(word) for word in words if word not in ARTICLES]
    return "".join(bare)


def _bare_ordinal(word: str) -> str:
    """Spanish `5a` for `5ª`: within a name it can only be an ordinal."""
    return word[:-1] if re.fullmatch(r"\d+[ao]", word) else word


def _token(match: re.Match[str], breaks: bool, comma: bool) -> Token:
    raw = match.group()
    word = fold(raw).rstrip(".")
    ordinal = int(match["ordinal"]) if match["ordinal"] else ORDINALS.get(word, 0)
    number = re.sub(r"\s", "", match["number"]).upper().replace("–", "-") if match["number"] else ""
    if match["sign"] and word.startswith("n"):
        word = "numero"
    end = match.start() + len(raw.rstrip("."))
    return Token(word, match.start(), end, number, ordinal, breaks, comma, raw[:1].isupper())


def _is_break(between: str, before: Sequence[Token]) -> bool:
    """A full stop after a short form (`St.`, `Ave.`, `No.`) ends nothing."""
    if not before or not _BREAK.search(between):
        return False
    last = before[-1]
    short = len(last.word) <= 4 and (
        last.word in KINDS or last.word in SPANISH_KINDS or last.word in DIRECTIONS
    )
    return not (
        (short or last.word in ABBREVIATIONS or last.word in {"no", "num", "nro"})
        and _SHORT_FORM.search(between)
    )


def _is_apartment(token: Token, following: Token, before: Sequence[Token]) -> bool:
    if token.ordinal and following.word in {"floor", "piso", "planta"}:
        return True
    if token.word not in APARTMENT_WORDS or following.breaks:
        return False
    if token.word == "#":
        return any(earlier.is_number for earlier in before) and (
            following.is_number or len(following.word) <= 3
        )
    return following.is_number or bool(following.ordinal) or len(following.word) <= 2
