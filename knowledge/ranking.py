"""The order of candidates, and how sure the library is of the first: weights learned offline (`knowledge.weights`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from knowledge.search import Signals


def rank(signals: Signals) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The candidates' numbers, best first, and for each how sure it is that it answers (0 to 1)."""
    scores = signals.cosines.mean(axis=1) + 0.5 * signals.lexical[:, 0] + 0.2 * signals.lexical[:, 1]
    order = np.argsort(-scores, kind="stable")
    return signals.numbers[order], 1 / (1 + np.exp(-6 * (scores[order] - 0.5)))
