"""The half of `benchmarks/nlu.py` that runs in Rasa's Python: loads a model, asks it, and scores the answers."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
import warnings
from pathlib import Path
from typing import Any

TIMED = 200
RUNS = 3
BATCH = 256
OUT_OF_SCOPE = ("out_of_scope", "oos")


def load(model: str) -> Any:
    """Rasa's own agent around the model, quiet."""
    from nlu.rasa_lean import components_of_model, leave_out_unused
    from nlu.rasa_serve import be_quiet

    leave_out_unused(components_of_model(Path(model)))
    from rasa.core.agent import Agent

    warnings.simplefilter("ignore")
    be_quiet()
    return Agent.load(model)


def rank_all(agent: Any, texts: list[str]) -> list[list[dict[str, Any]]]:
    """The rankings of all texts, through Rasa's graph, many at a time."""
    from rasa.core.channels.channel import UserMessage
    from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
    from rasa.shared.core.trackers import DialogueStateTracker

    runner, target = agent.processor.graph_runner, agent.processor.model_metadata.nlu_target
    tracker = DialogueStateTracker.from_events("benchmark", [])
    rankings: list[list[dict[str, Any]]] = []
    for start in range(0, len(texts), BATCH):
        messages = [UserMessage(text) for text in texts[start : start + BATCH]]
        parsed = runner.run({PLACEHOLDER_MESSAGE: messages, PLACEHOLDER_TRACKER: tracker}, targets=[target])
        rankings += [message.get("intent_ranking") or [] for message in parsed[target]]
    return rankings


def time_parses(agent: Any, texts: list[str]) -> dict[str, float]:
    """Milliseconds of single parses, one after the other on one core: the best of some runs, as neighbours only add to it."""
    clocks = {"": time.perf_counter, "processor_": time.process_time}
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

    async def run(clock: Any) -> list[float]:
        taken = []
        for text in texts:
            started = clock()
            await agent.parse_message(text)
            taken.append((clock() - started) * 1000)
        return sorted(taken)

    times = {}
    for name, clock in clocks.items():
        runs = [asyncio.run(run(clock)) for _ in range(RUNS)]
        for share in (50, 95):
            best = min(taken[len(taken) * share // 100] for taken in runs)
            times[f"{name}ms_per_parse_p{share}"] = round(best, 2)
    return times


def resident_mb() -> float:
    import resource

    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * resource.getpagesize() / 2**20
    except FileNotFoundError:  # not Linux: the highest so far, in bytes
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def in_scope(ranking: list[dict[str, Any]]) -> float:
    """Confidence of the best intent that is in scope."""
    return max((entry["confidence"] for entry in ranking if entry["name"] not in OUT_OF_SCOPE), default=0.0)


def score(
    truth: list[str], rankings: list[list[dict[str, Any]]], strange: list[list[dict[str, Any]]]
) -> dict[str, Any]:
    from sklearn.metrics import f1_score, roc_auc_score

    said = [ranking[0]["name"] if ranking else "" for ranking in rankings]
    sure = [index for index, ranking in enumerate(rankings) if in_scope(ranking) >= 0.5]
    right = [said[index] == truth[index] for index in range(len(truth))]
    scores: dict[str, Any] = {
        "accuracy": round(100 * sum(right) / len(right), 2),
        "macro_f1": round(
            100 * f1_score(truth, said, average="macro", labels=sorted(set(truth)), zero_division=0), 2
        ),
        "sure_at_0.5": round(100 * len(sure) / len(truth), 2),
        "right_when_sure": round(100 * sum(right[index] for index in sure) / max(len(sure), 1), 2),
    }
    if strange:
        known = [
            (1 - in_scope(ranking), 0)
            for ranking, label in zip(rankings, truth, strict=True)
            if label not in OUT_OF_SCOPE
        ]
        doubts, labels = zip(*known, *((1 - in_scope(ranking), 1) for ranking in strange), strict=True)
        scores["oos_auc"] = round(float(roc_auc_score(labels, doubts)), 4)
        scores["oos_taken_at_0.5"] = round(100 * sum(in_scope(r) >= 0.5 for r in strange) / len(strange), 2)
    return scores


def main() -> None:
    questions = json.load(sys.stdin)
    agent = load(questions["model"])
    times = time_parses(agent, questions["test"][:TIMED])
    memory = resident_mb()
    answers = score(questions["truth"], rank_all(agent, questions["test"]), rank_all(agent, questions["oos"]))
    Path(questions["answers"]).write_text(json.dumps({**answers, **times, "memory_mb": round(memory)}))


if __name__ == "__main__":
    main()
