"""The command line as a developer uses it: against a running Cityline, and when something is wrong."""

from __future__ import annotations

import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from benchmarks.machine import ROOT, Cityline
from bot.terminal import RemoteLine
from channels.telegram.fake import FakeTelegram, serving_fake
from core.version import code_version


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


@pytest.mark.rasa
def test_a_fresh_clone_talks_in_the_terminal_in_the_citys_own_language(tmp_path):
    city = Cityline(tmp_path)  # a data folder of its own, with the trained model
    environment = {name: value for name, value in city.environment.items() if name != "CITYLINE_LANGUAGES"}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "chat"],
        check=False,
        cwd=ROOT,
        env=environment,
        input="menu\n",
        capture_output=True,
        text=True,
        timeout=170,
    )
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert "1. Report a problem" in done.stdout


COMMANDS = [
    ("chat",),
    ("nlu", "train"),
    ("knowledge", "ask", "when is trash day?"),
    ("knowledge", "tune"),
    ("staff", "invite"),
    ("channels", "telegram-announce"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_data_folder_that_cannot_be_is_one_sentence_for_every_command(tmp_path, command):
    (tmp_path / "file").touch()
    done = run(*command, CITYLINE_DATA_DIR=str(tmp_path / "file"))
    assert (done.returncode, "Traceback" in done.stderr, "CITYLINE_DATA_DIR" in done.stderr) == (
        1,
        False,
        True,
    )


@pytest.mark.parametrize(
    ("command", "status", "words"),
    [
        (("chat", "--url", "http://127.0.0.1:9"), 1, "No Cityline answered"),
        (("settings",), 0, "CITYLINE_DATA_DIR"),
        (("knowledge", "ask", "when is trash day?"), 0, "holds no documents yet"),
        (("knowledge", "import"), 0, "0 documents"),
        (("audit", "verify"), 0, "All 0 entries are whole"),
        (("staff", "invite"), 0, "/console/welcome/"),
        (("channels", "check"), 0, "shut"),
        (("channels", "telegram-announce"), 1, "CITYLINE_TELEGRAM_TOKEN"),
        (("channels", "telegram-withdraw"), 1, "CITYLINE_TELEGRAM_TOKEN"),
    ],
)
def test_the_very_first_command_of_an_installation_works_or_says_what_is_missing(
    tmp_path, command, status, words
):
    done = run(*command, CITYLINE_DATA_DIR=str(tmp_path / "var"), COLUMNS="200")
    assert (done.returncode, "Traceback" in done.stderr) == (status, False), done.stderr
    assert words in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("nonsense", "CITYLINE_DATABASE_URL"),
        ("postgresql+psycopg://nobody:hidden-secret@127.0.0.1:1/none", "CITYLINE_DATABASE_URL"),
        ("mysql://somewhere/city", "CITYLINE_DATABASE_URL"),
        ("sqlite:////proc/nowhere/city.sqlite", "cannot be opened"),
        ("sqlite:///{folder}/text.sqlite", "not a database"),
        ("sqlite:///{folder}/newer.sqlite", "newer Cityline"),
    ],
)
def test_a_database_that_cannot_be_used_is_one_sentence(tmp_path, address, words):
    (tmp_path / "text.sqlite").write_text("This is a note to the operator, and no database at all.")
    with closing(sqlite3.connect(tmp_path / "newer.sqlite")) as database:
        database.execute("CREATE TABLE alembic_version (version_num TEXT)")
        database.execute("INSERT INTO alembic_version VALUES ('9999_of_next_year')")
        database.commit()
    at = {
        "CITYLINE_DATA_DIR": str(tmp_path / "var"),
        "CITYLINE_DATABASE_URL": address.format(folder=tmp_path),
    }
    done = run("staff", "invite", COLUMNS="400", **at)
    assert (done.returncode, "Traceback" in done.stderr, "hidden-secret" in done.stderr) == (1, False, False)
    assert words in done.stderr


