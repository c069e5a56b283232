"""One question against one snapshot: candidates from every index, and what speaks for each.

Candidates are the nearest by each embedder and the best by words, pieces of words and titles. For each candidate every
signal is computed, not only the one that found it; `knowledge.search.ranking` adds them up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from knowledge.base.language import detect_language, primary_language
from knowledge.index.embedding import query_vector
from knowledge.index.word_index import WordIndex, letter_pieces, query_tokens
from knowledge.search.vocabulary import Vocabulary

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.ports import Embedder
    from knowledge.base.model import Passage
    from knowledge.index.heading_vectors import HeadingVectors
    from knowledge.index.language_centres import LanguageCentres
    from knowledge.index.snapshot import Snapshot
    from knowledge.index.vector_index import MeaningIndex

CANDIDATES = 50
ALIKE = 0.9
"""Cosine from which on two passages of one language are taken for copies of each other."""
COMPARED = 16
"""So many of the nearest candidates are compared with each other."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for each candidate, one row each.

    `meaning` and `headings` are the cosines of the question with the passage and with what stands above it; `words` and `pieces`
    the shares (0 to 1) of the most that any text could score. `own_language` says whether question and passage share theirs,
    `openings` whether the passage stands under its page's title alone, before the page's sections. `rivals` says for each
    pair of candidates whether they are different sections in one language, `rival_pages` whether of different pages as well. `elsewhere` is of the question alone: whether it names a place that no document does.
    """

    numbers: NDArray[np.int64]
    meaning: NDArray[np.float32]
    headings: NDArray[np.float32]
    words: NDArray[np.float32]
    pieces: NDArray[np.float32]
    own_language: NDArray[np.bool_]
    openings: NDArray[np.bool_]
    rivals: NDArray[np.bool_]
    rival_pages: NDArray[np.bool_]
    elsewhere: bool


@dataclass(frozen=True, slots=True)
class _Reader:
    """An embedder's indexes, with the vector of the question. `languages` are those of its passages, empty for any."""

    texts: MeaningIndex
    headings: HeadingVectors
    centres: LanguageCentres
    floor: float
    languages: tuple[str, ...]
    vector: NDArray[np.float32]

    def stretched(self, cosines: NDArray[np.float32]) -> NDArray[np.float32]:
        """Cosines from 0, where texts have nothing in common, to 1."""
        return (cosines - np.float32(self.floor)) / np.float32(1 - self.floor)

    def cosines(self, numbers: NDArray[np.int64], languages: Sequence[str]) -> NDArray[np.float32]:
        """Of the question with these passages and with what stands above them, shape (2, passages), without what their languages alone are nearer.

        A passage under no heading and no title counts as its own heading.
        """
        excess = self.centres.excess_nearness(self.vector, languages)
        texts = self.stretched(self.texts.cosines(self.vector, numbers) - excess)
        above = self.headings.vectors(numbers)
        headings = np.where(above.any(axis=1), self.stretched(above @ self.vector - excess), texts)
        return np.stack([texts, headings])

    def reads(self, languages: Sequence[str]) -> NDArray[np.bool_]:
        """Which passages of these languages it can judge."""
        return np.array([not self.languages or one in {"", *self.languages} for one in languages], dtype=bool)


