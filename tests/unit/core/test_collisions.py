"""A word that residents may use is harmless in every other language: the catalogue's words count all at once."""

from __future__ import annotations

from itertools import combinations

import pytest

from conversation.understanding.rules import ALWAYS
from core.texts import load_texts, plain_words

TEXTS = load_texts()
HARMFUL = {"stop", "stop_or_leave", "leave", "emergency", "start", "unjoin"}
"""What must not happen by a word that is everyday speech in another language."""


def words(name: str, language: str) -> set[str]:
    return {plain_words(word) for word in TEXTS.words(f"gate.{name}", language)}


@pytest.mark.parametrize("name", sorted(HARMFUL))
@pytest.mark.parametrize("language", TEXTS.languages)
def test_no_word_that_ends_or_alarms_is_a_small_word_of_another_language(name, language):
    small = {
        plain_words(word)
        for other in TEXTS.languages
        if other != language
        for word in TEXTS.words("gate.telling", other)
    }
    assert words(name, language) & small == set()


@pytest.mark.parametrize(("one", "other"), list(combinations(TEXTS.languages, 2)))
def test_no_word_ends_something_in_one_language_and_means_another_command_in_another(one, other):
    for first, second in ((one, other), (other, one)):
        ending = set().union(*(words(name, first) for name in ("stop", "stop_or_leave", "leave")))
        meaning = set().union(*(words(name, second) for name in ALWAYS if name not in {"stop", "leave"}))
        assert ending & meaning == set()


@pytest.mark.parametrize(("one", "other"), list(combinations(TEXTS.languages, 2)))
def test_no_language_says_yes_with_another_s_no(one, other):
    for first, second in ((one, other), (other, one)):
        yes = {plain_words(word) for word in TEXTS.words("words.yes", first)}
        no = {plain_words(word) for word in TEXTS.words("words.no", second)}
        assert (yes & no) - {""} == set()


@pytest.mark.parametrize(("one", "other"), list(combinations(TEXTS.languages, 2)))
def test_no_number_word_is_another_number_in_another_language(one, other):
    def numbers(language: str) -> dict[str, str]:
        return {
            plain_words(word): number
            for word, _, number in (entry.partition("=") for entry in TEXTS.words("words.numbers", language))
        }

    first, second = numbers(one), numbers(other)
    assert {word for word in first.keys() & second.keys() if first[word] != second[word]} == set()
