"""Fits the weights by which the readers' evidence is pooled (`actions/understanding/pooling.py`), and says what they are worth; one JSON object.

    python benchmarks/meanings.py --data DIR --clues FILE [--collect] [--folds 5]

`--collect` asks the readers of this installation (its city, its library, its Rasa, which is started) about the messages of the public sets in
DIR and keeps what they say in FILE, JSON lines of `source`, `label`, `intents`, `service`, `page` and `question`. Without it FILE is read.

Nothing of these messages was written by whoever wrote the readers: problems are New Yorkers' reports (nyc_publicstuff_311, half of them, from which
the kinds of Rasa's training sentences were taken, but no sentence); questions those to the sample city (penstock_questions), 100 of us_gov_faq and 150 of
kit_civic_nlu with a question mark; small talk and strange texts are of clinc150 (validation: four intents, ten far-off ones, and those out of its scope).
Messages that an exact rule takes are left out, for nobody weighs them.

The likelihood of messages that were left out, a fifth at a time and then a whole source at a time, is compared with that of Rasa's confidence alone
and of the plain sum of all log-odds: what is fitted has to be likelier than both.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from actions.prefetch import search_everything
from actions.reading.words import clean_text
from actions.turn.state import DialogueState
from actions.understanding.pooling import LEAST_INTENT, LEAST_SCORE, log_odds
from actions.understanding.proposals import ASK, NOTHING, REPORT, SMALL_TALK
from bot.app import build_app
from channels.registry import InstallationSettings
from core.model import InboundMessage

if TYPE_CHECKING:
    from numpy.typing import NDArray

LABELS = {"report": 0, "ask": 1, "nothing": 2, "wish": 3}
SHARES = (0.45, 0.35, 0.07, 0.13)
"""How often each is taken to occur, in the order of LABELS: the sets say nothing of that."""
FITTED = ("intents", "content", "question", "about")
"""The weights of `PoolWeights` that are fitted."""
LEFT_OUT = ("kit", "penstock", "us_gov_faq", "clinc_oos")
"""Sources of which another has the same label, so that they can be left out whole."""
RIDGE, STEPS, RATE = 0.002, 1000, 0.05
TALK = ("greeting", "goodbye", "thank_you", "are_you_a_bot")
FAR_OFF = (
    "translate",
    "definition",
    "calculator",
    "flip_coin",
    "tell_joke",
    "meaning_of_life",
    "recipe",
    "play_music",
    "fun_fact",
    "exchange_rate",
)
"""Intents of clinc150."""
LONGEST_START = 180
"""Seconds that Rasa may take to start."""


def main() -> None:
    """Collect if asked to, fit, measure on what was left out, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--clues", type=Path, required=True)
    parser.add_argument("--collect", action="store_true")
    parser.add_argument("--folds", type=int, default=5)
    arguments = parser.parse_args()
    if arguments.collect:
        lines = (json.dumps(row, ensure_ascii=False) for row in collect_clues(arguments.data))
        arguments.clues.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    rows = [json.loads(line) for line in arguments.clues.read_text(encoding="utf-8").splitlines()]
    print(json.dumps(measure(rows, arguments.folds), indent=2))


def read_messages(data: Path) -> Iterator[tuple[str, str, str]]:
    """Source, label and text of every message."""
    for row in _lines(data / "nyc_publicstuff_311" / "dev_reports.jsonl"):
        yield "nyc", "report", row["text"]
    for row in _lines(data / "penstock_questions" / "dev.jsonl"):
        yield "penstock", "ask", row["query"]
    faq = [row["question"] for row in _lines(data / "us_gov_faq" / "dev_faq.jsonl") if row["lang"] == "en"]
    kit = [
        row["text"] for row in _lines(data / "kit_civic_nlu" / "dev_utterances.jsonl") if "?" in row["text"]
    ]
    chance = random.Random(0)
    yield from (("us_gov_faq", "ask", text) for text in chance.sample(faq, 100))
    yield from (("kit", "ask", text) for text in chance.sample(kit, 150))
    clinc = json.loads((data / "clinc150" / "train_val.json").read_text(encoding="utf-8"))
    yield from (("clinc", "wish", text) for text, intent in clinc["val"] if intent in TALK)
    yield from (("clinc", "nothing", text) for text, intent in clinc["val"] if intent in FAR_OFF)
    yield from (("clinc_oos", "nothing", text) for text, _ in clinc["oos_val"])


def collect_clues(data: Path) -> Iterator[dict[str, Any]]:
    """What the readers of this installation say of each message."""
    app = build_app(InstallationSettings())
    app.rasa.start()
    try:
        begun = time.monotonic()
        while not app.rasa.is_ready() and time.monotonic() - begun < LONGEST_START:
            time.sleep(1)
        for source, label, text in read_messages(data):
            now = datetime.now(UTC)
            message = InboundMessage("web", "benchmark", "benchmark", now, text)
            if app.services.rule_matcher.match(message, language="en"):
                continue
            understanding = app.services.nlu_client.parse(text)
            searched = search_everything(
                app.assistant.context, clean_text(text), DialogueState(), "en", understanding, now
            )
            clues = searched.clues
            if clues is None or clues.place:
                continue
            yield {
                "source": source,
                "label": label,
                "intents": {each.name: round(each.confidence, 4) for each in understanding.intents},
                "service": clues.suggestions[0].score if clues.suggestions else 0.0,
                "page": round(clues.answer.found[0].score, 4) if clues.answer and clues.answer.found else 0.0,
                "question": clues.is_question,
            }
    finally:
        app.rasa.stop()


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    return map(json.loads, path.read_text(encoding="utf-8").splitlines())


