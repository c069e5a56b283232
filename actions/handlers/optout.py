"""Stopping and starting again to be written to. What a resident writes is always answered.

Exact words act at once. A wish that was only understood is asked back, because who is silenced by mistake loses the line to the city.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from actions.handlers import unclear
from actions.handlers.declaration import Action
from actions.reading.words import plain_text
from actions.turn.context import ActionContext, led_by, offer_choices
from actions.turn.route import BesideForm, IntentRoute, Interrupts, OfferRoute, RuleRoute, by_choices
from actions.turn.turn import Turn
from channels.registry import traits_of
from core.model import Choice, InboundMessage, Outcome, Reply

OFFER = "optout"


def stop_writing(context: ActionContext, turn: Turn, _text: str = "") -> list[Reply]:
    """The city does not write first any more; where carriers rule, it does not write at all. The farewell says how to come back."""
    turn.stopped = True
    farewell = context.say(_by_channel(turn, "optout.stopped", "optout.stopped_web"), turn.language)
    return [Reply(farewell, turn.language, outcome=Outcome.OPTED_OUT)]


def start_writing(context: ActionContext, turn: Turn, _text: str = "") -> list[Reply]:
    """The city may write again."""
    turn.stopped = False
    return [Reply(context.say("optout.started", turn.language), turn.language)]


def ask_whether_to_stop(context: ActionContext, turn: Turn, _text: str = "") -> list[Reply]:
    """Whether the resident means it; only an explicit yes stops anything."""
    labels = {"yes": "optout.yes_label", "no": "optout.no_label"}
    choices = {key: context.say(label, turn.language) for key, label in labels.items()}
    question = context.say(_by_channel(turn, "optout.ask", "optout.ask_web"), turn.language)
    reply = Reply(question, turn.language, outcome=Outcome.ASKED_BACK)
    return [offer_choices(turn, reply, OFFER, choices, text=turn.message.text)]


def take_understood_wish(context: ActionContext, turn: Turn, text: str) -> list[Reply]:
    """The NLU takes a text for the wish to stop: asked back if it speaks of that at all, else one of the things it may mean.

    Beside an open form nothing is asked but its own question.
    """
    if context.wishes.may_ask_to_stop(text) and turn.state.form:
        return [hint_at_stop(context, turn)]
    if context.wishes.may_ask_to_stop(text):
        return ask_whether_to_stop(context, turn)
    return unclear.ask_openly(context, turn, text)


def read_answer(context: ActionContext, message: InboundMessage, choices: Sequence[Choice]) -> str | None:
    """The answer to the question: yes by its number or in so many words; "ok" and the like may mean anything."""
    words = plain_text(message.text)
    if any(words == plain_text(yes) for yes in context.texts.words_of_all("optout.yes")):
        return "yes"
    key = context.words.choice(message.text, choices)
    if key != "yes" or words == plain_text(choices[0].label):
        return key
    by_number = context.words.choice(message.text, choices, by_number=False) is None
    return key if by_number else None


def take_choice(context: ActionContext, turn: Turn, key: str, data: dict[str, Any]) -> list[Reply]:
    """Yes: stop. No: nothing changes, and what was meant instead is asked."""
    if key == "yes":
        return stop_writing(context, turn)
    first, *rest = unclear.ask_openly(context, turn, str(data.get("text", "")))
    return [led_by([context.say("optout.kept", turn.language)], first), *rest]


def hint_at_stop(context: ActionContext, turn: Turn) -> Reply:
    """How to stop everything, for somebody who seems to wish it in the middle of a form."""
    return Reply(
        context.say(_by_channel(turn, "optout.hint", "optout.hint_web"), turn.language), turn.language
    )


def is_carriers_word(context: ActionContext, turn: Turn) -> bool:
    """Whether the message is one of the words ("cancel", "end") that stop texts where no question stands open."""
    words = plain_text(turn.message.text)
    listed = context.texts.words_of_all("gate.stop_sms")
    by_carrier = traits_of(turn.message.channel).has_carrier_rules
    return by_carrier and any(words == plain_text(word) for word in listed)


def _by_channel(turn: Turn, by_text: str, elsewhere: str) -> str:
    return by_text if traits_of(turn.message.channel).has_carrier_rules else elsewhere


ACTION = Action(
    "optout",
    intents=(IntentRoute("opt_out", take_understood_wish, interrupts=Interrupts.NEVER),),
    rules=(
        RuleRoute("stop", stop_writing, BesideForm.ALONE),
        RuleRoute("ask_stop", ask_whether_to_stop),
        RuleRoute("start", start_writing),
    ),
    offers=(OfferRoute(OFFER, take_choice, hear=by_choices(read_answer)),),
)
