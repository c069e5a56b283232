"""When the library answers, how often is it right? Curves over data sets that sureness was not learned from.

    python benchmarks/answers.py --data ../shared/data --work /tmp/learn

Every question is judged by a sureness that was learned without its whole data set (`benchmarks/learn_sureness.py`); the order is not
learned. An answer is right when the first passage is of a section that answers. Prints one JSON object. `curve` and
`sample_city_curve` have rows of threshold, precision and share answered (in %); in the former each data set counts alike.
`at_threshold` is the sample city's row at the preset of CITYLINE_ANSWER_THRESHOLD, `at_maybe` that of right pages at CITYLINE_MAYBE_THRESHOLD,
`reached` is the least threshold with which it reaches the wanted precision, `held` the least from which on no row falls below it.
`outcomes` tells for each kind of question put to the sample city how many are answered plainly, shown what comes closest, and told
that the bot does not know; `shares` the row at the preset for each data set, and `first` how often the first is right.
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

from benchmarks.learn_sureness import MAYBE, PLAIN, Judged, judge_first, left_out
from benchmarks.library_cases import ROOT, all_cases
from knowledge.index.embedding import make_embedders
from knowledge.index.encoder_models import DEFAULT

WANTED = 95.0
STEPS = [round(0.02 * step, 2) for step in range(1, 50)]
Sure = Sequence[tuple[Judged, float]]


def point(judged: Sure, threshold: float) -> dict[str, float]:
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


def outcomes(judged: Sure, pages: Sure) -> dict[str, dict[str, float]]:
    """By kind of question: the shares answered plainly, shown as unsure, and not shown, in %, and how many of the first two are right.

    `judged` are the sections and decide what is answered plainly, `pages` the same questions' pages and decide what else is shown.
    """
    found = {}
    for kind in sorted({row.kind for row, _ in judged}):
        own = [pair for pair in zip(judged, pages, strict=True) if pair[0][0].kind == kind]
        plain = [row.verdict == "right" for (row, sure), _ in own if sure >= PLAIN]
        unsure = [
            row.verdict == "right"
            for (row, sure), (_, page) in own
            if sure < PLAIN and max(sure, page) >= MAYBE
        ]
        counts = {"plain": len(plain), "unsure": len(unsure), "not": len(own) - len(plain) - len(unsure)}
        found[kind] = {"questions": float(len(own))} | {
            name: round(100 * count / len(own), 1) for name, count in counts.items()
        }
        found[kind] |= {"right_plain": float(sum(plain)), "right_unsure": float(sum(unsure))}
    return found


def area(judged: Sure) -> float:
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


def shares(judged: Sure, threshold: float) -> dict[str, dict[str, float]]:
    """By corpus: precision and what is answered, in %."""
    names = sorted({row.corpus for row, _ in judged})
    return {name: point([pair for pair in judged if pair[0].corpus == name], threshold) for name in names}


def _labelled(judged: Sure) -> Sure:
    return [pair for pair in judged if pair[0].kind == "labelled"]


def figures(judged: Sure, pages: Sure) -> dict[str, Any]:
    """All that is printed of sureness, of sections and of their pages."""
    sample = [pair for pair in judged if pair[0].corpus == "sample"]
    sample_pages = [pair for pair in pages if pair[0].corpus == "sample"]
    curve, of_sample = ([point(some, at) for at in STEPS] for some in (judged, sample))
    return {
        "questions": len(judged),
        "without_answer": sum(row.kind != "labelled" for row, _ in judged),
        "wanted_precision": WANTED,
        "at_threshold": point(sample, PLAIN),
        "at_maybe": point(sample_pages, MAYBE),
        "reached": {"sample city": reached(of_sample), "all": reached(curve)},
        "held": {"sample city": chosen(of_sample), "all": chosen(curve)},
        "area": {"sample city": area(sample), "all": area(judged)},
        "outcomes": outcomes(sample, sample_pages),
        "shares": shares(judged, PLAIN),
        "first": {name: row["precision"] for name, row in shares(_labelled(judged), 0.0).items()},
        "sample_city_curve": of_sample,
        "curve": curve,
    }


def main() -> None:
    """Learn, judge, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--work", type=Path, required=True, help="the indexes are kept here")
    given = parser.parse_args()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    cases = all_cases(given.data, given.work, make_embedders(DEFAULT))
    judged, pages = (
        left_out([judge_first(case, by_page=by_page) for case in cases]) for by_page in (False, True)
    )
    print(json.dumps(figures(judged, pages)))


if __name__ == "__main__":
    main()
