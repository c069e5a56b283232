"""One question against one snapshot: candidates from every index, what speaks for each, and the order that follows.

Candidates are the nearest by each embedder and the best by words, pieces of words and titles. For each candidate every
signal is computed, not only the one that found it; a learned weighting (`knowledge.ranking`) puts them in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from knowledge.embedding import query_vector
from knowledge.language import detect, primary
from knowledge.words import WordIndex, pieces, query_tokens

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bot.ports import Embedder
    from knowledge.snapshot import Snapshot

CANDIDATES = 50
LEXICAL = ("words", "pieces", "titles")


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for each candidate, one row each.

    `meaning` has two columns, the cosine by an English model and by a multilingual one; `used` says which of the two
    were asked, the other is 0. `lexical` has the columns `LEXICAL`, each the share (0 to 1) of the most that any
    text could score. `same_language` says whether question and passage share theirs, `stems` how many words were asked.
    """

    numbers: NDArray[np.int64]
    meaning: NDArray[np.float32]
    used: tuple[bool, bool]
    lexical: NDArray[np.float32]
    same_language: NDArray[np.bool_]
    asked_in: str
    stems: int


def gather(snapshot: Snapshot, embedders: Sequence[Embedder], question: str, hint: str = "") -> Signals:
    """The candidates for a question and their signals."""
    languages = snapshot.manifest.languages
    asked_in = detect(question, primary(hint) or (languages[0] if languages else ""))
    stems = query_tokens(question, languages, asked_in)
    by_words = (
        (snapshot.words, stems),
        (snapshot.pieces, pieces(question, asked_in)),
        (snapshot.titles, stems),
    )
    asked = [
        (index, floor, _column(embedder), query_vector(embedder, question))
        for index, floor, embedder in zip(snapshot.meanings, snapshot.manifest.floors, embedders, strict=True)
        if _understands(embedder, asked_in, alone=len(embedders) == 1)
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
    same = [primary(snapshot.passages[number].language) in {asked_in, ""} for number in numbers]
    return Signals(
        numbers=numbers,
        meaning=meaning,
        used=(0 in columns, 1 in columns),
        lexical=np.stack([_shares(index, words, numbers) for index, words in by_words], axis=1),
        same_language=np.array(same, dtype=bool),
        asked_in=asked_in,
        stems=len(stems),
    )


def _understands(embedder: Embedder, language: str, *, alone: bool) -> bool:
    languages: tuple[str, ...] = getattr(embedder, "languages", ())
    return alone or not languages or language in languages


def _column(embedder: Embedder) -> int:
    return int(getattr(embedder, "languages", ()) != ("en",))


def _shares(index: WordIndex, asked: Sequence[str], numbers: NDArray[np.int64]) -> NDArray[np.float32]:
    most = sum(index.rarity(asked).values())
    return index.scores(asked, numbers) / np.float32(max(most, 1e-6))
