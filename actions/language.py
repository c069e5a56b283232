"""Changing the language, at any time, also in the middle of a form."""

from __future__ import annotations

from actions.desk import Desk, offer
from actions.turn import Turn
from actions.words import plain
from bot.model import Reply

NAMES = {"en": "English", "es": "Español"}
"""Languages in their own words, as somebody looks for them who does not read the present one."""


def change(desk: Desk, turn: Turn, language: str) -> list[Reply]:
    """Speak this language from now on; asks which when it is not one that is offered."""
    if language not in desk.languages:
        return which(desk, turn)
    turn.language = language
    turn.dialogue["language_chosen"] = True
    return [Reply(desk.say("language.changed", language), language)]


def wished(desk: Desk, turn: Turn, text: str) -> list[Reply]:
    """Change to the language that a sentence names, or ask which."""
    words = set(plain(text).split())
    for language in desk.languages:
        if words & {plain(name) for name in desk.texts.words_of_all(f"language.names_{language}")}:
            return change(desk, turn, language)
    return which(desk, turn)


def which(desk: Desk, turn: Turn) -> list[Reply]:
    """Offer the languages."""
    choices = {language: NAMES.get(language, language) for language in desk.languages}
    reply = Reply(desk.say("language.which", turn.language), turn.language)
    return [offer(turn, reply, "language", choices)]
