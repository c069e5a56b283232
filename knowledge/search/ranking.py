"""The order of candidates, and how sure the library is of each.

The order is a plain sum, the same for every language and every encoder. Only sureness is learned (`benchmarks/learn_sureness.py`), from
three things, and what it says are probabilities: that this section answers, and that its page at least is the right one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from knowledge.search.retrieval import Signals

HEADINGS, WORDS, PIECES = 1.0, 0.4, 0.2
"""How much headings, words and pieces of words count beside the meaning of the text, which counts 1 (docs/knowledge.md has what else was tried)."""
OWN_LANGUAGE = 0.2
"""So much is a page in the question's own language ahead of others; the same fact is found there first."""
OPENING = 0.2
"""So much a page's opening words stand back behind its sections: they name its subject and answer little."""
MOST_MARGIN = 0.3
"""A lead of more than this says no more."""
SURE = ("score", "margin", "elsewhere")
SURENESS = (2.11, 7.16, -5.69, -3.85)
"""Weights of `SURE` and the constant, for the section; written by `benchmarks/learn_sureness.py`, as is the next."""
PAGE_SURENESS = (1.89, 8.52, -6.29, -3.84)
"""The same for the page, whose margin is that over other pages."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """Candidates, best first: their numbers, how sure it is that each answers (0 to 1, never rising), and that the first is at least of the right page."""

    numbers: NDArray[np.int64]
    sure: NDArray[np.float64]
    page_sure: float


def summed_scores(signals: Signals) -> NDArray[np.float64]:
    """How near each candidate comes to the question; its language is not looked at."""
    scores: NDArray[np.float64] = signals.meaning.astype(np.float64)
    scores += HEADINGS * signals.headings + WORDS * signals.words + PIECES * signals.pieces
    return scores - OPENING * signals.openings


def sureness_features(signals: Signals, rivals: NDArray[np.bool_]) -> NDArray[np.float64]:
    """What sureness is made of, the columns `SURE` for each candidate.

    Its score; how far that is above the best of its `rivals`; and whether the question names a place that no document does.
    """
    scores = summed_scores(signals)
    best_rivals = np.where(rivals, scores, -np.inf).max(axis=1, initial=-np.inf)
    margins = np.clip(scores - best_rivals, -MOST_MARGIN, MOST_MARGIN)
    elsewhere = np.full(len(scores), float(signals.elsewhere))
    return np.stack([scores, margins, elsewhere], axis=1)


def order_candidates(signals: Signals) -> NDArray[np.int64]:
    """The candidates' rows, best first: those in the question's own language before others that are as near."""
    return np.argsort(-(summed_scores(signals) + OWN_LANGUAGE * signals.own_language), kind="stable")


def rank_candidates(signals: Signals) -> Ranked:
    """The candidates in order."""
    order = order_candidates(signals)
    sure = _probabilities(sureness_features(signals, signals.rivals), SURENESS)[order]
    of_page = _probabilities(sureness_features(signals, signals.rival_pages), PAGE_SURENESS)[order]
    page_sure = float(of_page[0]) if len(order) else 0.0
    return Ranked(signals.numbers[order], np.minimum.accumulate(sure), page_sure)


def rerank_first(ranked: Ranked, scores: NDArray[np.float64], pages: NDArray[np.bool_]) -> Ranked:
    """The candidates with the first `len(scores)` of them in the order of these scores, best first.

    `pages` says of each of these whether it is of the page that came first. Sureness was learned with the plain sum and stays its own:
    where another section comes first now, it is as sure as the sum was of that one, and of its page as it was where the page is the same.
    """
    order = np.argsort(-scores, kind="stable")
    numbers, sure = ranked.numbers.copy(), ranked.sure.copy()
    numbers[: len(order)], sure[: len(order)] = numbers[order], sure[order]
    is_same_page = not len(order) or bool(pages[order[0]])
    page_sure = ranked.page_sure if is_same_page else float(sure[0])
    return Ranked(numbers, np.minimum.accumulate(sure), page_sure)


def section_sureness(scores: NDArray[np.float64], leads: NDArray[np.float64]) -> NDArray[np.float64]:
    """How sure it is that sections with these scores and leads answer, where no other place is named."""
    return _probabilities(np.stack([scores, leads, np.zeros(len(scores))], axis=1), SURENESS)


def _probabilities(features: NDArray[np.float64], weights: tuple[float, ...]) -> NDArray[np.float64]:
    slopes = np.array(weights)
    found: NDArray[np.float64] = 1 / (1 + np.exp(-(features @ slopes[:-1] + slopes[-1])))
    return found
