"""What is kept of a file is what its content says, and nothing else."""

from __future__ import annotations

import json

import pytest

from deploy import facts

SOURCE = b"""
import os
from core import queue

class Owl:
    def fly(self, far):
        import core.texts
        return 1 if far or self else 2
"""
READ = facts.FileFacts(
    imports=("os", "core", "core.queue", "core.texts"),
    loads=("os", "core", "core.queue"),
    classes=("Owl",),
    functions=(("fly", 3),),
)


@pytest.fixture(autouse=True)
def kept(tmp_path, monkeypatch):
    """A place of its own, empty at first."""
    monkeypatch.setattr(facts, "KEPT", tmp_path / "cache" / "facts.json")
    facts._known.cache_clear()
    yield facts.KEPT
    facts._known.cache_clear()


def test_a_source_is_read():
    assert facts.facts_of_source(SOURCE) == READ


def test_what_was_read_is_kept_and_not_read_again(monkeypatch):
    facts.facts_of_source(SOURCE)
    facts._keep()
    facts._known.cache_clear()
    monkeypatch.setattr(facts, "read_facts", pytest.fail)
    assert facts.facts_of_source(SOURCE) == READ


def test_another_content_is_read_anew():
    facts.facts_of_source(SOURCE)
    facts._keep()
    facts._known.cache_clear()
    assert facts.facts_of_source(SOURCE + b"class Elk: pass\n").classes == ("Owl", "Elk")


@pytest.mark.parametrize("text", ["", "{", "[]"])
def test_a_cache_that_cannot_be_read_is_none(kept, text):
    kept.parent.mkdir()
    kept.write_text(text, encoding="utf-8")
    assert facts.facts_of_source(SOURCE) == READ


def test_of_much_only_what_was_asked_for_is_kept(kept, monkeypatch):
    facts.facts_of_source(SOURCE)
    facts._known()["old"] = READ
    monkeypatch.setattr(facts, "MOST_KEPT", 1)
    facts._keep()
    assert "old" not in json.loads(kept.read_text(encoding="utf-8"))
    assert len(json.loads(kept.read_text(encoding="utf-8"))) == 1


def test_no_python_is_an_error():
    with pytest.raises(SyntaxError):
        facts.facts_of_source(b"def")
