"""What stands on the buttons beside a map with several pins: the number of each pin before its place."""

from __future__ import annotations

from dataclasses import replace

from core.model import Choice, Reply


def numbered_choices(reply: Reply) -> tuple[Choice, ...]:
    """The choices of a reply as a channel that shows maps names them."""
    pins = len(reply.map.pins) if reply.map else 0
    if pins < 2:
        return reply.choices
    return tuple(
        replace(choice, label=f"{number}. {choice.label}") if number <= pins else choice
        for number, choice in enumerate(reply.choices, 1)
    )
