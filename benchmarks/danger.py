"""Measures how danger is heard: `[--words] [--list] [--data FOLDER]`; prints one JSON object.

For each set, and for each language of the set kept aside: the share of texts heard as sure, asked about and passed over, in percent, by words
alone and with meaning; and the milliseconds that one judgement takes. `--words` leaves the encoder out, `--list` names every text that was
heard otherwise than it should be. The residents' texts and the harmless civic ones are read from `--data`, which is left out if it is not
there; nothing is ever learned from them. Run it from the root of the project.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from conversation.understanding.danger.detector import Detector  # noqa: E402  the path is set above
from knowledge.index.embedding import SentenceEmbedder  # noqa: E402
from knowledge.index.encoder_models import MULTILINGUAL  # noqa: E402
from tests.danger.held_out import held_out  # noqa: E402

DATA = ROOT.parents[0] / "shared" / "data"
CIVIC = {
    "nyc_publicstuff_311/dev_reports.jsonl": "text",
    "city_corpus_en/dev_queries.jsonl": "query",
    "us_gov_faq/dev_faq.jsonl": "question",
    "kit_civic_nlu/dev_utterances.jsonl": "text",
}
"""Files of civic texts below the data, and the field that holds the text."""
OF_EACH = 125
NOTHING = "none"


@dataclass(frozen=True, slots=True)
class Heard:
    """A text and what became of it: sure, perhaps or none."""

    group: str
    text: str
    outcome: str


def hear(detector: Detector, texts: Iterable[tuple[str, str]]) -> list[Heard]:
    """Judge texts, each with the group that it counts in."""
    heard = []
    for group, text in texts:
        danger = detector(text)
        heard.append(Heard(group, text, danger.level.value if danger else NOTHING))
    return heard


def rates(heard: Iterable[Heard]) -> dict[str, dict[str, float]]:
    """The number of texts and the share of each outcome in percent, by group."""
    groups: dict[str, list[str]] = {}
    for each in heard:
        groups.setdefault(each.group, []).append(each.outcome)
    return {
        group: {
            "texts": len(outcomes),
            **{
                name: round(100 * outcomes.count(name) / len(outcomes), 1)
                for name in ("sure", "perhaps", NOTHING)
            },
        }
        for group, outcomes in groups.items()
    }


def kept_aside() -> Iterator[tuple[str, str]]:
    """The set kept aside, by how it is said and by language."""
    for each in held_out():
        yield each.how, each.text
        yield f"{each.how} {each.language}", each.text


def lines_of(file: Path) -> Iterator[dict[str, Any]]:
    """The records of a .jsonl."""
    return (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip())


def residents(data: Path) -> Iterator[tuple[str, str]]:
    """What residents write first, in three groups: danger, what only looks like it, and all the rest."""
    for line in lines_of(data / "residents" / "dev_first_messages.jsonl"):
        kind = line["kind"]
        yield kind if kind in {"danger", "no danger"} else "residents' other texts", line["text"]


def civic(data: Path) -> Iterator[tuple[str, str]]:
    """Five hundred texts of four sources, evenly spread over each."""
    for name, field in CIVIC.items():
        texts = list(dict.fromkeys(str(line[field]) for line in lines_of(data / name)))
        step = max(1, len(texts) // OF_EACH)
        yield from (("civic", text) for text in islice(texts[::step], OF_EACH))


def milliseconds(detector: Detector) -> float:
    """What one judgement takes, by the texts kept aside."""
    texts = [each.text for each in held_out()]
    begun = time.perf_counter()
    for text in texts:
        detector(text)
    return round(1000 * (time.perf_counter() - begun) / len(texts), 2)


def amiss(heard: Iterable[Heard]) -> list[str]:
    """Dangers that nobody heard, and alarms and questions without one."""
    dangers = ("direct", "indirect", "danger")
    return [
        f"{each.outcome}: [{each.group}] {each.text}"
        for each in heard
        if (each.outcome == NOTHING) == (each.group in dangers)
        and len(each.group.split()[-1]) > len("en")  # each text once, not by language again
    ]


def measured(detector: Detector, data: Path, *, listing: bool) -> dict[str, Any]:
    """All figures with this detector."""
    heard = hear(detector, kept_aside())
    if data.is_dir():
        heard += hear(detector, [*residents(data), *civic(data)])
    figures: dict[str, Any] = {"rates": rates(heard), "milliseconds": milliseconds(detector)}
    return {**figures, "amiss": amiss(heard)} if listing else figures


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--words", action="store_true", help="without the encoder")
    parser.add_argument("--list", action="store_true", help="name what was heard otherwise than it should be")
    parser.add_argument("--data", type=Path, default=DATA)
    arguments = parser.parse_args()
    figures = {"words alone": measured(Detector(), arguments.data, listing=arguments.list)}
    if not arguments.words:
        detector = Detector(lambda: SentenceEmbedder(MULTILINGUAL))
        detector.load()
        figures["with meaning"] = measured(detector, arguments.data, listing=arguments.list)
    print(json.dumps(figures, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
