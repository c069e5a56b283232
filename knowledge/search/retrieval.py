"""One question against one snapshot: candidates from every index, what speaks for each, and the order that follows.

Candidates are the nearest by each embedder and the best by words, pieces of words and titles. For each candidate every
signal is computed, not only the one that found it; a learned weighting (`knowledge.search.ranking`) puts them in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from knowledge.base.language import detect_language, primary_language
from knowledge.index.embedding import query_vector
from knowledge.index.word_index import WordIndex, letter_pieces, query_tokens
from knowledge.search.features import Vocabulary, look_at_passages

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.ports import Embedder
    from knowledge.index.snapshot import Snapshot
    from knowledge.index.vector_index import MeaningIndex

CANDIDATES = 50
ECHOED = 3
LEXICAL = ("words", "pieces", "titles")


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for each candidate, one row each.

    `meaning` has two columns, the cosine by an English model and by a multilingual one; `used` says which of the two
    were asked, the other is 0. `lexical` has the columns `LEXICAL`, each the share (0 to 1) of the most that any
    text could score. `same_language` says whether question and passage share theirs, `stems` how many words were asked.
    `echo` is like `meaning`, of the middle of the likeliest passages instead of the question; `looked` are the columns of
    `knowledge.search.features.look_at_passages`. Of the question alone: `lacking`, the share of its words that no document has, and `elsewhere`,
    whether it names a place that none does.
    """

    numbers: NDArray[np.int64]
    meaning: NDArray[np.float32]
    used: tuple[bool, bool]
    lexical: NDArray[np.float32]
    same_language: NDArray[np.bool_]
    asked_in: str
    stems: int
    echo: NDArray[np.float32]
    looked: NDArray[np.float32]
    lacking: float
    elsewhere: bool

    def only(self, kept: NDArray[np.bool_]) -> Signals:
        """The same without the candidates that are not `kept`."""
        of_each = ("numbers", "meaning", "lexical", "same_language", "echo", "looked")
        return replace(self, **{name: getattr(self, name)[kept] for name in of_each})


def gather_signals(
    snapshot: Snapshot, embedders: Sequence[Embedder], question: str, hint: str = ""
) -> Signals:
    """The candidates for a question and their signals."""
    languages = snapshot.manifest.languages
    asked_in = detect_language(question, primary_language(hint) or (languages[0] if languages else ""))
    stems = query_tokens(question, languages, asked_in)
    by_words = (
        (snapshot.words, stems),
        (snapshot.pieces, letter_pieces(question, asked_in)),
        (snapshot.titles, stems),
    )
    asked = [
        (index, floor, _embedder_column(embedder), query_vector(embedder, question))
        for index, floor, embedder in zip(snapshot.meanings, snapshot.manifest.floors, embedders, strict=True)
        if _embedder_understands(embedder, asked_in, alone=len(embedders) == 1)
    ]
    near = [index.search(vector, CANDIDATES) for index, *_, vector in asked]
    numbers = np.unique(
        np.concatenate([*near, *(index.best(words, CANDIDATES) for index, words in by_words)])
    )
    columns = [column for _, _, column, _ in asked]
    meaning = np.zeros((len(numbers), 2), dtype=np.float32)
    for index, floor, column, vector in asked:
        cosines = (index.cosines(vector, numbers) - floor) / (1 - floor)
        meaning[:, column] += cosines / columns.count(column)
    lexical = np.stack([_word_shares(index, words, numbers) for index, words in by_words], axis=1)
    likely = _likeliest_candidates(meaning, lexical)
    echo = np.zeros_like(meaning)
    for index, _, column, _ in asked:
        echo[:, column] += _echo_of_likeliest(index, numbers, likely) / columns.count(column)
    passages = [snapshot.passages[number] for number in numbers.tolist()]
    same = [primary_language(passage.language) in {asked_in, ""} for passage in passages]
    known = Vocabulary(snapshot.words, languages)
    return Signals(
        numbers=numbers,
        meaning=meaning,
        used=(0 in columns, 1 in columns),
        lexical=lexical,
        same_language=np.array(same, dtype=bool),
        asked_in=asked_in,
        stems=len(stems),
        echo=echo,
        looked=look_at_passages(question, passages),
        lacking=known.lacking(question, asked_in),
        elsewhere=known.is_elsewhere(question),
    )


def _likeliest_candidates(meaning: NDArray[np.float32], lexical: NDArray[np.float32]) -> NDArray[np.int64]:
    """The places of the three candidates that most speaks for when every signal counts alike."""
    together = meaning.sum(axis=1) + np.sqrt(np.maximum(lexical, 0)).sum(axis=1)
    return np.argsort(-together, kind="stable")[:ECHOED]


def _echo_of_likeliest(
    index: MeaningIndex, numbers: NDArray[np.int64], likely: NDArray[np.int64]
) -> NDArray[np.float32]:
    """The cosine of each candidate with the middle of the likeliest; 0 where the model reads none of them."""
    vectors = index.vectors(numbers)
    middle = vectors[likely].sum(axis=0)
    return np.asarray(vectors @ (middle / max(float(np.linalg.norm(middle)), 1e-9)), dtype=np.float32)


def _embedder_understands(embedder: Embedder, language: str, *, alone: bool) -> bool:
    languages: tuple[str, ...] = getattr(embedder, "languages", ())
    return alone or not languages or language in languages


def _embedder_column(embedder: Embedder) -> int:
    return int(getattr(embedder, "languages", ()) != ("en",))


def _word_shares(index: WordIndex, asked: Sequence[str], numbers: NDArray[np.int64]) -> NDArray[np.float32]:
    most = sum(index.rarity(asked).values())
    return index.scores(asked, numbers) / np.float32(max(most, 1e-6))
