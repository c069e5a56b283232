"""What a document claims: its sentences with values, and what each of them is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from knowledge.base.model import Passage
from knowledge.base.text import split_sentences
from knowledge.freshness.values import TOPIC_KINDS, StatedValue, read_values, without_values
from knowledge.index.word_index import word_tokens, words_of

MOST_VALUES = 8
MOST_WORDS = 60
"""A sentence with more values or words is a table in disguise, of which nobody can say what each value is of."""


@dataclass(frozen=True, slots=True)
class PageClaim:
    """A sentence with values. `words` are its words without them, `stems` those that mean something, `above` the stems of the title and of each heading above it.

    `topics` are the values that say what it is about: the years, ordinals and numbers of things in it and above it.
    """

    document_id: str
    passage_id: str
    language: str
    title: str
    section: str
    sentence: str
    values: tuple[StatedValue, ...]
    words: tuple[str, ...]
    stems: frozenset[str]
    above: tuple[frozenset[str], ...]
    topics: frozenset[str]

    @property
    def subject(self) -> frozenset[str]:
        """The stems of all that stands above it."""
        return frozenset().union(*self.above)


def claims_of(passages: Iterable[Passage]) -> Iterator[PageClaim]:
    """The claims of some passages, in order. A line that introduces a list stands above what follows it."""
    for passage in passages:
        lines = [passage.title, *passage.headings]
        told = [read_values(line, passage.language) for line in lines]
        pairs = zip(lines, told, strict=True)
        above = tuple(_stems_of(without_values(line, values), passage.language) for line, values in pairs)
        topics = _topics_of([value for values in told for value in values], is_above=True)
        intro: tuple[frozenset[str], ...] = ()
        for line in passage.text.split("\n"):
            for sentence in split_sentences(line):
                claim = _claim_of(passage, sentence, (*above, *intro), topics)
                if claim is not None:
                    yield claim
            if line.rstrip().endswith((":", "：")):
                intro = (_stems_of(line, passage.language),)


def _claim_of(
    passage: Passage, sentence: str, above: tuple[frozenset[str], ...], topics: frozenset[str]
) -> PageClaim | None:
    sentence = sentence.removeprefix("- ").strip()
    values = read_values(sentence, passage.language)
    claimed = [value for value in values if value.kind not in TOPIC_KINDS]
    if not claimed or len(values) > MOST_VALUES:
        return None
    plain = without_values(sentence, values)
    words = words_of(plain, passage.language, keep_stop_words=True)
    content = words_of(plain, passage.language)
    if not content or len(words) > MOST_WORDS:
        return None
    return PageClaim(
        passage.document_id,
        passage.passage_id,
        passage.language,
        passage.title,
        passage.headings[-1] if passage.headings else "",
        sentence,
        tuple(values),
        tuple(_stem_each(words, passage.language)),
        _stems_of(plain, passage.language),
        above,
        topics | _topics_of(values),
    )


def _stems_of(text: str, language: str) -> frozenset[str]:
    return frozenset(word_tokens(text, language)) if any(map(str.isalpha, text)) else frozenset()


def _stem_each(words: Sequence[str], language: str) -> Iterator[str]:
    for word in words:
        yield from word_tokens(word, language)


def _topics_of(values: Sequence[StatedValue], *, is_above: bool = False) -> frozenset[str]:
    return frozenset(
        f"{value.kind} {value.value}" for value in values if is_above or value.kind in TOPIC_KINDS
    )
