"""Tuning a model on a city's own questions: which there are, which are held back, how well a model finds, what is kept.

The training itself is `knowledge.tuning.training`. A question's answer is a document; a model is shown the passage of it that is
nearest to the question before training. Questions of one meaning are all learned or all held back, never both.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from core.errors import TuningError
from core.texts import plain_words
from knowledge.base.model import Passage

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEWEST = 50
HELD_BACK = 0.25
SAME = 0.9
"""Cosine above which two questions mean the same (for the split only; a pair too many costs nothing)."""

MARGIN = 2.0
CERTAIN = 0.95
RESAMPLES = 2000
MOST_PASSAGES_OF_WORDS = 3
"""Expected words that more passages contain do not tell which of them answers."""


class Known(Protocol):
    """A question and what answers it: a passage, a document, or whatever contains `words` (one wording a line)."""

    @property
    def question(self) -> str: ...
    @property
    def group(self) -> str: ...
    @property
    def passage_id(self) -> str: ...
    @property
    def document_id(self) -> str: ...
    @property
    def words(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the documents that answer it; `passages` are numbers of the passages that may be shown for it."""

    question: str
    group: str
    documents: frozenset[str]
    passages: tuple[int, ...]


def resolve_questions(known: Iterable[Known], passages: Sequence[Passage]) -> list[Asked]:
    """Questions whose answer is among these passages; the others (taken away since, or too vague) are left out."""
    by_id = {passage.passage_id: number for number, passage in enumerate(passages)}
    of_document: dict[str, list[int]] = {}
    for number, passage in enumerate(passages):
        of_document.setdefault(passage.document_id, []).append(number)
    folded = [plain_words(f"{' '.join(passage.headings)} {passage.text}") for passage in passages]
    found = []
    for one in known:
        if one.passage_id:
            numbers = [by_id[one.passage_id]] if one.passage_id in by_id else []
        elif one.document_id:
            numbers = of_document.get(one.document_id, [])
        else:
            numbers = _passages_containing(one.words, folded)
        if one.question.strip() and numbers:
            documents = frozenset(passages[number].document_id for number in numbers)
            found.append(Asked(one.question, one.group, documents, tuple(numbers)))
    return found


def _passages_containing(words: str, folded: Sequence[str]) -> list[int]:
    wanted = [plain_words(line) for line in words.splitlines() if plain_words(line)]
    numbers = [number for number, text in enumerate(folded) if wanted and all(one in text for one in wanted)]
    return numbers if len(numbers) <= MOST_PASSAGES_OF_WORDS else []


def from_file(path: Path, passages: Sequence[Passage], sources: Mapping[str, Sequence[str]]) -> list[Asked]:
    """Questions of a file of JSON lines, `query` and `relevant`: ids of documents, or names of the files they came from."""
    of_document: dict[str, list[int]] = {}
    for number, passage in enumerate(passages):
        of_document.setdefault(passage.document_id, []).append(number)
    of_file = {Path(origin).name: documents for origin, documents in sources.items()}
    found = []
    for at, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            question, relevant = str(row["query"]), [str(one) for one in row["relevant"]]
        except (ValueError, KeyError, TypeError):
            raise TuningError(
                f"Line {at} of {path.name} is not a JSON object with `query` and a list `relevant`; correct it and start again."
            ) from None
        named = [document for one in relevant for document in of_file.get(one, (one,))]
        numbers = [number for document in named for number in of_document.get(document, ())]
        if numbers:
            documents = frozenset(passages[number].document_id for number in numbers)
            found.append(Asked(question, "", documents, tuple(numbers)))
    return found


def split_questions(
    asked: Sequence[Asked], vectors: NDArray[np.float32], seed: int
) -> tuple[list[int], list[int]]:
    """Numbers of the questions to learn from, and of a quarter that is held back; questions of one meaning stay together."""
    labels = _meaning_labels(asked, vectors)
    order = sorted(set(labels))
    random.Random(seed).shuffle(order)  # noqa: S311  a seeded draw, no secret
    held: set[int] = set()
    count = 0
    for label in order:
        if count >= HELD_BACK * len(asked):
            break
        held.add(label)
        count += labels.count(label)
    numbers = range(len(asked))
    return [at for at in numbers if labels[at] not in held], [at for at in numbers if labels[at] in held]


