"""What was set aside for an answer and is taken up by it: words that may have told of danger, those that a machine heard, and those in doubt of
whose language its writer was asked which to go on in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from actions.handlers import emergency, language, voice
from actions.turn.context import ActionContext
from actions.turn.state import DialogueState, Offer, read_state, without_offer
from core.model import Choice, InboundMessage

ALARMING = frozenset({"yes", "more"})
"""Answers to words about danger that count as soon as they are heard."""


@dataclass(frozen=True, slots=True)
class TakenUp:
    """A message as it is to be read instead, with the conversation's memory; `calm`: its writer said that it tells of no danger; `language`:
    they chose this one for it.
    """

    message: InboundMessage
    dialogue: dict[str, Any]
    calm: bool = False
    language: str = ""


def take_up(context: ActionContext, message: InboundMessage, dialogue: dict[str, Any]) -> TakenUp | None:
    """What this message takes up; None where it is about its own words."""
    state = read_state(dialogue)
    match state.offer:
        case Offer(name=emergency.NAME) as offered:
            return _answer_about_danger(context, message, dialogue, offered)
        case Offer(name=voice.NAME) as offered:
            return _answer_about_hearing(context, message, state, offered)
    return _answer_in_which_language(context, message, state)


def _answer_in_which_language(
    context: ActionContext, message: InboundMessage, state: DialogueState
) -> TakenUp | None:
    """That they go on in the other language, in which the words are answered again where that changes nothing."""
    text = str(state.language_asked.get("text", ""))
    chosen = language.answered_language(context, message, state) if text else None
    if chosen is None:
        return None
    state.offer, state.language_chosen = None, True
    return TakenUp(replace(message, text=text, choice=None), state.to_json(), language=chosen)


def _answer_about_danger(
    context: ActionContext, message: InboundMessage, dialogue: dict[str, Any], offered: Offer
) -> TakenUp | None:
    """That nobody is in danger, so that the words go on; or, spoken, that somebody is, for which no yes is waited."""
    if message.spoken:
        is_alarming = emergency.read_answer(context, message, _choices_of(offered)) in ALARMING
        return TakenUp(replace(message, spoken=False), dialogue) if is_alarming else None
    text = emergency.set_aside(context, message, offered)
    if text is None:
        return None
    words = replace(message, text=text, choice=None, spoken=bool(offered.data.get("spoken")))
    return TakenUp(words, without_offer(dialogue), calm=True)


def _answer_about_hearing(
    context: ActionContext, message: InboundMessage, state: DialogueState, offered: Offer
) -> TakenUp | None:
    """That it was heard right, so that the words count as if written, for whatever stood open before; or, spoken, that it was not."""
    key = (message.choice or "").removeprefix(f"{voice.NAME}.") or voice.read_answer(
        context, message, _choices_of(offered)
    )
    if key != "yes":
        return TakenUp(replace(message, spoken=False), state.to_json()) if message.spoken and key else None
    state.offer = read_state({"offer": offered.data.get("before")}).offer
    words = replace(
        message,
        text=str(offered.data.get("text", "")),
        choice=None,
        spoken=False,
        intent=str(offered.data.get("wish", "")),
    )
    dialogue = state.to_json()
    return take_up(context, words, dialogue) or TakenUp(words, dialogue, calm=bool(offered.data.get("calm")))


def _choices_of(offered: Offer) -> list[Choice]:
    return [Choice(key, label) for key, label in offered.choices]
