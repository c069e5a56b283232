"""What stands around the words of a text: prepositions, ends of sentences, house numbers, and where a name may stand."""

from __future__ import annotations

import pytest

from city.places.sentence import Sentence, name_windows
from city.places.tokens import tokenize
from city.places.words import CORNER_WORDS


def sentence(text, strict=False):
    return Sentence(tokenize(text), strict)


def index_of(read, word):
    """Where this word stands."""
    return [token.written for token in read.tokens].index(word)


@pytest.mark.parametrize(
    ("text", "placed"),
    [
        ("on mill", True),
        ("on the mill", True),
        ("near mill", True),
        ("cerca de la mill", True),
        ("en la mill", True),
        ("the mill", False),
        ("mill", False),
        ("big mill", False),
        ("mill附近", True),
        ("mill. 附近", False),
    ],
)
def test_a_place_stands_behind_a_word_such_as_near(text, placed):
    read = sentence(text)
    at = index_of(read, "mill")
    assert read.is_placed(at, at + 1) is placed


@pytest.mark.parametrize(
    ("text", "word", "begins"),
    [
        ("mill is dark", "mill", True),
        ("mill is dark", "is", False),
        ("it is dark. mill", "mill", True),
        ("it is dark, mill", "mill", False),
        ("mill st. is dark", "is", False),
    ],
)
def test_a_sentence_begins_at_the_first_word_and_after_a_full_stop(text, word, begins):
    read = sentence(text)
    assert read.is_start(index_of(read, word)) is begins


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("mill", True),
        ("mill, then", True),
        ("mill. Then", True),
        ("mill since monday", True),
        ("mill & elm", True),
        ("mill lights", False),
        ("mill街", True),
    ],
)
def test_a_name_has_ended_where_nothing_of_its_own_can_follow(text, closed):
    assert sentence(text).closes(1) is closed


@pytest.mark.parametrize(
    ("text", "at", "step", "strict", "number"),
    [
        # before the name
        ("12 mill", 1, -1, True, "12"),
        ("no 12 mill", 2, -1, True, "12"),
        ("12 no mill", 2, -1, True, "12"),
        ("12 the mill", 2, -1, False, "12"),
        ("12 the mill", 2, -1, True, None),
        ("12. mill", 1, -1, True, None),
        ("123456 mill", 1, -1, True, None),
        ("12-14 mill", 1, -1, True, "12-14"),
        ("12½ mill", 1, -1, True, "12½"),
        ("5th mill", 1, -1, True, None),
        ("mill", 0, -1, True, None),
        ("al 48 de la mill", 4, -1, True, "48"),
        ("2 of mill", 2, -1, True, None),
        # behind it
        ("mill 12", 0, 1, True, "12"),
        ("mill no. 12", 0, 1, True, "12"),
        ("mill # 12", 0, 1, True, "12"),
        ("mill 12 days", 0, 1, True, None),
        ("mill 12 cars", 0, 1, True, None),
        ("mill 5 avenue", 0, 1, True, None),
        ("mill. 12", 0, 1, True, None),
        ("mill", 0, 1, True, None),
    ],
)
def test_a_house_number_stands_beside_its_street(text, at, step, strict, number):
    """Inside a sentence about something else reading is strict: `2 of Mill Street` counts something."""
    read = sentence(text, strict)
    found = read.house_number(at + step, step)
    assert (None if found is None else read.tokens[found].number) == number


@pytest.mark.parametrize(
    ("text", "capital"),
    [
        ("on Mill Road", True),
        ("on mill Road", False),
        ("on Fifth", True),
        ("on 5th", True),
        ("Mill Road", False),
    ],
)
def test_a_capital_says_something_unless_it_begins_the_sentence(text, capital):
    read = sentence(text)
    start = 1 if read.tokens[0].word == "on" else 0
    assert read.capital(start, len(read.tokens)) is capital


@pytest.mark.parametrize(
    ("text", "speaks"),
    [
        ("corner of mill and elm", True),
        ("the corner is at mill and elm", True),
        ("the corner is right at mill and elm", False),
        ("mill and elm corner", False),
        ("mill and elm", False),
    ],
)
def test_a_word_up_to_three_before_counts(text, speaks):
    read = sentence(text)
    at = index_of(read, "mill")
    assert read.speaks_of(CORNER_WORDS, at, at + 1) is speaks


@pytest.mark.parametrize(
    ("text", "goes_on"),
    [
        ("elm corner", True),
        ("elm the corner", True),
        ("elm big corner", False),
        ("elm. corner", False),
        ("elm", False),
    ],
)
def test_a_word_may_follow_an_article_aside(text, goes_on):
    assert sentence(text).goes_on_with(CORNER_WORDS, 1) is goes_on


def windows(text):
    """The stretches of the text in which a name is looked for."""
    tokens = tokenize(text)
    found = name_windows(
        tokens, lambda token: token.word != "the", lambda token: not (token.breaks or token.comma)
    )
    return [" ".join(token.written for token in tokens[start:end]) for start, end in found]


@pytest.mark.parametrize(
    ("text", "stretches"),
    [
        ("", []),
        ("mill", ["mill"]),
        ("mill road", ["mill", "mill road", "road"]),
        ("the mill", ["mill"]),
        ("mill, road", ["mill", "road"]),
        ("mill. road", ["mill", "road"]),
        # a small word is part of a name, and not its end
        ("mill on elm", ["mill", "mill on elm", "on", "on elm", "elm"]),
    ],
)
def test_a_name_is_looked_for_in_every_stretch_of_a_sentence(text, stretches):
    assert windows(text) == stretches


def test_no_name_is_longer_than_six_words():
    assert max(len(stretch.split()) for stretch in windows("a b c d e f g h")) == 6
