"""Who this is and what can be done here: welcome, menu, help. The menu's buttons work at any time, however old."""

from __future__ import annotations

from actions.turn.context import BY_TEXT, ActionContext, offer
from actions.turn.state import open_form
from actions.turn.turn import Turn
from city.surveys.surveys import city_day, is_offered
from core.languages import own_name
from core.model import Reply

LABELS = {
    "report": "menu.report",
    "ask": "menu.ask",
    "survey": "menu.survey",
    "requests": "menu.requests",
    "person": "menu.person",
    "language": "menu.language",
}
"""What stands in the menu: the key of each choice and its label in the catalogue."""


def welcome(desk: ActionContext, turn: Turn) -> list[Reply]:
    """The first words of a conversation, with the menu."""
    return [_with_menu(desk, turn, f"{introduction(desk, turn)}\n\n{desk.say('menu.what', turn.language)}")]


def introduction(desk: ActionContext, turn: Turn) -> str:
    """Who this is, what happens with what is written, and what to do in danger; a short one."""
    if turn.message.channel in BY_TEXT:
        return desk.say("menu.intro_by_text", turn.language)
    return "\n".join(desk.say(key, turn.language) for key in ("menu.intro", "menu.privacy"))


def menu(desk: ActionContext, turn: Turn) -> list[Reply]:
    """What can be done here."""
    return [_with_menu(desk, turn, desk.say("menu.what", turn.language))]


def help_(desk: ActionContext, turn: Turn) -> list[Reply]:
    """How to talk to the bot: in a form, its ways out; else examples and the menu."""
    by_text = turn.message.channel in BY_TEXT
    if open_form(turn.dialogue):
        key = "menu.help_in_form_by_text" if by_text else "menu.help_in_form"
        return [Reply(desk.say(key, turn.language), turn.language)]
    return [_with_menu(desk, turn, desk.say("menu.help_by_text" if by_text else "menu.help", turn.language))]


def ask_away(desk: ActionContext, turn: Turn) -> list[Reply]:
    """The resident wants to ask something: the next text is a question."""
    turn.dialogue["expects"] = "question"
    return [Reply(desk.say("menu.ask_away", turn.language), turn.language)]


def other_languages(desk: ActionContext, turn: Turn) -> str:
    """The languages that are not spoken now, by their own names; by text message in the signs that every phone has."""
    others = [language for language in desk.languages if language != turn.language]
    if turn.message.channel in BY_TEXT:
        return ", ".join(desk.texts.say("language.name_by_text", language) for language in others)
    return ", ".join(own_name(desk.texts, language) for language in others)


def say_label(desk: ActionContext, turn: Turn, label: str) -> str:
    """What a choice is called: the catalogue's text of this key, which may name the other languages."""
    return desk.say(label, turn.language, others=other_languages(desk, turn))


def _with_menu(desk: ActionContext, turn: Turn, text: str) -> Reply:
    keys = list(LABELS)
    today = city_day(turn.now, desk.city.profile.timezone)
    here = (turn.message.channel, turn.language)
    if not any(is_offered(survey, today, *here) for survey in desk.city.surveys.values()):
        keys.remove("survey")
    if len(desk.languages) < 2:
        keys.remove("language")
    choices = {key: say_label(desk, turn, LABELS[key]) for key in keys}
    if open_form(turn.dialogue):
        choices = {"go_on": desk.say("menu.go_on", turn.language), **choices}
    return offer(turn, Reply(text, turn.language), "menu", choices)
