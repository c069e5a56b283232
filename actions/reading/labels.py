"""A choice by what its label means, for who does not say the label itself: by its place, its size, a word of it, or its meaning.

What is surer comes first; the encoder is asked last, and believed only with a margin. Nothing here chooses for somebody who says two things.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from actions.reading.amounts import AmountReader
from actions.reading.readers import word_table
from actions.reading.words import plain_text
from core.texts import UNSPACED, Texts, phrases_expression

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Encode = Callable[[Sequence[str]], "NDArray[np.float32] | None"]
"""Vectors of texts, shape (texts, dimension), of length one; None while no encoder can be had."""

ALIKE = 84
"""Likeness (rapidfuzz, 0 to 100) from which a word is another one misspelt, or its plural."""
SHORTEST_ALIKE = 4
MOST_WORDS = 6
"""Words above which an answer tells more than a choice."""
LONGEST = 60
"""Characters above which it does, in scripts without spaces too."""
MOST_KEPT = 2000
LIKELY, MARGIN = 0.5, 0.15
"""Cosine of the multilingual encoder from which a label is meant, and how far it must be ahead of the next (measured: decision 0101)."""


LISTED = re.compile(r"[:,()/、，：]|\b(?:or|ou|o|او|أو)\b|或")
"""What stands between the things that a label lists."""
SHARED, SHARED_PART = 5, 0.6
"""Letters at the beginning, and how much of the longer word, that make two words forms of one ("flickers", "flickering")."""


@dataclass(slots=True)
class LabelReader:
    """Reads choices with the words of all languages. Make it once; vectors of labels are kept."""

    texts: Texts
    amounts: AmountReader
    encode: Encode | None = None
    _small: frozenset[str] = field(init=False)
    _last: frozenset[str] = field(init=False)
    _ordinals: dict[str, int] = field(init=False)
    _not: re.Pattern[str] = field(init=False)
    _vectors: dict[str, NDArray[np.float32]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        listed = (*self.texts.words_of_all("replies.around"), *self.texts.words_of_all("amounts.like"))
        self._small = frozenset(word for words in listed for word in plain_text(words).split())
        self._ordinals = word_table(self.texts.words_of_all("words.ordinals"))
        self._last = frozenset(map(plain_text, self.texts.words_of_all("amounts.last")))
        self._not = phrases_expression(tuple(map(plain_text, self.texts.words_of_all("amounts.negated"))))

    def choose_surely(self, text: str, labels: Sequence[str]) -> int | None:
        """The place of the label that a text means, by its place, its words or its size; None rather than a guess."""
        said = self._without_denied(plain_text(text))
        if said in self._last or " ".join(self._telling_words(said)) in self._last:
            return len(labels) - 1
        place = self._ordinals.get(" ".join(self._telling_words(said)), 0)
        if 0 < place <= len(labels):
            return place - 1
        by_words = self.choose_by_words(text, labels)
        return self.amounts.choose_step(text, labels) if by_words is None else by_words

    def choose_by_words(self, text: str, labels: Sequence[str]) -> int | None:
        """The place of the only label that has words of the text, also misspelt."""
        chosen = self.choose_several(text, labels)
        return chosen[0] if len(chosen) == 1 else None

    def choose_several(self, text: str, labels: Sequence[str]) -> list[int]:
        """The places of all labels that have words of the text which no other label has."""
        said = self._without_denied(plain_text(text))
        words = self._telling_words(said)
        if self._not.search(said) or len(words) > MOST_WORDS:
            return []
        told = [set(self._telling_words(plain_text(label))) for label in labels]
        votes = [[at for at, each in enumerate(told) if _is_among(word, each)] for word in words]
        return sorted({vote[0] for vote in votes if len(vote) == 1})

    def choose_told(self, text: str, options: Sequence[Iterable[str]]) -> list[int]:
        """The places of the options, each by its labels in all languages, that a text names which tells other things too: every word of what a
        label says or lists, and of no other option.
        """
        said = plain_text(text)
        if self._not.search(said):
            return []
        told = [self._ways_of(labels) for labels in options]
        named = [{way for way in ways if _names(said, way)} for ways in told]
        return [
            at
            for at, ways in enumerate(named)
            if any(all(way not in other for other in told[:at] + told[at + 1 :]) for way in ways)
        ]

    def _ways_of(self, labels: Iterable[str]) -> set[tuple[str, ...]]:
        """What an option may be called: the telling words of its labels, and of each thing that they list."""
        parts = {part for label in labels for part in _parts(label)}
        return {tuple(words) for part in parts if (words := self._telling_words(plain_text(part)))}

    def _without_denied(self, said: str) -> str:
        """What stands before a "not": "garbage, not recycling" is about garbage."""
        denied = self._not.search(said)
        return said[: denied.start()] if denied and denied.start() else said

    def _telling_words(self, said: str) -> list[str]:
        return [word for word in said.split() if word not in self._small]

    def choose_by_meaning(self, text: str, labels: Sequence[str]) -> int | None:
        """The place of the label that is clearly nearest in meaning; None without an encoder."""
        said = self._without_denied(plain_text(text))
        if len(said.split()) > MOST_WORDS or len(said) > LONGEST or self._not.search(said):
            return None
        asked = self.encode([said]) if self.encode else None
        if asked is None:
            return None
        told = [self._vectors_of(_parts(label)) for label in labels]
        scores = [float((vectors @ asked[0]).max()) for vectors in told if vectors is not None]
        ranked = sorted(scores, reverse=True)
        ahead = ranked[0] - (ranked[1] if len(ranked) > 1 else 0.0)
        return scores.index(ranked[0]) if ranked[0] >= LIKELY and ahead >= MARGIN else None

    def _vectors_of(self, parts: Sequence[str]) -> NDArray[np.float32] | None:
        if self.encode is None:
            return None
        key = "\n".join(parts)
        if (known := self._vectors.get(key)) is not None:
            return known
        vectors = self.encode(parts)
        if vectors is not None:
            if len(self._vectors) > MOST_KEPT:
                self._vectors.clear()
            self._vectors[key] = vectors
        return vectors


def _parts(label: str) -> list[str]:
    """A label as a whole, and what it lists."""
    parts = [part.strip() for part in LISTED.split(label)]
    return [label, *(part for part in parts if len(part) > 2 and part != label)]


def _is_among(word: str, words: set[str]) -> bool:
    """Whether a word is one of these, also misspelt; in a script without spaces, whether they stand within one another."""
    if word in words:
        return True
    if re.search(f"[{UNSPACED}]", word):
        return any(len(each) >= 2 and (each in word or word in each) for each in words if len(word) >= 2)
    return len(word) >= SHORTEST_ALIKE and any(
        len(each) >= SHORTEST_ALIKE and fuzz.ratio(word, each) >= ALIKE for each in words
    )


def _names(said: str, way: Sequence[str]) -> bool:
    """Whether all of these words are in a text, in whatever form."""
    words = set(said.split())
    return all(
        word in said
        if re.search(f"[{UNSPACED}]{{2}}", word)
        else any(is_form_of(word, each) for each in words)
        for word in way
    )


def is_form_of(word: str, other: str) -> bool:
    """Whether two words are forms of one, or one is the other misspelt."""
    if _is_among(word, {other}):
        return True
    pairs = zip(word, other, strict=False)
    shared = next(
        (at for at, (one, another) in enumerate(pairs) if one != another), min(len(word), len(other))
    )
    return shared >= max(SHARED, SHARED_PART * max(len(word), len(other)))
