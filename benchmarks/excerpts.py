"""Whether the sentences shown of a passage are those that answer.

Each answer of us_gov_faq stands between two others of the same agency's page, at a place that its number decides, as one passage.
Its question is put to the passage, and what is shown is compared word by word with the answer: precision is the share
of what is shown that is of the answer, recall the share of the answer that is shown. Passages that fit whole, and those whose
neighbours say the same as the answer, are left out.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.library_cases import rows_of
from core.segments import Encoding, as_sent, count_segments
from knowledge.base.model import Passage
from knowledge.base.text import clean_text, split_sentences
from knowledge.index.embedding import SentenceEmbedder
from knowledge.index.word_index import word_tokens
from knowledge.search.excerpt import Fits, cut_text, make_excerpts, within_limit

ALIKE = 0.5
"""A neighbour that shares so many of its words with the answer answers, too."""
NEIGHBOURS = 3
LONGEST = 180
"""Words of one answer: a passage of the library has no more."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the passage that holds its answer among others, and the answer."""

    question: str
    passage: Passage
    answer: str


Way = Callable[[Asked, Fits], str]


def words(text: str) -> Counter[str]:
    """Words with how often they stand there."""
    return Counter(re.findall(r"\w+", text.casefold()))


def cases(rows: list[dict[str, Any]]) -> Iterator[Asked]:
    """The questions with their passages, in the order of the file."""
    pages: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        answer = clean_text(row["answer"]).strip()
        if 0 < sum(words(answer).values()) <= LONGEST:
            pages.setdefault(row["source"], []).append((row["question"], answer))
    for source, answers in sorted(pages.items()):
        for at, (question, answer) in enumerate(answers):
            others = [answers[(at + step) % len(answers)][1] for step in range(1, NEIGHBOURS)]
            if len(answers) < NEIGHBOURS or any(alike(answer, other) for other in others):
                continue
            others.insert(at % NEIGHBOURS, answer)
            yield Asked(
                question, Passage(f"{source}{at}", source, "", "\n".join(others), language="en"), answer
            )


def alike(answer: str, other: str) -> bool:
    """Whether most words of the shorter stand in the longer."""
    one, two = set(words(answer)), set(words(other))
    return len(one & two) > ALIKE * min(len(one), len(two))


def ours(asked: Asked, fits: Fits) -> str:
    """The product's own."""
    return make_excerpts(asked.passage, asked.question, fits)[0]


def by_characters(asked: Asked, _fits: Fits) -> str:
    """The product's own choice within 300 characters, whatever they weigh."""
    return make_excerpts(asked.passage, asked.question, within_limit(300))[0]


def beginning(asked: Asked, fits: Fits) -> str:
    """As much of the passage as has room."""
    return cut_text(asked.passage.text, fits)


def best_window(asked: Asked, fits: Fits) -> str:
    """The sentences in a row, as many as have room, with the highest BM25 (k1 1.2, b 0.75) among all such rows."""
    units = split_sentences(asked.passage.text)
    wanted, held = (
        set(word_tokens(asked.question, "en")),
        [Counter(word_tokens(unit, "en")) for unit in units],
    )
    found = [(0.0, cut_text(units[0], fits))]
    rows = [list(_row(units, first, fits)) for first in range(len(units))]
    counted = [sum((held[at] for at in row), Counter[str]()) for row in rows]
    mean = np.mean([sum(one.values()) for one in counted]) or 1.0
    rarity = {
        stem: np.log(1 + (len(units) + 0.5) / (sum(stem in one for one in held) + 0.5)) for stem in wanted
    }
    for row, count in zip(rows, counted, strict=True):
        if row:
            length = 1.2 * (0.25 + 0.75 * sum(count.values()) / mean)
            score = sum(rarity[stem] * count[stem] * 2.2 / (count[stem] + length) for stem in wanted)
            found.append((float(score), " ".join(units[at] for at in row)))
    return max(found, key=lambda one: one[0])[1]


def _row(units: list[str], first: int, fits: Fits) -> Iterator[int]:
    text = ""
    for at in range(first, len(units)):
        text = f"{text} {units[at]}".strip()
        if not fits(text):
            return
        yield at


class NearestSentence:
    """The one sentence nearest to the question by a model's cosine."""

    def __init__(self, embedder: SentenceEmbedder) -> None:
        self._embedder = embedder
        self._known: dict[str, str] = {}

    def __call__(self, asked: Asked, fits: Fits) -> str:
        """That sentence, cut where it has no room."""
        key = asked.passage.passage_id
        if key not in self._known:
            units = split_sentences(asked.passage.text)
            vectors = self._embedder.encode([asked.question, *units])
            self._known[key] = units[int(np.argmax(vectors[1:] @ vectors[0]))]
        return cut_text(self._known[key], fits)


def judged(shown: list[str], asked: list[Asked]) -> dict[str, float]:
    """Means over the questions of precision, recall and their harmonic mean, in percent."""
    each = []
    for text, one in zip(shown, asked, strict=True):
        given, answer = words(text), words(one.answer)
        common = (given & answer).total()
        precision, recall = common / max(given.total(), 1), common / answer.total()
        each.append((precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)))
    means = 100 * np.mean(each, axis=0)
    return dict(zip(("precision", "recall", "f1"), (round(float(mean), 1) for mean in means), strict=True))


def in_segments(encoding: Encoding | None, most: int = 2) -> Fits:
    """Room for two segments; in its own encoding, or in one that something beside it makes necessary."""
    return lambda text: count_segments(as_sent(text, fold_accents=False), encoding).count <= most


def shown_within(asked: list[Asked], fits: Fits, ways: dict[str, Way]) -> dict[str, Any]:
    """The figures of each way within one room."""
    found: dict[str, Any] = {}
    for name, way in ways.items():
        began = time.process_time()
        shown = [way(one, fits) for one in asked]
        spent = 1000 * (time.process_time() - began) / len(asked)
        found[name] = judged(shown, asked) | {"within": round(100 * np.mean([fits(one) for one in shown]), 1)}
        found[name]["cpu_ms"] = round(spent, 2)
        found[name]["characters"] = round(float(np.mean([len(one) for one in shown])))
    return found


def main() -> None:
    """Print the figures of each room."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with us_gov_faq")
    parser.add_argument("--without-models", action="store_true")
    given = parser.parse_args()
    asked = list(cases(rows_of(given.data / "us_gov_faq" / "dev_faq.jsonl")))
    ways: dict[str, Way] = {
        "ours": ours,
        "300_characters": by_characters,
        "beginning": beginning,
        "bm25_window": best_window,
    }
    if not given.without_models:
        ways["minilm_sentence"] = NearestSentence(SentenceEmbedder())
    rooms = {
        "sms": in_segments(None),
        "sms_ucs2": in_segments(Encoding.UCS_2),
        "web": within_limit(600),
    }
    figures: dict[str, Any] = {"questions": len(asked)}
    for name, fits in rooms.items():
        long = [one for one in asked if not fits(one.passage.text)]
        figures[name] = {"questions": len(long)} | shown_within(long, fits, ways)
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
