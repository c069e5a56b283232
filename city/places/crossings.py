"""Crossings and stretches in a text: two streets with `and`, `/` or `corner of` between them, and a third between two."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from city.places.addresses import StreetName, read_name
from city.places.mentions import (
    Mention,
    PlaceReading,
    can_begin,
    can_follow,
    is_everyday,
    match_streets,
)
from city.places.sentence import LONGEST, SIGNS, Sentence
from city.places.streets import NamedStreet, StreetMap
from city.places.tokens import Token
from city.places.words import ARTICLES, BETWEEN_WORDS, CONNECTORS, CORNER_WORDS, FILLERS, KINDS


def read_crossings(
    streets: StreetMap, sentence: Sentence, mentions: Sequence[Mention]
) -> Iterator[PlaceReading]:
    """All crossings that the words may mean, and stretches of the streets that are mentioned."""
    for one, other in _mention_pairs(streets, sentence):
        yield from _read_crossing(streets, sentence, one, other)
        yield from _read_stretches(streets, sentence, one, other, mentions)


def _mention_pairs(streets: StreetMap, sentence: Sentence) -> Iterator[tuple[Mention, Mention]]:
    """Two streets with nothing but `and`, `con la` or the like between them."""
    for run_start, run_end in (*_connecting_runs(sentence.tokens), *_touching_names(sentence)):
        fuzzy = not sentence.strict or sentence.speaks_of(CORNER_WORDS, run_start, run_end + LONGEST)
        left = _crossing_sides(streets, sentence, _ending_at(sentence.tokens, run_start), fuzzy)
        if left:
            right = _crossing_sides(streets, sentence, _starting_at(sentence.tokens, run_end), fuzzy)
            yield from ((one, other) for one in left for other in right if one.street is not other.street)


def _read_crossing(
    streets: StreetMap, sentence: Sentence, one: Mention, other: Mention
) -> Iterator[PlaceReading]:
    if sentence.strict and not _crossing_fits(sentence, one, other):
        return
    if streets.cross(one.street, other.street) is not None:
        score = 0.98 * min(one.likeness, other.likeness)
        exact = one.exact and other.exact
        yield PlaceReading(one.start, other.end, one.street, score, crossed=(other.street,), exact=exact)


def _read_stretches(
    streets: StreetMap, sentence: Sentence, one: Mention, other: Mention, mentions: Sequence[Mention]
) -> Iterator[PlaceReading]:
    """`Walnut between 4th and 5th`: a third street that both of these cross."""
    if not _are_ends(sentence, one, other):
        return
    ends = (one.street, other.street)
    for along in mentions:
        apart = along.end <= one.start - 1 or along.start >= other.end
        if along.exact and apart and all(streets.cross(along.street, end) for end in ends):
            start, last = min(along.start, one.start), max(along.end, other.end)
            score = 0.95 * min(along.likeness, one.likeness, other.likeness)
            yield PlaceReading(start, last, along.street, score, crossed=ends)


def _are_ends(sentence: Sentence, one: Mention, other: Mention) -> bool:
    """Whether the two are ends of a stretch: `between` stands before them or, as in Chinese, behind."""
    if sentence.goes_on_with(BETWEEN_WORDS, other.end):
        return True
    if sentence.strict and not sentence.closes(other.end):
        return False
    before = sentence.word(one.start - 1) in BETWEEN_WORDS | ARTICLES
    return before and sentence.speaks_of(BETWEEN_WORDS, one.start, one.start)


def _connecting_runs(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Stretches such as `and`, `con la`, `on the corner of`: from where to where."""
    fillers = CONNECTORS | ARTICLES | FILLERS
    index = 0
    while index < len(tokens):
        end = index
        while end < len(tokens) and tokens[end].word in fillers and not (tokens[end].breaks and end > index):
            end += 1
        if 0 < index < end < len(tokens) and any(token.word in CONNECTORS for token in tokens[index:end]):
            yield index, end
        index = max(end, index + 1)


