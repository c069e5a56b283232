"""A further language of a city is one more file, which adds to what the others say and never replaces it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from city.loading.folder import content_hash, read_city
from core.errors import CityDataError

SERVICES = [
    {
        "service_code": "hole",
        "service_name": {"en": "Hole", "de": "Das Loch"},
        "keywords": {"en": ["hole"]},
        "attributes": [
            {
                "code": "SIZE",
                "datatype": "singlevaluelist",
                "description": "How big?",
                "values": [{"key": "s", "name": {"en": "Small"}}],
            }
        ],
    }
]
GERMAN = {
    "texts": {"Hole": "Loch", "Small": "Klein", "Crew": "Trupp"},
    "keywords": {"hole": ["loch", "grube"]},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "services.json").write_text(json.dumps(SERVICES), encoding="utf-8")
    (tmp_path / "languages").mkdir()
    return tmp_path


def test_a_language_file_adds_to_every_text_that_it_knows(folder: Path):
    (folder / "languages" / "de.json").write_text(json.dumps(GERMAN), encoding="utf-8")
    service = read_city(folder).services[0]
    assert service.keywords == {"en": ["hole"], "de": ["loch", "grube"]}
    assert service.attributes[0].values[0].name == {"en": "Small", "de": "Klein"}


def test_what_an_entry_says_itself_goes_before_the_language_file(folder: Path):
    (folder / "languages" / "de.json").write_text(json.dumps(GERMAN), encoding="utf-8")
    assert read_city(folder).services[0].name["de"] == "Das Loch"


def test_a_changed_language_file_changes_the_fingerprint_of_the_city(folder: Path):
    before = content_hash(folder)
    (folder / "languages" / "de.json").write_text(json.dumps(GERMAN), encoding="utf-8")
    assert content_hash(folder) != before


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("de.json", "{", "languages/de.json is not JSON"),
        ("de.json", '{"texts": {"Hole": 3}}', "languages/de.json"),
        ("German.json", "{}", "named by a language"),
    ],
)
def test_a_wrong_language_file_is_named(folder: Path, name: str, text: str, told: str):
    (folder / "languages" / name).write_text(text, encoding="utf-8")
    with pytest.raises(CityDataError, match=told):
        read_city(folder)
