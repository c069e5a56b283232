"""Danger: the number to call, at once, before anything else."""

from __future__ import annotations

from typing import Any

from actions.desk import Desk, offer
from actions.state import open_form
from actions.turn import Turn
from actions.words import clean
from bot.model import Reply


def warn(desk: Desk, turn: Turn, text: str) -> list[Reply]:
    """Say whom to call. The bot may have misheard, so the way on stays open; an open form is kept."""
    number = desk.emergency_number()
    reply = Reply(desk.say("emergency.call", turn.language), turn.language, urgent=True, phone=number)
    if open_form(turn.dialogue):
        choices = {"go_on": desk.say("emergency.go_on", turn.language)}
        return [offer(turn, reply, "menu", choices)]
    choices = {
        "report": desk.say("emergency.not_one", turn.language),
        "person": desk.say("menu.person", turn.language),
    }
    data: dict[str, Any] = {"text": clean(text)}
    return [offer(turn, reply, "instead", choices, **data)]
