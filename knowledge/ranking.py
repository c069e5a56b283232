"""The order of candidates, and how sure the library is of each: linear weights, learned offline (`knowledge.weights`).

Weights differ with the pair of languages of question and passage: in English both models speak, and of a few words less is to
be had than of a sentence; elsewhere the multilingual model speaks; across languages words say little. They also differ
with the models that were asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from knowledge.search import Signals

PAIRS = ("english", "same", "cross", "few english words")
FEW = 4
SURE = ("score", "meaning", "words", "pieces", "margin", "lead", "length")


def features(signals: Signals) -> NDArray[np.float32]:
    """What the order is made of, shape (candidates, 5): two cosines, and the square roots of the shares of words."""
    return np.concatenate([signals.meaning, np.sqrt(np.maximum(signals.lexical, 0))], axis=1)


def pairs_of(signals: Signals) -> NDArray[np.int64]:
    """The pair of languages of each candidate, as an index of `PAIRS`."""
    english = 3 if signals.stems <= FEW else 0
    same = english if signals.asked_in == "en" else 1
    return np.where(signals.same_language, same, 2).astype(np.int64)


def fused(signals: Signals) -> NDArray[np.float64]:
    """One score for each candidate, higher is better; only good for comparing candidates of one question."""
    from knowledge.weights import ORDER

    weights = np.array(ORDER[models_of(signals)])[pairs_of(signals)]
    return np.asarray((features(signals) * weights).sum(axis=1), dtype=np.float64)


def models_of(signals: Signals) -> str:
    """Which weights apply: an `english` model was asked, a `multilingual` one, or `both`."""
    english, multilingual = signals.used
    return "both" if english and multilingual else "english" if english else "multilingual"


def sureness_features(
    signals: Signals, scores: NDArray[np.float64], documents: Sequence[str]
) -> NDArray[np.float64]:
    """What sureness is made of, shape (candidates, 7).

    The fused score; the better cosine; shares of words and pieces; how far the score is above the best of another document; in
    how many signals nobody is better; and how long the question is.
    """
    table = features(signals)
    lead = (table >= table.max(axis=0) - 1e-6).mean(axis=1)
    return np.stack(
        [
            scores,
            signals.meaning.max(axis=1),
            signals.lexical[:, 0],
            signals.lexical[:, 1],
            np.clip(_margins(scores, documents), -3, 3),
            lead,
            np.full(len(scores), np.log1p(min(signals.stems, 30))),
        ],
        axis=1,
    )


def _margins(scores: NDArray[np.float64], documents: Sequence[str]) -> NDArray[np.float64]:
    """How far each score is above the best of any other document."""
    best: dict[str, float] = {}
    for document, score in zip(documents, scores.tolist(), strict=True):
        best[document] = max(score, best.get(document, score))
    ordered = sorted(best.values(), reverse=True)
    first, second = ordered[0], ordered[1] if len(ordered) > 1 else ordered[0] - 3
    rivals = [second if best[document] == first else first for document in documents]
    return np.asarray(scores - np.array(rivals), dtype=np.float64)


def rank(signals: Signals, documents: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The candidates' numbers, best first, and for each how sure it is that it answers (0 to 1, never rising)."""
    from knowledge.weights import SURENESS

    scores = fused(signals)
    weights = np.array(SURENESS[models_of(signals)])[pairs_of(signals)]
    table = sureness_features(signals, scores, documents)
    sure = 1 / (1 + np.exp(-((table * weights[:, :-1]).sum(axis=1) + weights[:, -1])))
    order = np.argsort(-scores, kind="stable")
    return signals.numbers[order], np.minimum.accumulate(sure[order])
