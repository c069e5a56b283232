"""Surveys: skip rules, one answer set a person, answers apart from identity, results by question."""

from __future__ import annotations

import pytest

from city.folder import read_city
from city.load import load_city
from city.surveys import (
    answer_set,
    asked,
    complete,
    find_answer_set,
    forget_answer,
    next_question,
    record_answer,
    results,
)
from tests.builders import NOON
from tests.unit.city.town import survey_entry, write_city


@pytest.fixture
def survey(session, tmp_path):
    folder = write_city(tmp_path / "city", surveys_json=[survey_entry()])
    load_city(session, folder)
    return read_city(folder).surveys[0]


def answered(session, survey, respondent, **answers):
    answer_set(session, survey, respondent, "en", NOON)
    for code, value in answers.items():
        record_answer(session, survey, respondent, code, value)
    return complete(session, survey, respondent, NOON)


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({}, "visit"),
        ({"visit": "yes"}, "liked"),
        ({"visit": "no"}, "wish"),
        ({"visit": None}, "wish"),
        ({"visit": "yes", "liked": 4}, "wish"),
        ({"visit": "yes", "liked": 4, "wish": None}, None),
    ],
)
def test_the_next_question_is_the_first_that_applies_and_is_open(survey, answers, code):
    question = next_question(survey, answers)
    assert (question.code if question else None) == code


def test_a_question_hangs_on_any_of_the_chosen_values(session, tmp_path):
    choice = {"key": "a", "name": "A"}, {"key": "b", "name": "B"}
    questions = [
        {"code": "which", "kind": "multiple", "text": "Which?", "values": list(choice)},
        {"code": "why", "kind": "text", "text": "Why B?", "skip_unless": {"which": ["b"]}},
        {"code": "more", "kind": "text", "text": "More?", "skip_unless": {"why": ["x"]}},
    ]
    folder = write_city(tmp_path / "city", surveys_json=[survey_entry(questions=questions)])
    survey = read_city(folder).surveys[0]
    assert [question.code for question in asked(survey, {"which": ["a", "b"]})] == ["which", "why"]
    assert [question.code for question in asked(survey, {"which": ["a"], "why": "x"})] == ["which"]


def test_a_number_can_be_what_another_question_hangs_on(tmp_path):
    questions = [
        {"code": "stars", "kind": "scale", "text": "Stars?", "minimum": 1, "maximum": 5},
        {"code": "why", "kind": "text", "text": "What went wrong?", "skip_unless": {"stars": ["1", "2"]}},
    ]
    survey = read_city(
        write_city(tmp_path / "city", surveys_json=[survey_entry(questions=questions)])
    ).surveys[0]
    assert next_question(survey, {"stars": 2.0}).code == "why"
    assert next_question(survey, {"stars": 5}) is None


def test_an_answer_takes_the_place_of_an_earlier_one(session, survey):
    answer_set(session, survey, "somebody", "en", NOON)
    record_answer(session, survey, "somebody", "visit", "yes")
    record_answer(session, survey, "somebody", "visit", "no")
    assert find_answer_set(session, "parks", "somebody").answers == {"visit": "no"}


def test_a_person_has_one_set_and_finds_it_again(session, survey):
    answer_set(session, survey, "somebody", "en", NOON)
    record_answer(session, survey, "somebody", "visit", "yes")
    assert answer_set(session, survey, "somebody", "es", NOON).answers == {"visit": "yes"}
    assert find_answer_set(session, "parks", "nobody") is None


def test_an_answer_can_be_taken_back(session, survey):
    answer_set(session, survey, "somebody", "en", NOON)
    record_answer(session, survey, "somebody", "visit", "yes")
    assert forget_answer(session, survey, "somebody", "visit").answers == {}


def test_finishing_drops_answers_that_no_longer_apply(session, survey):
    answer_set(session, survey, "somebody", "en", NOON)
    for code, value in (("visit", "yes"), ("liked", 5), ("visit", "no")):
        record_answer(session, survey, "somebody", code, value)
    done = complete(session, survey, "somebody", NOON)
    assert (done.answers, done.completed) == ({"visit": "no"}, True)


def test_nothing_is_recorded_for_who_has_not_begun(session, survey):
    with pytest.raises(LookupError, match="call answer_set"):
        record_answer(session, survey, "nobody", "visit", "yes")


def test_results_count_each_question(session, survey):
    answered(session, survey, "a", visit="yes", liked=5, wish="more trees")
    answered(session, survey, "b", visit="yes", liked=4, wish=None)
    answered(session, survey, "c", visit="no", wish="benches")
    answer_set(session, survey, "d", "en", NOON)

    found = results(session, "parks")

    visit, liked, wish = found.questions
    assert (found.started, found.completed) == (4, 3)
    assert (visit.answered, visit.counts) == (3, {"yes": 2, "no": 1})
    assert (liked.mean, liked.counts) == (4.5, {"5": 1, "4": 1})
    assert wish.texts == ("benches", "more trees")


def test_small_counts_can_be_hidden(session, survey):
    for number in range(5):
        answered(session, survey, f"y{number}", visit="yes", liked=3)
    answered(session, survey, "n", visit="no", wish="me alone")
    visit, liked, wish = results(session, "parks", hide_below=5).questions
    assert visit.counts == {"yes": 5, "no": None}
    assert (liked.mean, wish.texts) == (3.0, ())


def test_an_unknown_survey_has_no_results(session):
    assert results(session, "moon") is None
