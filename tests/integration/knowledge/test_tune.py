"""`cityline knowledge tune` with the real trainer on a tiny model: it learns which words of residents mean which of the city's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from bot.cli import cli
from core.errors import TuningError
from knowledge.imports.importing import import_paths
from knowledge.index.embedding import make_embedders
from knowledge.search.library import Library
from tests.support.small_models import export_here, save_small_model

FORMAL = [
    "refuse",
    "hydrant",
    "zoning",
    "parcel",
    "licence",
    "levy",
    "culvert",
    "arborist",
    "shelter",
    "permit",
]
SPOKEN = ["rubbish", "plug", "plan", "lot", "paper", "tax", "ditch", "tree", "kennel", "slip"]
FRAMES = [
    "my {}", "about {}", "{} please", "what of {}", "a {} then", "the {} now", "any {} here", "this {} thing",
]  # fmt: skip


def trainer_is_installed():
    from sentence_transformers.util import is_training_available

    return is_training_available()


@pytest.fixture
def city(tmp_path, monkeypatch):
    """A library of ten documents in the city's words, a model that knows no synonym, and questions in residents' words."""
    words = {word for frame in FRAMES for word in frame.replace("{}", "").split()}
    model = save_small_model(tmp_path / "model", {*FORMAL, *SPOKEN, *words})
    documents, questions = tmp_path / "documents", tmp_path / "questions.jsonl"
    documents.mkdir()
    for word in FORMAL:
        (documents / f"{word}.md").write_text(f"---\nid: {word}\n---\n{word} {word} office", encoding="utf-8")
    rows = [
        {"query": frame.format(spoken), "relevant": [f"{formal}.md"]}
        for frame in FRAMES
        for spoken, formal in zip(SPOKEN, FORMAL, strict=True)
    ]
    questions.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    monkeypatch.setenv("CITYLINE_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("CITYLINE_EMBEDDING_MODEL", str(model))
    models = tmp_path / "var" / "models"
    export_here(model, models)
    import_paths([documents], tmp_path / "var" / "knowledge", make_embedders(str(model), models))
    return tmp_path


def run(*command):
    try:
        return CliRunner().invoke(cli, command, catch_exceptions=False)
    finally:
        structlog.reset_defaults()  # the command's logs go to the runner's streams, which are closed now


def names_in(models):
    """What lies there beside the exports."""
    return {path.name for path in models.iterdir()} - {"encoders"}


def tune(city, *options):
    return run("knowledge", "tune", "--base", str(city / "model"), "--seed", "5", *options)


@pytest.mark.skipif(not trainer_is_installed(), reason="the trainer is not installed: requirements/tune.txt")
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
@pytest.mark.parametrize(("epochs", "rate", "kept"), [(30, 0.05, True), (1, 1e-9, False)])
def test_a_tuned_model_is_kept_only_when_it_finds_held_back_questions_better(city, epochs, rate, kept):
    asked = ("--questions", str(city / "questions.jsonl"))
    done = tune(city, *asked, "--epochs", str(epochs), "--rate", str(rate), "--json")

    report = json.loads(done.stdout)
    models = city / "var" / "models"
    assert report["kept"] is kept, report
    assert json.loads((models / "tuning.json").read_text())["figures"] == report["figures"]
    assert names_in(models) == {"tuning.json", *([report["digest"]] if kept else [])}
    if kept:
        assert report["setting"] == str(models / report["digest"])
        assert json.loads((models / report["digest"] / "cityline.json").read_text())["kept"]
        assert make_embedders(report["setting"], models)[0].encode(["rubbish"]).shape == (1, 24)


@pytest.mark.skipif(not trainer_is_installed(), reason="the trainer is not installed: requirements/tune.txt")
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
def test_stopping_in_the_middle_changes_nothing_and_leaves_nothing_behind(city, monkeypatch):
    def stop(*_step):
        raise KeyboardInterrupt

    monkeypatch.setattr("bot.cli.tune._show_step", stop)

    with pytest.raises(TuningError, match="Stopped; nothing was changed"):
        tune(city, "--questions", str(city / "questions.jsonl"))

    assert names_in(city / "var" / "models") == set()


@pytest.mark.skipif(not trainer_is_installed(), reason="the trainer is not installed: requirements/tune.txt")
def test_too_few_questions_are_said_kindly(city):
    with pytest.raises(TuningError, match="There are 0 confirmed questions and tuning needs 50"):
        tune(city)


@pytest.mark.skipif(trainer_is_installed(), reason="the trainer is installed here")
def test_a_missing_trainer_is_named_with_the_command_that_installs_it(city):
    with pytest.raises(TuningError, match=r"uv pip install .* -r requirements/tune.txt"):
        tune(city)


def test_a_file_that_is_not_there_is_named(city):
    with pytest.raises(TuningError, match="There is no file"):
        tune(city, "--questions", str(city / "nowhere.jsonl"))


def test_after_a_change_of_the_setting_an_import_of_nothing_indexes_again(city, monkeypatch):
    other = str(save_small_model(city / "other", SPOKEN, dimension=8))
    monkeypatch.setenv("CITYLINE_EMBEDDING_MODEL", other)
    folder, models = city / "var" / "knowledge", city / "var" / "models"
    export_here(Path(other), models)
    assert Library(folder, make_embedders(other, models), 0.5).is_empty

    done = run("knowledge", "import")

    assert done.exit_code == 0
    assert not Library(folder, make_embedders(other, models), 0.5).is_empty
