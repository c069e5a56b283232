"""Measures what is understood in each language: `[--intents] [--entities] [--train LANGUAGE ...]`; prints one JSON object.

`intents`: the classifier of config.yml, trained on `nlu/data`, asked `tests/nlu/understood`: accuracy, the share that it is
sure of at the threshold, and how much of that is right, in percent; once trained on all languages, once on English alone
(zero-shot), or as `--train` says. `entities`: precision and recall of what is read out of `tests/nlu/entities.jsonl`, with every
mistake. Without an option both are measured. Run it from the root of the project.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.heard_entities import all_findings, mistakes, read_set, table  # noqa: E402  the path is set above
from knowledge.index.encoder_export import MODELS, export_packaged  # noqa: E402
from nlu.environment import in_rasa, name_encoders  # noqa: E402

RASA_PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
THRESHOLD = 0.5


def trained_sentences() -> Iterator[dict[str, str]]:
    """The examples of `nlu/data`, whose files are kept so simple that lines can be read."""
    for path in sorted((ROOT / "nlu" / "data").glob("*.yml")):
        language, intent = path.stem.rsplit(".", 1)[1], ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("- intent:"):
                intent = line.split(":")[1].strip()
            elif line.startswith("    - "):
                yield {"text": line[6:].strip(), "intent": intent, "language": language}


def asked_sentences() -> list[dict[str, str]]:
    """The sentences of the test set, which stand apart from those."""
    return [
        json.loads(line)
        for path in sorted((ROOT / "tests" / "nlu" / "understood").glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


Ranking = list[list[Any]]
"""[intent, confidence], likeliest first."""


def rankings_of(
    train: list[dict[str, str]], trainings: list[list[str]], asked: list[dict[str, str]]
) -> list[list[Ranking]]:
    """The rankings of the asked sentences after each training on some languages, computed in Rasa's Python."""
    encoders = name_encoders(export_packaged(ROOT / MODELS))
    child = subprocess.run(
        in_rasa(RASA_PYTHON, "benchmarks.heard_in_rasa", **encoders),
        input=json.dumps({"train": train, "trainings": trainings, "asked": [line["text"] for line in asked]}),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    if child.returncode != 0:
        raise SystemExit("Training failed; the last words were:\n" + child.stderr[-2000:])
    rankings: list[list[Ranking]] = json.loads(child.stdout.splitlines()[-1])
    return rankings


def scores(asked: list[dict[str, str]], rankings: list[Ranking]) -> dict[str, dict[str, float]]:
    """Accuracy, share sure at the threshold, and right of these, by language."""
    by_language: dict[str, list[tuple[bool, bool]]] = {}
    for line, ranking in zip(asked, rankings, strict=True):
        intent, confidence = ranking[0]
        outcome = (intent == line["intent"], confidence >= THRESHOLD)
        by_language.setdefault(line["language"], []).append(outcome)
    return {language: _rates(outcomes) for language, outcomes in by_language.items()}


def _rates(outcomes: list[tuple[bool, bool]]) -> dict[str, float]:
    sure = [right for right, is_sure in outcomes if is_sure]
    return {
        "sentences": len(outcomes),
        "accuracy": round(100 * sum(right for right, _ in outcomes) / len(outcomes), 1),
        "sure_at_0.5": round(100 * len(sure) / len(outcomes), 1),
        "right_when_sure": round(100 * sum(sure) / max(len(sure), 1), 1),
    }


def measure_intents(trainings: list[list[str]]) -> list[dict[str, Any]]:
    """For each training the scores and the sentences that were understood wrong."""
    train, asked = list(trained_sentences()), asked_sentences()
    measured = []
    for languages, rankings in zip(trainings, rankings_of(train, trainings, asked), strict=True):
        wrong = [
            {**line, "heard": ranking[0][0], "confidence": round(ranking[0][1], 2)}
            for line, ranking in zip(asked, rankings, strict=True)
            if ranking[0][0] != line["intent"]
        ]
        count = sum(line["language"] in languages for line in train)
        measured.append(
            {"trained_on": languages, "sentences": count, **scores(asked, rankings), "wrong": wrong}
        )
    return measured


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--intents", action="store_true", help="only intents")
    parser.add_argument("--entities", action="store_true", help="only entities")
    parser.add_argument(
        "--train", nargs="+", help="languages to train on instead of all, and of English alone"
    )
    arguments = parser.parse_args()
    answer: dict[str, Any] = {}
    if arguments.intents or not arguments.entities:
        every = sorted({line["language"] for line in trained_sentences()})
        trainings = [arguments.train] if arguments.train else [every, ["en"]]
        answer["intents"] = measure_intents(trainings)
    if arguments.entities or not arguments.intents:
        findings = all_findings(read_set())
        answer["entities"] = {**table(findings), "mistakes": mistakes(findings)}
    print(json.dumps(answer, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
