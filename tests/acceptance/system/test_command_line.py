"""The command line as a developer uses it: against a running Cityline, and when something is wrong."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from benchmarks.machine import ROOT, Cityline
from bot.terminal import RemoteLine
from channels.telegram.fake import FakeTelegram, serving


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


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({}, ["SMS", "shut", "docs/channels-sms.md", "Telegram"]),
        ({"CITYLINE_TWILIO_ACCOUNT_SID": "AC1"}, ["not ready", "CITYLINE_TWILIO_AUTH_TOKEN"]),
        ({"CITYLINE_TELEGRAM_TOKEN": "1:x", "CITYLINE_TELEGRAM_POLLING": "true"}, ["polling"]),
    ],
)
def test_what_a_door_still_lacks_is_told(variables, words):
    done = run("channels", "check", **variables)
    assert done.returncode == 0
    assert [word for word in words if word not in done.stdout] == []


def test_telegram_is_told_about_the_bot_and_a_wrong_token_is_one_sentence(tmp_path):
    fake = FakeTelegram()
    secret = "s" * 32
    with serving(fake) as base:
        variables = {
            "CITYLINE_DATA_DIR": str(tmp_path / "var"),
            "CITYLINE_TELEGRAM_TOKEN": fake.token,
            "CITYLINE_TELEGRAM_SECRET": secret,
            "CITYLINE_TELEGRAM_API_BASE": base,
            "CITYLINE_PUBLIC_URL": "https://line.city.example",
        }
        run("city", "load", "city/sample", **variables)
        done = run("channels", "telegram-announce", **variables)
        assert (done.returncode, done.stderr) == (0, "")
        assert fake.webhook["url"] == "https://line.city.example/channels/telegram/webhook"
        assert {"", "en", "es"} <= set(fake.commands)
        assert run("channels", "telegram-withdraw", **variables).returncode == 0
        refused = run("channels", "telegram-announce", **{**variables, "CITYLINE_TELEGRAM_TOKEN": "1:wrong"})
        assert refused.returncode == 1
        assert "CITYLINE_TELEGRAM_TOKEN" in refused.stderr
        assert "Traceback" not in refused.stderr


def test_a_link_for_an_administrator_and_the_audit_log_that_knows_of_it(tmp_path):
    at = {"CITYLINE_DATA_DIR": str(tmp_path / "var"), "CITYLINE_PUBLIC_URL": "https://city.example"}
    done = run("staff", "invite", "--email", "ana@city.example", **at)
    assert done.stdout.startswith("https://city.example/console/welcome/")
    done = run("audit", "verify", **at)
    assert (done.returncode, done.stdout.startswith("All 1 entries are whole")) == (0, True)
    with closing(sqlite3.connect(tmp_path / "var" / "cityline.sqlite")) as database:
        database.execute("DROP TRIGGER audit_log_keeps_words")
        database.execute("UPDATE audit_log SET subject = 'eve@city.example'")
        database.commit()
    done = run("audit", "verify", **at)
    assert (done.returncode, "Entry 1 is not as it was written" in done.stdout) == (1, True)
