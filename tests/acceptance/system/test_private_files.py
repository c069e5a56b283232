"""No other user of the machine can read what Cityline keeps: the real modes, with the umask that most machines have."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from benchmarks.machine import ROOT, Cityline, share_models


def run(data_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CITYLINE_DATA_DIR": str(data_dir)}
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(
        command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True, umask=0o022
    )


def open_to_others(folder: Path) -> dict[str, str]:
    """What below the folder, or the folder itself, somebody else may read, write or enter."""
    found = {}
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink() and (mode := stat.S_IMODE(path.lstat().st_mode)) & 0o077:
            found[str(path.relative_to(folder.parent))] = oct(mode)
    return found


@pytest.fixture
def installation(tmp_path: Path) -> Path:
    """A data folder with a city, a document, and an account to come."""
    data_dir = tmp_path / "var"
    share_models(data_dir)
    document = tmp_path / "hours.md"
    document.write_text("# Hours\n\nThe library is open from nine to five.\n")
    for command in (
        ("city", "load", "city/sample"),
        ("knowledge", "import", str(document)),
        ("staff", "invite"),
    ):
        done = run(data_dir, *command)
        assert done.returncode == 0, done.stderr
    return data_dir


def test_whatever_is_made_is_for_its_user_alone(installation):
    assert {"cityline.sqlite", "secret.key", "knowledge"} <= {path.name for path in installation.iterdir()}
    assert open_to_others(installation) == {}


def test_an_installation_that_was_open_is_closed_at_the_next_start(installation):
    (installation / "logs").mkdir()
    (installation / "logs" / "rasa.log").touch()
    with closing(sqlite3.connect(installation / "cityline.sqlite")) as database:
        for path in (installation, *installation.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        database.execute("BEGIN IMMEDIATE")  # its log and shared memory are there while it is open
        assert (installation / "cityline.sqlite-wal").exists()
        database.rollback()
        (installation / "cityline.sqlite-wal").chmod(0o644)
        (installation / "secret.key").chmod(0o600)  # an open key stops the start, as ever
        done = run(installation, "audit", "verify")
        assert done.returncode == 0, done.stderr
        assert open_to_others(installation) == {}


@pytest.mark.parametrize("name", ["notes", "cityline.conf", "backup"])
def test_what_is_not_ours_in_the_folder_stays_as_it_is(installation, name):
    (installation / name).touch()
    (installation / name).chmod(0o644)
    assert run(installation, "audit", "verify").returncode == 0
    assert open_to_others(installation) == {f"var/{name}": "0o644"}


@pytest.mark.rasa
def test_nothing_of_a_running_cityline_is_open_to_others(cityline: Cityline):
    assert httpx.get(f"{cityline.url}/health").is_success
    assert (cityline.folder / "var" / "logs" / "rasa.log").exists()
    assert open_to_others(cityline.folder / "var") == {}
