"""Questions with known answers, and questions without any, put to indexes of several cities: what ranking is learned from and judged by."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core.ports import Embedder
from knowledge.base.language import detect_language
from knowledge.base.model import Document, Passage
from knowledge.imports.importing import import_paths
from knowledge.index.passages import split_document
from knowledge.index.snapshot import Snapshot, build_snapshot, current_version, open_snapshot
from knowledge.index.word_index import word_tokens
from knowledge.readers.jsonlines import restore_line_breaks
from knowledge.search.retrieval import Signals, gather_signals

ROOT = Path(__file__).resolve().parents[1]
QUESTIONS = ROOT / "benchmarks" / "questions"
FOLDS = 5
CORPORA = ("faq", "taipei", "munich", "city", "sample")
ALIKE = 0.6
"""A passage that shares so much of its words with the labelled document says the same."""
SEED = 7
Question = tuple[str, list[str]]


@dataclass
class Case:
    """A question put to one index: what was found, and which candidates are right.

    `kind` says where the question comes from. `answers` marks, beside the labelled documents, passages that say the same.
    `fold` is shared by all languages of one question.
    """

    corpus: str
    kind: str
    language: str
    signals: Signals
    right: np.ndarray
    answers: np.ndarray
    documents: list[str]
    fold: int = 0
    scores: np.ndarray = field(default_factory=lambda: np.zeros(0))

    @property
    def asked(self) -> bool:
        """Whether there is an answer."""
        return self.kind == "labelled"

    def without_right(self) -> Case:
        """The case as if its documents, and those that say the same, did not exist."""
        kept = ~self.answers
        names = [name for name, yes in zip(self.documents, kept, strict=True) if yes]
        nothing = np.zeros(int(kept.sum()), bool)
        return replace(
            self,
            kind="hidden",
            signals=self.signals.only(kept),
            right=nothing,
            answers=nothing,
            documents=names,
            scores=self.scores[kept],
        )


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


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The objects of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def corpora(data: Path) -> Iterator[tuple[str, list[tuple[str, str, str]], list[Question]]]:
    """Name, documents (id, title, text) and questions (text, ids of the right documents)."""
    for name, path in (("faq", "us_gov_faq/dev_faq.jsonl"), ("taipei", "taipei_faq/dev_queries.jsonl")):
        rows = rows_of(data / path)
        answers = [(row["id"], "", row["answer"]) for row in rows]
        yield name, answers, [(row["question"], [row["id"]]) for row in rows]
    for name, docs, queries in (
        ("munich", "munich_services/services.jsonl", "munich_services/dev_queries.jsonl"),
        ("city", "city_corpus_en/docs.jsonl", "city_corpus_en/dev_queries.jsonl"),
    ):
        asked = [(row["query"], row["relevant"]) for row in rows_of(data / queries)]
        yield name, [(row["id"], row["title"], row["text"]) for row in rows_of(data / docs)], asked


def snapshots(data: Path, work: Path, embedders: Sequence[Embedder]) -> dict[str, Snapshot]:
    """An index of each data set and of the sample city; what `work` holds already is not computed again."""
    for name, documents, _ in corpora(data):
        made = [
            Document(one, title, restore_line_breaks(text), language=detect_language(f"{title}\n{text}"))
            for one, title, text in documents
        ]
        build_snapshot(
            work / name, [passage for document in made for passage in split_document(document)], embedders
        )
    import_paths([ROOT / "city" / "sample" / "documents"], work / "sample", embedders)
    return {name: open_snapshot(work / name, current_version(work / name)) for name in CORPORA}


def labels(work: Path, relevant: Sequence[str]) -> list[str]:
    """Ids of the documents that the sample city's files `relevant` became."""
    records = json.loads((work / "sample" / "sources.json").read_text(encoding="utf-8"))
    sources = {Path(origin).name: record["documents"] for origin, record in records.items()}
    return [one for file in relevant for one in sources.get(file, ())]


