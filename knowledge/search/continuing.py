"""A question that may go on with a page that was answered from: the page's sections in order of the new words alone, and how far they stand behind
what the whole library has for these words.

The page's title gives the question back what it leaves out, and that says how sure the page's best section is; which section is best, the new words say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.texts import fold_text
from knowledge.search.ranking import MOST_MARGIN, section_sureness, summed_scores
from knowledge.search.retrieval import Signals, gather_signals

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.ports import Embedder
    from knowledge.base.model import AnsweredPage
    from knowledge.index.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class RankedOnPage:
    """Passages of one page, best first, with how sure it is that each answers (0 to 1, never rising). `near` is the score of the first,
    `behind` how much less that is than the best in the whole library (0 or more).
    """

    numbers: NDArray[np.int64]
    sure: NDArray[np.float64]
    near: float
    behind: float


def rank_on_page(
    snapshot: Snapshot, embedders: Sequence[Embedder], question: str, page: AnsweredPage, hint: str
) -> RankedOnPage | None:
    """The page's sections for a question; None when the library has no such page, or the question names a place elsewhere."""
    with_title = gather_signals(snapshot, embedders, f"{page.title}. {question}", hint)
    document = page.document_id or _document_titled(snapshot, with_title, page.title)
    of_page = np.array(
        [snapshot.passages[number].document_id == document for number in with_title.numbers.tolist()]
    )
    if not (document and of_page.any()):
        return None
    alone = gather_signals(snapshot, embedders, question, hint, also=with_title.numbers[of_page])
    if alone.elsewhere:
        return None
    known = np.isin(alone.numbers, with_title.numbers[of_page])
    scores = summed_scores(alone)
    rows = np.flatnonzero(known)[np.argsort(-scores[known], kind="stable")]
    numbers = alone.numbers[rows]
    topical = summed_scores(with_title)[np.searchsorted(with_title.numbers, numbers)]
    sure = section_sureness(topical, _leads(alone, scores, rows))
    near = float(scores[rows[0]])
    return RankedOnPage(numbers, np.minimum.accumulate(sure), near, float(scores.max()) - near)


def _document_titled(snapshot: Snapshot, signals: Signals, title: str) -> str:
    """The id of the document nearest to a question whose title has this one in it; empty when there is none."""
    for row in np.argsort(-summed_scores(signals), kind="stable").tolist():
        passage = snapshot.passages[int(signals.numbers[row])]
        if fold_text(title) in fold_text(passage.title):
            return passage.document_id
    return ""


def _leads(signals: Signals, scores: NDArray[np.float64], rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """How far each of these rows is ahead of the best other section among them."""
    rivals = signals.rivals[np.ix_(rows, rows)]
    best = np.where(rivals, scores[rows], -np.inf).max(axis=1, initial=-np.inf)
    leads: NDArray[np.float64] = np.clip(scores[rows] - best, -MOST_MARGIN, MOST_MARGIN)
    return leads
