"""A small town for tests: streets on a grid, a few landmarks, services, and an embedder that knows words by their letters."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from city.places.gazetteer import Gazetteer
from city.records.model import Department, Place, Service, Street
from city.services.by_words import word_stems
from core.model import Position

SOUTH, WEST, STEP = 41.60, -74.40, 0.002

CITY_HALL = Department("hall", {"en": "City Hall", "es": "Ayuntamiento"}, "555-0101")


def along(row: float) -> tuple[Position, ...]:
    """A street from west to east: ten blocks, `row` blocks from the south."""
    return tuple(Position(SOUTH + row * STEP, WEST + block * STEP) for block in range(11))


def across(column: float) -> tuple[Position, ...]:
    """A street from south to north, `column` blocks from the west."""
    return tuple(Position(SOUTH + block * STEP, WEST + column * STEP) for block in range(11))


STREETS = (
    Street("Mill Road", along(1), ("Mill Rd",), 1, 400),
    Street("Mill Street", along(9), ("Mill St",), 1, 400),
    Street("Main Street", along(2), (), 1, 999),
    Street("Park Avenue", along(3), (), 2, 498),
    Street("Saint James Street", along(4), ("St. James St",), 1, 299),
    Street("O'Hara Lane", along(5), (), 1, 99),
    Street("Calle de la Paz", along(6), ("Paz Street",), 1, 299),
    Street("Avenida Bolívar", along(7), (), 1, 299),
    Street("Martin Luther King Jr. Boulevard", along(8), ("MLK Blvd", "MLK"), 1, 999),
    Street("5th Avenue", across(5), (), 1, 999),
    Street("6th Avenue", across(6), (), 1, 999),
    Street("Walnut Street", across(2), (), 300, 1),
    Street("Broadway", across(3)),
    Street("North River Drive", across(0), (), 1, 99),
    Street("South River Drive", along(0), (), 1, 99),
)

PLACES = (
    Place(
        "library",
        {"en": "Public Library", "es": "Biblioteca Pública"},
        "library",
        Position(SOUTH + STEP, WEST),
        address="40 Mill Road",
    ),
    Place(
        "hall",
        {"en": "City Hall", "es": "Ayuntamiento"},
        "government",
        Position(SOUTH, WEST),
        {"en": ["town hall"], "es": ["alcaldía"]},
    ),
    Place(
        "riverside",
        {"en": "Riverside Park", "es": "Parque Ribera"},
        "park",
        Position(SOUTH, WEST),
        {"en": ["the green"], "es": []},
    ),
    Place("oak", {"en": "Oak Park", "es": "Parque del Roble"}, "park", Position(SOUTH, WEST)),
    Place("school", {"en": "Main Street School", "es": "Escuela Main"}, "school", Position(SOUTH, WEST)),
)


def gazetteer() -> Gazetteer:
    return Gazetteer(STREETS, PLACES, Position(SOUTH + 5 * STEP, WEST + 5 * STEP))


def service(code: str, name: str | dict[str, str] = "", keywords: str = "", **fields: Any) -> Service:
    """A service in English with defaults for the rest."""
    known: dict[str, Any] = {
        "name": name if isinstance(name, dict) else {"en": name or code},
        "description": {},
        "keywords": {"en": [word.strip() for word in keywords.split(",") if word.strip()]},
        "group": "",
        "department": CITY_HALL,
    }
    return Service(code=code, **(known | fields))


VOCABULARY: dict[str, int] = {}
"""The dimension of each stem, shared by all embedders of a run."""


class WordEmbedder:
    """An embedder for tests: texts are alike as far as they share stems. Counts what it was asked."""

    def __init__(self, name: str = "words-1") -> None:
        self._name = name
        self.encoded = 0

    @property
    def name(self) -> str:
        return self._name

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.encoded += len(texts)
        vectors = np.zeros((len(texts), 4096), dtype=np.float32)
        for row, text in enumerate(texts):
            for stem in word_stems(text) or {"nothing"}:
                vectors[row, VOCABULARY.setdefault(stem, len(VOCABULARY))] += 1
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


def write_city(folder: Path, **files: Any) -> Path:
    """A city folder; a keyword is a file name with `_` for `.`, and None leaves a default file out."""
    content: dict[str, Any] = {
        "city_toml": 'code = "millbrook"\nname = "Millbrook"\nlatitude = 41.6\nlongitude = -74.4\n',
        "departments_json": [{"code": "works", "name": {"en": "Public Works", "es": "Obras Públicas"}}],
        "services_json": [service_entry()],
    } | files
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in content.items():
        if value is not None:
            text = value if isinstance(value, str) else json.dumps(value)
            (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return folder


def service_entry(code: str = "pothole", **fields: Any) -> dict[str, Any]:
    """An entry of services.json."""
    return {
        "service_code": code,
        "service_name": {"en": "Pothole", "es": "Bache"},
        "department": "works",
        "days": 5,
    } | fields


def survey_entry(code: str = "parks", **fields: Any) -> dict[str, Any]:
    """An entry of surveys.json: a choice, a scale that hangs on it, and a free text."""
    return {
        "code": code,
        "title": {"en": "Parks", "es": "Parques"},
        "keywords": {"en": ["parks"]},
        "questions": [
            {
                "code": "visit",
                "kind": "single",
                "text": {"en": "Do you visit our parks?"},
                "values": [{"key": "yes", "name": {"en": "Yes"}}, {"key": "no", "name": {"en": "No"}}],
            },
            {
                "code": "liked",
                "kind": "scale",
                "text": {"en": "How do you like them?"},
                "minimum": 1,
                "maximum": 5,
                "skip_unless": {"visit": ["yes"]},
            },
            {"code": "wish", "kind": "text", "text": {"en": "What do you wish for?"}, "required": False},
        ],
    } | fields
