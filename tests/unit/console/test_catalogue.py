"""The console's words: every sentence in every language, with the same places to fill, and used."""

from __future__ import annotations

import re
import string

import pytest

from console.shared.access import Permission, Role
from console.shared.navigation import PLACES
from console.shared.pages import HERE, LANGUAGES
from core.texts import load_texts

TEXTS = load_texts(HERE / "catalogue")
KEYS = sorted(TEXTS.sentences["en"])


def places_in(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_every_language_has_every_sentence():
    for language in LANGUAGES:
        assert set(TEXTS.sentences[language]) == set(KEYS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_fills_the_same_places(language):
    wrong = [
        key
        for key in KEYS
        if places_in(TEXTS.sentences[language][key]) != places_in(TEXTS.sentences["en"][key])
    ]
    assert wrong == []


def test_every_sentence_that_a_template_asks_for_is_there():
    asked = {
        (path.name, key)
        for path in (HERE / "templates").rglob("*.html")
        for key in re.findall(
            r"""\bt\(["']([a-z_]+\.[a-z0-9_]+)["']\s*[,)]""", path.read_text(encoding="utf-8")
        )
    }
    assert sorted((name, key) for name, key in asked if key not in KEYS) == []


def test_every_role_and_every_place_has_its_words():
    wanted = {f"team.{kind}_{role}" for role in Role for kind in ("role", "means")}
    wanted |= {place.key for place in PLACES}
    assert sorted(wanted - set(KEYS)) == []
    assert {place.permission for place in PLACES} <= set(Permission)
