"""Surveys: one question at a time, each answer kept at once and apart from who gave it, to be resumed at any time.

A form's subject is the survey's code and the version that it was begun in, `parks#2`: whoever is in the middle of a survey goes
on with the questions that they began with, also when staff have changed them since.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from actions.forms.engine import FormSession
from actions.forms.fields import Field, of_question
from actions.forms.flow import PlainFlow
from actions.handlers.declaration import Action, RasaAction
from actions.reading.words import plain_text
from actions.turn.context import ActionContext, offer_choices
from actions.turn.route import (
    BesideForm,
    IntentRoute,
    LinkRoute,
    MenuRoute,
    MenuSuggestion,
    OfferRoute,
    RuleRoute,
    by_key,
)
from actions.turn.state import Form
from actions.turn.turn import Turn
from city.people.identities import people_of
from city.records.model import Survey, text_in
from city.surveys.networks import let_in
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
    record_answer,
    version_of,
)
from core.model import Outcome, Reply

NAME = "survey"


class SurveyFlow(PlainFlow):
    """The form of the survey whose code is the form's subject."""

    def fields(self, context: ActionContext, form: Form) -> list[Field]:
        survey = _survey_of_form(context, form)
        if survey is None or not survey.is_open:
            return []
        return [of_question(question) for question in asked_questions(survey, _answers_in(form))]

    def deciding_answers(self, form: Form) -> object:
        return _answers_in(form)

    def finish(self, session: FormSession) -> list[Reply]:
        context, turn, survey = session.context, session.turn, _survey_of(session)
        if survey is None or not survey.is_open:
            return [Reply(session.say("survey.closed"), turn.language)]
        complete_set(turn.session, survey, _respondent_key(context, turn, survey), turn.now)
        thanks = text_in(survey.thanks, turn.language) or session.say("survey.thanks")
        return [replace(_with_more(context, turn, thanks), outcome=Outcome.FILED)]

    def recap(self, session: FormSession) -> str:
        survey = _survey_of(session)
        number, count = _progress_in(survey, session.form)
        title = text_in(survey.title, session.language) if survey else ""
        return session.say("survey.recap", title=title, number=number, count=count)

    def busy(self, session: FormSession) -> str:
        survey = _survey_of(session)
        return session.say(
            "forms.busy_survey", what=text_in(survey.title, session.language) if survey else ""
        )

    def left(self, session: FormSession) -> str:
        return session.say("survey.left_open")

    def answered(self, session: FormSession, field: Field) -> None:
        turn, survey, value = session.turn, _survey_of(session), session.form.values.get(field.name)
        if isinstance(value, dict):  # a place: its name is the answer
            value = value["label"]
        if survey:
            record_answer(
                turn.session, survey, _respondent_key(session.context, turn, survey), field.name, value
            )

    def forgotten(self, session: FormSession, field: Field) -> None:
        turn = session.turn
        if survey := _survey_of(session):
            forget_answer(turn.session, survey, _respondent_key(session.context, turn, survey), field.name)


FLOW = SurveyFlow()


def take_survey(context: ActionContext, turn: Turn, text: str) -> list[Reply]:
    """Somebody wants to take a survey: the one they name, the only one, or one to choose."""
    surveys = _offered_surveys(context, turn)
    if not surveys:
        return [Reply(context.say("survey.none", turn.language), turn.language)]
    words = f" {plain_text(text)} "
    named = [
        s
        for s in surveys
        if any(f" {plain_text(word)} " in words for list_ in s.keywords.values() for word in list_)
    ]
    if len(surveys) == 1 or len(named) == 1:
        return begin_survey(context, turn, (named or surveys)[0].code)
    choices = {survey.code: text_in(survey.title, turn.language) for survey in named or surveys}
    reply = Reply(context.say("survey.which", turn.language), turn.language, outcome=Outcome.ASKED)
    return [offer_choices(turn, reply, "survey", choices)]


def begin_survey(context: ActionContext, turn: Turn, code: str, *, again: bool = False) -> list[Reply]:
    """Start a survey, or go on where the resident stopped; `again` lets them change their answers, or answer a newer version.

    Without a code it is asked which.
    """
    if not code:
        return take_survey(context, turn, "")
    survey = context.city.surveys.get(code)
    refusal = _not_now(context, turn, survey)
    if survey is None or refusal:
        return [_with_more(context, turn, refusal)]
    return _take(context, turn, survey, again=again)


def _take(context: ActionContext, turn: Turn, survey: Survey, *, again: bool) -> list[Reply]:
    """Take a survey that may be taken now and here, at the place where this resident stands in it."""
    respondent = _respondent_key(context, turn, survey)
    known = find_answer_set(turn.session, survey.code, respondent)
    if known and known.completed:
        is_outdated = known.version < survey.version
        if not again:
            return [_reply_already_taken(context, turn, survey, outdated=is_outdated)]
        if is_outdated:
            leave_behind(turn.session, survey.code, respondent)
            known = None
    if known is None and not _let_in(context, turn, survey):
        return [_with_more(context, turn, context.say("survey.too_many_here", turn.language))]
    return _open(context, turn, survey, respondent, known.answers if known and not again else {})


def _open(
    context: ActionContext, turn: Turn, survey: Survey, respondent: str, answers: Mapping[str, Any]
) -> list[Reply]:
    """Ask the questions of a survey, or go on behind the answers that there are."""
    begun = answer_set(
        turn.session, survey, respondent, turn.language, turn.now, channel=turn.message.channel
    )
    survey = version_of(survey, begun.version)
    session = FormSession(context, FLOW, turn, Form(NAME, subject=f"{survey.code}#{begun.version}"))
    if not answers:
        return session.go_on([text_in(survey.intro, turn.language)])
    _fill_form(session.form, answers)
    number, count = _progress_in(survey, session.form)
    title = text_in(survey.title, turn.language)
    return session.go_on([session.say("survey.resumed", title=title, number=number, count=count)])


