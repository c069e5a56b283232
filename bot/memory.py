"""Conversations and their transcripts: how the hall remembers who it speaks with and what was said."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from bot.database import Database
from bot.model import Attachment, InboundMessage, Reply, TranscriptEntry
from bot.tables import Conversation, TranscriptLine
from bot.vault import Vault

MESSAGE = TypeAdapter(InboundMessage)
REPLY = TypeAdapter(Reply)
ATTACHMENTS = TypeAdapter(tuple[Attachment, ...])


@dataclass(slots=True)
class Remembered:
    """A conversation as it stands between two messages; `is_new` until its first message is answered."""

    conversation_id: str
    person_id: str
    language: str
    dialogue: dict[str, Any]
    last_sequence: int
    heard_at: datetime
    is_new: bool = False
    lines: list[tuple[str, Reply, tuple[Attachment, ...]]] = field(default_factory=list)


class Memory:
    """The conversations of an installation, and the transcript that pulling doors read from."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def lane(self, channel: str, sender: str) -> str:
        """The name of a conversation's lane: a pseudonym of the address."""
        return self._vault.pseudonym(channel, sender)

    def pack(self, message: InboundMessage) -> dict[str, Any]:
        """A message as JSON for the queue, its address sealed."""
        packed: dict[str, Any] = MESSAGE.dump_python(message, mode="json")
        packed["sender"] = self._vault.seal(message.sender, self.lane(message.channel, message.sender))
        return packed

    def unpack(self, payload: dict[str, Any], lane: str) -> InboundMessage:
        """Undo `pack`."""
        return MESSAGE.validate_python({**payload, "sender": self._vault.open(payload["sender"], lane)})

    def recall(self, message: InboundMessage, language: str) -> Remembered:
        """The conversation that this message belongs to, a new one in `language` where there is none yet."""
        with self._database.reading() as session:
            row = self._find(session, message.channel, message.sender)
        if row is None:
            return Remembered(
                uuid.uuid4().hex, uuid.uuid4().hex, language, {}, 0, message.received_at, is_new=True
            )
        return Remembered(
            row.id, row.person_id, row.language, dict(row.dialogue), row.last_sequence, row.heard_at
        )

    def remember(self, session: Session, message: InboundMessage, known: Remembered, now: datetime) -> None:
        """Write the conversation's new state and its new lines, within the caller's transaction."""
        state = {
            "language": known.language,
            "dialogue": known.dialogue,
            "last_sequence": known.last_sequence + len(known.lines),
            "heard_at": now,
        }
        if known.is_new:
            self._create(session, message, known, state, now)
        else:
            session.execute(
                update(Conversation).where(Conversation.id == known.conversation_id).values(**state)
            )
        rows = [
            {
                "conversation_id": known.conversation_id,
                "sequence": known.last_sequence + number,
                "sender": sender,
                "answers": message.provider_id,
                "reply": REPLY.dump_python(reply, mode="json"),
                "attachments": ATTACHMENTS.dump_python(attachments, mode="json"),
                "at": now,
            }
            for number, (sender, reply, attachments) in enumerate(known.lines, 1)
        ]
        if rows:
            session.execute(insert(TranscriptLine), rows)

    def after(self, channel: str, sender: str, sequence: int, limit: int = 200) -> list[TranscriptEntry]:
        """The lines of a conversation after `sequence`, oldest first (`bot.ports.Transcript`)."""
        query = (
            select(TranscriptLine)
            .join(Conversation, Conversation.id == TranscriptLine.conversation_id)
            .where(
                Conversation.channel == channel,
                Conversation.sender_key == self.lane(channel, sender),
                TranscriptLine.sequence > sequence,
            )
            .order_by(TranscriptLine.sequence)
            .limit(limit)
        )
        with self._database.reading() as session:
            return _entries(session.scalars(query).all())

    def address_of(self, conversation_id: str) -> tuple[str, str] | None:
        """Channel and address of a conversation, opened for sending; None when it is gone."""
        with self._database.reading() as session:
            row = session.get(Conversation, conversation_id)
        return (row.channel, self._vault.open(row.address, row.sender_key)) if row else None

    def _find(self, session: Session, channel: str, sender: str) -> Conversation | None:
        query = select(Conversation).where(
            Conversation.channel == channel, Conversation.sender_key == self.lane(channel, sender)
        )
        return session.scalar(query)

    def _create(
        self,
        session: Session,
        message: InboundMessage,
        known: Remembered,
        state: dict[str, Any],
        now: datetime,
    ) -> None:
        lane = self.lane(message.channel, message.sender)
        row = {
            "id": known.conversation_id,
            "channel": message.channel,
            "sender_key": lane,
            "address": self._vault.seal(message.sender, lane),
            "person_id": known.person_id,
            "created_at": now,
            **state,
        }
        session.execute(insert(Conversation), [row])


def _entries(rows: Sequence[TranscriptLine]) -> list[TranscriptEntry]:
    return [
        TranscriptEntry(
            row.sequence,
            row.sender,
            row.at,
            row.answers,
            REPLY.validate_python(row.reply),
            ATTACHMENTS.validate_python(row.attachments),
        )
        for row in rows
    ]
