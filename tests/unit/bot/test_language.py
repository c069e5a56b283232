"""The language of a message decides the language of the answer, unless the text is too short to tell."""

from __future__ import annotations

import pytest

from bot.language import LanguageOf


@pytest.mark.parametrize(
    ("text", "last", "expected"),
    [
        ("there is a huge hole in front of my house", "es", "en"),
        ("hay un hoyo enorme frente a mi casa", "en", "es"),
        ("no pasaron por la basura", "en", "es"),
        ("trash not picked up", "es", "en"),
        ("si", "en", "en"),
        ("no", "es", "es"),
        ("12", "es", "es"),
        ("", "es", "es"),
        ("Bache", "en", "en"),
    ],
)
def test_a_sentence_tells_its_language_and_a_word_keeps_the_last(text, last, expected):
    assert LanguageOf(("en", "es"))(text, last) == expected


def test_a_city_with_one_language_never_changes_it():
    assert LanguageOf(("es",))("there is a huge hole in front of my house", "es") == "es"
