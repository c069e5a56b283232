"""The commands that list what the library holds and take files out of it."""

import json

import pytest
import structlog
from typer.testing import CliRunner

from bot.cli import cli
from knowledge.imports.importing import import_paths
from knowledge.index import embedding
from knowledge.index.fake_embedder import FakeEmbedder


@pytest.fixture
def library(tmp_path, monkeypatch):
    """An installation whose library holds two files."""
    monkeypatch.setenv("CITYLINE_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setattr(embedding, "make_embedders", lambda *_names: [FakeEmbedder()])
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "glass.md").write_text(
        "---\nreviewed: 2026-02-03\n---\n# Glass\n\nGreen bank.", encoding="utf-8"
    )
    (documents / "faq.csv").write_text("question,answer\nWhen?,At 9.\nWhere?,Here.\n", encoding="utf-8")
    import_paths([documents], tmp_path / "var/knowledge", [FakeEmbedder()])


def run(*arguments):
    try:
        return CliRunner().invoke(
            cli, ["knowledge", *arguments], catch_exceptions=False, env={"COLUMNS": "200"}
        )
    finally:
        structlog.reset_defaults()


@pytest.mark.usefixtures("library")
def test_the_library_is_listed_for_people_and_for_programs():
    shown = run("list").output
    listed = json.loads(run("list", "--json").stdout)

    assert "documents/glass.md" in shown
    assert "When? and 1 more" in shown
    assert [(one["place"], [document["title"] for document in one["documents"]]) for one in listed] == [
        ("documents/faq.csv", ["When?", "Where?"]),
        ("documents/glass.md", ["Glass"]),
    ]
    assert listed[1]["documents"][0]["reviewed"] == "2026-02-03"


@pytest.mark.usefixtures("library")
def test_a_file_is_taken_out_and_one_that_is_not_there_is_named():
    taken = run("remove", "documents/glass.md", "--json")
    again = run("remove", "documents/glass.md")

    assert (taken.exit_code, json.loads(taken.stdout)["documents"]) == (0, 2)
    assert again.exit_code == 2
    assert "knowledge list" in again.output
    assert [one["place"] for one in json.loads(run("list", "--json").stdout)] == ["documents/faq.csv"]
