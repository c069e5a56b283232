"""A note that a phone or a mailbox wrote by itself: one word, in case that a person did, and silence after that."""

from __future__ import annotations

from actions.handlers.declaration import Action
from actions.turn.context import ActionContext
from actions.turn.route import BesideForm, RuleRoute
from actions.turn.turn import Turn
from core.model import Outcome, Reply


def answer_note(context: ActionContext, turn: Turn, _kind: str = "") -> list[Reply]:
    """That it reads like an automatic message, and what to do if it is none."""
    turn.state.note_answered = True
    return [Reply(context.say("unclear.automatic", turn.language), turn.language, outcome=Outcome.TOLD)]


ACTION = Action("automatic", rules=(RuleRoute("automatic", answer_note, beside=BesideForm.ALONE),))
