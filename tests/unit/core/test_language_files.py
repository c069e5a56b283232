"""A language of the catalogue has all its files, and the code names none but where a library knows some and not others."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from core.texts import list_languages
from tests.support.languages import EVERY_LANGUAGE, LANGUAGES

ROOT = Path(__file__).parents[3]
FILES = [
    "nlu/data/answer.{}.yml",
    "nlu/data/ask.{}.yml",
    "nlu/data/follow_up.{}.yml",
    "nlu/data/out_of_scope.{}.yml",
    "nlu/data/report.{}.yml",
    "nlu/data/talk.{}.yml",
    "conversation/understanding/danger/words/{}.toml",
    "conversation/understanding/danger/sentences/{}.txt",
    "city/places/words/{}.toml",
    "tests/nlu/understood/{}.jsonl",
    "tests/wishes/{}.txt",
]
ROOMS = ("core", "knowledge", "city", "channels", "nlu", "actions", "conversation", "console", "bot")
ENGLISH = "en"
"""What is said where a language has no words of its own."""
NAMED_BY_LIBRARIES = {
    "knowledge/base/language.py": "lists of stop words",
    "knowledge/index/word_index.py": "stemmers",
}


@EVERY_LANGUAGE
@pytest.mark.parametrize("file", FILES)
def test_a_language_has_its_file(file, language):
    assert (ROOT / file.format(language)).is_file()


def test_languages_are_listed_as_they_are_read():
    assert set(list_languages()) == set(LANGUAGES)


def named_in(path: Path) -> set[str]:
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_no_code_names_a_language():
    others = set(LANGUAGES) - {ENGLISH}
    paths = (path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts)
    naming = {path.relative_to(ROOT).as_posix() for path in paths if named_in(path) & others}
    assert naming == set(NAMED_BY_LIBRARIES)
