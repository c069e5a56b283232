"""Every text is there in every language, with the same places, and every key is one that the code uses."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from channels.registry import TRAITS
from core.texts import FOLDER, load_texts

ROOT = Path(__file__).parents[3]
TEXTS = load_texts()
AREAS = {file.stem for file in FOLDER.glob("*/*.toml")}
AREAS_OF_CONSOLE = {file.stem for file in (ROOT / "console" / "catalogue").glob("*/*.toml")}
"""Areas of the console's own catalogue; where one is called as one of ours, its pages mean theirs."""
OURS = {
    "ask", "check", "emergency", "forms", "general", "language", "menu", "optout", "person", "photo", "place", "report",
    "smalltalk", "survey", "unclear", "words",
}  # fmt: skip
"""Areas that the actions say; a door's own area is held by that door's tests."""
KEY = re.compile(
    rf"""["'](?P<key>(?:{"|".join(sorted(AREAS))})\.(?!(?:csv|html|jpg|json|toml)\b)[a-z0-9_]+)["']"""
)
READ_TOGETHER = {
    "at",
    "oclock",
    "half_past",
    "am",
    "pm",
    "units",
    "ago",
    "ahead",
    "numbers",
    "articles",
    "days_ago",
    "hours",
    "months",
    "weekdays",
    "also_called",
}
BUILT = {f"words.{name}" for name in READ_TOGETHER} | {
    f"survey.on_{name}" for name in TRAITS if f"survey.on_{name}" in TEXTS.sentences["en"]
}
"""Keys that are put together rather than written out (`actions.reading.time_words`, `actions.handlers.survey`)."""


def keys_in(room: str) -> set[str]:
    files = (ROOT / room).rglob("*.py")
    found = {match["key"] for file in files for match in KEY.finditer(file.read_text(encoding="utf-8"))}
    return {key for key in found if room != "console" or key.partition(".")[0] not in AREAS_OF_CONSOLE}


def used_keys() -> set[str]:
    rooms = ("core", "city", "conversation", "actions", "bot", "channels", "console")
    return set().union(*map(keys_in, rooms)) | BUILT


def known_keys(language: str) -> set[str]:
    return {*TEXTS.sentences[language], *TEXTS.lists[language]}


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("language", TEXTS.languages)
def test_a_language_has_every_key(language: str) -> None:
    everything = set().union(*(known_keys(other) for other in TEXTS.languages))
    assert everything - known_keys(language) == set()


@pytest.mark.parametrize("language", TEXTS.languages)
def test_a_sentence_has_the_same_places_in_every_language(language: str) -> None:
    english = TEXTS.sentences["en"]
    others = {key: places(sentence) for key, sentence in TEXTS.sentences[language].items()}
    optional = {"people", "hours", "answers_within", "phone", "city", "emergency"}
    assert {
        key: found ^ places(english[key]) - optional
        for key, found in others.items()
        if (found ^ places(english[key])) - optional
    } == {}


def test_every_key_that_the_code_uses_is_there() -> None:
    assert used_keys() - known_keys("en") == set()


def test_no_key_lies_unused() -> None:
    ours = {key for key in known_keys("en") if key.partition(".")[0] in OURS}
    assert ours - used_keys() == set()


@pytest.mark.parametrize("language", TEXTS.languages)
def test_sentences_have_no_emoji_and_no_ornament(language: str) -> None:
    said = {key: text for key, text in TEXTS.sentences[language].items() if key.partition(".")[0] in OURS}
    signs = re.compile(r"[\U0001F000-\U0001FAFF\u2600-\u27BF*]|  |!!|\.\.\.")
    assert {key: text for key, text in said.items() if signs.search(text)} == {}


@pytest.mark.parametrize("language", TEXTS.languages)
def test_sentences_are_short(language: str) -> None:
    said = {key: text for key, text in TEXTS.sentences[language].items() if key.partition(".")[0] in OURS}
    longest = {
        key: max(len(part.split()) for part in re.split(r"[.?!:]\s", text)) for key, text in said.items()
    }
    assert {key: words for key, words in longest.items() if words > 26} == {}
