"""A survey that staff change, close or bind to days and channels while residents are in the middle of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from city.definitions.history import Editor
from city.definitions.store import store_survey
from city.records.model import AttributeValue
from city.records.store import touch_city
from city.records.tables import SurveyAnswerSetRow
from city.surveys.editing import close_survey, find_survey, publish_survey, save_draft
from city.surveys.surveys import city_day
from tests.support.direct_talk import START, DirectTalk, open_house

ANA = Editor("1", "Ana")


@pytest.fixture
def house(tmp_path, monkeypatch):
    monkeypatch.setattr("city.registry.CHECK_SECONDS", 0.0)
    with open_house(tmp_path) as house:
        yield house


@pytest.fixture
def talk(house):
    talk = DirectTalk(house)
    talk.first = False
    return talk


def change(house, correction=False, **fields):
    """Staff change the ferry survey and publish it."""
    with house.database.writing() as session:
        survey = find_survey(session, "ferry").survey
        save_draft(session, replace(survey, **fields), ANA, START)
        return publish_survey(session, "ferry", ANA, START, correction=correction)


def ferry(house):
    return house.city.surveys["ferry"]


def with_more_boats(house):
    """The third question gets another value, so that answers to it mean something else."""
    first, happy, better, say = ferry(house).questions
    bigger = AttributeValue("size", {"en": "Bigger boats", "es": "Barcos más grandes"})
    return first, happy, replace(better, values=(*better.values, bigger)), say


def answers(house):
    with house.database.reading() as session:
        rows = session.scalars(select(SurveyAnswerSetRow).order_by(SurveyAnswerSetRow.id)).all()
        return [(row.survey_version, {a.question_code: a.value for a in row.answers}) for row in rows]


def test_whoever_is_in_the_middle_goes_on_with_the_questions_they_began_with(house, talk):
    talk.say(start="survey-ferry")
    assert change(house, questions=with_more_boats(house)) == 2
    asked = talk.say("never")[0]
    assert "Bigger boats" not in [choice.label for choice in asked.choices]
    talk.say("1")
    assert "Thank you" in talk.say("skip")[0].text
    assert answers(house) == [(1, {"RIDE": "never", "BETTER": ["late"], "SAY": None})]


def test_whoever_comes_back_later_goes_on_with_them_too(house, talk):
    talk.say(start="survey-ferry")
    talk.say("never")
    talk.say("cancel")
    change(house, questions=with_more_boats(house))
    resumed = talk.say("RIDE")[0]
    assert "You stopped at question 2 of 3" in resumed.text
    assert "Bigger boats" not in [choice.label for choice in resumed.choices]


def test_whoever_begins_later_is_asked_the_new_ones(house, talk):
    change(house, questions=with_more_boats(house))
    talk.say(start="survey-ferry")
    assert "Bigger boats" in [choice.label for choice in talk.say("never")[0].choices]


def test_whoever_took_the_older_one_may_answer_the_new_one_beside_it(house, talk):
    for words in ("RIDE", "never", "1", "skip"):
        talk.say(words)
    change(house, questions=with_more_boats(house))
    offered = talk.say("RIDE")[0]
    assert "Some questions have changed since" in offered.text
    talk.say("Answer the new ones")
    talk.say("never")
    talk.say("Bigger boats")
    talk.say("skip")
    assert answers(house) == [
        (1, {"RIDE": "never", "BETTER": ["late"], "SAY": None}),
        (2, {"RIDE": "never", "BETTER": ["size"], "SAY": None}),
    ]
    assert "change your answers" in talk.say("RIDE")[0].text


def test_a_correction_of_words_is_met_at_once_and_makes_no_version(house, talk):
    talk.say(start="survey-ferry")
    talk.say("daily")
    first, happy, better, say = ferry(house).questions
    corrected = (first, happy, replace(better, text={"en": "What would make you ride more?"}), say)
    assert change(house, questions=corrected, correction=True) == 1
    assert talk.say("7")[0].text.startswith("What would make you ride more?")


def test_a_question_taken_away_while_it_stands_open_hurts_nobody(house, talk):
    talk.say(start="survey-ferry")
    change(house, questions=ferry(house).questions[1:])  # nobody has answered yet: the version stays
    reply = talk.say("never")[0]
    assert "What would make you ride more often?" in reply.text


def test_a_survey_that_is_closed_meanwhile_says_so(house, talk):
    talk.say(start="survey-ferry")
    with house.database.writing() as session:
        close_survey(session, "ferry", ANA, START)
    assert "over" in talk.say("never")[0].text


def bind(house, **fields):
    with house.database.writing() as session:
        store_survey(session, replace(ferry(house), **fields), 0)
        touch_city(session)


def test_a_survey_of_later_says_when_and_of_earlier_that_it_is_over(house, talk):
    today = city_day(START, "America/New_York")
    bind(house, opens_on=today + timedelta(days=3))
    assert "opens on Thursday, June 4" in talk.say(start="survey-ferry")[0].text
    bind(house, opens_on=None, closes_on=today - timedelta(days=1))
    assert "is over" in talk.say(start="survey-ferry")[0].text


def test_a_survey_for_other_channels_says_where(house, talk):
    bind(house, channels=("sms", "telegram"))
    assert "by text message, on Telegram" in talk.say(start="survey-ferry")[0].text
    listed = talk.say("I want to take a survey")[0]
    assert "Riding the Little Heron" not in [choice.label for choice in listed.choices]


def test_the_channel_of_the_answers_is_kept(house):
    talk = DirectTalk(house, channel="sms")
    talk.say("RIDE")
    with house.database.reading() as session:
        assert session.scalars(select(SurveyAnswerSetRow.channel)).all() == ["sms"]
