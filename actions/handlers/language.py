"""Changing the language, at any time, also in the middle of a form."""

from __future__ import annotations

import re

from actions.handlers.declaration import Action
from actions.reading.words import plain_text
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
from actions.turn.turn import Turn
from core.languages import names_of, own_name
from core.model import Outcome, Reply
from core.other_languages import other_languages, say_not_offered
from core.texts import phrases_expression


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
    return [offer_choices(turn, reply, "language", choices)]


def tell_not_offered(context: ActionContext, turn: Turn, code: str) -> list[Reply]:
    """In the writer's own language that it is not spoken here, whom to call and which languages are; a person beside it."""
    if code not in other_languages():
        return ask_which_language(context, turn)
    turn.unanswered = True
    phone = context.city.profile.city_phone
    names = ", ".join(own_name(context.texts, language) for language in context.languages)
    said = say_not_offered(code, names, phone)
    reply = Reply(said, turn.language, phone=phone or None, outcome=Outcome.UNREADABLE)
    return [offer_choices(turn, reply, "menu", {"person": context.say("menu.person", turn.language)})]


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
    offers=(OfferRoute("language", by_key(change_language), BesideForm.CHOOSE, is_needed=True),),
)
