"""Questions with known answers, and questions without any, put to indexes of several cities: what sureness is learned from and judged by.

An answer is a section: of the sample city the sections that a question's label names, of the other data sets, whose documents are
one answer each, the passages of the labelled document.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
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
from knowledge.readers.jsonlines import restore_line_breaks
from knowledge.search.retrieval import Signals, gather_signals

ROOT = Path(__file__).resolve().parents[1]
QUESTIONS = ROOT / "benchmarks" / "questions"
OWN = ("penstock.jsonl", "crossing.jsonl", "sections.jsonl")
"""Questions to the sample city that were written for these benchmarks, labelled with sections."""
CORPORA = ("faq", "taipei", "munich", "city", "sample")
SEED = 7
Question = tuple[str, list[str]]


@dataclass(frozen=True)
class Case:
    """A question put to one index: what was found, which candidates answer, and which are of a page that does. `kind` says where the question comes from."""

    corpus: str
    kind: str
    language: str
    signals: Signals
    right: np.ndarray
    right_pages: np.ndarray


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


Labels = dict[str, set[str]]
"""The ids of the documents that each file of the sample city became."""


def labels(work: Path) -> Labels:
    """The labels of the sample city's files."""
    records = json.loads((work / "sample" / "sources.json").read_text(encoding="utf-8"))
    return {Path(origin).name: set(record["documents"]) for origin, record in records.items()}


def is_section(passage: Passage, documents: set[str], sections: Sequence[str]) -> bool:
    """Whether a passage is of these documents and of a section whose heading begins so; a page without sections goes by its title."""
    names = passage.headings or (passage.title,)
    return passage.document_id in documents and (
        not sections or any(name.startswith(section) for name in names for section in sections)
    )


@dataclass
class Desk:
    """An index to put questions to."""

    name: str
    snapshot: Snapshot
    embedders: Sequence[Embedder]

    def ask(
        self,
        kind: str,
        question: str,
        right: Iterable[str] = (),
        hint: str = "",
        sections: Sequence[str] = (),
    ) -> Case:
        """A case of one question; without ids of `right` documents it has no answer here."""
        signals = gather_signals(self.snapshot, self.embedders, question, hint)
        documents = set(right)
        passages = [self.snapshot.passages[number] for number in signals.numbers.tolist()]
        marks = np.array([is_section(passage, documents, sections) for passage in passages])
        answering = {passage.document_id for passage, yes in zip(passages, marks, strict=True) if yes}
        pages = np.array([passage.document_id in answering for passage in passages])
        return Case(self.name, kind, hint, signals, marks, pages)


def cases(data: Path, work: Path, desks: dict[str, Desk]) -> list[Case]:
    """All questions with and without an answer."""
    made: list[Case] = []
    for name, _, questions in corpora(data):
        made += [desks[name].ask("labelled", text, ids) for text, ids in questions]
    made += [
        own_case(desks["sample"], labels(work), row) for file in OWN for row in rows_of(QUESTIONS / file)
    ]
    return made + list(_without_answer(data, desks))


def own_case(desk: Desk, of_file: Labels, row: dict[str, Any]) -> Case:
    """A question to the sample city: `query`, `language`, and `relevant` files with their `sections`, none when it has no answer."""
    right = {one for file in row["relevant"] for one in of_file[file]}
    kind = "labelled" if row["relevant"] else "own strangers"
    return desk.ask(kind, row["query"], right, row["language"], row.get("sections", ()))


def _without_answer(data: Path, desks: dict[str, Desk]) -> Iterator[Case]:
    chance = random.Random(SEED)
    for row in rows_of(QUESTIONS / "no_answer.jsonl"):
        for name in _nowhere(row["kind"], row["language"]):
            yield desks[name].ask(row["kind"], row["query"], (), row["language"])
    asked = {name: [text for text, _ in questions] for name, _, questions in corpora(data)}
    asked["strangers"] = [text for text, *_ in _strangers(data)]
    for source, name, count in (
        *(("strangers", name, 80) for name in ("faq", "city", "sample")),
        ("faq", "city", 60), ("faq", "sample", 60), ("munich", "sample", 40), ("taipei", "sample", 40),
    ):  # fmt: skip
        kind = "other subject" if source == "strangers" else "other corpus"
        for text in chance.sample(asked[source], count):
            yield desks[name].ask(kind, text)


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
