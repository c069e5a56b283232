"""The door in a terminal, for developers: everything by words and numbers, as on an old phone."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from channels.clean import clean_message
from channels.traits import ChannelTraits
from channels.vendor import Vendor
from core.model import InboundMessage, Reply, TranscriptEntry, Trouble

CHANNEL = "terminal"
TERMINAL = ChannelTraits(
    CHANNEL,
    is_pulled=True,
    has_numbered_choices=True,
    is_for_residents=False,
    is_limited=False,
    shows_writer=True,
)
VENDOR = Vendor((TERMINAL,))


def read_line(line: str, sender: str, language: str) -> InboundMessage:
    """A typed line as a message."""
    text, is_cut = clean_message(line)
    return InboundMessage(
        channel=CHANNEL,
        provider_id=uuid.uuid4().hex,
        sender=sender,
        received_at=datetime.now(UTC),
        text=text,
        trouble=Trouble.TOO_LONG if is_cut else None,
        language_hint=language,
    )


def render_reply(reply: Reply) -> str:
    """A reply as lines of plain text: choices numbered, the source of an answer below it."""
    lines = [f"{reply.by}: {reply.text}" if reply.by else reply.text]
    if reply.source:
        parts = (reply.source.title, reply.source.section, reply.source.reviewed, reply.source.url)
        lines.append("   [" + " | ".join(part for part in parts if part) + "]")
    lines.extend(
        f"  {number}. {choice.label.removeprefix(f'{number}. ')}"  # a pin's number is there already
        for number, choice in enumerate(reply.choices, 1)
    )
    return "\n".join(lines)


def city_lines(entries: list[TranscriptEntry]) -> list[str]:
    """What the city and its people said, of these lines of a transcript."""
    return [render_reply(entry.reply) for entry in entries if entry.sender != "resident"]
