"""A text as tokens, and what stands around some of them: prepositions, ends of clauses, house numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from city.places.tokens import Token
from city.places.words import (
    AFTER_COUNT,
    AFTER_PLACE,
    ARTICLES,
    BEFORE_PLACE,
    BLOCKS,
    FILLERS,
    KINDS,
    NUMBER_SUFFIXES,
    NUMBER_WORDS,
    OF,
    SMALL_WORDS,
)

SIGNS = frozenset("&@+/#")

LONGEST = 6
"""Words in the longest name that is tried."""

LONGEST_NUMBER = 5
"""Figures in the longest house number."""

_BEFORE_NAME = ARTICLES - OF
_PLACING = BEFORE_PLACE | OF
_BESIDE_NUMBER = NUMBER_WORDS | NUMBER_SUFFIXES
_BEFORE_NUMBER = _BESIDE_NUMBER | ARTICLES | FILLERS
_PAST_OF = ARTICLES - {"of"}
_AFTER_OTHER_NUMBER = AFTER_COUNT | KINDS.keys()
"""Behind a number, these say that it is no house's: `Main 2 days`, `Main 6 Avenue`."""


def name_windows(
    tokens: Sequence[Token], can_begin: Callable[[Token], bool], can_follow: Callable[[Token], bool]
) -> Iterator[tuple[int, int]]:
    """From where to where a name may stand: up to LONGEST tokens on end, the last of several no small word."""
    following = [can_follow(token) for token in tokens]
    for start, first in enumerate(tokens):
        if not can_begin(first):
            continue
        yield start, start + 1
        for last in range(start + 1, min(start + LONGEST, len(tokens))):
            if not following[last]:
                break
            if tokens[last].word not in SMALL_WORDS:
                yield start, last + 1


class Sentence:
    """The tokens of a text, and what stands around some of them."""

    def __init__(self, tokens: Sequence[Token], strict: bool) -> None:
        self.tokens = tokens
        self.strict = strict

    def is_placed(self, start: int, end: int) -> bool:
        """Whether a word such as `on` or `near` stands before the tokens, articles aside, or one such as `附近` behind them."""
        if end < len(self.tokens) and self.tokens[end].word in AFTER_PLACE and not self.tokens[end].breaks:
            return True
        while start > 0 and self.tokens[start - 1].word in _BEFORE_NAME:
            start -= 1
        return start > 0 and self.tokens[start - 1].word in _PLACING

    def is_start(self, index: int) -> bool:
        """Whether the text or a sentence begins with the token."""
        return index == 0 or self.tokens[index].breaks

    def closes(self, index: int) -> bool:
        """Whether whatever stands before the token has ended there."""
        if index >= len(self.tokens):
            return True
        token = self.tokens[index]
        if index > 0 and token.script != self.tokens[index - 1].script:
            return True
        return token.breaks or token.comma or token.word in SMALL_WORDS or token.word in SIGNS

    def speaks_of(self, words: frozenset[str], start: int, end: int) -> bool:
        """Whether one of these words stands between the two indices, or up to three words before."""
        return any(token.word in words for token in self.tokens[max(start - 3, 0) : end])

    def has_sign(self, start: int, end: int) -> bool:
        """Whether a sign such as `/`, `&` or `@` stands between the two indices."""
        return any(token.word in SIGNS for token in self.tokens[start:end])

    def goes_on_with(self, words: frozenset[str], end: int) -> bool:
        """Whether one of these words follows, an article aside: `Mill街和Elm街的路口`, `the Mill and Elm intersection`."""
        following = [token for token in self.tokens[end : end + 2] if not token.breaks]
        return any(
            token.word in words
            for token in following[: 2 if following and following[0].word in ARTICLES else 1]
        )

    def word(self, index: int) -> str:
        """The word at an index, or nothing."""
        return self.tokens[index].word if 0 <= index < len(self.tokens) else ""

    def capital(self, start: int, end: int) -> bool:
        """Whether all these words are written with a capital, not counting a sentence's first."""
        return all(token.capital or token.ordinal for token in self.tokens[start:end]) and not self.is_start(
            start
        )

    def is_numbered(self, start: int, end: int) -> bool:
        """Whether a house number stands before or behind a name."""
        return self.house_number(start - 1, -1) is not None or self.house_number(end, 1) is not None

    def house_number(self, index: int, step: int) -> int | None:
        """Index of the house number before (-1) or after (1) a name that ends at `index`, `No.` and the like skipped."""
        block = self._block_before(index) if step < 0 else None
        index = self._past_small_words(index, step) if block is None else block
        if not self._can_be_house(index):
            return None
        fits = self._can_follow_name(index) if step > 0 else self._can_precede_name(index)
        return index if fits else None

    def is_block(self, index: int) -> bool:
        """Whether a number means a block, the hundred houses from it on: `400 block`, `cuadra 400`."""
        stands_behind = self.word(index - 1) in BLOCKS and not self._begins_anew(index)
        return self.word(index + 1) in BLOCKS or stands_behind

    def _begins_anew(self, index: int) -> bool:
        """Whether a comma or the end of a sentence stands before a token."""
        return self.tokens[index].comma or self.tokens[index].breaks

    def _block_before(self, index: int) -> int | None:
        """Index of 400 in `400 block of` when that ends at `index`; None when it does not."""
        while self.word(index) in ARTICLES:
            index -= 1
        if self.word(index) in BLOCKS:
            index -= 1
        elif self.word(index - 1) not in BLOCKS:
            return None
        return index if self._can_be_house(index) else None

    def _past_small_words(self, index: int, step: int) -> int:
        """The first index from this on, in the direction of the step, that is no `No.` or the like."""
        between = _BESIDE_NUMBER if self.strict or step > 0 else _BEFORE_NUMBER
        while self.word(index) in between:
            index += step
        return self._past_of(index) if self.strict and step < 0 else index

    def _can_be_house(self, index: int) -> bool:
        """Whether a token can be a house number; inside a sentence, `5k` and the like are none."""
        if not 0 <= index < len(self.tokens):
            return False
        token = self.tokens[index]
        written = token.number if self.strict else token.house
        return bool(written) and sum(map(str.isdecimal, written.split("-")[0])) <= LONGEST_NUMBER

    def _can_follow_name(self, index: int) -> bool:
        """Whether a number goes with the name before it: not one that begins a sentence, or counts what follows."""
        return not self.tokens[index].breaks and self.word(index + 1) not in _AFTER_OTHER_NUMBER

    def _can_precede_name(self, index: int) -> bool:
        """Whether a number goes with the name behind it: not when a sentence ends between them."""
        return index + 1 >= len(self.tokens) or not self.tokens[index + 1].breaks

    def _past_of(self, index: int) -> int:
        """The number in `al 48 de la calle Mill`, when it stands where a place would; `2 of Mill Street` counts something."""
        before = index
        while self.word(before) in _PAST_OF:
            before -= 1
        numbered = 0 <= before < index and self.tokens[before].is_number
        return before if numbered and self.is_placed(before, before + 1) else index