def _touching_names(sentence: Sentence) -> Iterator[tuple[int, int]]:
    """Where two streets meet without a word between them, as Chinese may say it: `Union街Pear街路口`."""
    tokens = sentence.tokens
    for index in range(1, len(tokens)):
        kind = tokens[index - 1]
        end = next((at for at in range(index, len(tokens)) if tokens[at].word in KINDS), len(tokens))
        if kind.script == "han" and kind.word in KINDS and sentence.goes_on_with(CORNER_WORDS, end + 1):
            yield index, index


def _ending_at(tokens: Sequence[Token], end: int) -> Iterable[tuple[int, int]]:
    starts = range(max(end - 4, 0), end)
    return (
        (start, end)
        for start in starts
        if not _splits_streets(tokens[start:end]) and can_begin(tokens[start])
    )


def _starting_at(tokens: Sequence[Token], start: int) -> Iterable[tuple[int, int]]:
    ends = range(start + 1, min(start + 4, len(tokens)) + 1)
    return ((start, end) for end in ends if not _splits_streets(tokens[start:end]))


def _splits_streets(tokens: Sequence[Token]) -> bool:
    return tokens[0].word in SIGNS or not all(map(can_follow, tokens[1:]))


def _crossing_sides(
    streets: StreetMap, sentence: Sentence, windows: Iterable[tuple[int, int]], fuzzy: bool
) -> list[Mention]:
    """The streets that one side of a crossing may be, the best reading of each; misspelt ones only when there are no others."""
    named = list(_names_in(sentence.tokens, windows))
    best = _best_mentions(streets, sentence, named, fuzzy=False)
    if fuzzy and not best:
        best = _best_mentions(streets, sentence, named, fuzzy=True)
    return sorted(best, key=lambda mention: -mention.likeness)[:4]


def _names_in(
    tokens: Sequence[Token], windows: Iterable[tuple[int, int]]
) -> Iterator[tuple[tuple[int, int], StreetName]]:
    """The names in the windows; a number within one, unless it is the name, is a house's."""
    for start, end in windows:
        name = read_name(tokens[start:end])
        if name is None:
            continue
        if name.core.isdecimal() or not any(token.is_number for token in tokens[start:end]):
            yield (start, end), name


def _best_mentions(
    streets: StreetMap,
    sentence: Sentence,
    named: Iterable[tuple[tuple[int, int], StreetName]],
    *,
    fuzzy: bool,
) -> list[Mention]:
    """Each street that one of the names may be, once, as it fits best."""
    best: dict[NamedStreet, Mention] = {}
    for window, name in named:
        for mention in match_streets(streets, sentence, window, name, fuzzy):
            known = best.get(mention.street)
            if known is None or _mention_weight(mention) > _mention_weight(known):
                best[mention.street] = mention
    return list(best.values())


def _mention_weight(mention: Mention) -> tuple[float, int]:
    return mention.likeness, mention.end - mention.start


def _crossing_fits(sentence: Sentence, one: Mention, other: Mention) -> bool:
    """Without a word such as `corner`, two names that merely stand beside one another are not a crossing."""
    if sentence.speaks_of(CORNER_WORDS, one.start, other.start) or sentence.goes_on_with(
        CORNER_WORDS, other.end
    ):
        return True
    if not (one.exact and other.exact):
        return False
    if sentence.is_placed(one.start, other.end):
        return True
    return sentence.closes(other.end) and _is_named_as_street(sentence, one, other)


def _is_named_as_street(sentence: Sentence, one: Mention, other: Mention) -> bool:
    """Whether something besides their names says that both are streets: a word for street, a sign, or that no everyday word is one."""
    if one.typed or other.typed or sentence.has_sign(one.end, other.start):
        return True
    return sentence.is_start(one.start) or not (is_everyday(sentence, one) or is_everyday(sentence, other))
