"""When the library answers, how often is it right? A curve over held-back questions with and without an answer.

    python benchmarks/answers.py --data ../shared/data --work /tmp/learn

Every question is judged by weights that saw neither it nor its translations (five folds). An answer is right when the first
passage is of a labelled document or shares six words in ten with it; other passages may answer as well and count as wrong.
Prints one JSON object. `curve` and `sample_city_curve` have rows of threshold, precision and share answered (in %); in the former each
corpus counts alike. `at_threshold` and `at_maybe` are the sample city's rows at the presets of CITYLINE_ANSWER_THRESHOLD and
CITYLINE_MAYBE_THRESHOLD, `reached` is the least threshold with which it reaches the wanted precision, `held` the least from which on
no row falls below it. `outcomes` tells for each kind of question put to the sample city how many are answered plainly, shown what comes
closest, and told that the bot does not know.
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
from core.settings import Settings
from knowledge.index.embedding import make_embedders

WANTED = 95.0
PLAIN: float = Settings.model_fields["answer_threshold"].default
MAYBE: float = Settings.model_fields["maybe_threshold"].default
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


def reached(curve: Sequence[dict[str, float]], wanted: float = WANTED) -> float:
    """The lowest threshold whose precision is what is wanted; 1 if there is none."""
    return next((row["threshold"] for row in curve if row["precision"] >= wanted), 1.0)


def outcomes(judged: Judged) -> dict[str, dict[str, float]]:
    """By kind of question: the shares answered plainly, shown as unsure, and not answered, in %, and how many of the first two are right."""
    found = {}
    for kind in sorted({row.kind for row, _ in judged}):
        own = [(row.verdict == "right", sure) for row, sure in judged if row.kind == kind]
        plain = [right for right, sure in own if sure >= PLAIN]
        unsure = [right for right, sure in own if MAYBE <= sure < PLAIN]
        counts = {"plain": len(plain), "unsure": len(unsure), "not": len(own) - len(plain) - len(unsure)}
        found[kind] = {"questions": float(len(own))} | {
            name: round(100 * count / len(own), 1) for name, count in counts.items()
        }
        found[kind] |= {"right_plain": float(sum(plain)), "right_unsure": float(sum(unsure))}
    return found


def area(judged: Judged) -> float:
    """The mean precision over the shares of questions answered, from the surest on, 0 to 1; each corpus counts alike."""
    size = Counter(row.corpus for row, _ in judged)
    right = answered = known = total = 0.0
    for row, _ in sorted(judged, key=lambda pair: -pair[1]):
        weight = 1 / size[row.corpus]
        answered += weight
        right += weight * (row.verdict == "right")
        if row.kind == "labelled":
            known += weight
            total += weight * right / answered
    return round(total / max(known, 1e-9), 3)


def shares(judged: Judged, threshold: float) -> dict[str, dict[str, float]]:
    """By corpus: precision and what is answered, in %."""
    names = sorted({row.corpus for row, _ in judged})
    return {name: point([pair for pair in judged if pair[0].corpus == name], threshold) for name in names}


def figures(judged: Judged) -> dict[str, Any]:
    """All that is printed of sureness."""
    sample = [pair for pair in judged if pair[0].corpus == "sample"]
    curve, of_sample = ([point(some, at) for at in STEPS] for some in (judged, sample))
    return {
        "questions": len(judged),
        "without_answer": sum(row.kind != "labelled" for row, _ in judged),
        "wanted_precision": WANTED,
        "at_threshold": point(sample, PLAIN),
        "at_maybe": point(sample, MAYBE),
        "reached": {"sample city": reached(of_sample), "all": reached(curve)},
        "held": {"sample city": chosen(of_sample), "all": chosen(curve)},
        "area": {"sample city": area(sample), "all": area(judged)},
        "outcomes": outcomes(sample),
        "shares": shares(judged, PLAIN),
        "sample_city_curve": of_sample,
        "curve": curve,
    }


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
    print(json.dumps(figures(judged) | {"order": order_figures(made)}))


if __name__ == "__main__":
    main()
