"""The command line as a developer uses it: against a running Cityline, and when something is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing

import pytest

from benchmarks.machine import ROOT, Cityline
from bot.terminal import RemoteLine


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **variables}
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(
        command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )


@pytest.mark.rasa
def test_the_terminal_talks_to_a_running_cityline(cityline: Cityline):
    with closing(RemoteLine(cityline.url, "en")) as line:
        menu = "\n".join(line.say("menu"))
        assert "1. Report a problem" in menu
        answer = "\n".join(line.say("when is bulk trash picked up?"))
    assert "https://penstock.example/trash/bulk-items" in answer


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"CITYLINE_PORT": "eighty"}, "CITYLINE_PORT"),
        ({"CITYLINE_SECRET_KEY": "short"}, "32 characters"),
        ({"CITYLINE_RASA_PYTHON": "nowhere/python", "CITYLINE_PORT": "0"}, "CITYLINE_RASA_PYTHON"),
    ],
)
def test_a_start_that_cannot_be_is_one_sentence_and_a_status(tmp_path, variables, words):
    done = run("serve", "--prepare", CITYLINE_DATA_DIR=str(tmp_path / "var"), **variables)
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_city_folder_with_a_mistake_is_named_with_what_was_expected(tmp_path):
    (tmp_path / "services.json").write_text('[{"service_name": "No code"}]')
    done = run("city", "load", str(tmp_path / "services.json"), CITYLINE_DATA_DIR=str(tmp_path / "var"))
    assert done.returncode == 1
    assert "services.json" in done.stderr
    assert "service_code" in done.stderr


def test_a_document_that_is_not_there_is_told_before_anything_is_done(tmp_path):
    done = run("knowledge", "import", "nowhere.md", CITYLINE_DATA_DIR=str(tmp_path / "var"))
    assert (done.returncode, "nowhere.md" in done.stderr) == (2, True)


def test_settings_are_listed_with_what_they_are_for():
    done = run("settings", COLUMNS="200")
    assert "CITYLINE_DATABASE_URL" in done.stdout
