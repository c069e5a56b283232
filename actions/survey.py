"""Surveys: one question at a time, each answer kept at once and apart from who gave it, to be resumed at any time."""

from __future__ import annotations

from typing import Any

from actions import forms
from actions.desk import Desk, offer
from actions.fields import Field, of_question
from actions.flow import PlainFlow
from actions.state import Form
from actions.turn import Turn
from actions.words import plain
from bot.model import Reply
from city.model import Survey, local
from city.people import people_of
from city.surveys import answer_set, asked, complete, find_answer_set, forget_answer, record_answer

NAME = "survey"


class SurveyFlow(PlainFlow):
    """The form of the survey whose code is the form's subject."""

    def fields(self, desk: Desk, form: Form) -> list[Field]:
        survey = desk.city.surveys.get(form.subject)
        if survey is None or not survey.is_open:
            return []
        return [of_question(question) for question in asked(survey, _answers(form))]

    def finish(self, desk: Desk, turn: Turn, form: Form) -> list[Reply]:
        survey = desk.city.surveys.get(form.subject)
        if survey is None or not survey.is_open:
            return [Reply(desk.say("survey.closed", turn.language), turn.language)]
        complete(turn.session, survey, _key(desk, turn, survey), turn.now)
        thanks = local(survey.thanks, turn.language) or desk.say("survey.thanks", turn.language)
        return [
            offer(turn, Reply(thanks, turn.language), "menu", {"menu": desk.say("menu.more", turn.language)})
        ]

    def recap(self, desk: Desk, form: Form, language: str) -> str:
        survey = desk.city.surveys.get(form.subject)
        number, count = _progress(survey, form) if survey else (1, 1)
        title = local(survey.title, language) if survey else ""
        return desk.say("survey.recap", language, title=title, number=number, count=count)

    def busy(self, desk: Desk, form: Form, language: str) -> str:
        survey = desk.city.surveys.get(form.subject)
        return desk.say("forms.busy_survey", language, what=local(survey.title, language) if survey else "")

    def left(self, desk: Desk, form: Form, language: str) -> str:  # noqa: ARG002
        return desk.say("survey.left_open", language)

    def answered(self, desk: Desk, turn: Turn, form: Form, field: Field) -> None:
        survey = desk.city.surveys[form.subject]
        value = form.values.get(field.name)
        if isinstance(value, dict):  # a place: its name is the answer
            value = value["label"]
        record_answer(turn.session, survey, _key(desk, turn, survey), field.name, value)

    def forgotten(self, desk: Desk, turn: Turn, form: Form, field: Field) -> None:
        survey = desk.city.surveys[form.subject]
        forget_answer(turn.session, survey, _key(desk, turn, survey), field.name)


FLOW = SurveyFlow()


def wished(desk: Desk, turn: Turn, text: str) -> list[Reply]:
    """Somebody wants to take a survey: the one they name, the only one, or one to choose."""
    surveys = _open_surveys(desk)
    if not surveys:
        return [Reply(desk.say("survey.none", turn.language), turn.language)]
    words = f" {plain(text)} "
    named = [
        s
        for s in surveys
        if any(f" {plain(word)} " in words for list_ in s.keywords.values() for word in list_)
    ]
    if len(surveys) == 1 or len(named) == 1:
        return begin(desk, turn, (named or surveys)[0].code)
    choices = {survey.code: local(survey.title, turn.language) for survey in named or surveys}
    return [offer(turn, Reply(desk.say("survey.which", turn.language), turn.language), "survey", choices)]


def begin(desk: Desk, turn: Turn, code: str, *, again: bool = False) -> list[Reply]:
    """Start a survey, or go on where the resident stopped; `again` lets them change their answers."""
    survey = desk.city.surveys.get(code)
    if survey is None or not survey.is_open:
        key = "survey.closed" if survey else "survey.unknown"
        reply = Reply(desk.say(key, turn.language), turn.language)
        return [offer(turn, reply, "menu", {"menu": desk.say("menu.more", turn.language)})]
    respondent = _key(desk, turn, survey)
    known = find_answer_set(turn.session, code, respondent)
    if known and known.completed and not again:
        reply = Reply(
            desk.say("survey.already", turn.language, title=local(survey.title, turn.language)), turn.language
        )
        choices = {
            "again": desk.say("survey.change_answers", turn.language),
            "no": desk.say("survey.leave_as_is", turn.language),
        }
        return [offer(turn, reply, "survey-again", choices, code=code)]
    answer_set(turn.session, survey, respondent, turn.language, turn.now)
    form = Form(NAME, subject=code)
    if known and known.answers and not again:
        _fill(form, known.answers)
        number, count = _progress(survey, form)
        title = local(survey.title, turn.language)
        note = desk.say("survey.resumed", turn.language, title=title, number=number, count=count)
    else:
        note = local(survey.intro, turn.language)
    return forms.go_on(desk, FLOW, turn, form, [note])


def chosen_again(desk: Desk, turn: Turn, key: str, data: dict[str, Any]) -> list[Reply]:
    """Whether to change the answers of a finished survey."""
    if key == "again":
        return begin(desk, turn, str(data.get("code", "")), again=True)
    return [Reply(desk.say("survey.left", turn.language), turn.language)]


def _open_surveys(desk: Desk) -> list[Survey]:
    return [survey for survey in desk.city.surveys.values() if survey.is_open]


def _key(desk: Desk, turn: Turn, survey: Survey) -> str:
    """The key under which this person answers: one answer set, at whichever of their doors they began."""
    keys = [desk.respondent_key(survey.code, person) for person in people_of(turn.session, turn.person_id)]
    begun = (key for key in keys if find_answer_set(turn.session, survey.code, key))
    return next(begun, keys[0])


def _answers(form: Form) -> dict[str, Any]:
    return {**form.values, **dict.fromkeys(form.skipped)}


def _fill(form: Form, answers: dict[str, Any]) -> None:
    for code, value in answers.items():
        if value is None:
            form.skipped.append(code)
        else:
            form.values[code] = value
        form.trail.append(code)


def _progress(survey: Survey | None, form: Form) -> tuple[int, int]:
    if survey is None:
        return 1, 1
    answers = _answers(form)
    questions = asked(survey, answers)
    return min(sum(question.code in answers for question in questions) + 1, len(questions)), len(questions)
