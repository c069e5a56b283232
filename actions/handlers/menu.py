"""Who this is and what can be done here: welcome, menu, help. The menu's buttons work at any time, however old."""

from __future__ import annotations

from actions.handlers.declaration import Action
from actions.turn.context import ActionContext, offer_choices
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
from core.model import Outcome, Reply


def welcome_resident(context: ActionContext, turn: Turn) -> list[Reply]:
    """The first words of a conversation, with the menu."""
    said = (introduce_city(context, turn), context.say("menu.what", turn.language))
    return [_with_menu(context, turn, "\n\n".join(filter(None, said)))]


def introduce_city(context: ActionContext, turn: Turn) -> str:
    """Who this is, what happens with what is written, and what to do in danger; a short one. Empty where the client has said it."""
    if turn.message.greeted:
        return ""
    by_text, warned = traits_of(turn.message.channel).has_carrier_rules, turn.state.warned
    if by_text:
        return context.say("menu.intro_by_text_warned" if warned else "menu.intro_by_text", turn.language)
    intro = context.say("menu.intro_warned" if warned else "menu.intro", turn.language)
    return f"{intro}\n{context.say('menu.privacy', turn.language)}"


def lead_by_introduction(context: ActionContext, turn: Turn, replies: list[Reply]) -> list[Reply]:
    """The replies, to somebody new behind an introduction; it waits while there is danger, and for who wants no messages."""
    state = turn.state
    state.introduced = not turn.first if state.introduced is None else state.introduced
    leaves = turn.rule is not None and turn.rule.name == "stop"
    is_urgent = any(reply.urgent for reply in replies)
    if state.introduced or leaves or is_urgent:
        state.warned = state.warned or is_urgent
        return replies
    state.introduced = True
    intro = introduce_city(context, turn)
    if any(intro in reply.text for reply in replies):
        return replies
    return [Reply(intro, turn.language, outcome=Outcome.TOLD), *replies]


def show_menu(context: ActionContext, turn: Turn, _text: str = "") -> list[Reply]:
    """What can be done here."""
    return [_with_menu(context, turn, context.say("menu.what", turn.language))]


def begin(context: ActionContext, turn: Turn, _text: str = "") -> list[Reply]:
    """The menu; to somebody new the first words."""
    return welcome_resident(context, turn) if turn.first else show_menu(context, turn)


def show_help(context: ActionContext, turn: Turn, _text: str = "") -> list[Reply]:
    """How to talk to the bot: in a form, its ways out; else examples and the menu."""
    by_text = traits_of(turn.message.channel).has_carrier_rules
    if turn.state.form:
        key = "menu.help_in_form_by_text" if by_text else "menu.help_in_form"
        return [Reply(context.say(key, turn.language), turn.language)]
    return [
        _with_menu(context, turn, context.say("menu.help_by_text" if by_text else "menu.help", turn.language))
    ]


def other_languages(context: ActionContext, turn: Turn) -> str:
    """The languages that are not spoken now, by their own names; by text message in the signs that every phone has."""
    others = [language for language in context.languages if language != turn.language]
    if traits_of(turn.message.channel).has_plain_letters:
        return ", ".join(context.texts.say("language.name_by_text", language) for language in others)
    return ", ".join(own_name(context.texts, language) for language in others)


def say_label(context: ActionContext, turn: Turn, label: str) -> str:
    """What a choice is called: the catalogue's text of this key, which may name the other languages."""
    return context.say(label, turn.language, others=other_languages(context, turn))


def _with_menu(context: ActionContext, turn: Turn, text: str) -> Reply:
    listed = [route for route in context.menu.values() if route.is_listed(context, turn)]
    choices = {route.name: say_label(context, turn, route.label) for route in listed}
    if turn.state.form:
        choices = {"go_on": context.say("menu.go_on", turn.language), **choices}
    return offer_choices(turn, Reply(text, turn.language), "menu", choices)


ACTION = Action(
    "menu",
    intents=(
        IntentRoute(
            "show_menu",
            show_menu,
            BesideForm.CHOOSE,
            interrupts=Interrupts.ALWAYS,
            suggestion=MenuSuggestion("menu", "menu.more"),
        ),
    ),
    rules=(
        RuleRoute("menu", begin, BesideForm.CHOOSE, words=WordsCount.ALWAYS),
        RuleRoute("help", show_help, words=WordsCount.ALWAYS),
    ),
    menu=(MenuRoute("menu", show_menu, BesideForm.CHOOSE, label="menu.more", is_listed=is_never),),
)
