"""The mathematics of the classifier, free of Rasa: vectors in, intents with calibrated confidences out.

1. Whitening: directions in which the sentences of one intent differ among themselves tell nothing, so they are shrunk
   (pooled within-intent covariance, shrunk towards a ball because a few sentences cannot estimate it).
2. Multinomial logistic regression. The words of an intent's name count as one more example of it.
3. Calibration (Platt) of the best intent's probability on sentences held out from the training, a part of them from
   intents that the held-out model never saw: so the confidence is the chance of being right when some texts mean nothing
   we know, and one threshold serves every data set.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Collection, Dict, List, NamedTuple, Sequence, Tuple

import numpy as np

ROUNDS = 5
ENOUGH = 3000
"""So many sentences held out are enough to calibrate on; a large set has them in fewer than all rounds, each of which fits anew."""
REGULARISATION = 15.0
"""Inverse of the strength of the logistic regression's penalty."""
SHRINKAGE = 0.95
"""How far the covariance within intents is drawn towards a ball; 1 would whiten nothing."""
OUT_OF_SCOPE = frozenset({"out_of_scope", "oos"})
UNCALIBRATED = (1.0, 0.0, 0.0)
"""The calibration that leaves a probability as it is, where there is nothing to learn another from."""
_TINY = 1e-9


class Evidence(NamedTuple):
    """What the calibration looks at, for each sentence: both rows grow with how clear the case is."""

    odds: np.ndarray
    margin: np.ndarray


class LinearModel(NamedTuple):
    """Whitening and logistic regression: float32 arrays and the intents in the order of the rows of `weights`."""

    mean: np.ndarray
    whitening: np.ndarray
    weights: np.ndarray
    bias: np.ndarray
    intents: List[str]

    def chances(self, vectors: np.ndarray) -> np.ndarray:
        """Uncalibrated probabilities of shape (sentences, intents)."""
        scores = _whiten(vectors, self.mean, self.whitening) @ self.weights.T + self.bias
        scores -= scores.max(axis=1, keepdims=True)
        powers = np.exp(scores)
        return powers / powers.sum(axis=1, keepdims=True)


class IntentModel(NamedTuple):
    """A linear model and the calibration of its confidence: (weight of odds, weight of margin, intercept)."""

    linear: LinearModel
    calibration: Tuple[float, float, float]

    def rank(self, vectors: np.ndarray, background: Collection[str] = ()) -> List[List[Tuple[str, float]]]:
        """For each vector all intents with their confidences, likeliest first; the confidences add up to 1 at most.

        Intents of the `background` are not named, and what they took of the confidence goes to no other.
        """
        chances = self.linear.chances(vectors)
        confidences = _spread(chances, self._confidence(chances))
        order = np.argsort(-chances, axis=1)
        return [
            [
                (self.linear.intents[intent], float(confidences[row, intent]))
                for intent in order[row]
                if self.linear.intents[intent] not in background
            ]
            for row in range(len(vectors))
        ]

    def _confidence(self, chances: np.ndarray) -> np.ndarray:
        evidence = _evidence(chances)
        by_odds, by_margin, intercept = self.calibration
        return 1 / (1 + np.exp(-(by_odds * evidence.odds + by_margin * evidence.margin + intercept)))

    def save(self, path: Path) -> None:
        """Write plain arrays; nothing in the file is code."""
        arrays = {name: value for name, value in self.linear._asdict().items() if name != "intents"}
        np.savez(
            path, **arrays, intents=json.dumps(self.linear.intents), calibration=np.array(self.calibration)
        )

    @classmethod
    def load(cls, path: Path) -> IntentModel:
        """The model that `save` wrote."""
        with np.load(path, allow_pickle=False) as saved:
            arrays = {name: saved[name] for name in ("mean", "whitening", "weights", "bias")}
            linear = LinearModel(**arrays, intents=json.loads(str(saved["intents"])))
            by_odds, by_margin, intercept = (float(value) for value in saved["calibration"])
            return cls(linear, (by_odds, by_margin, intercept))


def fit(
    vectors: np.ndarray,
    intents: Sequence[str],
    names: Dict[str, np.ndarray],
    regularisation: float = REGULARISATION,
    shrinkage: float = SHRINKAGE,
) -> IntentModel:
    """Train on vectors of shape (sentences, dimension); `names` holds the vector of each intent's name."""
    labels = np.array(intents)
    linear = _fit_linear(vectors, labels, names, regularisation, shrinkage)
    rounds = _held_out(labels)
    if not rounds:
        return IntentModel(linear, UNCALIBRATED)
    odds, margins, right = [], [], []
    for seen, asked in rounds:
        part = _fit_linear(vectors[seen], labels[seen], names, regularisation, shrinkage)
        chances = part.chances(vectors[asked])
        evidence = _evidence(chances)
        odds.append(evidence.odds)
        margins.append(evidence.margin)
        right.append(np.array(part.intents)[chances.argmax(axis=1)] == labels[asked])
    return IntentModel(linear, _calibrate(np.hstack(odds), np.hstack(margins), np.hstack(right)))


