"""A small part of the quality benchmarks, quick enough for every test run, and the floors that it is held to.

Deterministic: no Rasa process, fixed questions, fixed draws. `python benchmarks/quality.py --record` writes what is measured now as
the floors; do that only when a change is meant to move them, and say why in the commit.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import understanding
from benchmarks.machine import ROOT
from benchmarks.retrieval import MAYBE, THRESHOLD, documents_of, from_city, from_faq, measure, rows_of
from core.ports import Embedder
from knowledge.index.embedding import make_embedders
from knowledge.index.encoder_models import DEFAULT
from knowledge.index.passages import split_document
from knowledge.index.snapshot import build_snapshot
from knowledge.search.library import Library

RECORDED = ROOT / "tests" / "integration" / "quality" / "recorded.json"
WORK = ROOT / "var" / "quality" / "floors"
ALLOWED = 2.0
"""Points that a figure may lie below the recorded one."""

FINDING = ("R@1", "R@5", "MRR@10", "right_when_answered")
FAQ_EVERY = 4
ASKED = 300


class NotHere(Exception):  # noqa: N818  a state of the machine, not a fault
    """The outside data is not on this machine; the sentence says which."""


def sample_city(work: Path, _data: Path, embedders: Sequence[Embedder]) -> dict[str, float]:
    """The sample city's own questions: what is found first, and how much of what is shown as the answer is right."""
    questions = rows_of(ROOT / "benchmarks" / "questions" / "penstock.jsonl")
    folder = work / "sample"
    asked = from_city(folder, ROOT / "city" / "sample" / "documents", questions, embedders)
    figures = measure(Library(folder, embedders, THRESHOLD, MAYBE), asked)
    at_80 = next(precision for share, precision, _ in figures["curve"] if share == 80)
    return {name: figures[name] for name in FINDING} | {"right of the surest 80 %": at_80}


def us_gov_faq(work: Path, data: Path, embedders: Sequence[Embedder]) -> dict[str, float]:
    """Every fourth question of us_gov_faq, among the answers to those."""
    rows = rows_of(_at_hand(data / "us_gov_faq" / "dev_faq.jsonl"))[::FAQ_EVERY]
    documents, asked = from_faq(rows)
    passages = [passage for document in documents_of(documents) for passage in split_document(document)]
    build_snapshot(work / "faq", passages, embedders)
    figures = measure(Library(work / "faq", embedders, THRESHOLD), asked)
    return {name: figures[name] for name in FINDING}


def hwu64(_work: Path, data: Path, _embedders: Sequence[Embedder]) -> dict[str, float]:
    """Draw 1 of HWU64 fold 1, the classifier's mathematics without Rasa, 300 sentences asked."""
    _at_hand(data / "hwu64" / "fold1_train.jsonl")
    drawn = understanding.hwu64(data / "hwu64", 1)
    asked = random.Random(1).sample(drawn.test, ASKED)
    figures = understanding.quickly(understanding.Draw(drawn.training, asked, []))
    return {name: figures[name] for name in ("accuracy", "right_when_sure")}


def _at_hand(file: Path) -> Path:
    if not file.is_file():
        raise NotHere(f"{file.parent.name} is not at hand (expected in ../shared/data)")
    return file


SMALL: dict[str, Callable[[Path, Path, Sequence[Embedder]], dict[str, float]]] = {
    "sample_city": sample_city,
    "us_gov_faq": us_gov_faq,
    "hwu64": hwu64,
}


def recorded() -> dict[str, dict[str, float]]:
    """The recorded figures of each small part."""
    floors: dict[str, dict[str, float]] = json.loads(RECORDED.read_text(encoding="utf-8"))
    return floors


def drops(figures: dict[str, float], floors: dict[str, float]) -> dict[str, tuple[float, float]]:
    """Figures that lie more than `ALLOWED` points below the recorded ones, or are missing (as 0): (now, recorded)."""
    now = {name: (figures.get(name, 0.0), floor) for name, floor in floors.items()}
    return {name: pair for name, pair in now.items() if round(pair[1] - pair[0], 6) > ALLOWED}


def record(data: Path) -> None:
    """Measure all small parts and write them as the floors; a part whose data is not here keeps its floors."""
    floors = recorded() if RECORDED.exists() else {}
    embedders = make_embedders(DEFAULT)
    for name, small in SMALL.items():
        try:
            floors[name] = small(WORK, data, embedders)
        except NotHere as reason:
            print(f"{name}: kept as it was, {reason}")
            continue
        print(name, json.dumps(floors[name]))
    RECORDED.write_text(json.dumps(floors, indent=1) + "\n", encoding="utf-8")
