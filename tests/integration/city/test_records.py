"""The registry's records on SQLite and PostgreSQL: loaded, filed, answered, read back."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from city.loading.load import load_city
from city.people.requests import ask_person
from city.records.model import NewRequest
from city.records.tables import SurveyAnswerSetRow
from city.registry import City
from city.requests.requests import add_comment, file_request, find_request
from city.surveys.results import survey_results
from city.surveys.surveys import answer_set, complete_set, record_answer
from core.model import Asker
from knowledge.questions.kept import keep_question
from knowledge.questions.tables import KeptQuestionRow
from tests.support.builders import NOON

SAMPLE = Path(__file__).parents[3] / "city" / "sample"


@pytest.fixture
def city(database):
    with database.writing() as session:
        load_city(session, SAMPLE)
    return City(database)


def test_the_city_can_be_loaded_twice(database, city):
    before = city.services.all()
    with database.writing() as session:
        assert load_city(session, SAMPLE, force=True).changed
    assert City(database).services.all() == before


def test_a_request_comes_back_as_it_was_filed(database, city):
    service = city.services.all()[0]
    place = city.gazetteer.find("12 Mill Road")[0]
    new = NewRequest(
        service.code, "anna", "web", "es", "message-1", "¡Hoyo! 🕳️", place, {"size": ["big"]}, ("photo",)
    )
    with database.writing() as session:
        number = file_request(session, new, NOON).number
    with database.writing() as session:
        add_comment(session, number, "anna", "más grande", dedupe_key="message-2", now=NOON)
    with database.reading() as session:
        view = find_request(session, number, "anna")
    assert (view.description, view.place, view.photos, view.comments) == ("¡Hoyo! 🕳️", "12 Mill Road", 1, 1)
    assert view.requested_at == NOON
    assert view.service_name == service.name


def test_answers_come_back_as_results(database, city):
    survey = next(iter(city.surveys.values()))
    question = next(question for question in survey.questions if question.values)
    key = question.values[0].key
    with database.writing() as session:
        for respondent in ("a", "b"):
            answer_set(session, survey, respondent, "en", NOON)
            value = [key] if question.kind == "multiple" else key
            record_answer(session, survey, respondent, question.code, value)
        complete_set(session, survey, "a", NOON)
    with database.reading() as session:
        found = survey_results(session, survey.code, 1, fewest=1)
    counted = next(result for result in found.questions if result.question.code == question.code)
    assert (found.started, counted.count(key)) == (2, 2)


def test_one_respondent_cannot_have_two_sets(database, city):
    code = next(iter(city.surveys))

    def row():
        return SurveyAnswerSetRow(
            survey_code=code, survey_version=1, respondent="a", language="en", started_on=NOON.date()
        )

    with pytest.raises(IntegrityError), database.writing() as session:
        session.add_all([row(), row()])


def test_what_is_left_for_staff_is_kept(database):
    asker = Asker("conversation", "web", "en")
    with database.writing() as session:
        keep_question(session, asker, "ice rink?", reason="unanswered", nearest=["Parks"], now=NOON)
        assert ask_person(session, asker, "help", NOON)
        assert not ask_person(session, asker, "help", NOON)
    with database.reading() as session:
        assert session.scalars(select(KeptQuestionRow.nearest)).all() == [["Parks"]]
