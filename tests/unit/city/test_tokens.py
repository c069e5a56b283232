"""Texts as words, numbers and signs: what is one word, what ends a sentence, what is a house number or an ordinal."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from city.places.readings import leading_number
from city.places.tokens import tokenize, without_apartments


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("12 Mill Road", ["12", "mill", "road"]),
        ("  12   Mill\tRoad ", ["12", "mill", "road"]),
        ("Avenida Bolívar", ["avenida", "bolivar"]),
        ("O'Hara Lane", ["ohara", "lane"]),
        ("O’Hara Lane", ["ohara", "lane"]),
        ("l'hôpital", ["l'", "hopital"]),
        ("Main St/5th Ave", ["main", "st", "/", "5", "ave"]),
        ("Mill & Elm", ["mill", "&", "elm"]),
        ("#12", ["#", "12"]),
        ("nº 12", ["no", "12"]),
        ("12MillRoad", ["12millroad"]),
        ("Mill街12号", ["mill", "街", "12", "号"]),
        ("وبالشارع", ["و", "ب", "ال", "شارع"]),
        ("🙂 !? …", []),
        ("", []),
    ],
)
def test_a_text_is_cut_into_words(text, words):
    assert [token.written for token in tokenize(text)] == words


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", "12"),
        ("12a", "12A"),
        ("12-14", "12-14"),
        ("12 – 14", "12-14"),
        ("12½", "12½"),
        ("12 ½", "12½"),
        ("12 1/2", "12½"),
        ("12\N{NO-BREAK SPACE}1/2", "12½"),
        ("١٢", "12"),
        ("１２", "12"),
        ("12e", ""),
        ("5th", ""),
        ("twelve", ""),
    ],
)
def test_a_house_number_has_digits_and_perhaps_a_letter_a_half_or_a_second_one(text, number):
    assert tokenize(text)[0].number == number


@pytest.mark.parametrize(
    ("text", "ordinal"),
    [
        ("5th", 5),
        ("1st", 1),
        ("22nd", 22),
        ("fifth", 5),
        ("quinta", 5),
        ("5ta", 5),
        ("5e", 5),
        ("5º", 5),
        ("5", 0),
        ("5x", 0),
        ("mill", 0),
    ],
)
def test_an_ordinal_is_its_number(text, ordinal):
    (token,) = tokenize(text)
    assert (token.ordinal, token.written) == (ordinal, str(ordinal) if ordinal else token.written)


@pytest.mark.parametrize(
    ("between", "breaks", "comma"),
    [
        (" ", False, False),
        (", ", False, True),
        ("，", False, True),
        ("، ", False, True),
        (". ", True, False),
        ("! ", True, False),
        ("؟ ", True, False),
        ("。", True, False),
        ("\n", True, False),
        (" (", True, False),
        (" - ", False, False),
    ],
)
def test_signs_between_words_end_a_sentence_or_a_part_of_it(between, breaks, comma):
    _, second = tokenize(f"dark{between}mill")
    assert (second.breaks, second.comma) == (breaks, comma)


@pytest.mark.parametrize(
    ("short_form", "breaks"),
    [
        ("St.", False),
        ("Ave.", False),
        ("N.", False),
        ("No.", False),
        ("Núm.", False),
        ("Street.", True),
        ("mill.", True),
        ("St.!", True),
    ],
)
def test_a_full_stop_after_a_short_form_ends_nothing(short_form, breaks):
    assert tokenize(f"{short_form} 12")[-1].breaks is breaks


@pytest.mark.parametrize(
    ("number", "first"), [("12", 12), ("12A", 12), ("12-14", 12), ("12½", 12), ("007", 7)]
)
def test_a_house_of_several_numbers_stands_at_the_first(number, first):
    assert leading_number(number) == first


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("12 Mill Road, apt 3", "12 mill road"),
        ("12 Mill Road apt. 3B", "12 mill road"),
        ("apt 3, 12 Mill Road", "12 mill road"),
        ("12 Mill Road, piso 4", "12 mill road"),
        ("12 Mill Road 2nd floor", "12 mill road"),
        ("12 Mill Road #5", "12 mill road"),
        ("Mill Road #5", "mill road # 5"),
        ("Mill街12号3室", "mill 街 12 号"),
        ("12 Mill Road, Ste. 3", "12 mill road"),
        ("12 Mill Road unit B", "12 mill road"),
        ("apt a, 12 Mill Road", "12 mill road"),
        ("the floor is wet", "the floor is wet"),
        ("a unit on Main", "a unit on main"),
        ("leak in the unit. 12 Mill Road", "leak in the unit 12 mill road"),
        ("unit", "unit"),
    ],
)
def test_what_is_inside_the_house_is_left_out(text, left):
    words = [token.written for token in without_apartments(tokenize(text))]
    assert " ".join(words) == left


@given(st.text(max_size=80))
def test_every_word_stands_where_it_says_and_none_overlaps_another(text):
    tokens = tokenize(text)
    assert all(0 <= token.start < token.end <= len(text) for token in tokens)
    assert all(one.end <= other.start for one, other in pairwise(tokens))
