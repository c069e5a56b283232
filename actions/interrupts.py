"""Whether a message that could be the answer to the open question is something else instead."""

from __future__ import annotations

from actions.forms.fields import Field
from actions.forms.report_fields import REPORT
from actions.turn.context import ActionContext
from actions.turn.route import Interrupts, Searches
from actions.turn.turn import Turn

FREE = {"text", "story", "contact", "place", "service", "remark", "when"}
"""Kinds of question whose answer may be any words, so that only something very clear counts as an interruption."""

VERY_SURE = 0.8


def asks_aside(context: ActionContext, turn: Turn, field: Field) -> bool:
    """Whether a question came where only certain answers count; the library is asked even if the NLU makes nothing of it."""
    return field.kind not in FREE and not turn.message.choice and context.is_question(turn.message.text)


def interrupts_form(context: ActionContext, turn: Turn, field: Field) -> bool:
    """True when the NLU is sure that this text is a wish of its own; a text it is unsure of is an answer."""
    understanding = turn.understanding
    if understanding is None or turn.message.choice:
        return False
    best, threshold = understanding.best, context.settings.nlu_threshold
    at = interrupts_at(context, best.name)
    if at is Interrupts.NEVER or best.confidence < threshold or _is_kept(context, turn, best.name):
        return False
    if field.kind not in FREE:
        return True
    if at is Interrupts.QUESTION:
        return context.is_question(turn.message.text)
    return at is Interrupts.ALWAYS and best.confidence >= max(threshold, VERY_SURE)


def _is_kept(context: ActionContext, turn: Turn, intent: str) -> bool:
    """Whether this is another problem, told in the middle of a report: it is kept with it, and never asks to drop what is open."""
    route, form = context.intents.get(intent), turn.state.form
    return (
        form is not None and form.name == REPORT and route is not None and route.searches is Searches.SERVICES
    )


def interrupts_at(context: ActionContext, intent: str) -> Interrupts:
    """At which questions this intent counts, as its action declares it."""
    route = context.intents.get(intent)
    return route.interrupts if route else Interrupts.CLOSED
