"""Numbers and English addresses within Arabic stand in the order in which they are read."""

from __future__ import annotations

import pytest

from channels.clean import clean_text
from core.languages import LEFT_TO_RIGHT_MARK, in_reading_order
from core.texts import load_texts

TEXTS = load_texts()


@pytest.mark.parametrize(
    ("text", "ordered"),
    [
        ("اتصلوا بالرقم 555-0100.", "اتصلوا بالرقم >555-0100."),
        ("المكان: 12 Mill Road", "المكان: >12 Mill Road"),
        ("بين 3 و5 أيام، 8:30 صباحًا", "بين 3 و5 أيام، 8:30 صباحًا"),
        ("رقمه KR-48213", "رقمه KR-48213"),
        ("في Mill Road 12", "في Mill Road 12"),
        ("+1 212-555-0100", "+1 >212-555-0100"),
        ("لا أرقام هنا", "لا أرقام هنا"),
    ],
)
def test_a_mark_stands_before_what_would_fall_apart(text: str, ordered: str) -> None:
    assert in_reading_order(TEXTS, text, "ar") == ordered.replace(">", LEFT_TO_RIGHT_MARK)


def test_a_text_is_marked_once() -> None:
    once = in_reading_order(TEXTS, "المكان: 12 Mill Road", "ar")
    assert in_reading_order(TEXTS, once, "ar") == once


@pytest.mark.parametrize("language", ["en", "zh"])
def test_from_left_to_right_nothing_is_marked(language: str) -> None:
    assert in_reading_order(TEXTS, "555-0100, 12 Mill Road", language) == "555-0100, 12 Mill Road"


def test_no_space_stands_behind_full_width_punctuation() -> None:
    assert (
        in_reading_order(TEXTS, "已经转达。 办公时间： 8:30\n\n好的。", "zh")
        == "已经转达。办公时间：8:30\n\n好的。"
    )


def test_marks_of_residents_are_cleaned_away_and_ours_are_kept() -> None:
    marked = f"المكان: {LEFT_TO_RIGHT_MARK}12 Mill Road"
    assert LEFT_TO_RIGHT_MARK not in clean_text(marked)
    assert clean_text(marked + "\u202e", keep=LEFT_TO_RIGHT_MARK) == marked


@pytest.mark.parametrize("key", ["web.call", "web.call_city", "telegram.call", "sms.call"])
def test_a_number_to_call_is_marked_in_the_catalogue(key: str) -> None:
    assert f"{LEFT_TO_RIGHT_MARK}555-0100" in TEXTS.say(key, "ar", number="555-0100", phone="555-0100")
