"""The export of an encoder, without making one: what its child is given, what is left behind, and what becomes of failures."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import CitylineError, SettingsError
from knowledge.index import embedding, encoder_export
from knowledge.index.embedding import SentenceEmbedder, open_encoder
from knowledge.index.encoder_export import child_environment, ensure_export, export_folder
from knowledge.index.encoder_models import locate_model

SECRETS = {
    "CITYLINE_SECRET_KEY": "a",
    "CITYLINE_TWILIO_AUTH_TOKEN": "b",
    "CITYLINE_DATABASE_URL": "c",
    "AWS_SECRET_ACCESS_KEY": "d",
}


def test_the_child_gets_no_secret_of_the_city(monkeypatch):
    for name, value in {**SECRETS, "HF_HOME": "/models", "HTTPS_PROXY": "http://proxy.city.example"}.items():
        monkeypatch.setenv(name, value)
    given = child_environment()
    assert given["HF_HOME"] == "/models"
    assert given["HTTPS_PROXY"] == "http://proxy.city.example"
    assert SECRETS.keys() & given.keys() == set()


def test_what_an_ended_export_has_left_goes_with_the_next_one(tmp_path, monkeypatch):
    monkeypatch.setattr(
        encoder_export,
        "run_export",
        lambda _child, _model, folder: (folder / "graph.onnx").write_text("graph"),
    )
    folder = export_folder("use", tmp_path)
    left = folder.parent / ".exporting-of-yesterday"
    left.mkdir(parents=True)
    assert ensure_export("use", tmp_path) == folder
    assert sorted(path.name for path in folder.parent.iterdir()) == [".lock", folder.name]


def test_a_failed_export_is_not_tried_again_for_every_text(tmp_path, monkeypatch):
    tried, now = [], [1000.0]

    def fail(model: str, _models: Path) -> Path:
        tried.append(model)
        raise CitylineError("There was no memory left.")

    monkeypatch.setattr(embedding, "ensure_export", fail)
    monkeypatch.setattr(embedding.time, "monotonic", lambda: now[0])
    encoder = SentenceEmbedder("use", tmp_path)
    for _ in range(3):
        with pytest.raises(CitylineError, match="no memory"):
            encoder.encode(["a text"])
    assert tried == ["use"]
    now[0] += embedding.SECONDS_BETWEEN_ATTEMPTS
    with pytest.raises(CitylineError):
        encoder.encode(["a text"])
    assert tried == ["use", "use"]


def test_a_damaged_export_is_one_sentence_with_what_to_do(tmp_path):
    (tmp_path / "encoder.json").write_text("{")
    with pytest.raises(SettingsError, match="delete that folder"):
        open_encoder(tmp_path)


def test_a_model_behind_a_link_keeps_the_name_that_it_was_given(tmp_path):
    (tmp_path / "snapshots" / "abc123").mkdir(parents=True)
    link = tmp_path / "multilingual-e5-small"
    link.symlink_to(tmp_path / "snapshots" / "abc123")
    assert locate_model(str(link)) == str(link)
