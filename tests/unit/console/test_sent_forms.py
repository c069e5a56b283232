"""What a form of a survey or a service sent: read leniently, nothing lost that had no field, and nothing that a clerk types stops it."""

from __future__ import annotations

from datetime import date

import pytest
from starlette.datastructures import FormData, UploadFile

from city.records.model import AttributeValue
from console.surveys.sent import LONGEST_CODE, LONGEST_TEXT, SentForm, new_code, split_words

BOTH = ("en", "es")


def sent(*fields, **more):
    return SentForm(FormData([*fields, *more.items()]))


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("  a hole ", "a hole"),
        ("first\r\nsecond", "first\nsecond"),
        ("   ", ""),
        ("x" * (LONGEST_TEXT + 1), "x" * LONGEST_TEXT),
    ],
    ids=["ends are trimmed", "lines end as everywhere", "blank is nothing", "it has an end"],
)
def test_a_text_is_what_was_meant(typed, text):
    assert sent(title=typed).text("title") == text


def test_a_file_where_words_belong_is_no_text():
    form = sent(title=UploadFile(file=None, filename="x"))
    assert (form.text("title"), form.several("title")) == ("", [])


def test_a_field_that_was_not_sent_is_empty():
    form = sent()
    assert (form.text("a"), form.several("a"), form.local("a", BOTH), form.words("a", BOTH)) == (
        "",
        [],
        {},
        {},
    )
    assert (form.number("a"), form.day("a"), form.is_checked("a"), form.rules()) == (None, None, False, {})


def test_only_the_languages_of_the_installation_are_read_and_empty_ones_left_out():
    form = sent(name_en="Pothole", name_es=" ", name_xx="Bache")
    assert form.local("name", BOTH) == {"en": "Pothole"}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("park, playground", ["park", "playground"]),
        ("park\nplay  ground\n", ["park", "play ground"]),
        ("park, park ,park", ["park"]),
        (" , ,\n", []),
        ("b, a", ["b", "a"]),
    ],
    ids=["commas", "lines", "each once", "nothing", "in their order"],
)
def test_words_are_put_apart_by_commas_or_lines(typed, words):
    assert split_words(typed) == words
    assert sent(keywords_en=typed).words("keywords", BOTH) == ({"en": words} if words else {})


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("5", 5.0),
        ("-3", -3.0),
        ("2.5", 2.5),
        ("2,5", 2.5),
        (" 7 ", 7.0),
        ("0", 0.0),
        ("", None),
        ("five", None),
        ("1e9", None),
        ("nan", None),
        ("inf", None),
        ("1,000,000", None),
        ("1234567890", None),
        ("5²", None),
    ],
)
def test_a_number_is_read_as_people_write_it_or_not_at_all(typed, number):
    assert sent(days=typed).number("days") == number


@pytest.mark.parametrize(
    ("typed", "day"),
    [("2026-06-01", date(2026, 6, 1)), ("2026-02-30", None), ("tomorrow", None), ("", None)],
)
def test_a_day_is_a_day_or_nothing(typed, day):
    assert sent(opens_on=typed).day("opens_on") == day


def test_ticked_rules_stand_together_by_their_question():
    form = sent(("rule", "LIKE\nyes"), ("rule", "AREA\r\nnorth"), ("rule", "LIKE\nmaybe"))
    assert form.rules() == {"LIKE": ["yes", "maybe"], "AREA": ["north"]}


def rows(*cells, names=("value_key", "value_place", "value_en", "value_es", "danger_en", "danger_es")):
    """A form with these rows, each with a cell for each of the names."""
    return sent(*((name, cell) for row in cells for name, cell in zip(names, row, strict=False)))


def keys(values):
    return [value.key for value in values]


