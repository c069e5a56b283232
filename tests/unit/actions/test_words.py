"""What cannot be seen is removed, and what cannot be read is known as such."""

from __future__ import annotations

import pytest

from actions.reading.words import (
    clean_text,
    has_words,
    in_other_script,
    looks_like_question,
    plain_text,
    shorten_text,
)

STARTERS = ("when", "what", "cuando", "متى", "几点", "吗")


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  a\t b  ", "a b"),
        ("a\u202eb\u200bc\x00d", "abcd"),
        ("one\n\n\n\n\ntwo", "one\n\ntwo"),
        ("\u2066\u2069", ""),
        ("línea", "línea"),
    ],
)
def test_invisible_signs_are_removed(text: str, cleaned: str) -> None:
    assert clean_text(text) == cleaned


@pytest.mark.parametrize(
    ("text", "folded"),
    [("¿Qué pasó, AMIGO?", "que paso amigo"), ("that's  it!", "thats it"), ("👍", "👍"), ("#2.", "2")],
)
def test_spelling_habits_are_folded(text: str, folded: str) -> None:
    assert plain_text(text) == folded


@pytest.mark.parametrize(
    ("text", "scripts", "foreign"),
    [
        ("我家", ["LATIN"], True),
        ("我家", ["LATIN", "CJK"], False),
        ("hola", ["LATIN"], False),
        ("Привет", ["LATIN", "CJK"], True),
        ("12", ["LATIN"], False),
        ("ok 我", ["LATIN"], False),
    ],
)
def test_a_script_that_none_of_our_languages_has_is_known(
    text: str, scripts: list[str], foreign: bool
) -> None:
    assert in_other_script(text, scripts) is foreign


@pytest.mark.parametrize(
    ("text", "words"), [("😀", False), ("", False), ("...", False), ("1", True), ("ñ", True)]
)
def test_a_text_without_letter_or_digit_has_no_words(text: str, words: bool) -> None:
    assert has_words(text) is words


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("When does it open", True),
        ("it is open?", True),
        ("¿abre", True),
        ("Cuándo abre", True),
        ("whenever you like", False),
        ("متى تفتح المكتبة؟", True),
        ("متى تفتح المكتبة", True),
        ("图书馆几点开门", True),
        ("可以带狗进公园吗", True),
        ("图书馆门口的路灯坏了", False),
    ],
)
def test_questions_are_known_by_mark_or_first_word(text: str, asks: bool) -> None:
    assert looks_like_question(text, STARTERS) is asks


def test_shortening_cuts_at_a_word() -> None:
    assert shorten_text("a hole in the road\nin front of my house", 20) == "a hole in the road…"
    assert shorten_text("short", 20) == "short"