def measure(rows: list[dict[str, Any]], folds: int) -> dict[str, Any]:
    """The weights, and the mean log-likelihood and the share right of what was left out: by fifths, and by whole sources."""
    x = np.array([features_of(row) for row in rows])
    labels = np.array([LABELS[row["label"]] for row in rows])
    sources = np.array([row["source"] for row in rows])
    order = np.random.default_rng(0).permutation(len(rows))
    weight = weigh(labels)
    measured: dict[str, Any] = {
        "messages": len(rows),
        "weights": dict(zip(FITTED, fit(x, labels).round(2).tolist(), strict=True)),
    }
    for name in ("fitted", *UNFITTED):
        fifths = leave_out(x, labels, np.array_split(order, folds), name)
        measured[name] = {"fifths": score(fifths, labels, weight)}
        for source in LEFT_OUT:
            out = np.flatnonzero(sources == source)
            shares = leave_out(x, labels, [out], name)
            measured[name][source] = score(shares[out], labels[out], np.ones(len(out)))
    return measured


def leave_out(
    x: NDArray[np.float64], labels: NDArray[np.int64], parts: list[NDArray[np.int64]], name: str
) -> NDArray[np.float64]:
    """Shape (messages, labels): the shares of each message of the parts, by weights fitted to all the others, or as UNFITTED has it."""
    shares = np.zeros((len(labels), len(LABELS)))
    for part in parts:
        taught = np.setdiff1d(np.arange(len(labels)), part)
        plain = UNFITTED.get(name)
        shares[part] = plain(x[part]) if plain else shares_of(fit(x[taught], labels[taught]), x[part])
    return shares


def score(
    shares: NDArray[np.float64], labels: NDArray[np.int64], weight: NDArray[np.float64]
) -> dict[str, float]:
    """The mean log-likelihood (no worse than 0.001 each), and the percentage of which the likeliest is right."""
    told = np.log(np.clip(shares[np.arange(len(labels)), labels], 1e-3, 1))
    right = shares.argmax(axis=1) == labels
    return {
        "likelihood": round(float((weight * told).mean()), 3),
        "right": round(100 * float((weight * right).mean()), 1),
    }


def features_of(row: dict[str, Any]) -> list[float]:
    """Log-odds of Rasa for a report, a question, nothing and small talk, of the service and of the page, and whether it is put as a question."""
    intents = row["intents"]
    heard = [intents.get(name, 0.0) for name in (REPORT, ASK, NOTHING)]
    talk = sum(share for name, share in intents.items() if name in SMALL_TALK)
    return [
        *(log_odds(share, LEAST_INTENT) for share in (*heard, talk)),
        log_odds(row["service"], LEAST_SCORE),
        log_odds(row["page"], LEAST_SCORE),
        float(row["question"]),
    ]


def shares_of(weights: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shape (messages, labels), as `pooling` weighs them; the weights are FITTED."""
    intents, content, question, about = weights
    services, library, put = content * x[:, 4], content * x[:, 5], question * x[:, 6]
    return softmax(
        np.stack(
            [
                intents * x[:, 0] + services - put + about,
                intents * x[:, 1] + library + put + about,
                intents * x[:, 2],
                intents * x[:, 3] - np.maximum(services, library) - about,
            ],
            axis=1,
        )
    )


def rasa_alone(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """What Rasa's confidence says."""
    heard = 1 / (1 + np.exp(-x[:, :4]))
    shares: NDArray[np.float64] = heard / heard.sum(axis=1, keepdims=True)
    return shares


def plain_sum(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """All log-odds count 1, and how it is put does not count."""
    return shares_of(np.array([1.0, 1.0, 0.0, 0.0]), x)


UNFITTED = {"rasa_alone": rasa_alone, "plain_sum": plain_sum}


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shares of each row that make 1."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: NDArray[np.float64] = raised / raised.sum(axis=1, keepdims=True)
    return shares


def fit(x: NDArray[np.float64], labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """The likeliest weights, by Adam on differences of the loss; a ridge keeps those small that count for nothing."""
    weights, mean, square = np.zeros(len(FITTED)), np.zeros(len(FITTED)), np.zeros(len(FITTED))
    step, weight = np.eye(len(FITTED)) * 1e-4, weigh(labels)
    for at in range(1, STEPS + 1):
        slope = np.array(
            [
                (loss(weights + each, x, labels, weight) - loss(weights - each, x, labels, weight)) / 2e-4
                for each in step
            ]
        )
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        weights = weights - RATE * (mean / (1 - 0.9**at)) / (np.sqrt(square / (1 - 0.999**at)) + 1e-8)
    return weights


def loss(
    weights: NDArray[np.float64],
    x: NDArray[np.float64],
    labels: NDArray[np.int64],
    weight: NDArray[np.float64],
) -> float:
    """The mean negative log-likelihood of the labels, as often as each is taken to occur."""
    chosen = shares_of(weights, x)[np.arange(len(labels)), labels]
    return float(-(weight * np.log(chosen + 1e-9)).mean() + RIDGE * (weights[:3] ** 2).sum())


def weigh(labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """The weight of each message, so that every label has its share; they are 1 in the mean."""
    counts = np.bincount(labels, minlength=len(SHARES))
    weight = np.array([SHARES[label] / counts[label] for label in labels])
    return weight / weight.mean()


if __name__ == "__main__":
    main()
