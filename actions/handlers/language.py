"""Changing the language, at any time, also in the middle of a form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from actions.handlers.declaration import Action
from actions.reading.words import clean_text, plain_text
from actions.turn.context import ActionContext, offer_choices
from actions.turn.route import (
    BesideForm,
    IntentRoute,
    Interrupts,
    MenuRoute,
    MenuSuggestion,
    OfferRoute,
    RuleRoute,
    by_key,
)
from actions.turn.state import DialogueState, Offer
from actions.turn.turn import Fit, Turn
from channels.registry import traits_of
from core.languages import names_of, own_name
from core.model import Choice, InboundMessage, Outcome, Reply
from core.other_languages import other_languages, say_not_offered
from core.texts import phrases_expression

NAME = "language"
SAID_AGAIN = frozenset({Outcome.UNSURE, Outcome.UNKNOWN, Outcome.UNCLEAR, Outcome.NOT_OURS})
"""Outcomes that change nothing, so that the same words may be answered once more; so may what is quoted from a source."""


def change_language(context: ActionContext, turn: Turn, language: str) -> list[Reply]:
    """Speak this language from now on; asks which when it is not one that is offered."""
    if language not in context.languages:
        return ask_which_language(context, turn)
    turn.language = language
    turn.state.language_chosen = True
    return [Reply(context.say("language.changed", language), language)]


def change_as_wished(context: ActionContext, turn: Turn, text: str) -> list[Reply]:
    """Change to the language that a sentence wishes for this conversation, or ask which."""
    named = wished_languages(context, text)
    others = [code for code in named if code != turn.language]
    return (
        change_language(context, turn, (others or named)[0]) if named else ask_which_language(context, turn)
    )


def wished_languages(context: ActionContext, text: str) -> list[str]:
    """The languages that a text names, without those that are not spoken; none where it says what somebody else speaks."""
    words = plain_text(text)
    if any(re.search(said, words) for said in context.texts.words_of_all("language.of_somebody")):
        return []
    names = {
        code: phrases_expression(tuple(names_of(context.texts, code))).pattern for code in context.languages
    }
    not_spoken = "|".join(context.texts.words_of_all("language.not_spoken"))
    spoken = re.sub(rf"(?:{not_spoken}) ?(?:{'|'.join(names.values())})", " ", words)
    return [code for code, name in names.items() if re.search(name, spoken)]


def ask_which_language(context: ActionContext, turn: Turn, _text: str = "") -> list[Reply]:
    """Offer the languages, each by its own name: somebody looks for it who does not read the present one."""
    choices = {language: own_name(context.texts, language) for language in context.languages}
    reply = Reply(context.say("language.which", turn.language), turn.language, outcome=Outcome.ASKED)
    return [offer_choices(turn, reply, NAME, choices)]


def tell_not_offered(context: ActionContext, turn: Turn, code: str) -> list[Reply]:
    """In the writer's own language that it is not spoken here, whom to call, also in danger, and which languages are; a person beside it."""
    if code not in other_languages():
        return ask_which_language(context, turn)
    turn.unanswered = True
    phone = context.city.profile.city_phone
    names = ", ".join(own_name(context.texts, language) for language in context.languages)
    said = say_not_offered(code, names, phone, context.emergency_number())
    reply = Reply(said, turn.language, phone=phone or None, outcome=Outcome.UNREADABLE)
    return [offer_choices(turn, reply, "menu", {"person": context.say("menu.person", turn.language)})]


def ask_in_both(context: ActionContext, turn: Turn, replies: list[Reply]) -> list[Reply]:
    """Below the replies, once in a conversation and in both languages, which to go on in where that is in doubt; never beside danger.

    What else may be answered stays open: buttons stand beside its own, and where choices have numbers the languages are words to write.
    """
    turn.state.language_asked.pop("text", None)
    if not turn.also or turn.rule or not replies or _is_beside(turn, replies):
        return replies
    codes, *before, last = (turn.also, turn.language), *replies
    turn.state.language_asked = {"of": list(codes), "text": _text_to_take_up(turn, replies)}
    return [*before, _with_question(context, turn, last, codes)]