def _fit_linear(
    vectors: np.ndarray,
    labels: np.ndarray,
    names: Dict[str, np.ndarray],
    regularisation: float,
    shrinkage: float,
) -> LinearModel:
    from sklearn.linear_model import LogisticRegression

    known = [name for name in sorted(set(labels)) if name in names]
    if known:
        vectors = np.vstack([vectors, [names[name] for name in known]])
        labels = np.concatenate([labels, known])
    mean, whitening = _whitening(vectors, labels, shrinkage)
    intents = sorted(set(labels))
    if len(intents) == 1:
        return LinearModel(
            mean, whitening, np.zeros((1, vectors.shape[1]), np.float32), np.zeros(1, np.float32), intents
        )
    model = LogisticRegression(C=regularisation, max_iter=300, tol=1e-3)
    model.fit(_whiten(vectors, mean, whitening), labels)
    weights, bias = model.coef_, model.intercept_
    if len(intents) == 2:  # scikit-learn keeps one row for two classes
        weights, bias = np.vstack([-weights, weights]) / 2, np.hstack([-bias, bias]) / 2
    return LinearModel(
        mean, whitening, weights.astype(np.float32), bias.astype(np.float32), [str(i) for i in intents]
    )


def _whitening(vectors: np.ndarray, labels: np.ndarray, shrinkage: float) -> Tuple[np.ndarray, np.ndarray]:
    residuals = vectors.astype(np.float64)
    for intent in set(labels):
        rows = labels == intent
        residuals[rows] -= residuals[rows].mean(axis=0)
    covariance = residuals.T @ residuals / len(residuals)
    ball = max(np.trace(covariance) / len(covariance), _TINY)
    covariance = (1 - shrinkage) * covariance + shrinkage * ball * np.eye(len(covariance))
    values, axes = np.linalg.eigh(covariance)
    whitening = (axes / np.sqrt(np.maximum(values, _TINY))) @ axes.T
    return vectors.mean(axis=0).astype(np.float32), whitening.astype(np.float32)


def _whiten(vectors: np.ndarray, mean: np.ndarray, whitening: np.ndarray) -> np.ndarray:
    whitened = (vectors - mean) @ whitening
    return whitened / np.maximum(np.linalg.norm(whitened, axis=1, keepdims=True), _TINY)


def _held_out(labels: np.ndarray) -> List[Tuple[np.ndarray, np.ndarray]]:
    """Pairs of (rows to train on, rows to ask): a fifth is asked each time, and the intents of another fifth are unseen.

    An intent's only sentence is always trained on. Where the data has examples of what is out of scope, or too few intents to
    leave some away, unseen intents are not played.
    """
    random = np.random.RandomState(1)
    intents = sorted(set(labels))
    fold = np.full(len(labels), -1)
    for intent in intents:
        rows = random.permutation(np.flatnonzero(labels == intent))
        if len(rows) > 1:
            fold[rows] = (np.arange(len(rows)) + random.randint(ROUNDS)) % ROUNDS
    group = dict(zip(random.permutation(intents), np.arange(len(intents)) % ROUNDS, strict=True))
    plays_unseen = len(intents) >= ROUNDS and not OUT_OF_SCOPE & set(intents)
    unseen = np.array([group[label] if plays_unseen else -1 for label in labels])
    rounds = range(min(ROUNDS, math.ceil(ROUNDS * ENOUGH / len(labels))))
    pairs = [
        (np.flatnonzero((fold != turn) & (unseen != turn)), np.flatnonzero(fold == turn)) for turn in rounds
    ]
    return [(seen, asked) for seen, asked in pairs if len(asked)]


def _evidence(chances: np.ndarray) -> Evidence:
    if chances.shape[1] < 2:
        return Evidence(np.full(len(chances), 20.0), np.full(len(chances), 20.0))
    highest = np.sort(chances, axis=1)[:, -2:] + _TINY
    best, second = highest[:, 1], highest[:, 0]
    return Evidence(np.log(best) - np.log(np.maximum(1 - best, _TINY)), np.log(best) - np.log(second))


def _calibrate(odds: np.ndarray, margin: np.ndarray, right: np.ndarray) -> Tuple[float, float, float]:
    from sklearn.linear_model import LogisticRegression

    if right.all() or not right.any():
        return UNCALIBRATED
    model = LogisticRegression(C=1.0).fit(np.column_stack([odds, margin]), right)
    by_odds, by_margin = model.coef_[0]
    return float(by_odds), float(by_margin), float(model.intercept_[0])


def _spread(chances: np.ndarray, confidence: np.ndarray) -> np.ndarray:
    """Give the best intent its confidence and share out what is left among the others, never above the best."""
    rows = np.arange(len(chances))
    top = chances.argmax(axis=1)
    best = chances[rows, top]
    factor = np.minimum(confidence / np.maximum(best, _TINY), (1 - confidence) / np.maximum(1 - best, _TINY))
    shared = chances * factor[:, None]
    shared[rows, top] = confidence
    return shared
