"""Rasa's process gets what a program needs and none of the city's secrets."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from nlu.environment import in_rasa

SHOW = "import json, os; print(json.dumps(dict(os.environ)))"


@pytest.mark.parametrize(
    "name",
    [
        "CITYLINE_SECRET_KEY",
        "CITYLINE_DATABASE_URL",
        "CITYLINE_RASA_TOKEN",
        "CITYLINE_TWILIO_AUTH_TOKEN",
        "CITYLINE_TWILIO_SHARED_KEYS",
        "CITYLINE_TELEGRAM_TOKEN",
        "CITYLINE_TELEGRAM_SECRET",
        "CITYLINE_ACTIONS_TOKEN",
        "CITYLINE_A_SETTING_TO_COME",
        "PGPASSWORD",
        "AWS_SECRET_ACCESS_KEY",
        "HTTPS_PROXY",
        "UV_INDEX_URL",
    ],
)
def test_no_secret_is_handed_on(monkeypatch, name):
    monkeypatch.setenv(name, "a-secret-nobody-may-see")
    assert "a-secret-nobody-may-see" not in " ".join(in_rasa(Path(sys.executable), "nlu.rasa_serve"))


def test_the_child_has_what_it_needs(monkeypatch):
    monkeypatch.setenv("HOME", "/somewhere")
    command = in_rasa(Path(sys.executable), "nlu.rasa_serve", RASA_CACHE_DIRECTORY="/cache")[:-2]
    found = json.loads(subprocess.run([*command, "-c", SHOW], capture_output=True, check=True).stdout)
    assert found["HOME"] == "/somewhere"
    assert found["RASA_CACHE_DIRECTORY"] == "/cache"
    assert found["RASA_TELEMETRY_ENABLED"] == "false"
    assert not [name for name in found if name.startswith("CITYLINE")]
