"""Surveys: which question comes next, keeping answers apart from who gave them, and results by question.

`respondent` is an opaque key that the caller makes from person and survey; the registry never sees the person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from statistics import fmean
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from city.model import Survey, SurveyQuestion
from city.store import parse
from city.tables import SurveyAnswerRow, SurveyAnswerSetRow, SurveyRow

Answer = str | float | list[str] | None
"""A value key (single), keys (multiple), a number (scale, number), words (text, place), or None for skipped."""


@dataclass(frozen=True, slots=True)
class AnswerSet:
    """One person's answers so far, by question code."""

    survey_code: str
    answers: dict[str, Answer]
    completed: bool


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """What people answered to one question. `counts` is by value key or number; a hidden cell (too few people) is None."""

    question: SurveyQuestion
    answered: int
    counts: dict[str, int | None] = field(default_factory=dict)
    mean: float | None = None
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SurveyResults:
    """Results of a survey: people who began and who finished, and each question in order."""

    survey: Survey
    started: int
    completed: int
    questions: tuple[QuestionResult, ...]


def next_question(survey: Survey, answers: Mapping[str, Answer]) -> SurveyQuestion | None:
    """The first question that applies and has no answer yet; None when the survey is done."""
    return next((question for question in asked(survey, answers) if question.code not in answers), None)


def asked(survey: Survey, answers: Mapping[str, Answer]) -> list[SurveyQuestion]:
    """The questions that apply, given the answers so far: a skipped question skips those that hang on it."""
    applying: list[SurveyQuestion] = []
    for question in survey.questions:
        before = {earlier.code for earlier in applying}
        if all(
            code in before and _chosen(answers.get(code)) & set(keys)
            for code, keys in question.skip_unless.items()
        ):
            applying.append(question)
    return applying


def find_answer_set(session: Session, survey_code: str, respondent: str) -> AnswerSet | None:
    """What this respondent has answered; None when they have not begun."""
    row = _row(session, survey_code, respondent)
    return None if row is None else _answer_set(row)


def answer_set(session: Session, survey: Survey, respondent: str, language: str, now: datetime) -> AnswerSet:
    """What this respondent has answered; an empty set is begun when there is none."""
    row = _row(session, survey.code, respondent)
    if row is None:
        version = session.scalar(select(SurveyRow.version).where(SurveyRow.code == survey.code)) or 1
        row = SurveyAnswerSetRow(
            survey_code=survey.code,
            survey_version=version,
            respondent=respondent,
            language=language,
            started_on=now.date(),
            answers=[],
        )
        session.add(row)
        session.flush()
    return _answer_set(row)


def record_answer(
    session: Session, survey: Survey, respondent: str, question_code: str, value: Answer
) -> AnswerSet:
    """Keep an answer; it takes the place of an earlier one. The set must have been begun with `answer_set`."""
    row = _begun(session, survey, respondent)
    known = next((answer for answer in row.answers if answer.question_code == question_code), None)
    if known is None:
        row.answers.append(SurveyAnswerRow(question_code=question_code, value=value))
    else:
        known.value = value
    session.flush()
    return _answer_set(row)


def forget_answer(session: Session, survey: Survey, respondent: str, question_code: str) -> AnswerSet:
    """Take an answer back, as when the resident goes back a step."""
    row = _begun(session, survey, respondent)
    row.answers = [answer for answer in row.answers if answer.question_code != question_code]
    session.flush()
    return _answer_set(row)


def complete(session: Session, survey: Survey, respondent: str, now: datetime) -> AnswerSet:
    """Finish a set. Answers to questions that no longer apply, because an earlier one was changed, are dropped."""
    row = _begun(session, survey, respondent)
    applying = {question.code for question in asked(survey, _answers(row))}
    row.answers = [answer for answer in row.answers if answer.question_code in applying]
    row.completed_on = row.completed_on or now.date()
    session.flush()
    return _answer_set(row)


def results(session: Session, survey_code: str, hide_below: int = 0) -> SurveyResults | None:
    """What people answered, those who did not finish included; counts below `hide_below` are hidden. None: no such survey."""
    row = session.get(SurveyRow, survey_code)
    if row is None:
        return None
    survey = parse(Survey, row.definition | {"is_open": row.is_open})
    sets = session.scalars(
        select(SurveyAnswerSetRow).where(SurveyAnswerSetRow.survey_code == survey_code)
    ).all()
    answers = [_answers(answer_set_row) for answer_set_row in sets]
    return SurveyResults(
        survey=survey,
        started=len(sets),
        completed=sum(answer_set_row.completed_on is not None for answer_set_row in sets),
        questions=tuple(
            _question_result(question, [given.get(question.code) for given in answers], hide_below)
            for question in survey.questions
        ),
    )


def _question_result(question: SurveyQuestion, given: list[Answer], hide_below: int) -> QuestionResult:
    values = [value for value in given if value is not None]
    if question.kind in {"text", "place"}:
        texts = tuple(sorted(str(value) for value in values))
        return QuestionResult(question, len(values), texts=texts if len(texts) >= hide_below else ())
    numbers = [value for value in values if isinstance(value, int | float)]
    mean = fmean(numbers) if numbers and len(numbers) >= hide_below else None
    counts: Counter[str] = Counter({value.key: 0 for value in question.values})
    for value in values:
        counts.update(_chosen(value))
    shown = {key: None if 0 < count < hide_below else count for key, count in counts.items()}
    return QuestionResult(question, len(values), shown, mean)


def _chosen(value: Answer) -> set[str]:
    if value is None:
        return set()
    if isinstance(value, list):
        return set(value)
    return {f"{value:g}" if isinstance(value, int | float) else value}


def _row(session: Session, survey_code: str, respondent: str) -> SurveyAnswerSetRow | None:
    return session.scalar(
        select(SurveyAnswerSetRow).where(
            SurveyAnswerSetRow.survey_code == survey_code, SurveyAnswerSetRow.respondent == respondent
        )
    )


def _begun(session: Session, survey: Survey, respondent: str) -> SurveyAnswerSetRow:
    row = _row(session, survey.code, respondent)
    if row is None:
        raise LookupError(
            f"Nobody has begun the survey {survey.code} under this key; call answer_set before recording."
        )
    return row


def _answers(row: SurveyAnswerSetRow) -> dict[str, Any]:
    return {answer.question_code: answer.value for answer in row.answers}


def _answer_set(row: SurveyAnswerSetRow) -> AnswerSet:
    return AnswerSet(row.survey_code, _answers(row), row.completed_on is not None)
