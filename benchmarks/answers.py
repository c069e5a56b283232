"""When the library answers, how often is it right? A curve over held-back questions with and without an answer.

    python benchmarks/answers.py --data ../shared/data --work /tmp/learn

Every question is judged by weights that saw neither it nor its translations (five folds). An answer is right when the first
passage is of a labelled document or shares six words in ten with it; other passages may answer as well and count as wrong.
Each corpus counts alike. Prints one JSON object; `curve` has rows of threshold, precision and share answered (in %).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import structlog

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.learn_ranking import MODELS, Row, held_back, order_figures
from benchmarks.library_cases import ROOT, all_cases
from knowledge.embedding import make_embedders

WANTED = 95.0
STEPS = [round(0.02 * step, 2) for step in range(1, 50)]
Judged = Sequence[tuple[Row, float]]


def point(judged: Judged, threshold: float) -> dict[str, float]:
    """Precision of what is answered from `threshold` on, and the share of questions with an answer that are answered, in %."""
    size = Counter(row.corpus for row, _ in judged)
    weights = [1 / size[row.corpus] for row, _ in judged]
    answered = [(row.verdict, w) for (row, sure), w in zip(judged, weights, strict=True) if sure >= threshold]
    with_answer = sum(w for (row, _), w in zip(judged, weights, strict=True) if row.kind == "labelled")
    right = sum(w for verdict, w in answered if verdict == "right")
    known = sum(
        w
        for (row, sure), w in zip(judged, weights, strict=True)
        if row.kind == "labelled" and sure >= threshold
    )
    return {
        "threshold": threshold,
        "precision": round(100 * right / max(sum(w for _, w in answered), 1e-9), 1) if answered else 100.0,
        "answered": round(100 * known / max(with_answer, 1e-9), 1),
    }


def chosen(curve: Sequence[dict[str, float]], wanted: float = WANTED) -> float:
    """The lowest threshold from which on precision never falls below what is wanted; 1 if there is none."""
    found = 1.0
    for row in reversed(curve):
        if row["precision"] < wanted:
            break
        found = row["threshold"]
    return found


def shares(judged: Judged, threshold: float) -> dict[str, dict[str, float]]:
    """By corpus, and by kind of question without an answer in the sample city: what is answered, in %."""
    found = {}
    for name in sorted({row.corpus for row, _ in judged}):
        found[name] = point([pair for pair in judged if pair[0].corpus == name], threshold)
    for kind in sorted({row.kind for row, _ in judged} - {"labelled"}):
        own = [sure >= threshold for row, sure in judged if row.kind == kind]
        found[kind] = {"questions": len(own), "answered": round(100 * sum(own) / len(own), 1)}
    return found


def main() -> None:
    """Cross-validate, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--work", type=Path, required=True, help="the indexes are kept here")
    given = parser.parse_args()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    made = all_cases(given.data, given.work, make_embedders("minilm+use"))
    judged = [(row, sure) for row, sure in held_back(made, MODELS["both"]) if row.kind != "hidden"]
    curve = [point(judged, threshold) for threshold in STEPS]
    threshold = chosen(curve)
    figures: dict[str, Any] = {
        "questions": len(judged),
        "without_answer": sum(row.kind != "labelled" for row, _ in judged),
        "wanted_precision": WANTED,
        "threshold": threshold,
        "at_threshold": point(judged, threshold),
        "sample_city_curve": [point([p for p in judged if p[0].corpus == "sample"], at) for at in STEPS],
        "shares": shares(judged, threshold),
        "order": order_figures(made),
        "curve": curve,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