@dataclass
class Desk:
    """An index to put questions to."""

    name: str
    snapshot: Snapshot
    embedders: Sequence[Embedder]

    def ask(self, kind: str, question: str, right: Sequence[str] = (), hint: str = "", fold: int = 0) -> Case:
        """A case of one question; without `right` ids it has no answer here."""
        signals = gather_signals(self.snapshot, self.embedders, question, hint)
        passages = [self.snapshot.passages[number] for number in signals.numbers.tolist()]
        documents = [passage.document_id for passage in passages]
        marks = np.array([one in set(right) for one in documents])
        answers = marks | _says_the_same(passages, marks)
        return Case(self.name, kind, signals.asked_in, signals, marks, answers, documents, fold % FOLDS)


def _says_the_same(passages: Sequence[Passage], marks: np.ndarray) -> np.ndarray:
    words = [frozenset(word_tokens(passage.text, passage.language)) for passage in passages]
    labelled = [held for held, yes in zip(words, marks, strict=True) if yes and len(held) > 3]
    return np.array(
        [any(len(held & other) >= ALIKE * len(held | other) for other in labelled) for held in words], bool
    )


def cases(data: Path, work: Path, desks: dict[str, Desk]) -> list[Case]:
    """All questions with and without an answer."""
    made: list[Case] = []
    for name, _, questions in corpora(data):
        made += [desks[name].ask("labelled", text, ids, fold=at) for at, (text, ids) in enumerate(questions)]
    subjects: dict[tuple[str, ...], int] = {}
    for row in rows_of(QUESTIONS / "penstock.jsonl"):
        key = tuple(row["relevant"]) or (row["query"],)
        fold = subjects.setdefault(key, len(subjects))
        kind = "labelled" if row["relevant"] else "own strangers"
        right = labels(work, row["relevant"])
        made.append(desks["sample"].ask(kind, row["query"], right, row["language"], fold))
    return made + list(_without_answer(data, desks))


def _without_answer(data: Path, desks: dict[str, Desk]) -> Iterator[Case]:
    chance = random.Random(SEED)
    for row in rows_of(QUESTIONS / "no_answer.jsonl"):
        fold = int(row["subject"][1:])
        for name in _nowhere(row["kind"], row["language"]):
            yield desks[name].ask(row["kind"], row["query"], (), row["language"], fold)
    asked = {name: [text for text, _ in questions] for name, _, questions in corpora(data)}
    asked["penstock"] = [
        row["query"]
        for row in rows_of(QUESTIONS / "penstock.jsonl")
        if row["relevant"] and row["language"] == "en"
    ]
    asked["strangers"] = [text for text, *_ in _strangers(data)]
    for source, name, count in (
        *(("strangers", name, 80) for name in ("faq", "city", "sample")),
        *(("faq", name, 60) for name in ("city", "sample")),
        ("penstock", "faq", 36), ("munich", "sample", 40), ("munich", "city", 40), ("taipei", "sample", 40),
    ):  # fmt: skip
        kind = "other subject" if source == "strangers" else "other corpus"
        for at, text in enumerate(chance.sample(asked[source], count)):
            yield desks[name].ask(kind, text, fold=at)


def _nowhere(kind: str, language: str) -> Iterator[str]:
    """Which corpora certainly have no answer to a question of this kind."""
    yield "sample"
    if kind in {"chit-chat", "other subject"} and language == "en":
        yield from ("faq", "city")
    if kind != "false premise" and language == "zh":
        yield "taipei"


def _strangers(data: Path) -> list[list[str]]:
    """Things said to an assistant that have nothing to do with a city."""
    sets = json.loads((data / "clinc150" / "train_val.json").read_text(encoding="utf-8"))
    rows: list[list[str]] = [row for name, rows in sets.items() if "oos" in name for row in rows]
    return rows


def all_cases(data: Path, work: Path, embedders: Sequence[Any]) -> list[Case]:
    """Every case, over indexes kept in `work`."""
    known = [Known(one) for one in embedders]
    opened = snapshots(data, work, known)
    return cases(data, work, {name: Desk(name, snapshot, known) for name, snapshot in opened.items()})
