"""The training sentences: enough of them, in every language, and none of them in the set that they are judged by."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
import yaml

from core.texts import plain_words
from tests.support.languages import EVERY_LANGUAGE

ROOT = Path(__file__).resolve().parents[3]
LEAST = 25


def sentences():
    """(language, intent, sentence) of every example; read line by line, as the files are kept that simple."""
    for path in sorted((ROOT / "nlu" / "data").glob("*.yml")):
        language, intent = path.stem.rsplit(".", 1)[1], ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("- intent:"):
                intent = line.split(":")[1].strip()
            elif line.startswith("    - "):
                yield language, intent, line[6:].strip()


def intents_of_domain():
    lines = (ROOT / "nlu" / "domain.yml").read_text(encoding="utf-8").splitlines()
    return [line.strip()[2:] for line in lines if line.startswith("  - ")]


def background():
    """What is learned and is no intent: `background` in config.yml."""
    steps = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    return [name for step in steps for name in step.get("background", [])]


@EVERY_LANGUAGE
@pytest.mark.parametrize("intent", [*intents_of_domain(), *background()])
def test_every_intent_has_enough_examples_in_every_language(language, intent):
    counts = Counter((found, name) for found, name, _ in sentences())

    assert counts[language, intent] >= LEAST


def test_there_is_no_intent_that_the_domain_does_not_know():
    assert {intent for _, intent, _ in sentences()} == {*intents_of_domain(), *background()}


def test_what_is_learned_as_no_intent_is_none_of_the_domain():
    assert not set(background()) & set(intents_of_domain())


def test_no_sentence_stands_under_two_intents():
    meanings: dict[str, set[str]] = {}
    for _, intent, sentence in sentences():
        meanings.setdefault(sentence.casefold(), set()).add(intent)

    assert {sentence: found for sentence, found in meanings.items() if len(found) > 1} == {}


def test_no_sentence_has_what_rasa_would_read_as_markup():
    assert [sentence for _, _, sentence in sentences() if set("[]{}") & set(sentence)] == []


def judged():
    """The sentences that the training is judged by."""
    for path in sorted((ROOT / "tests" / "nlu" / "understood").glob("*.jsonl")):
        yield from (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())


def test_no_sentence_is_in_the_set_that_judges_them():
    trained = {plain_words(sentence) for _, _, sentence in sentences()}

    assert [line["text"] for line in judged() if plain_words(line["text"]) in trained] == []


def test_no_sentence_judges_twice():
    counts = Counter(plain_words(line["text"]) for line in judged())

    assert [text for text, count in counts.items() if count > 1] == []


def test_every_intent_is_judged_in_every_language():
    asked = {(line["language"], line["intent"]) for line in judged()}

    assert asked == {(language, intent) for language, _ in asked for intent in intents_of_domain()}
