"""Scores what the line reads out of residents' words - places, request numbers, days, phone numbers - against labelled texts.

Each line of the set has a `language`, what was `asked` and the `entities` in the text: `kind`, `words` as written, `value`.
A place in a `report` is read strictly, inside a sentence; in an answer to `where` it has to be sure. Every text is also
searched for a request number, and answers to `when` and `contact` by the readers of those fields.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from actions.handlers.check import number_in
from actions.reading.dates import Calendar
from actions.reading.readers import phone_in
from city.loading.folder import read_city
from city.places.gazetteer import SURE, Gazetteer
from city.records.model import PlaceMatch
from core.texts import load_texts

ROOT = Path(__file__).resolve().parents[1]
ENTITIES = ROOT / "tests" / "nlu" / "entities.jsonl"
SAMPLE = ROOT / "city" / "sample"
NOW = datetime(2026, 6, 3, 16, tzinfo=UTC)
"""The moment from which the days of the set are seen: a Wednesday, noon in New York."""
ZONE = ZoneInfo("America/New_York")

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of entity in one text: what stands there and what was read, both empty where there is nothing."""

    line: Line
    kind: str
    expected: str
    found: str

    @property
    def right(self) -> bool:
        return self.found == self.expected


class Readers:
    """The readers of the line, for the sample city."""

    def __init__(self) -> None:
        city = read_city(SAMPLE)
        self._gazetteer = Gazetteer(city.streets, city.places, city.profile.centre)
        self._calendar = Calendar(load_texts(), ZONE)

    def findings(self, line: Line) -> Iterator[Finding]:
        """Everything that is looked for in a text of the set."""
        expected = {entity["kind"]: entity for entity in line["entities"]}
        for kind, found in self._read(line["text"], line["asked"], line["language"]):
            yield Finding(line, kind, expected.get(kind, {}).get("value", ""), found)

    def _read(self, text: str, asked: str, language: str) -> Iterator[tuple[str, str]]:
        yield "number", number_in(text) or ""
        if asked == "report":
            yield "place", _label(self._gazetteer.extract(text, "en"))
        elif asked == "where":
            first = next(iter(self._gazetteer.find(text, 1, "en")), None)
            yield "place", _label(first if first and first.score >= SURE else None)
        elif asked == "when":
            when = self._calendar.read(text, NOW, language)
            yield "date", when.day.isoformat() if when else ""
        elif asked == "contact":
            yield "phone", phone_in(text) or ""


def _label(match: PlaceMatch | None) -> str:
    """A place without the address that a landmark's label ends with."""
    return match.label.partition(",")[0] if match else ""


def read_set(path: Path = ENTITIES) -> list[Line]:
    """The labelled texts."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def all_findings(lines: list[Line]) -> list[Finding]:
    """What was read in every text."""
    readers = Readers()
    return [finding for line in lines for finding in readers.findings(line)]


def rates(findings: list[Finding]) -> dict[str, float]:
    """Precision and recall in percent: a wrong value counts against both."""
    right = sum(finding.right for finding in findings if finding.expected)
    given = sum(bool(finding.found) for finding in findings)
    wanted = sum(bool(finding.expected) for finding in findings)
    return {
        "texts": len(findings),
        "entities": wanted,
        "precision": round(100 * right / given, 1) if given else 100.0,
        "recall": round(100 * right / wanted, 1) if wanted else 100.0,
    }


def table(findings: list[Finding]) -> dict[str, dict[str, dict[str, float]]]:
    """Rates by kind and language."""
    kinds = sorted({finding.kind for finding in findings})
    languages = list(dict.fromkeys(finding.line["language"] for finding in findings))
    return {
        kind: {
            language: rates([f for f in findings if f.kind == kind and f.line["language"] == language])
            for language in languages
        }
        for kind in kinds
    }


def mistakes(findings: list[Finding]) -> list[dict[str, str]]:
    """Every text that was read wrong, for whoever wants to better it."""
    return [
        {
            "language": finding.line["language"],
            "kind": finding.kind,
            "text": finding.line["text"],
            "expected": finding.expected,
            "found": finding.found,
        }
        for finding in findings
        if not finding.right
    ]
