"""Learns `knowledge/weights.py` from questions with known answers; run it again when an index or an embedder changes.

    python benchmarks/learn_ranking.py --data ../shared/data --work /tmp/learn > knowledge/weights.py

Order: a listwise softmax over the candidates of each question, five weights for each pair of languages. Sureness: logistic
regression on the first candidate of each question, of questions whose document was taken away, and of questions that
have nothing to do with the documents. All data sets count alike. Figures of five-fold cross-validation go to standard error.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import structlog

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bot.ports import Embedder
from knowledge.embedding import make_embedders
from knowledge.importing import import_paths
from knowledge.language import detect
from knowledge.model import Document
from knowledge.passages import split
from knowledge.ranking import PAIRS, SURE, features, pairs_of, sureness_features
from knowledge.readers.jsonlines import unflatten
from knowledge.search import Signals, gather
from knowledge.snapshot import Snapshot, build_snapshot, current_version, open_snapshot

ROOT = Path(__file__).resolve().parents[1]
FOLDS = 5
FEATURES = 5
ENGLISH = (PAIRS.index("english"), PAIRS.index("few english words"))
WIDTH = len(PAIRS) * FEATURES


@dataclass
class Case:
    """A question put to one index: what was found, and which candidates are right."""

    corpus: str
    signals: Signals
    right: np.ndarray
    documents: list[str]
    fold: int = 0
    asked: bool = True  # False for a question that has no answer there
    scores: np.ndarray = field(default_factory=lambda: np.zeros(0))


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The objects of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


class Known:
    """An embedder that remembers: every question is put to several indexes."""

    def __init__(self, embedder: Any) -> None:
        self._embedder = embedder
        self._known: dict[str, np.ndarray] = {}
        self.languages = embedder.languages
        self.learned = embedder.learned
        self.name = embedder.name

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """As the embedder does."""
        if len(texts) != 1:
            return np.asarray(self._embedder.encode(texts))
        if texts[0] not in self._known:
            self._known[texts[0]] = self._embedder.encode(texts)[0]
        return self._known[texts[0]][None]


def corpora(data: Path) -> Iterator[tuple[str, list[tuple[str, str, str]], list[tuple[str, list[str]]]]]:
    """Name, documents (id, title, text) and questions (text, ids of the right documents)."""
    for name, path in (("faq", "us_gov_faq/dev_faq.jsonl"), ("taipei", "taipei_faq/dev_queries.jsonl")):
        rows = rows_of(data / path)
        yield (
            name,
            [(row["id"], "", row["answer"]) for row in rows],
            [(row["question"], [row["id"]]) for row in rows],
        )
    for name, docs, queries in (
        ("munich", "munich_services/services.jsonl", "munich_services/dev_queries.jsonl"),
        ("city", "city_corpus_en/docs.jsonl", "city_corpus_en/dev_queries.jsonl"),
    ):
        asked = [(row["query"], row["relevant"]) for row in rows_of(data / queries)]
        yield name, [(row["id"], row["title"], row["text"]) for row in rows_of(data / docs)], asked


def snapshots(data: Path, work: Path, embedders: Sequence[Embedder]) -> dict[str, Snapshot]:
    """An index of each data set and of the sample city."""
    for name, documents, _ in corpora(data):
        made = [
            Document(one, title, unflatten(text), language=detect(f"{title}\n{text}"))
            for one, title, text in documents
        ]
        build_snapshot(work / name, [passage for document in made for passage in split(document)], embedders)
    import_paths([ROOT / "city" / "sample" / "documents"], work / "sample", embedders)
    names = ["faq", "taipei", "munich", "city", "sample"]
    return {name: open_snapshot(work / name, current_version(work / name)) for name in names}


@dataclass
class Desk:
    """An index to put questions to."""

    name: str
    snapshot: Snapshot
    embedders: Sequence[Embedder]

    def ask(self, question: str, right: Sequence[str] | set[str] = (), hint: str = "") -> Case:
        """A case of one question; without `right` ids it has no answer here."""
        signals = gather(self.snapshot, self.embedders, question, hint)
        documents = [self.snapshot.passages[number].document_id for number in signals.numbers]
        marks = np.array([one in set(right) for one in documents])
        return Case(self.name, signals, marks, documents, asked=bool(right))


def cases(data: Path, work: Path, desks: dict[str, Desk]) -> list[Case]:
    """All questions with and without an answer."""
    chance = random.Random(7)
    made: list[Case] = []
    for name, _, questions in corpora(data):
        made += [desks[name].ask(text, ids) for text, ids in questions]
    records = json.loads((work / "sample" / "sources.json").read_text(encoding="utf-8"))
    sources = {Path(origin).name: record["documents"] for origin, record in records.items()}
    for row in rows_of(ROOT / "benchmarks" / "questions" / "penstock.jsonl"):
        right = {one for file in row["relevant"] for one in sources.get(file, ())}
        made.append(desks["sample"].ask(row["query"], right, row["language"]))
    strangers = [text for text, *_ in oos(data)]
    faq = [text for text, _ in next(corpora(data))[2]]
    for name in ("faq", "city", "sample"):
        made += [desks[name].ask(text) for text in chance.sample(strangers, min(80, len(strangers)))]
    for name in ("city", "sample"):
        made += [desks[name].ask(text) for text in chance.sample(faq, 60)]
    for number, one in enumerate(made):
        one.fold = number % FOLDS
    return made


def oos(data: Path) -> list[list[str]]:
    """Things said to an assistant that have nothing to do with a city."""
    sets = json.loads((data / "clinc150" / "train_val.json").read_text(encoding="utf-8"))
    rows: list[list[str]] = [row for name, rows in sets.items() if "oos" in name for row in rows]
    return rows


def learn_order(made: list[Case], models: tuple[bool, bool]) -> np.ndarray:
    """Weights of shape (pairs, features), by softmax over the candidates of each question."""
    import torch

    torch.set_num_threads(1)
    useful = [one for one in made if one.right.any()]
    names = sorted({one.corpus for one in useful})
    most = max(len(one.right) for one in useful)
    inputs, right, there = (np.zeros((len(useful), most, size), np.float32) for size in (WIDTH, 1, 1))
    for row, one in enumerate(useful):
        inputs[row, : len(one.right)] = expanded(one, models)
        right[row, : len(one.right), 0] = one.right
        there[row, : len(one.right), 0] = 1
    share = np.array(
        [1 / sum(two.corpus == one.corpus for two in useful) / len(names) for one in useful], np.float32
    )
    x, y, m, w = map(torch.tensor, (inputs, right[..., 0] > 0, there[..., 0] > 0, share))
    weights = torch.zeros(WIDTH, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        scores = (x @ weights).masked_fill(~m, -1e9)
        gain = torch.logsumexp(scores.masked_fill(~y, -1e9), 1) - torch.logsumexp(scores, 1)
        value = -(w * gain).sum() + 3e-4 * (weights * weights).sum()
        value.backward()
        return value

    optimiser.step(loss)
    return weights.detach().numpy().reshape(len(PAIRS), FEATURES)


def expanded(one: Case, models: tuple[bool, bool]) -> np.ndarray:
    """The features of each candidate in the columns of its pair of languages."""
    plain = features(one.signals) * np.array([*models, 1, 1, 1])
    pairs = pairs_of(one.signals)
    if all(models):
        # In English the English model alone orders better than both (us_gov_faq R@1 52.6 against 51.3, city 46.6 against 45.4).
        plain[np.isin(pairs, ENGLISH), 1] = 0
    wide = np.zeros((len(plain), len(PAIRS), FEATURES), np.float32)
    wide[np.arange(len(plain)), pairs] = plain
    return wide.reshape(len(plain), -1)


def score(one: Case, weights: np.ndarray, models: tuple[bool, bool]) -> np.ndarray:
    """The fused score of each candidate."""
    return expanded(one, models) @ weights.reshape(-1)


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


@dataclass(frozen=True)
class Row:
    """The first candidate of a case. `kind` is right, wrong, off (no answer there) or hidden (its document taken away)."""

    corpus: str
    fold: int
    kind: str
    pair: int
    features: np.ndarray


def sure_rows(made: list[Case]) -> Iterator[Row]:
    """The first candidate of each case, and of each case without its right documents."""
    for one in made:
        top = int(np.argmax(one.scores))
        yield row_of(one, "right" if one.right[top] else "wrong" if one.asked else "off")
        if one.right.any() and not one.right.all():
            yield row_of(without_right(one), "hidden")


def row_of(one: Case, kind: str) -> Row:
    """A row of the first candidate."""
    top = int(np.argmax(one.scores))
    table = sureness_features(one.signals, one.scores, one.documents)
    return Row(one.corpus, one.fold, kind, int(pairs_of(one.signals)[top]), table[top])


def without_right(one: Case) -> Case:
    """The case as if its documents did not exist."""
    kept = ~one.right
    rest = replace(
        one.signals,
        numbers=one.signals.numbers[kept],
        meaning=one.signals.meaning[kept],
        lexical=one.signals.lexical[kept],
        same_language=one.signals.same_language[kept],
    )
    names = [name for name, yes in zip(one.documents, kept, strict=True) if yes]
    return Case(one.corpus, rest, one.right[kept], names, one.fold, asked=False, scores=one.scores[kept])


# A hidden document often leaves one that answers too, so such rows count less. The sample city counts more: its
# questions are asked as residents ask, in six languages.
KINDS = {"right": 1.0, "wrong": 1.0, "off": 1.0, "hidden": 0.15}
CORPORA = {"sample": 3.0}


def learn_sureness(rows: list[Row]) -> np.ndarray:
    """Logistic weights of shape (pairs, features + 1); the last is the constant."""
    from sklearn.linear_model import LogisticRegression

    size = Counter(row.corpus for row in rows)
    table = np.array([row.features for row in rows])
    middle, spread = table.mean(axis=0), table.std(axis=0) + 1e-6
    weights = np.zeros((len(PAIRS), len(SURE) + 1))
    for pair in range(len(PAIRS)):
        own = [row for row in rows if row.pair == pair]
        share = np.array([KINDS[row.kind] * CORPORA.get(row.corpus, 1.0) / size[row.corpus] for row in own])
        model = LogisticRegression(C=1.0, max_iter=5000)
        model.fit(
            (np.array([row.features for row in own]) - middle) / spread,
            np.array([row.kind == "right" for row in own]),
            sample_weight=share / share.mean(),
        )
        slopes = model.coef_[0] / spread
        weights[pair] = [*slopes, model.intercept_[0] - float(slopes @ middle)]
    return weights


def sure_figures(rows: list[Row], sure: list[float]) -> dict[str, Any]:
    """For thresholds, by data set: percent answered of each kind, and how many of the answers were right."""
    figures: dict[str, Any] = {}
    for name in sorted({row.corpus for row in rows}):
        own = [(value, row.kind) for value, row in zip(sure, rows, strict=True) if row.corpus == name]
        figures[name] = {threshold: _at(threshold, own) for threshold in (0.3, 0.4, 0.5, 0.6, 0.7)}
    return figures


def _at(threshold: float, own: list[tuple[float, str]]) -> dict[str, int]:
    kinds = sorted({kind for _, kind in own})
    answered = [kind for value, kind in own if value >= threshold]
    shares = {
        kind: 100 * answered.count(kind) // max(1, sum(one == kind for _, one in own)) for kind in kinds
    }
    shown = [kind for kind in answered if kind != "hidden"]
    return shares | {"precision": 100 * shown.count("right") // max(1, len(shown))}


def probability(weights: np.ndarray, pair: int, row: np.ndarray) -> float:
    """What the logistic model says."""
    return float(1 / (1 + np.exp(-(row @ weights[pair, :-1] + weights[pair, -1]))))


def main() -> None:
    """Build, learn, cross-validate, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--work", type=Path, required=True)
    given = parser.parse_args()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    embedders: list[Any] = [Known(one) for one in make_embedders("minilm+use")]
    opened = snapshots(given.data, given.work, embedders)
    desks = {name: Desk(name, snapshot, embedders) for name, snapshot in opened.items()}
    made = cases(given.data, given.work, desks)
    say("questions", {name: sum(one.corpus == name for one in made) for name in {one.corpus for one in made}})
    order, sureness = {}, {}
    for label, models in (
        ("both", (True, True)),
        ("english", (True, False)),
        ("multilingual", (False, True)),
    ):
        for fold in range(FOLDS):
            weights = learn_order([one for one in made if one.fold != fold], models)
            for one in made:
                if one.fold == fold:
                    one.scores = score(one, weights, models)
        say(f"{label}: R@1 R@5 R@10 MRR@10", order_figures(made))
        rows = list(sure_rows(made))
        sure = [0.0] * len(rows)
        for fold in range(FOLDS):
            weights = learn_sureness([row for row in rows if row.fold != fold])
            for at, row in enumerate(rows):
                if row.fold == fold:
                    sure[at] = probability(weights, row.pair, row.features)
        say(f"{label}: answered at each threshold, in percent", sure_figures(rows, sure))
        order[label] = learn_order(made, models)
        for one in made:
            one.scores = score(one, order[label], models)
        sureness[label] = learn_sureness(list(sure_rows(made)))
    print(written(order, sureness))


def say(what: str, figures: object) -> None:
    """Tell the person at the terminal."""
    print(what, json.dumps(figures), file=sys.stderr, flush=True)


def written(order: dict[str, np.ndarray], sureness: dict[str, np.ndarray]) -> str:
    """The module `knowledge/weights.py`."""
    lines = [
        '"""Weights learned by `benchmarks/learn_ranking.py` from `shared/data` and `benchmarks/questions`; never edited by hand.',
        "",
        "`ORDER[models][pair]` are the weights of `knowledge.ranking.features`, `SURENESS[models][pair]` those of",
        "`sureness_features`, the constant last. Pairs of languages are in the order of `knowledge.ranking.PAIRS`.",
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
