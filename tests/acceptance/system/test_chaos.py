"""Killed at random moments, nothing is lost and nothing happens twice: the short form of benchmarks/chaos.py."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from benchmarks.machine import ROOT


@pytest.mark.rasa
@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_kills_of_app_and_rasa_lose_nothing_and_double_nothing(kind, rasa_model):
    assert rasa_model.is_file()
    options = ["--conversations", "100", "--kills", "5", "--seed", "3", "--database", kind]
    command = [sys.executable, "benchmarks/chaos.py", *options]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    result = json.loads(done.stdout or "null")
    assert result, done.stderr[-3000:]
    assert result["problems"] == []
    assert set(result["kills"]) == {"app", "rasa"}
    assert result["reports"] >= 100
    assert result["surveys"] == 100
