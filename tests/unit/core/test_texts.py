"""What people type is folded alike in every script, and phrases are found as words, or within words where scripts have no spaces."""

from __future__ import annotations

import pytest

from core.texts import fold_text, load_texts, phrases_expression, plain_digits, plain_words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("¿Qué PASÓ?", "¿que paso?"),
        ("Ｍｅｎｕ１２", "menu12"),
        ("١٢ شارع", "12 شارع"),
        ("۱۲", "12"),
        ("أحمد إلى آخر", "احمد الي اخر"),
        ("مدرسة", "مدرسه"),
        ("مســـاعدة", "مساعده"),
        ("مُساعَدة", "مساعده"),
        ("İstanbul ızgara", "istanbul izgara"),
    ],
)
def test_what_phones_write_differently_is_folded_alike(text, folded):
    assert fold_text(text) == folded


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("帮助！", "帮助"),
        ("你好，世界。", "你好 世界"),
        ("c'est ça", "cest ca"),
        ("s’il vous plaît", "sil vous plait"),
    ],
)
def test_punctuation_of_every_script_is_left_out(text, words):
    assert plain_words(text) == words


@pytest.mark.parametrize(("text", "digits"), [("٣٫٥", "3.5"), ("１２", "12"), ("12", "12"), ("x²", "x²")])
def test_digits_of_every_script_are_read(text, digits):
    assert plain_digits(text) == digits


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("gas leak", "there is a gas leak here", True),
        ("gas leak", "gas leakage", False),
        ("911", "call 911", True),
        ("911", "91145", False),
        ("911", "请打911", True),
        ("着火", "我家着火了", True),
        ("حريق", "حريق", True),
        ("حريق", "والحريق كبير", True),
        ("حريق", "حريقه", False),
    ],
)
def test_a_phrase_is_found_as_a_word_or_within_scripts_without_spaces(phrase, text, found):
    assert bool(phrases_expression((phrase,)).search(text)) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("call me tomorrow morning", "tomorrow morning"),
        ("tomorrow mornings", "tomorrow"),
        ("3天后再说", "3天"),
        ("3 days", "3"),
        ("明天见", "明天"),
        ("والصباح", "والصباح"),
        ("tomorrowish", None),
    ],
)
def test_of_phrases_in_several_scripts_the_longest_that_is_whole_words_is_found(text, found):
    phrases = ("tomorrow", "3", "3天", "明天", "tomorrow morning", "天", "صباح")
    match = phrases_expression(phrases).search(text)
    assert (match and match[0]) == found


def test_no_phrase_finds_nothing():
    assert phrases_expression(()).search("anything") is None


def test_the_languages_offered_are_the_wanted_ones_that_there_are_else_all():
    texts = load_texts()
    assert texts.offered(("pt", "tlh", "en")) == ("pt", "en")
    assert texts.offered(("tlh",)) == texts.offered() == texts.languages
    assert texts.languages[0] == "en"
