"""Learns `knowledge/search/weights.py` from questions with known answers; run it again when an index or an embedder changes.

    python benchmarks/learn_ranking.py --data ../shared/data --work /tmp/learn > knowledge/search/weights.py

Order: a listwise softmax over the candidates of each question, a weight for each feature and pair of languages. Sureness:
logistic regression on the first candidate of each question, of questions whose document was taken away, and of questions
that have no answer there. All data sets count alike. Figures of five-fold cross-validation go to standard error; all
languages of a question are in the same fold.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import structlog

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.library_cases import CORPORA, FOLDS, ROOT, Case, all_cases
from knowledge.index.embedding import make_embedders
from knowledge.search.ranking import (
    BY_MODEL,
    ORDERED_BY,
    PAIRS,
    SURE,
    pairs_of,
    ranking_features,
    sureness_features,
)

ENGLISH = (PAIRS.index("english"), PAIRS.index("few english words"))
WIDTH = len(PAIRS) * len(ORDERED_BY)
ELSEWHERE = SURE.index("elsewhere")
MODELS = {"both": (True, True), "english": (True, False), "multilingual": (False, True)}
REGULARISED = 1e-3


@dataclass(frozen=True)
class Row:
    """The first candidate of a case. `verdict` is right, wrong, off (no answer there) or hidden (its document taken away)."""

    corpus: str
    kind: str
    language: str
    fold: int
    verdict: str
    pair: int
    features: np.ndarray


def expanded(one: Case, models: tuple[bool, bool]) -> np.ndarray:
    """The features of each candidate in the columns of its pair of languages."""
    plain = ranking_features(one.signals, one.documents)
    for asked, name in zip(models, ("english", "multilingual"), strict=True):
        if not asked:
            plain[:, BY_MODEL[name]] = 0
    pairs = pairs_of(one.signals)
    if all(models):
        # In English the English model alone orders better than both (us_gov_faq R@1 52.6 against 51.3, city 46.6 against 45.4).
        plain[np.ix_(np.isin(pairs, ENGLISH), BY_MODEL["multilingual"])] = 0
        plain[np.ix_(~np.isin(pairs, ENGLISH), BY_MODEL["english"])] = 0
    wide = np.zeros((len(plain), len(PAIRS), len(ORDERED_BY)), np.float32)
    wide[np.arange(len(plain)), pairs] = plain
    return wide.reshape(len(plain), -1)


def learn_order(tables: list[np.ndarray], useful: list[Case]) -> np.ndarray:
    """Weights of shape (pairs, features), by softmax over the candidates of each question."""
    import torch

    torch.set_num_threads(1)
    count = Counter(one.corpus for one in useful)
    size = (len(useful), max(len(one.right) for one in useful))
    inputs, right, there = np.zeros((*size, WIDTH), np.float32), np.zeros(size, bool), np.zeros(size, bool)
    for row, (table, one) in enumerate(zip(tables, useful, strict=True)):
        inputs[row, : len(one.right)] = table
        right[row, : len(one.right)] = one.right
        there[row, : len(one.right)] = True
    spread = inputs[there].std(axis=0) + 1e-6
    share = np.array([1 / count[one.corpus] / len(count) for one in useful], np.float32)
    x, y, m, w = map(torch.tensor, (inputs / spread, right, there, share))
    weights = torch.zeros(WIDTH, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=150, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        scores = (x @ weights).masked_fill(~m, -1e9)
        gain = torch.logsumexp(scores.masked_fill(~y, -1e9), 1) - torch.logsumexp(scores, 1)
        value = -(w * gain).sum() + REGULARISED * (weights * weights).sum()
        value.backward()
        return value

    optimiser.step(loss)
    return (weights.detach().numpy() / spread).reshape(len(PAIRS), len(ORDERED_BY))


def order_figures(made: list[Case]) -> dict[str, list[float]]:
    """R@1, R@5, R@10, MRR@10 of each data set, from the scores that the cases hold."""
    figures: dict[str, list[list[float]]] = {}
    for one in made:
        if not one.asked:
            continue
        ids = list(dict.fromkeys(one.documents[at] for at in np.argsort(-one.scores, kind="stable")))
        right = {name for name, yes in zip(one.documents, one.right, strict=True) if yes}
        rank = next((at for at, name in enumerate(ids, start=1) if name in right), 10**6)
        figures.setdefault(one.corpus, []).append([rank <= 1, rank <= 5, rank <= 10, (rank <= 10) / rank])
    return {name: [round(100 * float(v), 1) for v in np.mean(rows, axis=0)] for name, rows in figures.items()}


def sure_rows(made: list[Case]) -> Iterator[Row]:
    """The first candidate of each case, and of each case without its right documents."""
    for one in made:
        top = int(np.argmax(one.scores))
        yield row_of(one, "right" if one.answers[top] else "wrong" if one.asked else "off")
        if one.right.any() and not one.answers.all():
            yield row_of(one.without_right(), "hidden")


def row_of(one: Case, verdict: str) -> Row:
    """A row of the first candidate."""
    top = int(np.argmax(one.scores))
    table = sureness_features(one.signals, one.scores, one.documents)
    pair = int(pairs_of(one.signals)[top])
    return Row(one.corpus, one.kind, one.language, one.fold, verdict, pair, table[top])


# A hidden document often leaves one that answers too, so such rows count less. The sample city counts more: its
# questions are asked as residents ask, in six languages.
VERDICTS = {"right": 1.0, "wrong": 1.0, "off": 1.0, "hidden": 0.15}
COUNTS = {"sample": 3.0}
CONSTANT = 3.0


def learn_sureness(rows: list[Row]) -> np.ndarray:
    """Logistic weights of shape (pairs, features + 1), the constant last. A place elsewhere weighs the same in every pair."""
    from sklearn.linear_model import LogisticRegression

    size = Counter(row.corpus for row in rows)
    table = np.array([row.features for row in rows])
    middle, spread = table.mean(axis=0), table.std(axis=0) + 1e-6
    middle[ELSEWHERE], spread[ELSEWHERE] = 0, 1
    share = np.array([VERDICTS[row.verdict] * COUNTS.get(row.corpus, 1.0) / size[row.corpus] for row in rows])
    scaled = np.hstack([(table - middle) / spread, np.full((len(rows), 1), CONSTANT)])
    wide = np.zeros((len(rows), len(PAIRS), len(SURE) + 1))
    wide[np.arange(len(rows)), [row.pair for row in rows]] = scaled
    wide[:, :, ELSEWHERE] = 0
    model = LogisticRegression(C=1.0, max_iter=5000, fit_intercept=False)
    together = np.hstack([wide.reshape(len(rows), -1), table[:, [ELSEWHERE]]])
    model.fit(together, [row.verdict == "right" for row in rows], sample_weight=share / share.mean())
    weights = model.coef_[0, :-1].reshape(len(PAIRS), -1)
    weights[:, ELSEWHERE] = model.coef_[0, -1]
    slopes = weights[:, :-1] / spread
    return np.hstack([slopes, weights[:, -1:] * CONSTANT - slopes @ middle[:, None]])


def probability(weights: np.ndarray, row: Row) -> float:
    """What the logistic model says."""
    return float(1 / (1 + np.exp(-(row.features @ weights[row.pair, :-1] + weights[row.pair, -1]))))


def held_back(made: list[Case], models: tuple[bool, bool]) -> list[tuple[Row, float]]:
    """Each first candidate with its sureness, by weights that saw nothing of its fold; leaves such scores in the cases."""
    tables = [expanded(one, models) for one in made]
    for fold in range(FOLDS):
        seen = [at for at, one in enumerate(made) if one.fold != fold and one.right.any()]
        weights = learn_order([tables[at] for at in seen], [made[at] for at in seen]).reshape(-1)
        for table, one in zip(tables, made, strict=True):
            if one.fold == fold:
                one.scores = table @ weights
    rows = list(sure_rows(made))
    sure = [0.0] * len(rows)
    for fold in range(FOLDS):
        slopes = learn_sureness([row for row in rows if row.fold != fold])
        for at, row in enumerate(rows):
            if row.fold == fold:
                sure[at] = probability(slopes, row)
    return list(zip(rows, sure, strict=True))


def learned(made: list[Case], models: tuple[bool, bool]) -> tuple[np.ndarray, np.ndarray]:
    """Weights of order and sureness from everything."""
    tables = [expanded(one, models) for one in made]
    seen = [at for at, one in enumerate(made) if one.right.any()]
    order = learn_order([tables[at] for at in seen], [made[at] for at in seen])
    for table, one in zip(tables, made, strict=True):
        one.scores = table @ order.reshape(-1)
    return order, learn_sureness(list(sure_rows(made)))


def main() -> None:
    """Build, learn, cross-validate, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--work", type=Path, required=True)
    given = parser.parse_args()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    made = all_cases(given.data, given.work, make_embedders("minilm+use"))
    say("questions", {name: sum(one.corpus == name for one in made) for name in CORPORA})
    order, sureness = {}, {}
    for label, models in MODELS.items():
        held_back(made, models)
        say(f"{label}: R@1 R@5 R@10 MRR@10", order_figures(made))
        order[label], sureness[label] = learned(made, models)
    print(written(order, sureness))


def say(what: str, figures: object) -> None:
    """Tell the person at the terminal."""
    print(what, json.dumps(figures), file=sys.stderr, flush=True)


def written(order: dict[str, np.ndarray], sureness: dict[str, np.ndarray]) -> str:
    """The module `knowledge/search/weights.py`."""
    lines = [
        '"""Weights learned by `benchmarks/learn_ranking.py` from `shared/data` and `benchmarks/questions`; never edited by hand.',
        "",
        "`ORDER[models][pair]` are the weights of `knowledge.search.ranking.ranking_features`, `SURENESS[models][pair]` those of",
        "`sureness_features`, the constant last. Pairs of languages are in the order of `knowledge.search.ranking.PAIRS`.",
        '"""',
        "",
        "from __future__ import annotations",
        "",
    ]
    for name, table in (("ORDER", order), ("SURENESS", sureness)):
        lines.append(f"{name}: dict[str, tuple[tuple[float, ...], ...]] = {{")
        for label, weights in table.items():
            lines.append(f'    "{label}": (')
            lines += [f"        ({', '.join(f'{value:.3f}' for value in row)})," for row in weights]
            lines.append("    ),")
        lines.append("}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
