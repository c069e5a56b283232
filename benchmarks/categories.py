"""How well the service list understands what residents write.

    python benchmarks/categories.py --services SERVICES --reports REPORTS [--embedders minilm+use] [--teach N]

SERVICES is a list in Open311's shape (JSON or XML, or a city folder), REPORTS are JSON lines with `text` and `category`, which
is a service code. With `--teach`, the N earliest by `created` are confirmed cases, and the rest is measured. Prints JSON: shares of texts whose category is first, or among the first three; macro-F1 over the
categories that occur; how often a sure suggestion (score >= 0.75) is right; what a resident meets with at most three choices (taken
and right, asked with the right one among the choices, asked without it, taken and wrong); milliseconds a text.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from actions.forms.service_choice import sure_one
from city.loading.folder import read_city
from city.services.by_cases import AT_ONCE, CaseMemory
from city.services.catalogue import SURE, UNSURE, ServiceList
from knowledge.index.embedding import make_embedders

OUTCOMES = ("taken_right", "asked_with", "asked_without", "taken_wrong")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--services", type=Path, required=True)
    parser.add_argument("--reports", type=Path, required=True)
    parser.add_argument("--embedders", default="minilm+use", help="as the setting CITYLINE_EMBEDDING_MODEL")
    parser.add_argument("--teach", type=int, default=0, help="how many of the reports are confirmed cases")
    parser.add_argument("--cache", type=Path, default=None, help="folder that keeps the list's vectors")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        embedders = make_embedders(arguments.embedders) if arguments.embedders else []
        reports, memory = _reports(arguments.reports), CaseMemory()
        confirmed, asked = reports[: arguments.teach], reports[arguments.teach :]
        for _ in range(0, len(confirmed), AT_ONCE):
            memory.learn(confirmed, embedders)
        services = ServiceList(
            read_city(arguments.services).services,
            lambda: embedders,
            arguments.cache or Path(folder),
            lambda: memory.examples,
        )
        print(json.dumps(measure(services, asked), indent=2))


def measure(services: ServiceList, reports: Sequence[tuple[str, str]]) -> dict[str, float | int]:
    """Suggest services for (text, category) pairs and compare."""
    started = time.perf_counter()
    services.warm()
    services.suggest("warm up")
    warm = time.perf_counter() - started
    codes = len(services.all())
    took, ranks, sure = [], [], []
    predicted: list[str] = []
    met: Counter[str] = Counter()
    for text, category in reports:
        begun = time.perf_counter()
        found = services.suggest(text, limit=codes, every=True)
        took.append((time.perf_counter() - begun) * 1000)
        order = [suggestion.service.code for suggestion in found]
        predicted.append(order[0] if order else "")
        ranks.append(order.index(category) if category in order else codes)
        met[_meets(services, text, category)] += 1
        if found and found[0].score >= SURE:
            sure.append(order[0] == category)
    return {
        "n": len(reports),
        "services": codes,
        "top1": round(sum(rank == 0 for rank in ranks) / len(ranks), 4),
        "top3": round(sum(rank < 3 for rank in ranks) / len(ranks), 4),
        "macro_f1": round(_macro_f1([category for _, category in reports], predicted), 4),
        "sure_share": round(len(sure) / len(ranks), 4),
        "sure_right": round(sum(sure) / len(sure), 4) if sure else 0.0,
        **{outcome: round(met[outcome] / len(ranks), 4) for outcome in OUTCOMES},
        "ms_p50": round(statistics.median(took), 2),
        "ms_p95": round(sorted(took)[int(len(took) * 0.95)], 2),
        "warm_up_seconds": round(warm, 2),
    }


def _meets(services: ServiceList, text: str, category: str) -> str:
    """What a resident meets, as the form has it."""
    found = [suggestion for suggestion in services.suggest(text) if suggestion.score >= UNSURE]
    if taken := sure_one(found):
        return "taken_right" if taken.code == category else "taken_wrong"
    offered = any(suggestion.service.code == category for suggestion in found)
    return "asked_with" if offered else "asked_without"


def _macro_f1(wanted: Sequence[str], predicted: Sequence[str]) -> float:
    right = Counter(want for want, got in zip(wanted, predicted, strict=True) if want == got)
    asked, answered = Counter(wanted), Counter(predicted)
    scores = [2 * right[category] / (asked[category] + answered[category]) for category in asked]
    return statistics.fmean(scores)


def _reports(file: Path) -> list[tuple[str, str]]:
    rows = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip())
    return [
        (row["text"], str(row["category"])) for row in sorted(rows, key=lambda row: row.get("created", 0))
    ]


if __name__ == "__main__":
    main()
