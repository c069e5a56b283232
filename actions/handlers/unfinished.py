"""A report whose writer has fallen silent: it is filed as it is where its kind and place are known, else its open question is asked once more."""

from __future__ import annotations

from actions.forms.engine import FormSession
from actions.forms.fields import ATTRIBUTE, Field
from actions.handlers import report
from actions.handlers.report_words import describe_report
from actions.turn.context import ActionContext, finish_reply
from actions.turn.state import DialogueState
from actions.turn.turn import Turn
from core.model import Reply

REMINDED = "reminded"
"""The hint of a form whose writer was asked once more."""


def is_draft(state: DialogueState) -> bool:
    """Whether a report stands open."""
    return state.form is not None and state.form.name == report.NAME


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


def say_not_sent(session: FormSession) -> str:
    """That the open report is not sent yet, with what it is about as far as that is known."""
    if not (session.form.values.get("service") or session.form.values.get("description")):
        return session.say("report.draft_empty")
    return session.say("report.draft", what=describe_report(session))


def _file(session: FormSession, left: list[Field]) -> list[Reply]:
    session.close()
    return [report.file_report(session, left)]


def _remind(session: FormSession) -> list[Reply]:
    session.form.hints[REMINDED] = True
    return session.ask([say_not_sent(session)], again=True)
