"""Stopping and starting again to be written to. What a resident writes is always answered."""

from __future__ import annotations

from actions.desk import BY_TEXT, Desk
from actions.turn import Turn
from bot.model import Reply


def stop(desk: Desk, turn: Turn) -> list[Reply]:
    """The city does not write first any more; where carriers rule, it does not write at all."""
    turn.stopped = True
    key = "optout.stopped" if turn.message.channel in BY_TEXT else "optout.stopped_web"
    return [Reply(desk.say(key, turn.language), turn.language)]


def start(desk: Desk, turn: Turn) -> list[Reply]:
    """The city may write again."""
    turn.stopped = False
    return [Reply(desk.say("optout.started", turn.language), turn.language)]
