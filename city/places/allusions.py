"""What texts tell of a place without naming one of the map: the resident's own house, the place of their last report, a pole's
number, a highway; and whether a text tells of any place at all.
"""

from __future__ import annotations

from collections.abc import Sequence

from city.places.sentence import SIGNS
from city.places.tokens import Token, tokenize
from city.places.words import (
    AFTER_COUNT,
    AFTER_PLACE,
    ARTICLES,
    ASSETS,
    BEFORE_PLACE,
    COMMON_WORDS,
    CORNER_WORDS,
    HIGHWAYS,
    KINDS,
    KINDS_BEFORE,
    NUMBER_SUFFIXES,
    NUMBER_WORDS,
    PLACE_KINDS,
    SAYINGS,
    SMALL_WORDS,
)
from city.places.words.folding import fold_name
from core.texts import phrases_expression

HOME, LAST, HIGHWAY, ASSET = "home", "last", "highway", "asset"
_NAMED_HIGHWAY = 7
"""Letters from which a word for a highway says so without a number: `the freeway`, but not `route` or `us`."""
_WORDS_BEFORE = 2
"""Words before `my house` among which `at`, `outside` or the like is looked for."""
_TELLING = 4
"""Letters from which a small word tells where beside a place: `behind`, `near`, but not `at` or `by`."""


def allusion_in(text: str) -> str:
    """home, last, highway or asset, when a text tells of such a place; empty when it does not."""
    folded = fold_name(text)
    if phrases_expression(SAYINGS[LAST]).search(folded):
        return LAST
    if _tells_of_home(folded):
        return HOME
    tokens = tokenize(text)
    if any(_is_highway(tokens, index) for index in range(len(tokens))):
        return HIGHWAY
    return ASSET if assets_of(tokens)[1] else ""


def _tells_of_home(folded: str) -> bool:
    """Whether something is at the resident's house, `in front of my house`; `my house has no water` tells no place."""
    for found in phrases_expression(SAYINGS[HOME]).finditer(folded):
        before = folded[: found.start()].split()[-_WORDS_BEFORE:]
        if any(word in BEFORE_PLACE for word in before):
            return True
        if not before and len(folded[found.end() :].split()) < _WORDS_BEFORE:
            return True
    return False


def assets_of(tokens: Sequence[Token]) -> tuple[list[Token], list[tuple[int, int]]]:
    """The tokens without `pole 4471` and the like, and where those lie in the text."""
    kept: list[Token] = []
    assets: list[tuple[int, int]] = []
    index = 0
    while index < len(tokens):
        end = _end_of_asset(tokens, index)
        if end == index:
            kept.append(tokens[index])
            index += 1
        else:
            assets.append((tokens[index].start, tokens[end - 1].end))
            index = end
    return kept, assets


def tells_of_place(text: str) -> bool:
    """Whether a text may name a place that nobody knows, `behind the blue house`, rather than none: `hold on`, `it's huge`."""
    tokens = tokenize(place_words(text))
    return any(_tells_place(tokens, index) for index in range(len(tokens)))


def place_words(text: str) -> str:
    """The text, folded, without the phrases that have the words of a place and tell of none: `hold on`."""
    return phrases_expression(SAYINGS["no_place"]).sub(" ", fold_name(text))


def is_telling(token: Token) -> bool:
    """Whether a word beside a place that was read says something more of where it is."""
    if token.word in NUMBER_SUFFIXES:
        return True
    if token.word in SIGNS | CORNER_WORDS | NUMBER_WORDS | ARTICLES:
        return False
    if token.word in BEFORE_PLACE | AFTER_PLACE:
        return len(token.word) >= _TELLING or token.script == "han"
    return token.word not in SMALL_WORDS