def test_what_prepares_a_city_looks_at_the_database_first_too(tmp_path):
    done = run(
        "prepare", CITYLINE_DATA_DIR=str(tmp_path / "var"), CITYLINE_DATABASE_URL="mysql://somewhere/city"
    )
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "CITYLINE_DATABASE_URL" in done.stderr


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


def test_a_city_folder_is_checked_without_being_loaded(tmp_path):
    done = run("city", "check", "city/sample", CITYLINE_DATA_DIR=str(tmp_path / "var"))
    assert done.returncode == 0
    assert "Penstock: " in done.stdout + done.stderr
    assert not (tmp_path / "var").exists()


def test_a_document_that_is_not_there_is_told_before_anything_is_done(tmp_path):
    done = run("knowledge", "import", "nowhere.md", CITYLINE_DATA_DIR=str(tmp_path / "var"))
    assert (done.returncode, "nowhere.md" in done.stderr) == (2, True)


def test_the_version_is_printed_and_nothing_else(tmp_path):
    done = run("--version", CITYLINE_DATA_DIR=str(tmp_path / "var"))
    assert (done.returncode, done.stdout, done.stderr) == (0, f"cityline {code_version()}\n", "")
    assert not (tmp_path / "var").exists()


def test_serving_begins_by_logging_the_version(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run(
            "serve", CITYLINE_DATA_DIR=str(tmp_path / "var"), CITYLINE_PORT=port, CITYLINE_LOG_FORMAT="json"
        )
    first = json.loads(done.stderr.splitlines()[0])
    assert (first["event"], first["version"]) == ("cityline_starts", code_version())
    assert "CITYLINE_PORT" in done.stderr


def test_settings_are_listed_with_what_they_are_for():
    done = run("settings", COLUMNS="200")
    assert "CITYLINE_DATABASE_URL" in done.stdout


OPEN_SMS = {
    "CITYLINE_PUBLIC_URL": "https://line.city.example",
    "CITYLINE_TWILIO_ACCOUNT_SID": "AC1",
    "CITYLINE_TWILIO_AUTH_TOKEN": "t",
    "CITYLINE_TWILIO_FROM_NUMBER": "+15550100000",
}


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({}, ["SMS", "shut", "docs/channels-sms.md", "Telegram"]),
        ({"CITYLINE_TWILIO_ACCOUNT_SID": "AC1"}, ["not ready", "CITYLINE_TWILIO_AUTH_TOKEN"]),
        (OPEN_SMS | {"CITYLINE_TWILIO_COUNTRIES": "us,pr"}, ["open", "US", "PR", "25"]),
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
    with serving_fake(fake) as base:
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


def test_the_way_to_keep_a_copy_that_the_documentation_shows_gives_a_whole_one(tmp_path):
    data, copy = tmp_path / "var", tmp_path / "copy"
    assert run("city", "load", "city/sample", CITYLINE_DATA_DIR=str(data)).returncode == 0
    assert run("staff", "invite", CITYLINE_DATA_DIR=str(data)).returncode == 0
    shown = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "operation.md").read_text(), re.DOTALL)
    (script,) = [each for each in shown if "$COPY" in each]
    with closing(sqlite3.connect(data / "cityline.sqlite", isolation_level=None)) as running:
        running.execute(
            "CREATE TABLE late (word TEXT)"
        )  # stands only in the log while this connection is open
        running.execute("INSERT INTO late VALUES ('kept')")
        environment = {**os.environ, "DATA": str(data), "COPY": str(copy)}
        done = subprocess.run(
            ["sh", "-e", "-c", script], check=False, cwd=ROOT, env=environment, capture_output=True, text=True
        )
    assert (done.stdout.strip(), done.stderr) == ("ok", "")
    assert (copy / "secret.key").read_text() == (data / "secret.key").read_text()
    with closing(sqlite3.connect(copy / "cityline.sqlite")) as kept:
        assert kept.execute("SELECT word FROM late").fetchall() == [("kept",)]
        assert kept.execute("SELECT count(*) FROM services").fetchone()[0] > 20
    assert run("audit", "verify", CITYLINE_DATA_DIR=str(copy)).returncode == 0


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
