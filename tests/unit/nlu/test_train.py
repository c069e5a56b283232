"""When a model counts as trained, and what happens when training goes wrong."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from core.errors import CitylineError
from nlu.train import ensure_model, is_trained, model_name

FILES = {
    "config.yml": "pipeline",
    "nlu/domain.yml": "domain",
    "nlu/rasa_train.py": "train",
    "nlu/data/a.yml": "sentences",
    "nlu/components/encoder.py": "component",
    "core/encoder.py": "encoder",
    "requirements/rasa-extra.txt": "versions",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "root" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "root"


def python_that(tmp_path: Path, script: str) -> Path:
    """A stand-in for Rasa's Python: a shell script; its arguments are `-m nlu.rasa_train CONFIG DATA DOMAIN MODEL`."""
    path = tmp_path / "python"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.mark.parametrize("name", FILES)
def test_the_name_changes_with_every_input(root, name):
    before = model_name(root)
    (root / name).write_text("changed")

    assert model_name(root) != before


def test_the_name_and_what_is_trained_are_the_same_in_a_wheel(root, tmp_path):
    """It has no root of its own; what a clone has there stands in `nlu/`."""
    clone = model_name(root)
    (root / "config.yml").rename(root / "nlu" / "config.yml")
    (root / "requirements" / "rasa-extra.txt").rename(root / "nlu" / "rasa-extra.txt")
    assert model_name(root) == clone

    model = ensure_model(python_that(tmp_path, 'cp config.yml "$6"'), tmp_path / "models", root=root)
    assert model.read_text() == "pipeline"


def test_the_name_changes_when_a_file_is_added_or_renamed(root):
    names = {model_name(root)}
    (root / "nlu/data/b.yml").write_text("more")
    names.add(model_name(root))
    (root / "nlu/data/b.yml").rename(root / "nlu/data/c.yml")
    names.add(model_name(root))

    assert len(names) == 3


def test_the_name_does_not_change_with_anything_else(root):
    before = model_name(root)
    (root / "nlu/client.py").write_text("not an input")

    assert model_name(root) == before


def test_a_missing_model_is_trained_and_the_next_time_it_is_there(root, tmp_path):
    lines: list[str] = []
    python = python_that(tmp_path, 'echo training; echo x >> "$(dirname "$0")/runs"; echo model > "$6"')
    models = tmp_path / "models"
    assert not is_trained(models, root)

    first = ensure_model(python, models, lines.append, root)
    second = ensure_model(python, models, lines.append, root)

    assert first == second == models / f"{model_name(root)}.tar.gz"
    assert first.read_text() == "model\n"
    assert is_trained(models, root)
    assert (tmp_path / "runs").read_text() == "x\n"
    assert "training" in lines
    assert [path.name for path in models.iterdir()] == [first.name]


def test_a_failed_training_leaves_nothing_and_tells_the_last_lines(root, tmp_path):
    python = python_that(tmp_path, 'echo half > "$6"; echo the pipeline is odd >&2; exit 3')

    with pytest.raises(CitylineError, match="the pipeline is odd"):
        ensure_model(python, tmp_path / "models", root=root)

    assert list((tmp_path / "models").iterdir()) == []


def test_a_missing_rasa_python_is_told_in_a_sentence(root, tmp_path):
    with pytest.raises(CitylineError, match="make environments"):
        ensure_model(tmp_path / "nowhere" / "python", tmp_path / "models", root=root)


def test_a_secret_of_ours_never_reaches_the_child(root, tmp_path, monkeypatch):
    monkeypatch.setenv("CITYLINE_SECRET_KEY", "k" * 40)
    python = python_that(tmp_path, 'env > "$6"')

    model = ensure_model(python, tmp_path / "models", root=root)

    assert "CITYLINE_SECRET_KEY" not in model.read_text()
    assert "RASA_TELEMETRY_ENABLED=false" in model.read_text()


def test_old_models_are_forgotten_but_not_the_last_few(root, tmp_path):
    python = python_that(tmp_path, 'echo model > "$6"')
    for number in range(5):
        (root / "config.yml").write_text(f"pipeline {number}")
        newest = ensure_model(python, tmp_path / "models", root=root)

    kept = list((tmp_path / "models").iterdir())
    assert newest in kept
    assert len(kept) == 3
