"""Every error code has words in every language of the console, and whatever is raised with one names its values."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path
from types import SimpleNamespace

import pytest

from console.shared.failures import say_failure
from console.shared.pages import ConsolePages
from conversation.delivery.codes import DeliveryCode
from core.errors import SendCode, SendLater
from core.failures import Failure, FailureCode, fail_with, places_of
from knowledge.base.unreadable import UnreadableCode

ROOT = Path(__file__).parents[3]
ROOMS = ("core", "knowledge", "city", "channels", "nlu", "actions", "conversation", "console", "bot")
TREES = {
    path: ast.parse(path.read_text(encoding="utf-8"))
    for room in ROOMS
    for path in (ROOT / room).rglob("*.py")
}
TEXTS = ConsolePages().texts
MAKERS = {"fail_with", "SendLater", "SendRefused", "SendUnknown", "UnreadableDocument"}


def code_classes():
    """Every class of codes that the code defines."""
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and "ErrorCode" in map(ast.unparse, node.bases):
                module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                yield getattr(importlib.import_module(module), node.name)


CLASSES = {kind.__name__: kind for kind in code_classes()}
CODES = [code for kind in CLASSES.values() for code in kind]


def uses():
    """Where an error or a failure is made with a code: the place, the code, and the names of what is given with it."""
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Attribute)):
                continue
            if ast.unparse(node.func) not in MAKERS:
                continue
            kind, name = ast.unparse(node.args[0].value), node.args[0].attr
            if kind in CLASSES and name in CLASSES[kind].__members__:
                given = {keyword.arg for keyword in node.keywords} - {"cause", "after"}
                yield f"{path.relative_to(ROOT)}:{node.lineno}", CLASSES[kind][name], given


USES = list(uses())


def visit(language):
    pages = SimpleNamespace(texts=TEXTS)
    return SimpleNamespace(
        pages=pages, language=language, say=lambda key, **values: TEXTS.say(key, language, **values)
    )


def test_the_codes_of_all_rooms_are_found():
    assert {FailureCode, SendCode, DeliveryCode, UnreadableCode} <= set(CLASSES.values())
    assert len(USES) > 80


def test_no_two_codes_share_a_value():
    assert len({code.value for code in CODES}) == len(CODES)


@pytest.mark.parametrize("language", TEXTS.languages)
@pytest.mark.parametrize("code", CODES)
def test_a_code_is_said_in_every_language_with_no_place_that_it_does_not_fill(code, language):
    sentence = TEXTS.sentences[language][f"failures.{code}"]
    assert sentence
    assert places_of(sentence) <= code.places


@pytest.mark.parametrize("language", TEXTS.languages)
def test_the_catalogue_has_no_text_for_a_code_that_nobody_uses(language):
    said = {key.partition(".")[2] for key in TEXTS.sentences[language] if key.startswith("failures.")}
    assert said == {code.value for code in CODES}


@pytest.mark.parametrize(("place", "code", "given"), USES, ids=[place for place, _, _ in USES])
def test_who_raises_a_code_names_its_values(place, code, given):
    assert given == code.places, place


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_used_somewhere(code):
    name = f"{type(code).__name__}.{code.name}"
    assert any(name in path.read_text(encoding="utf-8") for path in TREES)


@pytest.mark.parametrize(
    ("failure", "english", "spanish"),
    [
        (None, "", ""),
        (
            fail_with(UnreadableCode.FILE_LARGE, count=20),
            "The file is larger than 20 MB; split it.",
            "El archivo pasa de 20 MB; divídalo.",
        ),
        (
            fail_with(
                DeliveryCode.GIVEN_UP,
                attempts=40,
                cause=SendLater(SendCode.SILENT, 5, provider="Telegram").failure,
            ),
            "The provider could not take it for a long time (40 attempts). Telegram did not answer.",
            "El proveedor no pudo aceptarlo durante mucho tiempo (40 intentos). Telegram no respondió.",
        ),
        (Failure("", text="As it was written."), "As it was written.", "As it was written."),
        (Failure("of_tomorrow", {"count": 1}, "One."), "One.", "One."),
        (Failure("file_large", {"size": 1}, "Larger."), "Larger.", "Larger."),
    ],
    ids=["nothing", "values", "cause", "earlier release", "later release", "other values"],
)
def test_a_failure_is_said_in_the_readers_language_or_as_it_was_written(failure, english, spanish):
    assert say_failure(visit("en"), failure) == english
    assert say_failure(visit("es"), failure) == spanish
