"""Surveys: when and where one is offered, which question comes next, and keeping answers apart from who gave them.

`respondent` is an opaque key that the caller makes from person and survey; the registry never sees the person. Results are in
`city.surveys.results`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from city.records.model import Survey, SurveyQuestion, zone_of
from city.records.tables import SurveyAnswerRow, SurveyAnswerSetRow
from core.texts import plain_words

Answer = str | float | list[str] | None
"""A value key (single), keys (multiple), a number (scale, number), words (text, place), or None for skipped."""


@dataclass(frozen=True, slots=True)
class AnswerSet:
    """One person's answers so far, by question code, to one version of the survey."""

    survey_code: str
    version: int
    answers: dict[str, Answer]
    completed: bool


def city_day(now: datetime, timezone: str) -> date:
    """The day that it is in the city; UTC's where the zone is unknown."""
    return now.astimezone(zone_of(timezone)).date()


class NamedSurvey(NamedTuple):
    """A survey that a keyword names: its code, and the languages whose keyword it is."""

    code: str
    languages: tuple[str, ...]


def survey_of(surveys: Iterable[Survey], text: str) -> NamedSurvey | None:
    """The open survey that has the whole text as a keyword, in whatever language."""
    words = plain_words(text)
    for survey in surveys:
        languages = tuple(
            language for language, keywords in survey.keywords.items() if words in map(plain_words, keywords)
        )
        if survey.is_open and languages:
            return NamedSurvey(survey.code, languages)
    return None


def is_open_on(survey: Survey, day: date) -> bool:
    """Whether it can be begun on this day of the city."""
    begun = survey.opens_on is None or survey.opens_on <= day
    return survey.is_open and begun and (survey.closes_on is None or day <= survey.closes_on)


def is_offered(survey: Survey, day: date, channel: str, language: str) -> bool:
    """Whether it is shown to somebody who asks which surveys there are."""
    here = not survey.channels or channel in survey.channels
    return is_open_on(survey, day) and here and (not survey.languages or language in survey.languages)


def version_of(survey: Survey, version: int) -> Survey:
    """The survey with the questions of one of its versions; open or closed as a whole."""
    found = next((past for past in survey.past if past.version == version), None)
    return replace(found, is_open=survey.is_open) if found else survey


def next_question(survey: Survey, answers: Mapping[str, Answer]) -> SurveyQuestion | None:
    """The first question that applies and has no answer yet; None when the survey is done."""
    return next(
        (question for question in asked_questions(survey, answers) if question.code not in answers), None
    )


def asked_questions(survey: Survey, answers: Mapping[str, Answer]) -> list[SurveyQuestion]:
    """The questions that apply, given the answers so far: a skipped question skips those that hang on it."""
    applying: list[SurveyQuestion] = []
    for question in survey.questions:
        before = {earlier.code for earlier in applying}
        if all(
            code in before and chosen_keys(answers.get(code)) & set(keys)
            for code, keys in question.skip_unless.items()
        ):
            applying.append(question)
    return applying


def find_answer_set(session: Session, survey_code: str, respondent: str) -> AnswerSet | None:
    """What this respondent has answered; None when they have not begun."""
    row = _answer_set_row(session, survey_code, respondent)
    return None if row is None else _answer_set(row)


def answer_set(
    session: Session, survey: Survey, respondent: str, language: str, now: datetime, *, channel: str = ""
) -> AnswerSet:
    """What this respondent has answered; an empty set is begun when there is none.

    A set stays with the version it was begun in, unless nothing has been answered yet.
    """
    row = _answer_set_row(session, survey.code, respondent)
    if row is None:
        row = SurveyAnswerSetRow(
            survey_code=survey.code,
            survey_version=survey.version,
            respondent=respondent,
            language=language,
            channel=channel or None,
            started_on=now.date(),
            answers=[],
        )
        session.add(row)
    elif not row.answers:
        row.survey_version = survey.version
    session.flush()
    return _answer_set(row)


def leave_behind(session: Session, survey_code: str, respondent: str) -> None:
    """Let somebody answer a newer version: what they said of the older one stays there, under a key that nobody can make again."""
    row = _answer_set_row(session, survey_code, respondent)
    if row is not None:
        row.respondent = f"left-{secrets.token_hex(16)}"
        session.flush()


def record_answer(
    session: Session, survey: Survey, respondent: str, question_code: str, value: Answer
) -> AnswerSet:
    """Keep an answer; it takes the place of an earlier one. The set must have been begun with `answer_set`."""
    row = _begin_set(session, survey, respondent)
    known = next((answer for answer in row.answers if answer.question_code == question_code), None)
    if known is None:
        row.answers.append(SurveyAnswerRow(question_code=question_code, value=value))
    else:
        known.value = value
    session.flush()
    return _answer_set(row)


def forget_answer(session: Session, survey: Survey, respondent: str, question_code: str) -> AnswerSet:
    """Take an answer back, as when the resident goes back a step."""
    row = _begin_set(session, survey, respondent)
    row.answers = [answer for answer in row.answers if answer.question_code != question_code]
    session.flush()
    return _answer_set(row)


def complete_set(session: Session, survey: Survey, respondent: str, now: datetime) -> AnswerSet:
    """Finish a set. Answers to questions that no longer apply, because an earlier one was changed, are dropped."""
    row = _begin_set(session, survey, respondent)
    applying = {question.code for question in asked_questions(survey, _row_answers(row))}
    row.answers = [answer for answer in row.answers if answer.question_code in applying]
    row.completed_on = row.completed_on or now.date()
    session.flush()
    return _answer_set(row)


def chosen_keys(value: Answer) -> set[str]:
    """An answer as the keys that rules and results look at; none when it was skipped."""
    if value is None:
        return set()
    if isinstance(value, list):
        return set(value)
    return {f"{value:g}" if isinstance(value, int | float) else value}


def _answer_set_row(session: Session, survey_code: str, respondent: str) -> SurveyAnswerSetRow | None:
    return session.scalar(
        select(SurveyAnswerSetRow).where(
            SurveyAnswerSetRow.survey_code == survey_code, SurveyAnswerSetRow.respondent == respondent
        )
    )


def _begin_set(session: Session, survey: Survey, respondent: str) -> SurveyAnswerSetRow:
    row = _answer_set_row(session, survey.code, respondent)
    if row is None:
        raise LookupError(
            f"Nobody has begun the survey {survey.code} under this key; call answer_set before recording."
        )
    return row


def _row_answers(row: SurveyAnswerSetRow) -> dict[str, Any]:
    return {answer.question_code: answer.value for answer in row.answers}


def _answer_set(row: SurveyAnswerSetRow) -> AnswerSet:
    return AnswerSet(row.survey_code, row.survey_version, _row_answers(row), row.completed_on is not None)
