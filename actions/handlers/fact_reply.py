"""A fact as a reply: with its source, and whether it helped."""

from __future__ import annotations

from actions.facts.answers import FactAnswer, fact_reply
from actions.turn.context import ActionContext, offer_choices
from actions.turn.state import LastAnswer
from actions.turn.turn import Turn
from core.model import Reply


def reply_with_answer(context: ActionContext, turn: Turn, question: str, answer: FactAnswer) -> Reply:
    """What is said of facts; asks whether it helped."""
    reply = fact_reply(context, turn.language, answer)
    turn.state.last_answer = LastAnswer(question, title=reply.source.title if reply.source else "")
    choices = {
        "helpful": context.say("ask.helped", turn.language),
        "unhelpful": context.say("ask.not_helped", turn.language),
    }
    return offer_choices(turn, reply, "answer", choices)