def _meaning_labels(asked: Sequence[Asked], vectors: NDArray[np.float32]) -> list[int]:
    """A label for each question: the same for those of one group, one wording, or nearly one vector."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    first: dict[str, int] = {}
    keys = [
        (at, key)
        for at, one in enumerate(asked)
        for key in (f"words {plain_words(one.question)}", f"group {one.group or f'of {at}'}")
    ]
    pairs = [(first.setdefault(key, at), at) for at, key in keys]
    near = np.argwhere(np.triu(vectors @ vectors.T, 1) >= SAME)
    rows, columns = np.concatenate([np.array(pairs), near]).T
    size = len(asked)
    graph = coo_array((np.ones(len(rows)), (rows, columns)), shape=(size, size))
    return [int(label) for label in connected_components(graph, directed=False)[1]]


def nearest_passage(one: Asked, question: NDArray[np.float32], passages: NDArray[np.float32]) -> int:
    """The number of the passage to learn from: of those that may be shown, the nearest to the question."""
    numbers = list(one.passages)
    return numbers[int(np.argmax(passages[numbers] @ question))]


def rank_by_meaning(
    asked: Sequence[Asked],
    questions: NDArray[np.float32],
    vectors: NDArray[np.float32],
    passages: Sequence[Passage],
) -> list[int]:
    """The rank of the first right document of each question, from 1, by the model alone; a document stands where its best passage does."""
    ranks = []
    for one, question in zip(asked, questions, strict=True):
        order = np.argsort(-(vectors @ question), kind="stable")
        documents = dict.fromkeys(passages[number].document_id for number in order.tolist())
        ranks.append(next(at for at, name in enumerate(documents, start=1) if name in one.documents))
    return ranks


def rank_figures(ranks: Sequence[int]) -> dict[str, float]:
    """R@1, R@5 and MRR@10 in percent."""
    count = max(len(ranks), 1)
    return {
        "R@1": round(100 * sum(rank <= 1 for rank in ranks) / count, 1),
        "R@5": round(100 * sum(rank <= 5 for rank in ranks) / count, 1),
        "MRR@10": round(100 * sum(_rank_gain(rank) for rank in ranks) / count, 1),
    }


def _rank_gain(rank: int) -> float:
    return 1 / rank if rank <= 10 else 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the tuned model is kept, and why, in a sentence."""

    kept: bool
    why: str


def judge_ranks(
    alone: tuple[Sequence[int], Sequence[int]], whole: tuple[Sequence[int], Sequence[int]], seed: int
) -> Verdict:
    """Compare ranks before and after, of the model `alone` and of the `whole` library, on the held-back questions.

    Kept only when what residents get, the whole library, is better by `MARGIN` points of MRR@10 and stays better in `CERTAIN`
    of `RESAMPLES` redrawings of the questions, and the model alone did not get worse.
    """
    gains = np.array([_rank_gain(new) - _rank_gain(old) for old, new in zip(*whole, strict=True)])
    draws = np.random.default_rng(seed).integers(0, len(gains), (RESAMPLES, len(gains)))
    certain = float((gains[draws].mean(axis=1) > 0).mean())
    points = 100 * float(gains.mean())
    better, worse = int((gains > 0).sum()), int((gains < 0).sum())
    told = f"Of {len(gains)} held-back questions {better} find their answer further up than before and {worse} further down ({points:+.1f} points of MRR@10)"
    before, after = (rank_figures(ranks)["MRR@10"] for ranks in alone)
    if after < before:
        return Verdict(kept=False, why=f"{told}, but the model by itself got worse: not kept.")
    if points < MARGIN:
        return Verdict(kept=False, why=f"{told}; less than {MARGIN:.0f} points is no clear gain: not kept.")
    if certain < CERTAIN:
        return Verdict(kept=False, why=f"{told}; with so few questions that may be chance: not kept.")
    return Verdict(kept=True, why=f"{told}; that is a clear gain: kept.")


def new_setting(setting: str, made: str, multilingual: str) -> str:
    """The setting with the tuned model in the place of the first one that is not the small multilingual encoder."""
    parts = [part.strip() for part in setting.split("+") if part.strip()]
    at = next((at for at, part in enumerate(parts) if part != multilingual), None)
    return "+".join([made, *parts] if at is None else [*parts[:at], made, *parts[at + 1 :]])


def note_of_report(base: str, report: Mapping[str, Any]) -> str:
    """What is written beside a model: figures and facts, never a question."""
    return json.dumps({"base": base, **report}, indent=1, ensure_ascii=False)
