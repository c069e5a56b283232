"""One question against one snapshot: candidates from every index, what speaks for each, and the order that follows.

Candidates are the nearest by each embedder and the best by words, pieces of words and titles. For each candidate every
signal is computed, not only the one that found it; a learned weighting (`knowledge.ranking`) puts them in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

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

    `cosines` has a column for each embedder (NaN-free, -1 to 1); `lexical` the columns `LEXICAL`, each the share (0 to 1) of
    the best score that any text could get; `same_language` says whether question and passage share theirs.
    """

    numbers: NDArray[np.int64]
    cosines: NDArray[np.float32]
    lexical: NDArray[np.float32]
    same_language: NDArray[np.bool_]
    asked_in: str


def gather(snapshot: Snapshot, embedders: Sequence[Embedder], question: str, hint: str = "") -> Signals:
    """The candidates for a question and their signals."""
    languages = snapshot.manifest.languages
    asked_in = detect(question, primary(hint) or (languages[0] if languages else ""))
    vectors = [embedder.encode([question])[0] for embedder in embedders]
    stems = query_tokens(question, languages, asked_in)
    lexical = np.stack(
        [
            _share(snapshot.words, stems),
            _share(snapshot.pieces, pieces(question, asked_in)),
            _share(snapshot.titles, stems),
        ],
        axis=1,
    )
    near = [
        index.search(vector, CANDIDATES) for index, vector in zip(snapshot.meanings, vectors, strict=True)
    ]
    numbers = np.unique(np.concatenate([*near, *(_best(lexical[:, at]) for at in range(len(LEXICAL)))]))
    cosines = [
        index.cosines(vector, numbers) for index, vector in zip(snapshot.meanings, vectors, strict=True)
    ]
    same = [primary(snapshot.passages[number].language) in {asked_in, ""} for number in numbers]
    return Signals(numbers, np.stack(cosines, axis=1), lexical[numbers], np.array(same, dtype=bool), asked_in)


def _share(index: WordIndex, asked: Sequence[str]) -> NDArray[np.float32]:
    most = sum(index.rarity(asked).values())
    return index.scores(asked) / np.float32(max(most, 1e-6))


def _best(scores: NDArray[np.float32]) -> NDArray[np.int64]:
    count = min(CANDIDATES, len(scores))
    best = np.argpartition(scores, -count)[-count:]
    return best[scores[best] > 0]
