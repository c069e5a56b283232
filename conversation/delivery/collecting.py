"""What belongs to a message before it can be understood: the rest of its album, and files that still lie with the provider."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from channels.clean import readable_beginning
from conversation.delivery.late_files import LateFiles
from conversation.delivery.payload_marks import URGENT
from conversation.store.conversations import ConversationStore
from core.model import InboundMessage, Trouble
from core.queue import Claim, Queue

ALBUM_REST = timedelta(seconds=1)
"""Silence after which an album is taken to be complete: its pictures come as messages of their own, a moment apart."""


class NotYet(Exception):  # noqa: N818  a state of the world rather than a fault
    """More is still to come; look at the message again in `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"not before {seconds:.1f} s")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Collected:
    """A message with everything that belongs to it, and the ids of the other inbox items that it has taken in."""

    message: InboundMessage
    others: tuple[int, ...] = ()


def collect_message(
    inbox: Queue, memory: ConversationStore, files: LateFiles, claim: Claim, now: datetime
) -> Collected:
    """The message with what can be had at once. Raises `NotYet` while its album is still coming."""
    message = memory.unpack(claim.payload, claim.lane)
    others: tuple[int, ...] = ()
    if message.album:
        message, others = _collect_album(inbox, memory, claim, message, now)
    message = files.without_unheard(message)
    if message.remote_media and not claim.payload.get(URGENT):  # danger does not wait for its pictures
        message = files.promptly(message)
    return Collected(message, others)


def _collect_album(
    inbox: Queue, memory: ConversationStore, claim: Claim, message: InboundMessage, now: datetime
) -> tuple[InboundMessage, tuple[int, ...]]:
    others, newest = [], message.received_at
    for item_id, payload in inbox.followers(claim):
        other = memory.unpack(payload, claim.lane)
        if other.album == message.album:
            others.append(item_id)
            newest = max(newest, other.received_at)
            message = join_messages(message, other)
    if (rest := newest + ALBUM_REST - now) > timedelta():
        raise NotYet(rest.total_seconds())
    return message, tuple(others)


def join_messages(message: InboundMessage, other: InboundMessage) -> InboundMessage:
    """Both as one, with a line for the words of each and all files; what is too long together is said to be so."""
    joined = "\n".join(text for text in (message.text, other.text) if text)
    text = readable_beginning(joined)
    return replace(
        message,
        text=text,
        remote_media=message.remote_media + other.remote_media,
        attachments=message.attachments + other.attachments,
        trouble=message.trouble or other.trouble or (Trouble.TOO_LONG if text != joined else None),
    )
