"""In which row of a survey's results an answer counts, and in which order the rows stand."""

from __future__ import annotations

from functools import partial

import pytest

from city.surveys.rows import Person, answer_keys, number_row, row_keys, tally_rows
from tests.unit.city.test_survey_hiding import question

number = partial(question, "n", "number")


def people(*answers):
    """Somebody for each answer to the question that is called `n`."""
    return [Person("web", "en", {"n": answer}) for answer in answers]


@pytest.mark.parametrize(
    ("limits", "said", "row"),
    [
        ((0, 12), 3, "3"),
        ((0, 12), 0, "0"),
        ((-5, 5), -3, "-3"),
        ((0, 5), 2.5, "3-5"),
        ((1990, 2000), 1995, "1995"),
        ((2_000_000, 2_000_010), 2_000_001, "2000001"),
        ((0, 13), 13, "11-20"),
        ((0, 110), 0, "0"),
        ((0, 110), 0.5, "1"),
        ((0, 110), 4, "3-5"),
        ((None, None), 1, "1"),
        ((None, None), 2, "2"),
        ((None, None), 6, "6-10"),
        ((None, None), 10, "6-10"),
        ((None, None), 11, "11-20"),
        ((None, None), 21, "21-50"),
        ((None, None), 1000, "501-1000"),
        ((None, None), 1000.5, ">1000"),
        ((None, None), 2000, ">1000"),
        ((None, None), -3, "<0"),
        ((0, None), 4, "3-5"),
        ((None, 5), 4, "3-5"),
    ],
)
def test_numbers_are_counted_in_ranges_that_do_not_depend_on_the_answers(limits, said, row):
    low, high = limits
    assert number_row(number(minimum=low, maximum=high), said) == row


@pytest.mark.parametrize(
    ("asked", "answer", "rows"),
    [
        (question("n", keys="ab"), "a", ["a"]),
        (question("n", keys="ab"), None, [""]),
        (question("n", "multiple", keys="abc"), ["c", "a"], ["a", "c"]),
        (question("n", "multiple", keys="abc"), [], [""]),
        (question("n", "scale", minimum=1, maximum=5), 4, ["4"]),
        (question("n", "scale", minimum=1, maximum=5), 4.0, ["4"]),
        (question("n", "text"), "more trees", ["answered"]),
        (question("n", "text"), None, [""]),
        (question("n", "place"), "12 Mill Road", ["Mill Road"]),
        (number(), 12, ["11-20"]),
    ],
)
def test_an_answer_counts_in_the_rows_of_its_kind(asked, answer, rows):
    (person,) = people(answer)
    assert answer_keys(asked, person) == rows


@pytest.mark.parametrize(
    ("asked", "answers", "rows"),
    [
        (question("n", keys="ba", required=True), ["a"], ["b", "a"]),
        (question("n", keys="ba", required=False), ["a"], ["b", "a", ""]),
        (question("n", keys="ba", required=True), ["a", None], ["b", "a", ""]),
        (question("n", keys="ba"), ["z", "y"], ["b", "a", "y", "z"]),
        (question("n", "scale", minimum=1, maximum=3), [2], ["1", "2", "3"]),
        (question("n", "scale", minimum=8, maximum=11), [], ["8", "9", "10", "11"]),
        (question("n", "scale", minimum=1, maximum=3), [7], ["1", "2", "3", "7"]),
        (question("n", "text"), ["b", "a"], ["answered"]),
        (question("n", "place"), ["2 Oak Lane", "1 Elm Street"], ["Elm Street", "Oak Lane"]),
        (number(), [3000, 12, 100, 2, -4], ["<0", "2", "11-20", "51-100", ">1000"]),
        (number(minimum=-6, maximum=6), [2, -2, 0, -6], ["-6", "-2", "0", "2"]),
    ],
)
def test_rows_stand_in_the_order_in_which_they_are_read(asked, answers, rows):
    assert row_keys(asked, people(*answers)) == rows


def test_each_group_has_a_column_of_its_own():
    asked = question("n", "multiple", keys="ab")
    web, text = people(["a"], ["a", "b"]), people(["b"], None)
    assert tally_rows(asked, ["a", "b", ""], [web, text]) == [[2, 0], [1, 1], [0, 1]]
