"""The words, numbers and signs of a text, with where they stand in it; running Chinese is cut into words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from city.places.words import (
    ABBREVIATIONS,
    APARTMENT_WORDS,
    DIRECTIONS,
    FLOORS,
    KINDS,
    KINDS_BEFORE,
    KNOWN,
    NUMBER_WORDS,
    ORDINAL_ENDINGS,
    ORDINALS,
    PREFIXES,
    SMALL_WORDS,
)
from city.places.words.folding import fold_name, narrow_text
from core.texts import UNSPACED, plain_digits

_ARABIC = r"\u0620-\u065f\u066e-\u06d5\u06fa-\u06ff"
_LETTER = rf"(?:(?![{UNSPACED}{_ARABIC}])[^\W\d_])"
_TOKEN = re.compile(
    rf"(?P<ordinal>\d{{1,3}})(?:{'|'.join(ORDINAL_ENDINGS)})(?!{_LETTER}|\d)\.?"
    rf"|(?P<number>\d+(?:\s?[-–]\s?\d+|\s?½|\s1/2)?[a-d]?)(?!{_LETTER}|\d)"
    rf"|(?P<word>\d*{_LETTER}+(?:['’´]{_LETTER}+)*)"
    rf"|(?P<arabic>[{_ARABIC}]+)"
    rf"|(?P<han>[{UNSPACED}]+)"
    r"|(?P<sign>[&@#+/]|n[º°])",
    re.IGNORECASE,
)
_BREAK = re.compile(r"[.;:!?\n()。；：！？（）؛؟]")
_COMMA = re.compile(r"[,，、،]")
_SHORT_FORM = re.compile(r"\.\s*\Z")
_LETTERED = re.compile(r"\d{1,5}[a-z]")
_APOSTROPHE = re.compile(r"['’´]")
LONGEST_CUT = 6
"""Signs in the longest Chinese word that is looked for."""
SHORTEST_STEM = 3
"""Letters that have to be left of an Arabic word when a prefix is taken off."""

_APARTMENTS_AND_FLOORS = APARTMENT_WORDS | FLOORS


@dataclass(frozen=True, slots=True)
class Token:
    """A word or number of a text. `breaks` says that a sentence or clause ends before it, `comma` that a comma stands there.

    `script` is empty for all but Chinese (`han`) and Arabic (`arabic`) words.
    """

    word: str
    start: int
    end: int
    number: str = ""
    ordinal: int = 0
    breaks: bool = False
    comma: bool = False
    capital: bool = False
    script: str = ""

    @property
    def is_number(self) -> bool:
        """Whether it can be a house number."""
        return bool(self.number)

    @property
    def house(self) -> str:
        """As a house number: `12`, and `12F` too, whose letter makes it a word elsewhere; empty when it can be none."""
        return self.number or (self.word.upper() if _LETTERED.fullmatch(self.word) else "")

    @property
    def written(self) -> str:
        """The word as names are compared by it: an ordinal is its number."""
        return str(self.ordinal) if self.ordinal else self.number.lower() or self.word


def tokenize(text: str) -> list[Token]:
    """The words, numbers and signs of a text."""
    text = narrow_text(text)
    tokens: list[Token] = []
    end = 0
    for match in _TOKEN.finditer(text):
        between = text[end : match.start()]
        breaks, comma = _is_break(between, tokens), bool(_COMMA.search(between))
        for piece in _word_pieces(match):
            tokens.append(_make_token(match, piece, breaks, comma))
            breaks = comma = False
        end = match.end()
    return tokens


def _word_pieces(match: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Where the words lie of which a match consists: one, except where several are written together."""
    start, end = match.span()
    raw = match.group()
    if match["han"]:
        yield from _cut_han(raw, start)
    elif match["arabic"]:
        yield from _cut_arabic(raw, start) or [(start, end)]
    elif (mark := _APOSTROPHE.search(raw)) and fold_name(raw[: mark.start()]) + "'" in PREFIXES:
        yield start, start + mark.end()
        yield start + mark.end(), end
    else:
        yield start, end


