"""What a change of a survey means for the answers that there are, and which questions somebody is asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from city.definitions.survey_changes import changes_meaning, other_questions, other_words
from city.records.model import AttributeValue
from city.surveys.surveys import (
    NamedSurvey,
    asked_questions,
    chosen_keys,
    next_question,
    survey_of,
    version_of,
)
from tests.unit.city.test_survey_hiding import question, survey

VISIT = question("VISIT", keys="ab")
RATE = question("RATE", "scale", minimum=1, maximum=5, skip_unless={"VISIT": ["a"]})
WISH = question("WISH", "text", required=False)
BEFORE = survey(VISIT, RATE, WISH)


def changed(place, **fields):
    questions = list(BEFORE.questions)
    questions[place] = replace(questions[place], **fields)
    return replace(BEFORE, questions=tuple(questions))


def named(*pairs):
    return tuple(AttributeValue(key, {"en": name}) for key, name in pairs)


@pytest.mark.parametrize(
    "after",
    [
        replace(BEFORE, questions=BEFORE.questions[:2]),
        replace(BEFORE, questions=(*BEFORE.questions, question("MORE", "text"))),
        changed(0, kind="multiple"),
        changed(0, required=False),
        changed(0, values=named(("a", "a"), ("b", "b"), ("c", "c"))),
        changed(0, values=named(("a", "a"), ("x", "b"))),
        changed(1, minimum=0),
        changed(1, maximum=10),
        changed(1, skip_unless={}),
        changed(1, skip_unless={"VISIT": ["a", "b"]}),
        changed(2, code="OTHER"),
    ],
)
def test_other_questions_always_mean_something_else(after):
    assert other_questions(BEFORE, after)
    assert changes_meaning(BEFORE, after, correction=True)


@pytest.mark.parametrize(
    "after",
    [
        changed(0, text={"en": "Do you come to our parks?"}),
        changed(0, values=named(("a", "always"), ("b", "b"))),
        changed(0, values=named(("b", "b"), ("a", "a"))),
        replace(BEFORE, questions=(VISIT, WISH, RATE)),
    ],
)
def test_other_words_do_unless_it_is_only_a_correction(after):
    assert other_words(BEFORE, after)
    assert changes_meaning(BEFORE, after)
    assert not changes_meaning(BEFORE, after, correction=True)


@pytest.mark.parametrize(
    "after",
    [
        BEFORE,
        replace(BEFORE, title={"en": "Another title"}, keywords={"en": ["trees"]}, is_open=False),
        changed(0, why={"en": "Because."}),
        changed(1, skip_unless={"VISIT": ["a"]}),
    ],
)
def test_what_no_answer_hangs_on_means_the_same(after):
    assert not changes_meaning(BEFORE, after)


def test_the_order_in_which_a_rule_names_its_values_says_nothing():
    one, other = changed(1, skip_unless={"VISIT": ["a", "b"]}), changed(1, skip_unless={"VISIT": ["b", "a"]})
    assert not changes_meaning(one, other)


@pytest.mark.parametrize(
    ("value", "keys"),
    [
        (None, set()),
        ([], set()),
        ("a", {"a"}),
        (["a", "b"], {"a", "b"}),
        (4, {"4"}),
        (4.0, {"4"}),
        (0, {"0"}),
        (2.5, {"2.5"}),
    ],
)
def test_rules_and_results_look_at_answers_as_keys(value, keys):
    assert chosen_keys(value) == keys


CHAIN = survey(
    question("A", keys="xy"),
    question("B", keys="xy", skip_unless={"A": ["x"]}),
    question("C", keys="xy", skip_unless={"B": ["y"]}),
    question("D", keys="xy", skip_unless={"A": ["x"], "B": ["x", "y"]}),
)


@pytest.mark.parametrize(
    ("answers", "codes", "following"),
    [
        ({}, ["A"], "A"),
        ({"A": "x"}, ["A", "B"], "B"),
        ({"A": "y"}, ["A"], None),
        ({"A": None}, ["A"], None),
        ({"A": "x", "B": "x"}, ["A", "B", "D"], "D"),
        ({"A": "x", "B": "y"}, ["A", "B", "C", "D"], "C"),
        ({"A": "x", "B": "y", "C": None}, ["A", "B", "C", "D"], "D"),
        # an answer from before A was changed leads nowhere
        ({"A": "y", "B": "y"}, ["A"], None),
    ],
)
def test_a_question_that_is_skipped_skips_those_that_hang_on_it(answers, codes, following):
    assert [each.code for each in asked_questions(CHAIN, answers)] == codes
    next_one = next_question(CHAIN, answers)
    assert (next_one.code if next_one else None) == following


PARKS = replace(BEFORE, code="parks", keywords={"en": ["parks", "our parks"], "es": ["Parques"]})
TREES = replace(BEFORE, code="trees", keywords={"en": ["trees"], "es": ["árboles", "trees"]}, is_open=False)
ALSO = replace(BEFORE, code="also", keywords={"en": ["parks"]})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("parks", ("parks", ("en",))),
        ("  PARKS! ", ("parks", ("en",))),
        ("parques", ("parks", ("es",))),
        ("Our  parks", ("parks", ("en",))),
        ("parks please", None),
        ("park", None),
        ("trees", None),
        ("", None),
    ],
)
def test_a_keyword_names_the_first_open_survey_that_has_it(text, found):
    assert survey_of([TREES, PARKS, ALSO], text) == (NamedSurvey(*found) if found else None)


def test_a_word_of_two_languages_is_both():
    assert survey_of([replace(TREES, is_open=True)], "trees") == NamedSurvey("trees", ("en", "es"))


@pytest.mark.parametrize(("version", "codes"), [(1, ["A"]), (2, ["B"]), (3, ["C"]), (9, ["C"])])
def test_who_began_an_older_version_goes_on_with_its_questions(version, codes):
    past = [replace(survey(question(code)), version=at) for at, code in ((1, "A"), (2, "B"))]
    now = replace(survey(question("C")), version=3, past=tuple(past), is_open=False)
    found = version_of(now, version)
    assert ([each.code for each in found.questions], found.is_open) == (codes, False)
