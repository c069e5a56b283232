"""Measures the pipeline of config.yml on any intents: `--train F --test F [--oos F]`, JSON lines of `text` and `intent`.

Trains with the real Rasa, loads the model there, and prints one JSON object. Accuracy and macro-F1 are in percent over
`--test`; `oos_auc` tells how well 1 - (confidence of the best in-scope intent) separates the texts of `--oos` (their
`intent` is not looked at) from those of `--test`. Run it from the root of the project.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from knowledge.index.encoder_export import MODELS, export_packaged  # noqa: E402  the path is set above
from nlu.environment import in_rasa, name_encoders  # noqa: E402
from nlu.train import train_nlu  # noqa: E402

RASA_PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
# Rasa reads [words](entity) as markup, and a slash in an intent as a retrieval intent.
BRACKETS = str.maketrans("[]{}", "()()")


def read_lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def plain_text(text: str) -> str:
    """The text on one line and without anything that YAML or Rasa would read as markup."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.translate(BRACKETS).split())


def plain_intent(name: str) -> str:
    return re.sub(r"[/\[\](){}\s]", "_", name)


def rasa_yaml(examples: list[dict[str, str]]) -> str:
    """Training data in Rasa's own format."""
    by_intent: dict[str, list[str]] = defaultdict(list)
    for example in examples:
        if text := plain_text(example["text"]):
            by_intent[plain_intent(example["intent"])].append(text)
    blocks = [
        f"- intent: {json.dumps(intent)}\n  examples: |\n" + "".join(f"    - {text}\n" for text in texts)
        for intent, texts in sorted(by_intent.items())
    ]
    return 'version: "3.1"\nnlu:\n' + "".join(blocks)


def words_of(intent: str) -> list[str]:
    """The words of an intent's name, as the featurizer reads them."""
    return re.sub(r"\W+|_+", " ", plain_intent(intent)).split()


def measure(
    training: list[dict[str, str]],
    test: list[dict[str, str]],
    oos: list[dict[str, str]],
    work: Path,
    config: Path = ROOT / "config.yml",
) -> dict[str, object]:
    """Train on rows of `text` and `intent`, ask the others, and score; `work` is an empty folder."""
    (work / "data").mkdir()
    (work / "data" / "nlu.yml").write_text(rasa_yaml(training), encoding="utf-8")
    domain = work / "domain.yml"
    intents = sorted({plain_intent(example["intent"]) for example in training})
    domain.write_text(json.dumps({"version": "3.1", "intents": intents}), encoding="utf-8")
    encoders = export_packaged(ROOT / MODELS)
    started, used = time.perf_counter(), processor_seconds_of_children()
    train_nlu(RASA_PYTHON, config, work / "data", work / "model.tar.gz", domain=domain, encoders=encoders)
    seconds, used = time.perf_counter() - started, processor_seconds_of_children() - used
    questions = {
        "model": str(work / "model.tar.gz"),
        "test": [plain_text(example["text"]) for example in test],
        "truth": [plain_intent(example["intent"]) for example in test],
        "oos": [plain_text(example["text"]) for example in oos],
        "answers": str(work / "answers.json"),
    }
    command = in_rasa(RASA_PYTHON, "benchmarks.nlu_in_rasa", **name_encoders(encoders))
    child = subprocess.run(
        command, input=json.dumps(questions), capture_output=True, text=True, cwd=work, check=False
    )
    if child.returncode != 0:
        raise SystemExit("Parsing failed; the last words were:\n" + child.stderr[-2000:])
    answers: dict[str, object] = json.loads((work / "answers.json").read_text())
    return {
        **answers,
        "train_seconds": round(seconds, 1),
        "train_processor_seconds": round(used, 1),
        "n_train": len(training),
        "n_test": len(test),
    }


def processor_seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--train", type=Path, required=True, help="JSON lines to train on")
    parser.add_argument("--test", type=Path, required=True, help="JSON lines to ask")
    parser.add_argument("--oos", type=Path, help="JSON lines that no intent fits")
    parser.add_argument("--config", type=Path, default=ROOT / "config.yml", help="another pipeline")
    with tempfile.TemporaryDirectory() as work:
        given = parser.parse_args()
        oos = read_lines(given.oos) if given.oos else []
        figures = measure(read_lines(given.train), read_lines(given.test), oos, Path(work), given.config)
        print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