def _cut_han(raw: str, offset: int) -> Iterator[tuple[int, int]]:
    """The longest known word at each place, else a single sign."""
    at = 0
    while at < len(raw):
        length = next(
            (
                length
                for length in range(min(LONGEST_CUT, len(raw) - at), 1, -1)
                if raw[at : at + length] in KNOWN
            ),
            1,
        )
        yield offset + at, offset + at + length
        at += length


def _cut_arabic(raw: str, offset: int) -> list[tuple[int, int]]:
    """A word without its prefixes, when a word of ours is left: `وبالشارع` is `و`, `ب`, `ال`, `شارع`. Empty when none is."""
    if fold_name(raw) in KNOWN:
        return [(offset, offset + len(raw))]
    for prefix in PREFIXES:
        rest = raw[len(prefix) :]
        if (
            raw.startswith(prefix)
            and len(rest) >= SHORTEST_STEM
            and (cut := _cut_arabic(rest, offset + len(prefix)))
        ):
            return [(offset, offset + len(prefix)), *cut]
    return []


def _make_token(match: re.Match[str], piece: tuple[int, int], breaks: bool, comma: bool) -> Token:
    start, end = piece
    raw = match.string[start:end]
    word = fold_name(raw).rstrip(".")
    if _APOSTROPHE.fullmatch(raw[-1:]):
        word += "'"
    ordinal = int(match["ordinal"]) if match["ordinal"] else ORDINALS.get(word, 0)
    number = _ascii_digits(match["number"]) if match["number"] else ""
    if match["sign"] and word.startswith("n"):
        word = "numero"
    script = "han" if match["han"] else "arabic" if match["arabic"] else ""
    end = start + len(raw.rstrip("."))
    return Token(word, start, end, number, ordinal, breaks, comma, raw[:1].isupper(), script)


def _ascii_digits(number: str) -> str:
    """`12-14A` or `12½`, in the digits of every script."""
    written = re.sub(r"\s", "", re.sub(r"\s1/2", "½", number)).upper().replace("–", "-")
    return plain_digits(written)


def _is_break(between: str, before: Sequence[Token]) -> bool:
    """A full stop after a short form (`St.`, `Ave.`, `No.`) ends nothing."""
    if not before or not _BREAK.search(between):
        return False
    last = before[-1]
    return not (_may_be_short(last.word) and _SHORT_FORM.search(between))


def _may_be_short(word: str) -> bool:
    """Whether people write it with a full stop behind it; `unit.` ends a sentence, `apt.` does not."""
    if word in ABBREVIATIONS or word in {"no", "num", "nro"}:
        return True
    if len(word) <= 3 and word in APARTMENT_WORDS:
        return True
    return len(word) <= 4 and (word in KINDS or word in KINDS_BEFORE or word in DIRECTIONS)


def without_apartments(tokens: Sequence[Token]) -> list[Token]:
    """Leave out `apt 3`, `floor 2`, `piso 4`, `2nd floor`, `3室`, and `#5` once a house number was said."""
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


def _is_apartment(token: Token, following: Token, before: Sequence[Token]) -> bool:
    if _counts_floors(token, following):
        return True
    if token.word not in APARTMENT_WORDS or following.breaks or token.script == "han":
        return False
    if (
        token.word == "#" or token.word in NUMBER_WORDS
    ):  # it may also stand before the house's own number: `casa 45`
        return any(earlier.is_number for earlier in before) and _tells_apartment(following, 3)
    return bool(following.ordinal) or _tells_apartment(following, 2)


def _counts_floors(token: Token, following: Token) -> bool:
    """`2nd floor`, and `3室`, where Chinese has the number before the word."""
    if token.ordinal and following.word in FLOORS:
        return True
    return token.is_number and following.script == "han" and following.word in _APARTMENTS_AND_FLOORS


def _tells_apartment(token: Token, most_letters: int) -> bool:
    """Whether it names an apartment: `3`, `B`, `PH`, but not the `on` of `a unit on Main Street`."""
    small = len(token.word) > 1 and token.word in SMALL_WORDS
    return token.is_number or (len(token.word) <= most_letters and not small)
