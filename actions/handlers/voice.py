"""What a machine heard in a voice message: said back for a yes, and nothing done before it. Danger alone does not wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

from actions.handlers.declaration import Action
from actions.reading.words import plain_text
from actions.turn.context import ActionContext, offer_choices
from actions.turn.route import BesideForm, OfferRoute, RuleRoute, by_choices, by_key
from actions.turn.state import Offer, read_state
from actions.turn.turn import Turn
from core.model import Choice, InboundMessage, Outcome, Reply

NAME = "voice"


def ask_if_heard_right(
    context: ActionContext, turn: Turn, _text: str = "", *, said_before: str = "", wish: str = ""
) -> list[Reply]:
    """Say back what was heard, now or before, and ask whether it is right; what stood open before stands open again after a yes.

    `wish` is the intent with which what was said before is to be taken up: its speaker has chosen it, and has told that nobody is in danger.
    """
    heard = said_before or turn.message.text
    question = context.say("voice.ask", turn.language, heard=say_back(context, turn, heard))
    reply = Reply(question, turn.language, outcome=Outcome.ASKED_BACK)
    choices = {key: context.say(f"voice.{key}", turn.language) for key in ("yes", "no")}
    before = _offer_before(turn)
    return [
        offer_choices(
            turn,
            reply,
            NAME,
            choices,
            text=heard,
            wish=wish,
            calm=bool(wish) or turn.calm,
            before=before and asdict(before),
        )
    ]


def say_back(context: ActionContext, turn: Turn, heard: str) -> str:
    """What was heard, in quotation marks."""
    return context.say("voice.heard", turn.language, text=heard)


def with_what_was_heard(context: ActionContext, turn: Turn, reply: Reply) -> Reply:
    """Words about danger, followed by what they answer where a machine heard that."""
    if not turn.message.spoken:
        return reply
    return replace(reply, text=f"{reply.text}\n{say_back(context, turn, turn.message.text)}")


def _offer_before(turn: Turn) -> Offer | None:
    """What was offered before this message, or before the one that was heard wrong."""
    offered = read_state(turn.dialogue).offer
    if offered is None or offered.name != NAME:
        return offered
    return read_state({"offer": offered.data.get("before")}).offer


def read_answer(context: ActionContext, message: InboundMessage, choices: Sequence[Choice]) -> str | None:
    """A yes or no in any words for them, or one of the choices."""
    words = plain_text(message.text)
    if words in context.words.yes:
        return "yes"
    if words in context.words.no:
        return "no"
    return context.words.choice(message.text, choices)


def ask_to_write(context: ActionContext, turn: Turn, _text: str = "") -> list[Reply]:
    """It was heard wrong: it is written, or said once more. A yes never comes here: what was heard is taken up instead."""
    return [Reply(context.say("voice.write", turn.language), turn.language, outcome=Outcome.ASKED)]


ACTION = Action(
    "voice",
    rules=(RuleRoute(NAME, ask_if_heard_right, BesideForm.ALONE),),
    offers=(OfferRoute(NAME, by_key(ask_to_write), hear=by_choices(read_answer)),),
)
