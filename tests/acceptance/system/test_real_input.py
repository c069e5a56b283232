"""Real cities' data, as they publish it: documents of five cities are answered from, Boston's service list is reported on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.machine import ROOT, share_models
from core.model import Want
from nlu.fake import WordNluClient
from tests.support.installation import House

DATA = ROOT.parent / "shared" / "data"
pytestmark = [
    pytest.mark.data,
    pytest.mark.timeout(500),
    pytest.mark.skipif(not DATA.is_dir(), reason="the real data is not there: expected at ../shared/data"),
]


def cityline(data_dir: Path, *arguments: str) -> Any:
    """The command line in a data folder of its own; what it printed as JSON."""
    share_models(data_dir)
    environment = {**os.environ, "CITYLINE_DATA_DIR": str(data_dir), "CITYLINE_LOG_LEVEL": "warning"}
    command = [sys.executable, "-m", "bot", *arguments, "--json"]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def test_the_documents_of_five_cities_are_imported_and_answered_from(tmp_path):
    report = cityline(tmp_path, "knowledge", "import", str(DATA / "city_corpus_en" / "docs.jsonl"))
    assert report["documents"] == 276
    answer = cityline(tmp_path, "knowledge", "ask", "how do I report an abandoned bicycle?")
    assert "icycle" in answer["found"][0]["passage"]["title"]
    assert answer["found"][0]["passage"]["text"]


def test_reporting_works_on_bostons_service_list(tmp_path):
    report = cityline(tmp_path, "city", "load", str(DATA / "open311_services" / "boston_services.json"))
    assert report["services"] == 118
    house = House(tmp_path, WordNluClient(), (), city=DATA / "open311_services" / "boston_services.json")
    try:
        talk = house.talk()
        talk.say("report")
        lines = talk.say("an abandoned bicycle is locked to the fence at 12 Mill Road")
        assert "bicycle" in " ".join(line.text for line in lines).lower()
        for _ in range(12):
            keys = {choice.key.rpartition(".")[2]: choice.key for choice in lines[-1].choices}
            if "number is" in lines[-1].text:
                break
            if Want.POSITION in lines[-1].wants:
                lines = talk.say("12 Mill Road")
            elif "skip" in keys or not keys:
                lines = talk.say("skip")
            else:
                lines = talk.say(choice=next(iter(keys.values())))
        assert "number is" in lines[-1].text
    finally:
        house.close()
