"""The builder: everything about one survey on one page, each part saved into its draft."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, TypeVar

from fastapi import APIRouter, Form
from fastapi.responses import Response
from sqlalchemy.orm import Session

from city.records.model import Survey
from city.surveys.editing import EditedSurvey, has_been_answered, makes_new_version, save_draft
from console.shared.request_context import RequestContext
from console.surveys import sent
from console.surveys.common import (
    KINDS,
    EditsSurveys,
    SeesSurveys,
    editor_of,
    in_words,
    languages_of,
    name_of,
    problems_of,
    state_of,
    survey_channels,
    the_survey,
)

T = TypeVar("T")
router = APIRouter(prefix="/surveys/{code}")


@router.get("")
def builder_page(visit: SeesSurveys, code: str) -> Response:
    """The survey as it is being made: questions, words, where and when, and what is missing."""
    with visit.console.database.reading() as session:
        found = the_survey(visit, session, code)
        return _builder_response(visit, session, found)


@router.post("/words")
def save_words(visit: EditsSurveys, code: str, form: sent.Form) -> Response:
    """Title, first and last words, keywords."""
    languages = languages_of(visit)
    with visit.console.database.writing() as session:
        survey = the_survey(visit, session, code).survey
        changed = replace(
            survey,
            title=_kept_languages(survey.title, languages) | form.local("title", languages),
            intro=_kept_languages(survey.intro, languages) | form.local("intro", languages),
            thanks=_kept_languages(survey.thanks, languages) | form.local("thanks", languages),
            keywords=_kept_languages(survey.keywords, languages) | form.words("keywords", languages),
        )
        keep_draft(visit, session, changed)
    return visit.go(f"/surveys/{code}", said="surveys.kept")


@router.post("/where")
def save_where(visit: EditsSurveys, code: str, form: sent.Form) -> Response:
    """Channels, languages, days, and which question says where somebody lives. None ticked, or all, is everywhere."""
    possible = survey_channels(visit)
    channels = [channel for channel in possible if channel in form.several("channels")]
    languages = [language for language in languages_of(visit) if language in form.several("languages")]
    with visit.console.database.writing() as session:
        survey = the_survey(visit, session, code).survey
        changed = replace(
            survey,
            channels=() if len(channels) == len(possible) else tuple(channels),
            languages=() if len(languages) == len(languages_of(visit)) else tuple(languages),
            opens_on=form.day("opens_on"),
            closes_on=form.day("closes_on"),
            area=form.text("area"),
        )
        keep_draft(visit, session, changed)
    return visit.go(f"/surveys/{code}", said="surveys.kept")


@router.post("/questions/{question}/move")
def move_question(
    visit: EditsSurveys, code: str, question: str, step: Annotated[int, Form()] = 0
) -> Response:
    """One place up or down."""
    with visit.console.database.writing() as session:
        survey = the_survey(visit, session, code).survey
        questions = list(survey.questions)
        here = next((index for index, one in enumerate(questions) if one.code == question), -1)
        if here < 0:
            visit.not_found()
        there = min(max(here + (1 if step > 0 else -1), 0), len(questions) - 1)
        questions.insert(there, questions.pop(here))
        keep_draft(visit, session, replace(survey, questions=tuple(questions)))
    return visit.go(f"/surveys/{code}#question-{question}")


@router.post("/questions/{question}/remove")
def remove_question(visit: EditsSurveys, code: str, question: str) -> Response:
    """Take a question out of the draft, and the rules that look at it."""
    with visit.console.database.writing() as session:
        survey = the_survey(visit, session, code).survey
        left = [
            replace(one, skip_unless={key: keys for key, keys in one.skip_unless.items() if key != question})
            for one in survey.questions
            if one.code != question
        ]
        area = "" if survey.area == question else survey.area
        keep_draft(visit, session, replace(survey, questions=tuple(left), area=area))
    return visit.go(f"/surveys/{code}", said="surveys.question_removed")


def keep_draft(visit: RequestContext, session: Session, survey: Survey) -> None:
    """Keep the draft, and note who changed it."""
    save_draft(session, survey, editor_of(visit), visit.console.now())
    visit.record(session, "surveys.drafted", survey.code)


def _kept_languages(text: dict[str, T], languages: list[str]) -> dict[str, T]:
    """What is said in languages that this installation does not speak."""
    return {language: words for language, words in text.items() if language not in languages}


def _builder_response(visit: RequestContext, session: Session, found: EditedSurvey) -> Response:
    survey = found.survey
    names = {question.code: question.text for question in survey.questions}
    said = in_words(visit, problems_of(visit, session, survey), names)
    return visit.page(
        "surveys/survey.html",
        found=found,
        survey=survey,
        state=state_of(visit, found),
        in_the_way=[(where, words) for blocking, where, words in said if blocking],
        to_look_at=[(where, words) for blocking, where, words in said if not blocking],
        languages=languages_of(visit),
        channels=survey_channels(visit),
        kinds=[(kind, visit.say(f"surveys.kind_{kind}")) for kind in KINDS],
        areas=_area_questions(visit, survey),
        rules={
            question.code: _rules_in_words(visit, survey, question.skip_unless)
            for question in survey.questions
        },
        answered=has_been_answered(session, survey.code),
        new_version=makes_new_version(session, survey.code, correction=True),
    )


def _area_questions(visit: RequestContext, survey: Survey) -> list[tuple[str, str]]:
    """Questions whose answers can say where somebody lives."""
    names = {question.code: question.text for question in survey.questions}
    fitting = [question.code for question in survey.questions if question.kind in {"single", "place"}]
    return [("", visit.say("surveys.no_area")), *((code, name_of(visit, code, names)) for code in fitting)]


def _rules_in_words(visit: RequestContext, survey: Survey, rules: dict[str, list[str]]) -> list[str]:
    """Skip rules in words."""
    questions = {question.code: question for question in survey.questions}
    names = {question.code: question.text for question in survey.questions}
    said = []
    for code, keys in rules.items():
        values = {value.key: value.name for value in questions[code].values} if code in questions else {}
        answers = ", ".join(name_of(visit, key, values) for key in keys)
        said.append(visit.say("surveys.only_if", question=name_of(visit, code, names), answers=answers))
    return said