def gather_signals(
    snapshot: Snapshot,
    embedders: Sequence[Embedder],
    question: str,
    hint: str = "",
    also: NDArray[np.int64] | None = None,
) -> Signals:
    """The candidates for a question and their signals; `also` are passages that are candidates in any case."""
    known = snapshot.manifest.languages
    asked_in = detect_language(question, primary_language(hint) or (known[0] if known else ""))
    stems, pieces = query_tokens(question, known, asked_in), letter_pieces(question, asked_in)
    readers = _readers_of(snapshot, embedders, question, asked_in)
    found = [reader.texts.search(reader.vector, CANDIDATES) for reader in readers]
    by_words = ((snapshot.words, stems), (snapshot.pieces, pieces), (snapshot.titles, stems))
    found += [index.best(words, CANDIDATES) for index, words in by_words]
    numbers = np.unique(np.concatenate(found if also is None else [*found, also]))
    passages = [snapshot.passages[number] for number in numbers.tolist()]
    languages = [primary_language(passage.language) for passage in passages]
    meaning, headings = _judged_meaning(readers, numbers, languages)
    pages = np.array([passage.document_id for passage in passages])
    sections = np.array(["\n".join((passage.document_id, *passage.headings)) for passage in passages])
    rivals = _rival_pairs(readers, numbers, languages, meaning + headings)
    rivals &= sections[:, None] != sections[None, :]
    return Signals(
        numbers=numbers,
        meaning=meaning,
        headings=headings,
        words=_word_shares(snapshot.words, stems, numbers),
        pieces=_word_shares(snapshot.pieces, pieces, numbers),
        own_language=np.array([language in {asked_in, ""} for language in languages], dtype=bool),
        openings=_opening_passages(passages),
        rivals=rivals,
        rival_pages=rivals & (pages[:, None] != pages[None, :]),
        elsewhere=Vocabulary(snapshot.words, known).is_elsewhere(question),
    )


def _readers_of(
    snapshot: Snapshot, embedders: Sequence[Embedder], question: str, asked_in: str
) -> list[_Reader]:
    """The embedders that understand the question, those that read any language first."""
    alone = len(embedders) == 1
    vectors = zip(snapshot.meanings, snapshot.headings, snapshot.centres, strict=True)
    indexes = zip(embedders, vectors, snapshot.manifest.floors, strict=True)
    readers = []
    for embedder, (texts, headings, centres), floor in indexes:
        languages: tuple[str, ...] = () if alone else tuple(getattr(embedder, "languages", ()))
        if not languages or asked_in in languages:
            vector = query_vector(embedder, question)
            readers.append(_Reader(texts, headings, centres, floor, languages, vector))
    return sorted(readers, key=lambda reader: bool(reader.languages))


def _judged_meaning(
    readers: Sequence[_Reader], numbers: NDArray[np.int64], languages: Sequence[str]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The cosines of the question with each passage, and with its headings; 0 where no embedder reads it.

    Where an embedder made for both languages was asked, it judges alone: in English MiniLM by itself finds the right section
    more often than together with the multilingual encoder.
    """
    judged = np.zeros((2, len(numbers)), np.float32)
    for special in (False, True):
        group = [reader for reader in readers if bool(reader.languages) == special]
        if not group:
            continue
        read = np.stack([reader.reads(languages) for reader in group])
        cosines = np.stack([reader.cosines(numbers, languages) for reader in group])
        means = (cosines * read[:, None]).sum(axis=0) / np.maximum(read.sum(axis=0), 1)
        judged = np.where(read.any(axis=0), means, judged).astype(np.float32)
    return judged[0], judged[1]


def _rival_pairs(
    readers: Sequence[_Reader],
    numbers: NDArray[np.int64],
    languages: Sequence[str],
    nearness: NDArray[np.float32],
) -> NDArray[np.bool_]:
    """Which candidates say something else in one language; whether they are alike is looked at for the nearest."""
    of_language = np.array(languages)
    rivals: NDArray[np.bool_] = of_language[:, None] == of_language[None, :]
    near = np.argsort(-nearness, kind="stable")[:COMPARED]
    for reader in readers:
        vectors = reader.texts.vectors(numbers[near])
        alike = reader.stretched(vectors @ vectors.T) >= ALIKE
        rivals[np.ix_(near, near)] &= ~alike
    return rivals


def _opening_passages(passages: Sequence[Passage]) -> NDArray[np.bool_]:
    """Which passages stand before the sections of their page, as far as the candidates tell."""
    divided = {passage.document_id for passage in passages if passage.headings}
    return np.array(
        [not passage.headings and passage.document_id in divided for passage in passages], dtype=bool
    )


def _word_shares(index: WordIndex, asked: Sequence[str], numbers: NDArray[np.int64]) -> NDArray[np.float32]:
    most = sum(index.rarity(asked).values())
    return index.scores(asked, numbers) / np.float32(max(most, 1e-6))
