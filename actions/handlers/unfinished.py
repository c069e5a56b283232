"""A report whose writer has fallen silent: it is filed as it is where its kind and place are known, else its open question is asked once more."""

from __future__ import annotations

from datetime import timedelta

from actions.forms.engine import FormSession
from actions.forms.fields import ATTRIBUTE, Field
from actions.forms.report_fields import REPORT, say_not_sent, service_of
from actions.handlers import report
from actions.reading.draft_questions import DraftQuestion
from actions.turn.context import ActionContext, finish_reply
from actions.turn.decision import Lead
from actions.turn.state import DialogueState
from actions.turn.turn import Fit, Turn
from core.model import Reply

REMINDED = "reminded"
"""The hint of a form whose writer was asked once more."""


def is_draft(state: DialogueState) -> bool:
    """Whether a report stands open."""
    return state.form is not None and state.form.name == REPORT


def settle_silence(context: ActionContext, turn: Turn) -> list[Reply]:
    """File the open report unfinished, or ask once more for what it lacks; nothing when that was asked before, or no report stands open."""
    form = turn.state.form
    if form is None or not is_draft(turn.state):
        return []
    session = FormSession.resume(context, report.FLOW, turn, form)
    left = questions_left(session)
    if left is None and form.hints.get(REMINDED):
        return []
    turn.state.offer = None
    replies = _remind(session) if left is None else _file(session, left)
    turn.store_state()
    return [finish_reply(context, reply) for reply in replies]


def questions_left(session: FormSession) -> list[Field] | None:
    """The service's own questions that should be answered first and are not; None where what, which kind or where is not known."""
    form = session.form
    left = [
        each
        for each in session.fields
        if each.required and not form.is_answered(each.name) and each.applies(form.values)
    ]
    return left if all(each.name.startswith(ATTRIBUTE) for each in left) else None


def answer_about_draft(session: FormSession | None) -> list[Reply] | None:
    """What stands with the open report, for a text that asks after it, and its open question in other words; None for any other text."""
    if session is None or session.form.name != REPORT or not (asked := _question_in(session)):
        return None
    session.turn.decision.take(Lead.QUESTION, REPORT)
    by_when = _say_by_when(session) if asked is DraftQuestion.WHEN else ""
    not_sent = say_not_sent(session.context, session.form, session.language)
    return session.ask([" ".join(filter(None, (not_sent, by_when)))], again=True)


def _question_in(session: FormSession) -> DraftQuestion | None:
    """What this message asks after the report; what answers the open question, or names a place, asks nothing."""
    context, message = session.context, session.turn.message
    asked = None if message.choice else context.draft_questions.read(message.text)
    if asked is None or session.turn.fit is Fit.SURE or session.is_answer():
        return None
    return None if context.city.gazetteer.extract(message.text, session.language) else asked


def _say_by_when(session: FormSession) -> str:
    """What the service promises, from now on."""
    context, service = session.context, service_of(session.context, session.form)
    if service is None:
        return ""
    if service.days is None:
        return session.say("report.filed_no_date")
    day = context.calendar.say_day(session.turn.now + timedelta(days=service.days), session.language)
    return session.say("drafts.by_day", day=day)


def _file(session: FormSession, left: list[Field]) -> list[Reply]:
    session.close()
    return [report.file_report(session, left)]


def _remind(session: FormSession) -> list[Reply]:
    session.form.hints[REMINDED] = True
    return session.ask([say_not_sent(session.context, session.form, session.language)], again=True)