def _let_in(context: ActionContext, turn: Turn, survey: Survey) -> bool:
    """Whether somebody more may begin it today from where this message came; anonymous answers are easily given by the hundred."""
    day = city_day(turn.now, context.city.profile.timezone)
    keys = [context.respondent_key(f"{survey.code} {day}", f"network {one}") for one in turn.message.networks]
    return let_in(turn.session, survey.code, day, keys)


def chosen_again(context: ActionContext, turn: Turn, key: str, data: dict[str, Any]) -> list[Reply]:
    """Whether to change the answers of a finished survey."""
    if key == "again":
        return begin_survey(context, turn, str(data.get("code", "")), again=True)
    return [Reply(context.say("survey.left", turn.language), turn.language)]


def _survey_of(session: FormSession) -> Survey | None:
    return _survey_of_form(session.context, session.form)


def _survey_of_form(context: ActionContext, form: Form) -> Survey | None:
    """The survey of a form, with the questions of the version it was begun in."""
    code, _, version = form.subject.rpartition("#")
    survey = context.city.surveys.get(code or form.subject)
    return version_of(survey, int(version)) if survey and version.isdecimal() else survey


def is_any_offered(context: ActionContext, turn: Turn) -> bool:
    """Whether there is a survey that can be taken now and here."""
    return bool(_offered_surveys(context, turn))


def _offered_surveys(context: ActionContext, turn: Turn) -> list[Survey]:
    day, channel = city_day(turn.now, context.city.profile.timezone), turn.message.channel
    return [s for s in context.city.surveys.values() if is_offered(s, day, channel, turn.language)]


def _not_now(context: ActionContext, turn: Turn, survey: Survey | None) -> str:
    """Why this survey cannot be taken now and here; empty when it can. Another language than one's own keeps nobody from it."""
    if survey is None:
        return context.say("survey.unknown", turn.language)
    day, title = city_day(turn.now, context.city.profile.timezone), text_in(survey.title, turn.language)
    if survey.is_open and survey.opens_on and day < survey.opens_on:
        opens = context.calendar.say_day(survey.opens_on, turn.language)
        return context.say("survey.opens", turn.language, title=title, day=opens)
    if not is_open_on(survey, day):
        return context.say("survey.closed", turn.language)
    if survey.channels and turn.message.channel not in survey.channels:
        keys, known = (f"survey.on_{channel}" for channel in survey.channels), context.texts.sentences
        names = (context.say(key, turn.language) for key in keys if key in known[context.texts.fallback])
        return context.say("survey.elsewhere", turn.language, title=title, where=", ".join(names))
    return ""


def _reply_already_taken(context: ActionContext, turn: Turn, survey: Survey, *, outdated: bool) -> Reply:
    """They have taken it: change the answers, or answer the newer questions."""
    title = text_in(survey.title, turn.language)
    key = "survey.already_before" if outdated else "survey.already"
    again = "survey.answer_new" if outdated else "survey.change_answers"
    reply = Reply(context.say(key, turn.language, title=title), turn.language, outcome=Outcome.ASKED_BACK)
    choices = {
        "again": context.say(again, turn.language),
        "no": context.say("survey.leave_as_is", turn.language),
    }
    return offer_choices(turn, reply, "survey-again", choices, code=survey.code)


def _with_more(context: ActionContext, turn: Turn, text: str) -> Reply:
    return offer_choices(
        turn, Reply(text, turn.language), "menu", {"menu": context.say("menu.more", turn.language)}
    )


def _respondent_key(context: ActionContext, turn: Turn, survey: Survey) -> str:
    """The key under which this person answers: one answer set, at whichever of their doors they began."""
    keys = [context.respondent_key(survey.code, person) for person in people_of(turn.session, turn.person_id)]
    begun = (key for key in keys if find_answer_set(turn.session, survey.code, key))
    return next(begun, keys[0])


def _answers_in(form: Form) -> dict[str, Any]:
    return {**form.values, **dict.fromkeys(form.skipped)}


def _fill_form(form: Form, answers: Mapping[str, Any]) -> None:
    for code, value in answers.items():
        if value is None:
            form.skipped.append(code)
        else:
            form.values[code] = value
        form.trail.append(code)


def _progress_in(survey: Survey | None, form: Form) -> tuple[int, int]:
    if survey is None:
        return 1, 1
    answers = _answers_in(form)
    questions = asked_questions(survey, answers)
    return min(sum(question.code in answers for question in questions) + 1, len(questions)), len(questions)


ACTION = Action(
    "survey",
    intents=(
        IntentRoute(
            "take_survey",
            take_survey,
            BesideForm.ASK_FIRST,
            suggestion=MenuSuggestion("survey", "menu.survey"),
        ),
    ),
    rules=(RuleRoute("survey", begin_survey, BesideForm.ASK_FIRST),),
    menu=(
        MenuRoute("survey", take_survey, BesideForm.ASK_FIRST, label="menu.survey", is_listed=is_any_offered),
    ),
    links=(LinkRoute("survey", begin_survey, BesideForm.ASK_FIRST),),
    offers=(
        OfferRoute("survey", by_key(begin_survey), BesideForm.ASK_FIRST, is_needed=True),
        OfferRoute("survey-again", chosen_again, is_needed=True),
    ),
    forms={NAME: FLOW},
    rasa=RasaAction("action_take_survey", "take_survey", "survey", entity="survey", link="survey"),
)
