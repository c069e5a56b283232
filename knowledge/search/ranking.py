"""The order of candidates, and how sure the library is of each: linear weights, learned offline (`knowledge.search.weights`).

Weights differ with the pair of languages of question and passage: in English both models speak, and of a few words less is to
be had than of a sentence; elsewhere the multilingual model speaks; where no spaces are written, single characters tell; across
languages words say little. They also differ with the models that were asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from knowledge.search.features import LOOKED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from knowledge.search.retrieval import Signals

PAIRS = ("english", "same", "cross", "few english words", "unspaced")
FEW = 4
UNSPACED = frozenset({"zh", "ja", "th"})
NOT_ENGLISH = 4.0
"""Taken off what is not in English when English was asked. The weights of each pair are learned apart, so their scores compare only
roughly; with this, English questions find the English page first as often as they did before other languages were learned."""
BESIDE = 3
"""So many passages of a document speak for each other."""
ORDERED_BY = (
    "meaning in english", "meaning", "words", "pieces", "titles",
    "document in english", "document", "echo in english", "echo",
    "first in english", "first in meaning", "first in words", "first in pieces",
    "exact", "characters", "length",
)  # fmt: skip
BY_MODEL = {
    "english": tuple(at for at, name in enumerate(ORDERED_BY) if name.endswith("in english")),
    "multilingual": tuple(
        at
        for at, name in enumerate(ORDERED_BY)
        if name in {"meaning", "document", "echo", "first in meaning"}
    ),
}
"""Which columns each kind of model gives."""
SURE = (
    "score", "meaning", "words", "pieces", "margin", "lead", "length",
    "stands out", "numbers", "lacking", "elsewhere",
)  # fmt: skip


def ranking_features(signals: Signals, documents: Sequence[str]) -> NDArray[np.float32]:
    """What the order is made of, the columns `ORDERED_BY` for each candidate.

    Cosines; square roots of the shares of words; the mean cosine of the best passages of the same document; the cosine with
    what the likeliest passages say; 1 for the first by a signal, 1/2 for the second and so on; and what `closer.look` saw.
    """
    plain = np.concatenate([signals.meaning, np.sqrt(np.maximum(signals.lexical, 0))], axis=1)
    places = np.stack([_places_in_column(plain[:, at]) for at in range(4)], axis=1)
    looked = signals.looked[:, : LOOKED.index("numbers")]
    beside = _likeness_beside(signals.meaning, documents)
    return np.concatenate([plain, beside, signals.echo, places, looked], axis=1).astype(np.float32)


def _places_in_column(column: NDArray[np.float32]) -> NDArray[np.float32]:
    places = np.empty(len(column), dtype=np.float32)
    places[np.argsort(-column, kind="stable")] = 1 / (1 + np.arange(len(column)))
    return places * (column > 0)


def _likeness_beside(cosines: NDArray[np.float32], documents: Sequence[str]) -> NDArray[np.float32]:
    of_document: dict[str, list[int]] = {}
    for at, document in enumerate(documents):
        of_document.setdefault(document, []).append(at)
    means = np.empty_like(cosines)
    for rows in of_document.values():
        means[rows] = np.sort(cosines[rows], axis=0)[-BESIDE:].mean(axis=0)
    return means


def pairs_of(signals: Signals) -> NDArray[np.int64]:
    """The pair of languages of each candidate, as an index of `PAIRS`."""
    english = "few english words" if signals.stems <= FEW else "english"
    alike = english if signals.asked_in == "en" else "unspaced" if signals.asked_in in UNSPACED else "same"
    return np.where(signals.same_language, PAIRS.index(alike), PAIRS.index("cross")).astype(np.int64)


def fused_scores(signals: Signals, documents: Sequence[str]) -> NDArray[np.float64]:
    """One score for each candidate, higher is better; only good for comparing candidates of one question."""
    from knowledge.search.weights import ORDER

    weights = np.array(ORDER[models_of(signals)])[pairs_of(signals)]
    scores = (ranking_features(signals, documents) * weights).sum(axis=1)
    if signals.asked_in == "en":
        scores = scores - NOT_ENGLISH * ~signals.same_language
    return np.asarray(scores, dtype=np.float64)


def models_of(signals: Signals) -> str:
    """Which weights apply: an `english` model was asked, a `multilingual` one, or `both`."""
    english, multilingual = signals.used
    return "both" if english and multilingual else "english" if english else "multilingual"


def sureness_features(
    signals: Signals, scores: NDArray[np.float64], documents: Sequence[str]
) -> NDArray[np.float64]:
    """What sureness is made of, the columns `SURE` for each candidate.

    The fused score; the better cosine; shares of words and pieces; how far the score is above the best of another document; in
    how many signals nobody is better; how long the question is; how far the cosine is above the candidates' middle; the share of
    the question's numbers that the passage lacks; and of the question alone, how many of its words no document has, and
    whether it names a place that none does.
    """
    plain = np.concatenate([signals.meaning, signals.lexical], axis=1)
    lead = (plain >= plain.max(axis=0) - 1e-6).mean(axis=1)
    nearest = signals.meaning.max(axis=1)
    alone = np.array([np.log1p(min(signals.stems, 30)), signals.lacking, float(signals.elsewhere)])
    length, lacking, elsewhere = np.repeat(alone[:, None], len(scores), axis=1)
    columns = [
        scores,
        nearest,
        signals.lexical[:, 0],
        signals.lexical[:, 1],
        np.clip(_score_margins(scores, documents), -3, 3),
        lead,
        length,
        nearest - np.median(nearest),
        signals.looked[:, LOOKED.index("numbers")],
        lacking,
        elsewhere,
    ]
    return np.stack(columns, axis=1)


def _score_margins(scores: NDArray[np.float64], documents: Sequence[str]) -> NDArray[np.float64]:
    """How far each score is above the best of any other document."""
    best: dict[str, float] = {}
    for document, score in zip(documents, scores.tolist(), strict=True):
        best[document] = max(score, best.get(document, score))
    ordered = sorted(best.values(), reverse=True)
    first, second = ordered[0], ordered[1] if len(ordered) > 1 else ordered[0] - 3
    rivals = [second if best[document] == first else first for document in documents]
    return np.asarray(scores - np.array(rivals), dtype=np.float64)


def rank_candidates(
    signals: Signals, documents: Sequence[str]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The candidates' numbers, best first, and for each how sure it is that it answers (0 to 1, never rising)."""
    from knowledge.search.weights import SURENESS

    scores = fused_scores(signals, documents)
    weights = np.array(SURENESS[models_of(signals)])[pairs_of(signals)]
    table = sureness_features(signals, scores, documents)
    sure = 1 / (1 + np.exp(-((table * weights[:, :-1]).sum(axis=1) + weights[:, -1])))
    order = np.argsort(-scores, kind="stable")
    return signals.numbers[order], np.minimum.accumulate(sure[order])