def test_rows_without_a_name_go_and_new_ones_get_a_code_of_their_words():
    form = rows(("old", "1", "Old"), ("gone", "2", ""), ("", "3", "A new one"), ("", "", ""))
    assert form.values(("en",)) == (
        AttributeValue("old", {"en": "Old"}),
        AttributeValue("a-new-one", {"en": "A new one"}),
    )


@pytest.mark.parametrize(
    ("places", "order"),
    [
        (("3", "1", "2"), ["b", "c", "a"]),
        (("", "", ""), ["a", "b", "c"]),
        (("", "1", ""), ["a", "b", "c"]),
        (("3", "x", "0"), ["c", "b", "a"]),
        (("-1", "2", "3"), ["a", "b", "c"]),
        (("2", "²", "1"), ["c", "a", "b"]),
    ],
    ids=[
        "as numbered",
        "as they stand",
        "equal places as they stand",
        "no number",
        "no sign",
        "a small raised two",
    ],
)
def test_rows_come_in_the_order_of_their_numbers(places, order):
    form = rows(*((key, place, key.upper()) for key, place in zip("abc", places, strict=True)))
    assert keys(form.values(("en",))) == order


def test_a_new_answer_never_takes_the_code_of_another():
    form = rows(("yes", "", "Yes, always"), ("", "", "Yes"), ("", "", "Yes!"))
    assert keys(form.values(("en",))) == ["yes", "yes-2", "yes-3"]


def test_a_code_that_stands_further_down_is_taken_too():
    assert keys(rows(("", "", "Yes"), ("yes", "", "Of course")).values(("en",))) == ["yes-2", "yes"]


def test_a_name_in_a_language_that_has_no_field_is_kept():
    known = [AttributeValue("yes", {"en": "Yes", "vi": "Có"})]
    (value,) = rows(("yes", "", "Sure")).values(("en",), known)
    assert value.name == {"en": "Sure", "vi": "Có"}


def test_words_of_danger_in_a_language_that_has_no_field_are_kept():
    known = [AttributeValue("gas", {"en": "Gas"}, {"en": "Leave.", "vi": "Ra ngoài."})]
    form = rows(("gas", "", "Gas", "Leave now."), names=("value_key", "value_place", "value_en", "danger_en"))
    assert form.values(("en",), known)[0].danger == {"en": "Leave now.", "vi": "Ra ngoài."}


def test_words_of_danger_that_were_emptied_are_gone_in_every_language():
    known = [AttributeValue("gas", {"en": "Gas"}, {"en": "Leave.", "vi": "Ra ngoài."})]
    form = rows(("gas", "", "Gas", " "), names=("value_key", "value_place", "value_en", "danger_en"))
    assert form.values(("en",), known)[0].danger is None


def test_each_row_has_its_own_words_of_danger():
    form = rows(
        ("gas", "2", "Gas", "Gas", "Leave.", "Salga."), ("", "1", "Water", "Agua"), ("x", "", "", "", "", "")
    )
    assert [(value.key, value.danger) for value in form.values(BOTH)] == [
        ("water", None),
        ("gas", {"en": "Leave.", "es": "Salga."}),
    ]


@pytest.mark.parametrize(
    ("words", "taken", "code"),
    [
        ("How is the park?", (), "HOW-IS-THE-PARK"),
        ("Cómo está", (), "COMO-ESTA"),
        ("  --  ", (), "Q"),
        ("你好", (), "Q"),
        ("", ("Q",), "Q-2"),
        ("Park", ("PARK", "PARK-2"), "PARK-3"),
        ("x" * 60, (), "X" * LONGEST_CODE),
        (f"{'x' * 39} y", (), "X" * 39),
    ],
    ids=[
        "words",
        "accents",
        "signs",
        "another script",
        "nothing twice",
        "taken",
        "long",
        "no dash at its end",
    ],
)
def test_a_code_is_short_plain_and_free(words, taken, code):
    assert new_code(words, taken) == code


def test_a_code_may_be_small():
    assert new_code("Parks & Trees", (), upper=False) == "parks-trees"