def _with_question(context: ActionContext, turn: Turn, last: Reply, codes: Sequence[str]) -> Reply:
    """The reply with the question in these languages below it, and a way to answer it."""
    is_open, names = turn.state.offer is not None or bool(last.choices), _names_here(context, turn)
    by_word = is_open and (last.several or traits_of(turn.message.channel).has_numbered_choices)
    key = "language.go_on_by_word" if by_word else "language.go_on"
    asked = "\n".join(context.say(key, code, name=names[code].upper()) for code in codes)
    last = replace(last, text=f"{last.text}\n\n{asked}")
    offered = {code: names[code] for code in codes}
    if not is_open:
        return offer_choices(turn, last, NAME, offered, asked=True)
    return last if by_word else replace(last, choices=(*last.choices, *_as_choices(offered)))


def _is_beside(turn: Turn, replies: Sequence[Reply]) -> bool:
    """Whether what is said is no place for the question: about danger, or asking which language already."""
    offer = turn.state.offer
    about_danger = any(reply.urgent for reply in replies) or (offer is not None and offer.name == "danger")
    return about_danger or turn.also == turn.language or (offer is not None and offer.name == NAME)


def _text_to_take_up(turn: Turn, replies: Sequence[Reply]) -> str:
    """What was written, where answering it once more in the other language changes nothing."""
    is_done = turn.state.form is not None or turn.fit is not Fit.NO
    is_told = all(reply.source or reply.outcome in SAID_AGAIN for reply in replies)
    return "" if is_done or not is_told else clean_text(turn.message.text)


def _names_here(context: ActionContext, turn: Turn) -> dict[str, str]:
    """The languages by their own names; by text message in the signs that every phone has."""
    if traits_of(turn.message.channel).has_plain_letters:
        return {code: context.texts.say("language.name_by_text", code) for code in context.languages}
    return {code: own_name(context.texts, code) for code in context.languages}


def _as_choices(offered: Mapping[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(f"{NAME}.{code}", label) for code, label in offered.items())


def pressed_language(context: ActionContext, message: InboundMessage) -> Offer | None:
    """The offer whose button this is, which counts at any time, whatever was asked since; None where it is another one's."""
    name, _, code = (message.choice or "").partition(".")
    if name != NAME or code not in context.languages:
        return None
    return Offer(NAME, [(each, own_name(context.texts, each)) for each in context.languages])


def offer_to_keep(state: DialogueState, offered: Offer | None) -> Offer | None:
    """What stands open beside the button of a language that was pressed, and goes on to."""
    is_pressed = offered is not None and offered.name == NAME
    return state.offer if is_pressed and state.offer and state.offer.name != NAME else None


def hear_choice(context: ActionContext, message: InboundMessage, offered: Offer) -> str | None:
    """The language that is named, or in which is said yes to the question that was put in each."""
    choices = [Choice(key, label) for key, label in offered.choices]
    if (key := context.words.choice(message.text, choices)) or not offered.data.get("asked"):
        return key
    said = plain_text(message.text)
    agreeing = [
        choice.key
        for choice in choices
        if said in map(plain_text, context.texts.words("words.yes", choice.key))
    ]
    return agreeing[0] if len(agreeing) == 1 else None


def answered_language(context: ActionContext, message: InboundMessage, state: DialogueState) -> str | None:
    """The other language, where a message answers the question in both with it."""
    asked = state.language_asked.get("of") or [""]
    if pressed_language(context, message):
        key = str(message.choice).partition(".")[2]
    elif state.offer and state.offer.name == NAME and not message.choice:
        key = hear_choice(context, message, state.offer) or ""
    else:
        key = ""
    return key if key and key == asked[0] else None


def are_several(context: ActionContext, _turn: Turn) -> bool:
    """Whether there is a language to choose."""
    return len(context.languages) > 1


ACTION = Action(
    "language",
    intents=(
        IntentRoute(
            "change_language",
            change_as_wished,
            interrupts=Interrupts.ALWAYS,
            suggestion=MenuSuggestion("language", "menu.language", are_several),
        ),
    ),
    rules=(
        RuleRoute("language", change_language, BesideForm.CHOOSE),
        RuleRoute("not_offered", tell_not_offered),
    ),
    menu=(
        MenuRoute(
            "language", ask_which_language, BesideForm.CHOOSE, label="menu.language", is_listed=are_several
        ),
    ),
    offers=(OfferRoute(NAME, by_key(change_language), BesideForm.CHOOSE, hear=hear_choice, is_needed=True),),
)
