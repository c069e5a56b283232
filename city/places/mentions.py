"""Streets and places as they are named in a text: which street a name may be, and how like it is to what was written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from city.places.addresses import StreetName, read_name
from city.places.sentence import SIGNS, Sentence, name_windows
from city.places.streets import NamedStreet, StreetMap
from city.places.tokens import Token
from city.places.words import COMMON_WORDS, KINDS, KINDS_BEFORE, SMALL_WORDS

OTHER_KIND = 0.25
"""Taken off the likeness of Mill Street when Mill Road was said."""

LOOSE_KIND = 0.04
"""The same when the word is also said of other kinds: `rue Mill` is Mill Street rather than Mill Road."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Tokens `start` to `end` that name a street. `typed`: with a word such as road; `directed`: with its direction, as `n. main`;
    `exact`: without a wrong letter.
    """

    start: int
    end: int
    street: NamedStreet
    likeness: float
    exact: bool
    typed: bool
    kindless: bool = False
    directed: bool = False


@dataclass(frozen=True, slots=True)
class PlaceReading:
    """A place that tokens `start` to `end` may mean: a street with a number, or with streets that cross it, or alone.

    Two in `crossed` are the ends of a stretch: between this one and that. `bare` is a street's name and nothing else.
    `block` says that the number means a block; `beyond`, that the street has no such number.
    """

    start: int
    end: int
    street: NamedStreet
    score: float
    number: str = ""
    crossed: tuple[NamedStreet, ...] = ()
    block: bool = False
    beyond: bool = False
    exact: bool = True
    bare: bool = False


def street_mentions(streets: StreetMap, sentence: Sentence) -> Iterator[Mention]:
    """Every street that some of the words may name."""
    for start, end in name_windows(sentence.tokens, can_begin, can_follow):
        name = read_name(sentence.tokens[start:end])
        if name is None or not _is_name(sentence.tokens[start:end], name):
            continue
        numbered = sentence.is_numbered(start, end)
        whole = not sentence.strict and sentence.closes(end) and (start == 0 or sentence.closes(start - 1))
        yield from match_streets(streets, sentence, (start, end), name, name.typed or numbered or whole)


def _is_name(tokens: Sequence[Token], name: StreetName) -> bool:
    """A bare number names a street only beside a word for it: `calle 5`, `5 ave`."""
    numbers = [index for index, token in enumerate(tokens) if token.is_number]
    if not numbers:
        return True
    return len(tokens) == 2 and name.typed and (numbers == [0] or tokens[0].word in KINDS_BEFORE)


def match_streets(
    streets: StreetMap, sentence: Sentence, window: tuple[int, int], name: StreetName, fuzzy: bool
) -> Iterator[Mention]:
    """The streets that the name in a window may be, each once; misspelt ones too where `fuzzy`."""
    start, end = window
    exact = streets.index.exact(name.core)
    found = [(known, street, 1.0) for street, known in exact]
    if not found and fuzzy and not _is_common(sentence.tokens[start:end]):
        found = _misspelt_names(streets, sentence, window, name)
    best: dict[NamedStreet, Mention] = {}
    for known, street, likeness in found:
        if _is_other_number(name, known):
            continue
        alone = len({each for _, each, _ in found}) == 1
        alike = likeness - (_kind_difference(name, known, alone) + _direction_difference(name, known))
        if street not in best or best[street].likeness < alike:
            kindless = not known.kind and not known.typed
            directed = bool(name.direction) and name.direction == known.direction
            best[street] = Mention(start, end, street, alike, bool(exact), name.typed, kindless, directed)
    yield from best.values()


def _misspelt_names(
    streets: StreetMap, sentence: Sentence, window: tuple[int, int], name: StreetName
) -> list[tuple[StreetName, NamedStreet, float]]:
    """Streets of which this is a misspelling; of one whose name is an everyday word, only beside a number or a word for street."""
    addressed = name.typed or sentence.is_numbered(*window)
    return [
        (known, street, likeness)
        for core, likeness in streets.index.near(name.core)
        if addressed or core not in COMMON_WORDS
        for street, known in streets.index.exact(core)
    ]


def _is_common(tokens: Sequence[Token]) -> bool:
    """Whether the name consists of everyday words, which are themselves and not a street misspelt."""
    return all(
        token.word in COMMON_WORDS
        or token.word in SMALL_WORDS
        or token.word in KINDS
        or token.word in KINDS_BEFORE
        for token in tokens
    )


def is_everyday(sentence: Sentence, mention: Mention) -> bool:
    """Whether the street was named by everyday words alone, as `park` or `main`."""
    return _is_common(sentence.tokens[mention.start : mention.end])


def _is_other_number(said: StreetName, known: StreetName) -> bool:
    """Where streets have numbers, their kind tells them apart: 5th Street is not a slip for 5th Avenue."""
    return said.core.isdecimal() and bool(said.kind) and known.kind != said.kind and not said.loose


def _kind_difference(said: StreetName, known: StreetName, alone: bool) -> float:
    """What is taken off the likeness when the kind of street differs or was left out, where that tells streets apart."""
    if said.kind == known.kind:
        return 0.0
    if said.kind and known.kind:
        return LOOSE_KIND if said.loose else OTHER_KIND
    if said.kind:
        return 0.05
    return 0.0 if said.typed or alone else 0.07


def _direction_difference(said: StreetName, known: StreetName) -> float:
    """What is taken off the likeness when the direction differs or was left out."""
    if said.direction == known.direction:
        return 0.0
    if said.direction and known.direction:
        return 0.3
    return 0.1 if said.direction else 0.08


def can_begin(token: Token) -> bool:
    """Whether a name may begin with this token."""
    return token.word not in SIGNS and (token.word not in SMALL_WORDS or token.word in KINDS_BEFORE)


def can_follow(token: Token) -> bool:
    """Whether a name may go on with this token."""
    return not (token.breaks or token.comma or token.word in SIGNS)
