"""The terminal shows everything as words and numbers."""

from __future__ import annotations

from channels.terminal import CHANNEL, read_line, render_reply
from core.model import Choice, Reply, Source


def test_choices_are_numbered_and_the_source_stands_below_the_answer():
    reply = Reply(
        "Every Tuesday.",
        choices=(Choice("more", "More"), Choice("ok", "That helped")),
        source=Source("Trash days", "Westhill", "https://penstock.example/trash", "2026-02-10"),
    )
    assert render_reply(reply).splitlines() == [
        "Every Tuesday.",
        "   [Trash days | Westhill | 2026-02-10 | https://penstock.example/trash]",
        "  1. More",
        "  2. That helped",
    ]


def test_every_typed_line_is_a_message_of_its_own():
    first, second = read_line("  hello ", "me", "en"), read_line("hello", "me", "en")
    assert (first.channel, first.text, first.language_hint) == (CHANNEL, "hello", "en")
    assert first.provider_id != second.provider_id


def test_the_number_of_a_pin_is_said_once():
    choices = (
        Choice("a", "1. 5th Avenue"),
        Choice("b", "2. North Main Street"),
        Choice("c", "None of these"),
    )
    shown = render_reply(Reply("Which?", choices=choices)).splitlines()
    assert shown == ["Which?", "  1. 5th Avenue", "  2. North Main Street", "  3. None of these"]
