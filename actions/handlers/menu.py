"""Who this is and what can be done here: welcome, menu, help. The menu's buttons work at any time, however old."""

from __future__ import annotations

from actions.handlers.declaration import Action
from actions.turn.context import ActionContext, offer
from actions.turn.route import (
    BesideForm,
    IntentRoute,
    Interrupts,
    MenuRoute,
    MenuSuggestion,
    RuleRoute,
    WordsCount,
    is_never,
)
from actions.turn.turn import Turn
from channels.registry import traits_of
from core.languages import own_name
from core.model import Reply


def welcome(desk: ActionContext, turn: Turn) -> list[Reply]:
    """The first words of a conversation, with the menu."""
    return [_with_menu(desk, turn, f"{introduction(desk, turn)}\n\n{desk.say('menu.what', turn.language)}")]


def introduction(desk: ActionContext, turn: Turn) -> str:
    """Who this is, what happens with what is written, and what to do in danger; a short one."""
    if traits_of(turn.message.channel).has_carrier_rules:
        return desk.say("menu.intro_by_text", turn.language)
    return "\n".join(desk.say(key, turn.language) for key in ("menu.intro", "menu.privacy"))


def menu(desk: ActionContext, turn: Turn, _text: str = "") -> list[Reply]:
    """What can be done here."""
    return [_with_menu(desk, turn, desk.say("menu.what", turn.language))]


def begin(desk: ActionContext, turn: Turn, _text: str = "") -> list[Reply]:
    """The menu; to somebody new the first words."""
    return welcome(desk, turn) if turn.first else menu(desk, turn)


def help_(desk: ActionContext, turn: Turn, _text: str = "") -> list[Reply]:
    """How to talk to the bot: in a form, its ways out; else examples and the menu."""
    by_text = traits_of(turn.message.channel).has_carrier_rules
    if turn.state.form:
        key = "menu.help_in_form_by_text" if by_text else "menu.help_in_form"
        return [Reply(desk.say(key, turn.language), turn.language)]
    return [_with_menu(desk, turn, desk.say("menu.help_by_text" if by_text else "menu.help", turn.language))]


def other_languages(desk: ActionContext, turn: Turn) -> str:
    """The languages that are not spoken now, by their own names; by text message in the signs that every phone has."""
    others = [language for language in desk.languages if language != turn.language]
    if traits_of(turn.message.channel).has_plain_letters:
        return ", ".join(desk.texts.say("language.name_by_text", language) for language in others)
    return ", ".join(own_name(desk.texts, language) for language in others)


def say_label(desk: ActionContext, turn: Turn, label: str) -> str:
    """What a choice is called: the catalogue's text of this key, which may name the other languages."""
    return desk.say(label, turn.language, others=other_languages(desk, turn))


def _with_menu(desk: ActionContext, turn: Turn, text: str) -> Reply:
    listed = [route for route in desk.menu.values() if route.is_listed(desk, turn)]
    choices = {route.name: say_label(desk, turn, route.label) for route in listed}
    if turn.state.form:
        choices = {"go_on": desk.say("menu.go_on", turn.language), **choices}
    return offer(turn, Reply(text, turn.language), "menu", choices)


ACTION = Action(
    "menu",
    intents=(
        IntentRoute(
            "show_menu",
            menu,
            BesideForm.CHOOSE,
            interrupts=Interrupts.ALWAYS,
            suggestion=MenuSuggestion("menu", "menu.more"),
        ),
    ),
    rules=(
        RuleRoute("menu", begin, BesideForm.CHOOSE, words=WordsCount.ALWAYS),
        RuleRoute("help", help_, words=WordsCount.ALWAYS),
    ),
    menu=(MenuRoute("menu", menu, BesideForm.CHOOSE, label="menu.more", is_listed=is_never),),
)
