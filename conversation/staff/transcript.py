"""A conversation's transcript as staff read it: every line with its sender, pictures, choices, and what became of their own lines.

What a colleague has just sent and the lane has not come to yet is shown as on its way, so that nobody sends it twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversation.delivery.codes import DeliveryCode
from conversation.delivery.services import urgent_lane
from conversation.staff.traces import ShownTrace, read_traces
from conversation.store.conversations import ATTACHMENTS, REPLY
from conversation.store.staff_tables import StaffLineRow
from conversation.store.tables import Conversation, DeliveryFateRow, DeliveryRow, TranscriptLine
from core.failures import Failure, fail_with, read_failure
from core.model import Attachment, DeliveryStatus, Reply
from core.tables import QueueItem

PAGE = 100
MOST_PARTS = 20
UNSENT = ("failed", "expired", "unknown")
"""States of a delivery that was closed without our knowing that it was sent."""


class SentState(StrEnum):
    """What became of a line of staff, as far as the channel tells."""

    ON_ITS_WAY = "on_its_way"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


_Fate = tuple[SentState, Failure | None]


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One line. `sent` is None for lines of others and where the channel tells nothing; `failure` is why it did not go out. `trace` stands at
    the last line of a turn of the bot's.
    """

    sequence: int
    sender: str
    at: datetime
    reply: Reply
    attachments: tuple[Attachment, ...] = ()
    sent: SentState | None = None
    failure: Failure | None = None
    trace: ShownTrace | None = None


@dataclass(frozen=True, slots=True)
class WaitingReply:
    """Words of staff that are still waiting for their turn in the lane."""

    by: str
    text: str


@dataclass(frozen=True, slots=True)
class TextPiece:
    """A piece of a transcript, oldest line first. `earlier` and `later` are the sequence numbers to go on from, 0 where there is no more."""

    lines: tuple[ShownLine, ...]
    earlier: int
    later: int


def read_piece(
    session: Session, conversation: Conversation, *, around: int = 0, limit: int = PAGE
) -> TextPiece:
    """The last `limit` lines, or those around a line."""
    last = conversation.last_sequence
    end = min(last, around + limit // 2) if around > 0 else last
    start = max(1, end - limit + 1)
    rows = session.execute(
        select(TranscriptLine)
        .where(
            TranscriptLine.conversation_id == conversation.id,
            TranscriptLine.sequence >= start,
            TranscriptLine.sequence <= end,
        )
        .order_by(TranscriptLine.sequence)
    )
    found = [row[0] for row in rows]
    fates = _delivery_fates(
        session, conversation.id, [row.sequence for row in found if row.sender == "staff"]
    )
    fates |= _unsent_answers(session, conversation, found)
    traces = read_traces(session, conversation.id, start, end)
    lines = tuple(
        ShownLine(
            row.sequence,
            row.sender,
            row.at,
            REPLY.validate_python(row.reply),
            ATTACHMENTS.validate_python(row.attachments),
            trace=traces.get(row.sequence),
            **_as_fields(fates.get(row.sequence)),
        )
        for row in found
    )
    return TextPiece(lines, start - 1 if start > 1 else 0, end + 1 if end < last else 0)


def _as_fields(fate: _Fate | None) -> dict[str, Any]:
    return {"sent": fate[0], "failure": fate[1]} if fate else {}


def waiting_lines(session: Session, conversation: Conversation) -> list[WaitingReply]:
    """What colleagues have sent and the lane has not come to yet."""
    items = session.scalars(
        select(QueueItem.payload)
        .where(
            QueueItem.queue == "inbox",
            QueueItem.lane == conversation.sender_key,
            QueueItem.state == "waiting",
        )
        .order_by(QueueItem.id)
        .limit(50)
    )
    notices: list[dict[str, Any]] = [payload["notice"] for payload in items if "notice" in payload]
    return [WaitingReply(notice["by"], notice["text"].get("", "")) for notice in notices if notice.get("by")]


def has_picture(session: Session, conversation_id: str, media_id: str) -> bool:
    """Whether this picture was sent in this conversation, so that whoever may read the one may see the other."""
    kept = session.scalars(
        select(TranscriptLine.attachments).where(TranscriptLine.conversation_id == conversation_id)
    )
    return any(picture.get("media_id") == media_id for pictures in kept for picture in pictures)


def _delivery_fates(session: Session, conversation_id: str, sequences: Sequence[int]) -> dict[int, _Fate]:
    """By line: what became of its deliveries. A line in several parts is as far as the slowest of them."""
    if not sequences:
        return {}
    known = session.scalars(
        select(StaffLineRow).where(
            StaffLineRow.conversation_id == conversation_id, StaffLineRow.sequence.in_(sequences)
        )
    )
    fates = {}
    for line in known:
        keys = [f"{line.outbox_key}{number}" for number in range(MOST_PARTS)]
        parts = session.execute(
            select(
                QueueItem.state,
                QueueItem.error,
                QueueItem.failure,
                DeliveryFateRow.fate,
                DeliveryFateRow.error.label("code"),
            )
            .outerjoin(DeliveryRow, DeliveryRow.key == QueueItem.key)
            .outerjoin(
                DeliveryFateRow,
                (DeliveryFateRow.channel == DeliveryRow.channel)
                & (DeliveryFateRow.provider_id == DeliveryRow.provider_id),
            )
            .where(QueueItem.queue == "outbox", QueueItem.key.in_(keys))
        ).all()
        if parts:
            fates[line.sequence] = min(
                (_fate_of(part) for part in parts), key=lambda fate: _SLOWEST.index(fate[0])
            )
    return fates


def _unsent_answers(
    session: Session, conversation: Conversation, lines: Sequence[TranscriptLine]
) -> dict[int, _Fate]:
    """By line: why the bot's answer to a message did not go out, or not whole. All lines of one answer share it."""
    items = session.execute(
        select(QueueItem.key, QueueItem.error, QueueItem.failure).where(
            QueueItem.queue == "outbox",
            QueueItem.lane.in_([conversation.id, urgent_lane(conversation.id)]),
            QueueItem.state.in_(UNSENT),
        )
    )
    why = {item.key.rpartition(" ")[0]: read_failure(item.failure, item.error) for item in items}
    answers = {
        line.sequence: f"{conversation.channel} {line.answers}"
        for line in lines
        if line.sender == "city" and line.answers
    }
    return {sequence: (SentState.FAILED, why[key]) for sequence, key in answers.items() if key in why}


_SLOWEST = (SentState.FAILED, SentState.ON_ITS_WAY, SentState.SENT, SentState.DELIVERED)


def _fate_of(part: Any) -> _Fate:
    if part.state in UNSENT:
        return SentState.FAILED, read_failure(part.failure, part.error)
    if part.fate == DeliveryStatus.FAILED:
        undelivered = fail_with(DeliveryCode.UNDELIVERED, number=part.code) if part.code else None
        return SentState.FAILED, undelivered
    if part.state != "done":
        return SentState.ON_ITS_WAY, None
    return (SentState.DELIVERED if part.fate == DeliveryStatus.DELIVERED else SentState.SENT), None
