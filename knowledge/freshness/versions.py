"""Documents that are versions of one another: the same title apart from a year, or nearly the same words; the newest first."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from zlib import crc32

from core.texts import fold_text
from knowledge.base.model import Document
from knowledge.freshness.values import ValueKind, read_values, without_values
from knowledge.index.word_index import word_tokens, words_of

RUN = 4
"""Words of a run that two documents may have in common."""
SKETCH = 200
"""So many of a document's runs, those with the smallest numbers, stand for all of them: what two documents share is told to within a few hundredths."""
MEETING = 12
"""Documents meet when they share one of so many."""
MOST_TOGETHER = 60
SAME_TITLE_SHARE, SAME_DAYS_SHARE, SAME_TEXT_SHARE = 0.3, 0.7, 0.8
"""Share of their runs that two documents have in common, from which on they are versions: with the same title apart from its year,
apart from its day, and with a longer title."""
LIKE_TITLE = 0.5
"""... where one title has all words of the other, and the other so many of its words. Forms for two things share all other words."""
_VERSION = re.compile(
    r"\b(?:v(?:ersion)?\.?\s?\d+(?:\.\d+)*|rev(?:ision|ised)?\.?(?:\s?\d+)?|updated|amended|edition|draft|final|old|new"
    r"|version|revisado|revisada|actualizado|actualizada|edicion|nueva|nuevo|revise|revisee|mis a jour|mise a jour"
    r"|atualizado|atualizada|edicao)\b|修订版?|修訂版?|更新版?|新版|旧版|معدل|محدث"
)
_NUMBERED = re.compile(r"\b(?:v|version|rev|revision)\.?\s?(\d+)")


@dataclass(frozen=True, slots=True)
class DocumentTraits:
    """What tells that a document is a version of another. `age` is greater for a newer one: the date and version of its title, then the latest date in its words."""

    document_id: str
    language: str
    title: str
    key: frozenset[str]
    is_of_a_day: bool
    age: tuple[str, int, str, str]
    sketch: frozenset[int]


def traits_of(document: Document) -> DocumentTraits:
    """The traits of a document."""
    language = document.language
    folded = fold_text(document.title)
    number = _NUMBERED.search(folded)
    title = _VERSION.sub(" ", folded)
    values = read_values(title, language)
    is_of_a_day = bool({ValueKind.DATE, ValueKind.MONTH} & {value.kind for value in values})
    dated = [value for value in values if is_of_a_day or value.kind is ValueKind.YEAR]
    bare = without_values(title, dated)
    return DocumentTraits(
        document.document_id,
        language,
        document.title,
        frozenset(word_tokens(bare, language)) if re.search(r"\w", bare) else frozenset(),
        is_of_a_day,
        (
            _date_in(document.title, language),
            int(number[1]) if number else 0,
            _date_in(document.text, language),
            document.reviewed,
        ),
        frozenset(_sketch_of(words_of(document.text, language, keep_stop_words=True))),
    )


def group_versions(traits: Sequence[DocumentTraits]) -> list[tuple[str, ...]]:
    """The ids of documents that are versions of one another, group by group, the newest first.

    Where nothing tells which is newer, there is no group to decide about.
    """
    by_id = {one.document_id: one for one in traits}
    above = {name: name for name in by_id}

    def root(name: str) -> str:
        while above[name] != name:
            name = above[name]
        return name

    for first, second in _candidates(traits):
        if are_versions(first, second):
            above[root(second.document_id)] = root(first.document_id)
    groups = defaultdict(list)
    for name, one in by_id.items():
        groups[root(name)].append(one)
    ordered = [
        sorted(group, key=lambda one: (one.age, one.document_id), reverse=True) for group in groups.values()
    ]
    return sorted(
        tuple(one.document_id for one in group)
        for group in ordered
        if len(group) > 1 and group[0].age != group[1].age
    )


def are_versions(one: DocumentTraits, other: DocumentTraits) -> bool:
    """Whether two documents are versions of one another. Minutes of two days share a title and are not."""
    if one.language != other.language or not (one.key and other.key and one.sketch and other.sketch):
        return False
    return _shared(one.sketch, other.sketch) >= _least_share(one, other)


def _least_share(one: DocumentTraits, other: DocumentTraits) -> float:
    """How much the words of two documents have to share, by their titles; more than all where each title has a word of its own."""
    if one.key == other.key:
        return SAME_DAYS_SHARE if one.is_of_a_day and other.is_of_a_day else SAME_TITLE_SHARE
    is_longer = one.key <= other.key or other.key <= one.key
    is_like = len(one.key & other.key) >= LIKE_TITLE * len(one.key | other.key)
    return SAME_TEXT_SHARE if is_longer and is_like else math.inf


def _shared(one: Collection[int], other: Collection[int]) -> float:
    """The share of all their runs that both have, told by the smallest numbers of both together."""
    smallest = set(sorted({*one, *other})[:SKETCH])
    return len(smallest & set(one) & set(other)) / len(smallest)


def _candidates(traits: Sequence[DocumentTraits]) -> Iterator[tuple[DocumentTraits, DocumentTraits]]:
    buckets: Mapping[object, list[int]] = defaultdict(list)
    for number, one in enumerate(traits):
        for key in (*sorted(one.sketch)[:MEETING], *([one.key] if one.key else [])):
            buckets[one.language, key].append(number)
    seen = set()
    for numbers in buckets.values():
        if len(numbers) > MOST_TOGETHER:
            continue
        for pair in combinations(numbers, 2):
            if pair not in seen:
                seen.add(pair)
                yield traits[pair[0]], traits[pair[1]]


def _sketch_of(words: Sequence[str]) -> Iterable[int]:
    runs = {" ".join(words[at : at + RUN]) for at in range(max(1, len(words) - RUN + 1))} if words else set()
    return sorted(crc32(run.encode()) for run in runs)[:SKETCH]


def _date_in(text: str, language: str) -> str:
    """The latest year or date that a text tells, as ISO; empty where it tells none."""
    kinds = {ValueKind.YEAR, ValueKind.DATE}
    found = [value.value for value in read_values(text, language) if value.kind in kinds]
    return max((one for one in found if one[:3].isdecimal()), default="")
