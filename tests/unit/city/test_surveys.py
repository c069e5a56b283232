"""Surveys: when and where, skip rules, one answer set a person, answers apart from identity."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from city.loading.folder import read_city
from city.loading.load import load_city
from city.records.tables import SurveyAnswerSetRow
from city.surveys.surveys import (
    answer_set,
    asked_questions,
    city_day,
    complete_set,
    find_answer_set,
    forget_answer,
    is_offered,
    is_open_on,
    leave_behind,
    next_question,
    record_answer,
)
from tests.support.builders import NOON
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
    return complete_set(session, survey, respondent, NOON)


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
    assert [question.code for question in asked_questions(survey, {"which": ["a", "b"]})] == ["which", "why"]
    assert [question.code for question in asked_questions(survey, {"which": ["a"], "why": "x"})] == ["which"]


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
    done = complete_set(session, survey, "somebody", NOON)
    assert (done.answers, done.completed) == ({"visit": "no"}, True)


def test_nothing_is_recorded_for_who_has_not_begun(session, survey):
    with pytest.raises(LookupError, match="call answer_set"):
        record_answer(session, survey, "nobody", "visit", "yes")


@pytest.mark.parametrize(
    ("fields", "is_open"),
    [
        ({}, True),
        ({"is_open": False}, False),
        ({"opens_on": NOON.date()}, True),
        ({"opens_on": NOON.date() + timedelta(days=1)}, False),
        ({"closes_on": NOON.date()}, True),
        ({"closes_on": NOON.date() - timedelta(days=1)}, False),
    ],
)
def test_a_survey_is_open_on_its_first_and_its_last_day(survey, fields, is_open):
    assert is_open_on(replace(survey, **fields), NOON.date()) == is_open


@pytest.mark.parametrize(
    ("fields", "offered"),
    [
        ({}, True),
        ({"channels": ("web", "sms")}, True),
        ({"channels": ("telegram",)}, False),
        ({"languages": ("es",)}, False),
        ({"languages": ("en", "es")}, True),
    ],
)
def test_a_survey_is_offered_where_and_to_whom_staff_say(survey, fields, offered):
    assert is_offered(replace(survey, **fields), NOON.date(), "sms", "en") == offered


def test_the_day_is_the_citys():
    late = datetime(2026, 6, 2, 2, tzinfo=UTC)
    assert city_day(late, "America/New_York") == date(2026, 6, 1)
    assert city_day(late, "Nowhere/Else") == date(2026, 6, 2)


def test_a_set_stays_with_the_version_it_was_begun_in(session, survey):
    answer_set(session, survey, "begun", "en", NOON)
    record_answer(session, survey, "begun", "visit", "yes")
    answer_set(session, survey, "empty", "en", NOON)
    newer = replace(survey, version=2)
    assert answer_set(session, newer, "begun", "en", NOON).version == 1
    assert answer_set(session, newer, "empty", "en", NOON).version == 2


def test_what_is_left_behind_is_nobodys(session, survey):
    answered(session, survey, "a", visit="no", wish=None)
    leave_behind(session, "parks", "a")
    assert find_answer_set(session, "parks", "a") is None
    rows = session.scalars(select(SurveyAnswerSetRow)).all()
    assert [(row.survey_version, row.respondent.startswith("left-")) for row in rows] == [(1, True)]