def _end_of_asset(tokens: Sequence[Token], start: int) -> int:
    """Where `pole 4471`, `stop number 1203` or `1203号公交站` ends that begins at `start`; `start` where none does."""
    if tokens[start].word in ASSETS:
        at = _past_words(tokens, start + 1, ASSETS | NUMBER_WORDS)
        at += _is_glued(tokens, at)
        numbered = at < len(tokens) and not tokens[at].breaks and _is_label(tokens[at])
        return at + 1 if numbered and _ends(tokens, at + 1) else start
    at = _past_words(tokens, start + 1, NUMBER_WORDS)
    behind = tokens[start].is_number and at < len(tokens) and tokens[at].script == "han"
    return at + 1 if behind and tokens[at].word in ASSETS else start


def _past_words(tokens: Sequence[Token], index: int, words: frozenset[str]) -> int:
    """The first index from this on whose word is none of these."""
    while index < len(tokens) and tokens[index].word in words:
        index += 1
    return index


def _is_glued(tokens: Sequence[Token], at: int) -> bool:
    """Whether letters stand before a number without a space: the PK of `PK2041`."""
    return at + 1 < len(tokens) and tokens[at + 1].is_number and tokens[at].end == tokens[at + 1].start


def _is_label(token: Token) -> bool:
    """Whether it is the number of a pole or the like."""
    return any(sign.isdecimal() for sign in token.word or token.number)


def _ends(tokens: Sequence[Token], at: int) -> bool:
    """Whether nothing goes on there: `streetlight 12 Mill Road` stands at a house."""
    if at >= len(tokens):
        return True
    token = tokens[at]
    return token.breaks or token.comma or token.script != "" or token.word in SMALL_WORDS | SIGNS


def _is_highway(tokens: Sequence[Token], index: int) -> bool:
    token = tokens[index]
    if token.word not in HIGHWAYS:
        return False
    if index + 1 < len(tokens) and tokens[index + 1].is_number and not tokens[index + 1].breaks:
        return len(token.word) > len("US") or (token.capital and not _counts(tokens, index + 1))
    return len(token.word) >= _NAMED_HIGHWAY or token.script == "han"


_PLACE_NOUNS = frozenset(form for forms in PLACE_KINDS.values() for form in forms)
_ADDRESS_WORDS = 5
"""Words up to which a number and a name may be an address: `12 Foo Street`."""


def _counts(tokens: Sequence[Token], at: int) -> bool:
    return at + 1 < len(tokens) and tokens[at + 1].word in AFTER_COUNT


def _tells_place(tokens: Sequence[Token], index: int) -> bool:
    """Whether a word tells of a place as it stands there: `behind the house`, `Foo Lane`, `12 Foo`, `... 附近`."""
    token = tokens[index]
    if token.word in CORNER_WORDS | _PLACE_NOUNS:
        return len(tokens) > index + 1 or index > 1
    if token.word in BEFORE_PLACE and token.word != "to":  # more often it stands before what somebody does
        return _is_noun(tokens, _past_words(tokens, index + 1, ARTICLES))
    if token.word in AFTER_PLACE:
        return _is_noun(tokens, index - 1)
    return _is_kind_behind(tokens, index) or (_begins_address(tokens, index) and _is_noun(tokens, index + 1))


def _is_kind_behind(tokens: Sequence[Token], index: int) -> bool:
    word = tokens[index].word
    return word in KINDS and len(word) > 1 and _is_name(tokens, index - 1)


def _begins_address(tokens: Sequence[Token], index: int) -> bool:
    return tokens[index].word in KINDS_BEFORE or (tokens[index].is_number and len(tokens) <= _ADDRESS_WORDS)


def _is_name(tokens: Sequence[Token], index: int) -> bool:
    return _is_noun(tokens, index) and tokens[index].word not in COMMON_WORDS


def _is_noun(tokens: Sequence[Token], index: int) -> bool:
    """Whether a word that may be a name stands there, in the same sentence."""
    if not 0 <= index < len(tokens) or (tokens[index].breaks and index > 0):
        return False
    token = tokens[index]
    return not token.is_number and token.word not in SMALL_WORDS | SIGNS
