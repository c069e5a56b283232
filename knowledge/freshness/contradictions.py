"""Pairs of claims that say the same of the same thing with other values.

Precision goes before recall: what a sentence is about has to be plain by its own rare words, or by the titles and headings above both.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from knowledge.freshness.claims import PageClaim

KEY_STEMS = 4
"""Claims meet when they share two of so many rarest words."""
MOST_TOGETHER = 40
"""Where more claims share such a pair, the words are a form that is filled in on many pages."""
SAME_WORDS, SAME_SUBJECT = 0.8, 0.7
"""Shares of the words, weighed by how rare they are, from which on two sentences, or what stands above them, are of the same thing."""
EXCHANGED_WORDS = 0.9
"""... where each sentence has a word that the other lacks, which may be "adults" for "children"."""
SAME_ORDER = 0.7
"""Share of all their words, with those that mean little."""
NAMES_SUBJECT = 0.5
"""Share of the words above a sentence that it has itself, from which on it says by itself what its page is about."""
RARE_SHARE = 0.02
OWN_RARE = 3
"""So many rare words say by themselves what a sentence is about."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two claims of different documents with other values, the places in `differing` among their values."""

    one: PageClaim
    other: PageClaim
    differing: tuple[int, ...]


class WordWeights:
    """How much a stem tells: by how few documents have it."""

    def __init__(self, claims: Iterable[PageClaim]) -> None:
        held: dict[str, set[str]] = defaultdict(set)
        documents = set()
        for claim in claims:
            documents.add(claim.document_id)
            held[claim.document_id] |= claim.stems | claim.subject
        self._counts = Counter(stem for stems in held.values() for stem in stems)
        self._size = max(len(documents), 1)

    def of(self, stem: str) -> float:
        """Its weight, above 0."""
        return math.log(1 + self._size / (1 + self._counts[stem]))

    def is_rare(self, stem: str) -> bool:
        """Whether so few documents have it that it names what they are about."""
        return self._counts[stem] <= max(3, RARE_SHARE * self._size)

    def likeness(self, one: Collection[str], other: Collection[str]) -> float:
        """The share of the weight of all their stems that both have; 0 where there are none."""
        both, either = set(one) & set(other), set(one) | set(other)
        return sum(map(self.of, both)) / total if (total := sum(map(self.of, either))) else 0.0


def find_contradictions(
    claims: Sequence[PageClaim], apart: Collection[frozenset[str]] = ()
) -> list[Contradiction]:
    """All pairs that contradict each other, in a stable order; documents in one of the sets of `apart` are not compared."""
    weights = WordWeights(claims)
    together: dict[str, set[int]] = defaultdict(set)
    for number, group in enumerate(apart):
        for document in group:
            together[document].add(number)
    found = []
    for one, other in _candidates(claims, weights):
        if together[one.document_id] & together[other.document_id]:
            continue
        if (differing := compare_claims(one, other, weights)) is not None:
            found.append(Contradiction(one, other, differing))
    return _once_each(found)


def compare_claims(one: PageClaim, other: PageClaim, weights: WordWeights) -> tuple[int, ...] | None:
    """Which of their values differ; None where they do not contradict each other."""
    if one.topics != other.topics or [v.kind for v in one.values] != [v.kind for v in other.values]:
        return None
    pairs = zip(one.values, other.values, strict=True)
    differing = tuple(at for at, (mine, theirs) in enumerate(pairs) if mine.value != theirs.value)
    if not differing or Counter(v.value for v in one.values) == Counter(v.value for v in other.values):
        return None
    if not _say_the_same(one, other, weights) or not _are_of_one_subject(one, other, weights):
        return None
    return differing


def _say_the_same(one: PageClaim, other: PageClaim, weights: WordWeights) -> bool:
    is_exchanged = one.stems - other.stems and other.stems - one.stems
    if weights.likeness(one.stems, other.stems) < (EXCHANGED_WORDS if is_exchanged else SAME_WORDS):
        return False
    mine, theirs = Counter(one.words), Counter(other.words)
    return (mine & theirs).total() >= SAME_ORDER * max(mine.total(), theirs.total())


def _are_of_one_subject(one: PageClaim, other: PageClaim, weights: WordWeights) -> bool:
    """Whether both are said of one thing: by what stands above them, or by their own words.

    A page whose title names it says the same as a section of that name. Titles that part two things ("parking permits" for residents, for visitors) part what is said under them.
    """
    if weights.likeness(one.subject, other.subject) >= SAME_SUBJECT:
        return True
    own = one.stems & other.stems
    mine, theirs = _naming_line(one, own, weights), _naming_line(other, own, weights)
    if mine & theirs and mine - theirs - own and theirs - mine - own:
        return False
    if sum(map(weights.is_rare, own)) >= OWN_RARE:
        return True
    is_title = mine in one.above[:1] or theirs in other.above[:1]
    if is_title and any(map(weights.is_rare, own & mine & theirs)):
        return True
    return any(_is_named(line, own, weights) for line in (mine, theirs))


def _naming_line(claim: PageClaim, own: Collection[str], weights: WordWeights) -> frozenset[str]:
    """The title or heading above a claim that has most of these words; empty where none has any."""
    best = max(claim.above, key=lambda line: sum(map(weights.of, line & set(own))), default=frozenset())
    return best if best & set(own) else frozenset()


def _is_named(line: frozenset[str], own: Collection[str], weights: WordWeights) -> bool:
    named = line & set(own)
    return len(named) > 1 and weights.likeness(named, line) >= NAMES_SUBJECT


def _candidates(claims: Sequence[PageClaim], weights: WordWeights) -> Iterator[tuple[PageClaim, PageClaim]]:
    buckets: Mapping[tuple[str, ...], list[int]] = defaultdict(list)
    for number, claim in enumerate(claims):
        rarest = sorted(claim.stems, key=lambda stem: (-weights.of(stem), stem))[:KEY_STEMS]
        keys = combinations(sorted(rarest), 2) if len(rarest) > 1 else [tuple(rarest)]
        for key in keys:
            buckets[claim.language, *key].append(number)
    seen = set()
    for numbers in buckets.values():
        if len(numbers) > MOST_TOGETHER:
            continue
        for first, second in combinations(numbers, 2):
            one, other = claims[first], claims[second]
            if one.document_id != other.document_id and (first, second) not in seen:
                seen.add((first, second))
                yield one, other


def _once_each(found: Iterable[Contradiction]) -> list[Contradiction]:
    """Of the same two sentences in the same two documents the first pair."""
    kept = {
        (pair.one.document_id, pair.one.sentence, pair.other.document_id, pair.other.sentence): pair
        for pair in reversed(list(found))
    }
    return [kept[key] for key in sorted(kept)]
