"""Learns how sure the library is (`SURENESS` and `PAGE_SURENESS` in `knowledge/search/ranking.py`); run it again when the order or an encoder changes.

    python benchmarks/learn_sureness.py --data ../shared/data --work /tmp/learn [--model minilm+use] [--write]

Logistic regression on the first passage of each question, with and without an answer; right is a section that answers, or the page of one. All data
sets count alike, the sample city for `SAMPLE` of them: it alone is asked as residents ask, in six languages, and it alone is asked
about other places. Prints the weights, and for each data set how often the first is right and how many answers reach the
thresholds, by weights that never saw that data set. `--write` puts the weights, learned from all of them, into the module.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import structlog

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.library_cases import CORPORA, ROOT, Case, all_cases
from core.settings import Settings
from knowledge.index.embedding import make_embedders
from knowledge.index.encoder_models import DEFAULT
from knowledge.search.ranking import SURE, order_candidates, sureness_features

SAMPLE = 3.0
PLAIN: float = Settings.model_fields["answer_threshold"].default
MAYBE: float = Settings.model_fields["maybe_threshold"].default
MODULE = ROOT / "knowledge" / "search" / "ranking.py"


@dataclass(frozen=True)
class Judged:
    """The first candidate of a case. `verdict` is right, wrong (another section, or page, has the answer) or off (there is none)."""

    corpus: str
    kind: str
    language: str
    verdict: str
    features: np.ndarray


def judge_first(case: Case, *, by_page: bool = False) -> Judged:
    """The first candidate of a case, by its section or by its page."""
    first = order_candidates(case.signals)[0]
    right, rivals = (case.right, case.signals.rivals)
    if by_page:
        right, rivals = (case.right_pages, case.signals.rival_pages)
    verdict = "right" if right[first] else "wrong" if case.kind == "labelled" else "off"
    features = sureness_features(case.signals, rivals)[first]
    return Judged(case.corpus, case.kind, case.language, verdict, features)


def learn_sureness(judged: Sequence[Judged]) -> np.ndarray:
    """Logistic weights of `SURE`, the constant last."""
    from sklearn.linear_model import LogisticRegression

    size = Counter(one.corpus for one in judged)
    table = np.array([one.features for one in judged])
    share = np.array([(SAMPLE if one.corpus == "sample" else 1.0) / size[one.corpus] for one in judged])
    middle, spread = table.mean(axis=0), table.std(axis=0) + 1e-9
    model = LogisticRegression(C=1.0, max_iter=5000)
    model.fit(
        (table - middle) / spread,
        [one.verdict == "right" for one in judged],
        sample_weight=share / share.mean(),
    )
    slopes = model.coef_[0] / spread
    return np.append(slopes, model.intercept_[0] - slopes @ middle)


def sureness_of(one: Judged, weights: np.ndarray) -> float:
    """The probability that the first candidate answers."""
    return float(1 / (1 + np.exp(-(one.features @ weights[:-1] + weights[-1]))))


def left_out(judged: Sequence[Judged]) -> list[tuple[Judged, float]]:
    """Each first candidate with its sureness, by weights that were learned without its whole data set."""
    known = {
        corpus: learn_sureness([one for one in judged if one.corpus != corpus])
        for corpus in {one.corpus for one in judged}
    }
    return [(one, sureness_of(one, known[one.corpus])) for one in judged]


def share_right(some: Sequence[tuple[Judged, float]], threshold: float) -> tuple[float, float]:
    """Of the questions with an answer the share that reach a threshold, and how many of all that reach it are right, in %."""
    reached = [one for one, sure in some if sure >= threshold]
    labelled = sum(one.kind == "labelled" for one, _ in some)
    answered = sum(one.kind == "labelled" for one in reached)
    right = sum(one.verdict == "right" for one in reached)
    return 100 * answered / max(labelled, 1), 100 * right / max(len(reached), 1)


def replace_weights(text: str, name: str, weights: np.ndarray) -> str:
    """The module's text with these weights of this name."""
    numbers = ", ".join(f"{weight:.2f}" for weight in weights)
    return re.sub(rf"^{name} = \(.*\)$", f"{name} = ({numbers})", text, flags=re.MULTILINE)


def main() -> None:
    """Build, learn, tell."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--work", type=Path, required=True, help="the indexes are kept here")
    parser.add_argument("--model", default=DEFAULT, help=f"as in CITYLINE_EMBEDDING_MODEL, default {DEFAULT}")
    parser.add_argument(
        "--write", action="store_true", help="put the weights into knowledge/search/ranking.py"
    )
    given = parser.parse_args()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    cases = all_cases(given.data, given.work, make_embedders(given.model))
    for name, by_page, threshold in (("SURENESS", False, PLAIN), ("PAGE_SURENESS", True, MAYBE)):
        judged = [judge_first(case, by_page=by_page) for case in cases]
        weights = learn_sureness(judged)
        print(name, dict(zip((*SURE, "constant"), weights.round(2).tolist(), strict=True)))
        tell_unseen(left_out(judged), threshold)
        if given.write:
            text = replace_weights(MODULE.read_text(encoding="utf-8"), name, weights)
            MODULE.write_text(text, encoding="utf-8")


def tell_unseen(judged: Sequence[tuple[Judged, float]], threshold: float) -> None:
    """For each data set how often the first is right, and what reaches the threshold."""
    for corpus in CORPORA:
        some = [pair for pair in judged if pair[0].corpus == corpus]
        first = share_right([pair for pair in some if pair[0].kind == "labelled"], 0.0)[1]
        share, right = share_right(some, threshold)
        print(
            f"{corpus}: first right {first:.1f} %; {share:.1f} % reach {threshold}, {right:.1f} % of these right"
        )


if __name__ == "__main__":
    main()
