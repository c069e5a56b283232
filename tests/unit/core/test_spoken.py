"""Names, directions, clocks and dates of languages come from the catalogue and from CLDR."""

from __future__ import annotations

from datetime import date, time

import pytest

from core.languages import (
    clock_time,
    in_a_row,
    long_date,
    main_script,
    month_first,
    name_in,
    names_of,
    own_name,
    text_direction,
)
from core.texts import load_texts

TEXTS = load_texts()


@pytest.mark.parametrize(
    ("language", "reader", "name"),
    [
        ("es", "en", "Spanish"),
        ("en", "es", "inglés"),
        ("pt", "fr", "portugais"),
        ("vi", "en", "Vietnamese"),
        ("xx", "en", "xx"),
    ],
)
def test_a_language_is_named_in_the_words_of_the_reader(language, reader, name):
    assert name_in(TEXTS, language, reader) == name


def test_a_language_is_known_by_its_own_name_and_by_what_the_others_call_it():
    assert own_name(TEXTS, "fr") == "Français"
    assert {"francais", "french", "frances"} <= names_of(TEXTS, "fr")


@pytest.mark.parametrize(
    ("language", "expected"), [("en", "ltr"), ("pt", "ltr"), ("fa", "rtl"), ("he-IL", "rtl"), ("xx", "ltr")]
)
def test_a_language_is_written_in_its_direction_also_without_a_catalogue(language, expected):
    assert text_direction(TEXTS, language) == expected


@pytest.mark.parametrize(
    ("language", "said"), [("en", "5:05 pm"), ("es", "17:05"), ("fr", "17h05"), ("pt", "17:05")]
)
def test_the_clock_is_the_language_s_own(language, said):
    assert clock_time(TEXTS, time(17, 5), language) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "November 3, 2026"),
        ("es", "3 de noviembre de 2026"),
        ("fr", "3 novembre 2026"),
        ("pt", "3 de novembro de 2026"),
    ],
)
def test_a_date_is_said_in_words(language, said):
    assert long_date(date(2026, 11, 3), language) == said


def test_only_some_languages_write_the_month_first():
    assert [month_first(language) for language in ("en", "es", "fr", "pt", "xx")] == [
        True,
        False,
        False,
        False,
        True,
    ]


def test_names_are_joined_as_the_reader_joins_them():
    assert in_a_row(["A", "B"], "pt") == "A e B"


@pytest.mark.parametrize(
    ("text", "script"),
    [("hola", "LATIN"), ("路灯 ok", "CJK"), ("thanks 路", "LATIN"), ("abc 路", ""), ("12", "")],
)
def test_the_script_of_most_letters_is_told(text, script):
    assert main_script(text) == script
