"""Answers are read as people write them."""

from __future__ import annotations

import pytest

from actions.readers import WordReader, has_contact, parse_numeral, phone_in
from bot.model import Choice
from bot.texts import load_texts

READER = WordReader(load_texts())
SIZES = (
    Choice("size.small", "Smaller than a plate"),
    Choice("size.medium", "Up to the size of a tire"),
    Choice("size.large", "Bigger than a tire"),
)
ANSWERS = (
    Choice("q.yes", "Yes, that is it"),
    Choice("q.no", "No, somewhere else"),
    Choice("q.maybe", "I'm not sure"),
)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("2", "size.medium"),
        ("2.", "size.medium"),
        ("2)", "size.medium"),
        ("#2", "size.medium"),
        ("# 2", "size.medium"),
        ("two", "size.medium"),
        ("dos", "size.medium"),
        ("la 2", "size.medium"),
        ("number 2", "size.medium"),
        ("la opción 2", "size.medium"),
        ("the second one", "size.medium"),
        ("la segunda", "size.medium"),
        ("2. Up to the size of a tire", "size.medium"),
        ("Up to the size of a tire", "size.medium"),
        ("up to the size of a tyre", "size.medium"),
        ("BIGGER THAN A TIRE!", "size.large"),
        ("biger then a tire", "size.large"),
        ("bigger", "size.large"),
        ("small", "size.small"),
        ("4", None),
        ("0", None),
        ("22", None),
        ("2 Bigger than a tire", "size.large"),
        ("tire", None),
        ("a", None),
        ("", None),
        ("something else entirely", None),
    ],
)
def test_a_choice_is_read_by_number_word_label_or_near_miss(text: str, key: str | None) -> None:
    assert READER.choice(text, SIZES) == key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("yes", "q.yes"),
        ("Sí", "q.yes"),
        ("yep", "q.yes"),
        ("no", "q.no"),
        ("nope", "q.no"),
        ("not sure", "q.maybe"),
        ("👍", "q.yes"),
    ],
)
def test_yes_and_no_are_read_in_both_languages(text: str, key: str) -> None:
    assert READER.choice(text, ANSWERS) == key


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("1 and 3", ["size.small", "size.large"]),
        ("1,3", ["size.small", "size.large"]),
        ("1 3", ["size.small", "size.large"]),
        ("1 y 3", ["size.small", "size.large"]),
        ("1; 3", ["size.small", "size.large"]),
        ("uno y tres", ["size.small", "size.large"]),
        ("1 and 1", ["size.small"]),
        ("2", ["size.medium"]),
        ("smaller than a plate, bigger than a tire", ["size.small", "size.large"]),
        ("all of them", ["size.small", "size.medium", "size.large"]),
        ("none", []),
        ("ninguno", []),
        ("1 and 9", None),
        ("whatever", None),
    ],
)
def test_several_choices_are_read_together_or_not_at_all(text: str, keys: list[str] | None) -> None:
    assert READER.several(text, SIZES) == keys


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("about 3 feet", 3),
        ("2.5", 2.5),
        ("2,5", 2.5),
        ("1,200", 1200),
        ("-4", -4),
        ("twelve", 12),
        ("twenty five", 25),
        ("two hundred", 200),
        ("treinta y cinco", 35),
        ("zero", 0),
        ("3 or 4", None),
        ("many", None),
        ("", None),
    ],
)
def test_a_number_is_read_in_digits_and_words(text: str, number: float | None) -> None:
    assert READER.number(text) == number


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.200,50", 1200.5), ("1,200.50", 1200.5), ("12.5", 12.5), ("0,5", 0.5), ("1000", 1000)],
)
def test_decimal_signs_of_both_languages_are_understood(text: str, value: float) -> None:
    assert parse_numeral(text) == value


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("anna@example.org", True),
        ("call 555-0142", True),
        ("(555) 010-0142 after 5", True),
        ("no", False),
        ("room 12", False),
        ("12 Mill Road, for 41 years, since 2026-05-04", False),
        ("on 05/04/2026", False),
    ],
)
def test_a_contact_is_a_phone_number_or_an_address(text: str, found: bool) -> None:
    assert has_contact(text) is found


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("(555) 010-0142 after 5", "5550100142"),
        ("+1 555.010.0142", "+15550100142"),
        ("手机5550100142，5点以后", "5550100142"),
        ("٥٥٥ ٠١٠ ٠١٤٢", "5550100142"),
        ("KR-48213", None),
        ("12345678901234567890", None),
    ],
)
def test_a_phone_number_is_found_in_any_digits(text: str, digits: str | None) -> None:
    assert phone_in(text) == digits
