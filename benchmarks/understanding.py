"""Measures the understanding on public sets of intents: `--data DIR [--draws N] [--sets ...] [--quick]`, one JSON object.

DIR holds `banking77`, `clinc150`, `hwu64` and `kit_civic_nlu`; what is missing is left out and named under `absent`. Every set is
drawn with seeds 1 to N (10 sentences for each intent, 3 where there are few) and goes with the same `config.yml` through the
training and the parsing of the real Rasa (`benchmarks/nlu.py`). Figures are means over the draws:

- hwu64: fold 1 as published, trained on the draw from its training part;
- clinc150: the validation part; strange are its out-of-scope sentences of both parts;
- banking77: a split of the training file of its own, all that is not drawn is asked;
- kit_civic_nlu: intents with five sentences and more, 3 drawn; strange are the intents that have only one or two;
- kit_civic_domains: the same sentences by domain, those with twenty and more.

`--quick` starts no Rasa: draw 1 of hwu64 and kit_civic_nlu with the library's vectors and the classifier's mathematics.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import nlu  # noqa: E402  the path is set above
from benchmarks.nlu_in_rasa import score  # noqa: E402

SHOTS = 10
QUICK = ("hwu64", "kit_civic_nlu")
Row = dict[str, str]


class Draw(NamedTuple):
    """What is trained on, what is asked, and what nothing fits; rows of `text` and `intent`."""

    training: list[Row]
    test: list[Row]
    strange: list[Row]


def draw(rows: Sequence[Row], shots: int, seed: int) -> tuple[list[Row], list[Row]]:
    """`shots` rows of each intent at most, and all the others, both in the order of `rows`."""
    chance = random.Random(seed)
    by_intent: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        by_intent[row["intent"]].append(number)
    taken = {
        number
        for _, numbers in sorted(by_intent.items())
        for number in chance.sample(numbers, min(shots, len(numbers)))
    }
    return (
        [row for number, row in enumerate(rows) if number in taken],
        [row for number, row in enumerate(rows) if number not in taken],
    )


def hwu64(folder: Path, seed: int) -> Draw:
    training, _ = draw(nlu.read_lines(folder / "fold1_train.jsonl"), SHOTS, seed)
    return Draw(training, nlu.read_lines(folder / "fold1_test.jsonl"), [])


def clinc150(folder: Path, seed: int) -> Draw:
    parts = json.loads((folder / "train_val.json").read_text(encoding="utf-8"))
    rows = {name: [{"text": text, "intent": intent} for text, intent in part] for name, part in parts.items()}
    training, _ = draw(rows["train"], SHOTS, seed)
    return Draw(training, rows["val"], rows["oos_val"] + rows["oos_train"])


def banking77(folder: Path, seed: int) -> Draw:
    with (folder / "train.csv").open(encoding="utf-8", newline="") as lines:
        rows = [{"text": row["text"], "intent": row["category"]} for row in csv.DictReader(lines)]
    return Draw(*draw(rows, SHOTS, seed), [])


def kit_civic_nlu(folder: Path, seed: int) -> Draw:
    by_intent = _grouped(nlu.read_lines(folder / "dev_utterances.jsonl"), "intent")
    known = [row for rows in by_intent.values() if len(rows) >= 5 for row in rows]
    strange = [row for rows in by_intent.values() if len(rows) <= 2 for row in rows]
    return Draw(*draw(known, 3, seed), strange)


def kit_civic_domains(folder: Path, seed: int) -> Draw:
    by_domain = _grouped(nlu.read_lines(folder / "dev_utterances.jsonl"), "domain")
    known = [{**row, "intent": name} for name, rows in by_domain.items() if len(rows) >= 20 for row in rows]
    return Draw(*draw(known, SHOTS, seed), [])


def _grouped(rows: Sequence[Row], key: str) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return groups


SETS: dict[str, tuple[str, Callable[[Path, int], Draw]]] = {
    "hwu64": ("hwu64", hwu64),
    "clinc150": ("clinc150", clinc150),
    "banking77": ("banking77", banking77),
    "kit_civic_nlu": ("kit_civic_nlu", kit_civic_nlu),
    "kit_civic_domains": ("kit_civic_nlu", kit_civic_domains),
}


def through_rasa(drawn: Draw) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as work:
        return nlu.measure(*drawn, Path(work))


def quickly(drawn: Draw) -> dict[str, Any]:
    """The classifier on the library's own vectors of the same sentences; no figures of time and memory."""
    import numpy as np

    from knowledge.index.embedding import make_embedders
    from nlu.components.intent_model import IntentModel, fit

    embedders = make_embedders("use+minilm")

    def vectors(texts: list[str]) -> Any:
        return np.hstack([embedder.encode(texts) for embedder in embedders])

    def ranked(model: IntentModel, rows: list[Row]) -> list[list[dict[str, Any]]]:
        rankings = model.rank(vectors([row["text"] for row in rows])) if rows else []
        return [[{"name": name, "confidence": sure} for name, sure in ranking] for ranking in rankings]

    intents = sorted({row["intent"] for row in drawn.training})
    names = vectors([" ".join(nlu.words_of(intent)) for intent in intents])
    model = fit(
        vectors([row["text"] for row in drawn.training]),
        [row["intent"] for row in drawn.training],
        dict(zip(intents, names, strict=True)),
    )
    truth = [row["intent"] for row in drawn.test]
    scores = score(truth, ranked(model, drawn.test), ranked(model, drawn.strange))
    return {**scores, "n_train": len(drawn.training), "n_test": len(drawn.test)}


def mean(runs: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        **{key: round(statistics.fmean(run[key] for run in runs), 4) for key in runs[0]},
        "draws": len(runs),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder of the sets")
    parser.add_argument("--draws", type=int, default=1, help="how many draws of each set, seeds 1 to N")
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--quick", action="store_true", help="a small part, without Rasa")
    given = parser.parse_args()
    wanted = [name for name in given.sets if not given.quick or name in QUICK]
    there = [name for name in wanted if (given.data / SETS[name][0]).is_dir()]
    run, draws = (quickly, 1) if given.quick else (through_rasa, given.draws)
    figures = {}
    for name in there:
        folder, make = SETS[name]
        figures[name] = mean([run(make(given.data / folder, seed)) for seed in range(1, draws + 1)])
        print(name, json.dumps(figures[name]), file=sys.stderr, flush=True)
    absent = sorted({SETS[name][0] for name in wanted} - {SETS[name][0] for name in there})
    print(json.dumps({"quick": given.quick, "sets": figures, "absent": absent}, indent=2))


if __name__ == "__main__":
    main()
