"""Conversations and their transcripts: how the city remembers who it speaks with and what was said."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, bindparam, insert, select, update

from conversation.store.tables import Conversation, TranscriptLine
from core.database import Database, Statements, table_of
from core.model import Attachment, InboundMessage, Reply, TranscriptEntry
from core.vault import Vault

MESSAGE = TypeAdapter(InboundMessage)
REPLY = TypeAdapter(Reply)
ATTACHMENTS = TypeAdapter(tuple[Attachment, ...])
CONVERSATIONS, LINES = table_of(Conversation), table_of(TranscriptLine)
ITS_ADDRESS = (
    CONVERSATIONS.c.channel == bindparam("the_channel"),
    CONVERSATIONS.c.sender_key == bindparam("the_sender"),
)
FIND = select(CONVERSATIONS).where(*ITS_ADDRESS)
GET = select(CONVERSATIONS).where(CONVERSATIONS.c.id == bindparam("the_conversation"))
KEPT = ("language", "dialogue", "heard_at", "unanswered", "unhappy", "draft_due_at")
# Counted in the database: words about danger are written down beside a turn that is still going on.
GROWN = {"last_sequence": CONVERSATIONS.c.last_sequence + bindparam("more")}
KEEP = (
    update(CONVERSATIONS)
    .where(CONVERSATIONS.c.id == bindparam("the_conversation"))
    .values({name: bindparam(name) for name in KEPT} | GROWN)
    .returning(CONVERSATIONS.c.last_sequence)
)
GROW = (
    update(CONVERSATIONS)
    .where(CONVERSATIONS.c.id == bindparam("the_conversation"))
    .values(GROWN)
    .returning(CONVERSATIONS.c.last_sequence)
)
STOP = (
    update(CONVERSATIONS)
    .where(CONVERSATIONS.c.id == bindparam("the_conversation"))
    .values(stopped_at=bindparam("stopped_at"))
)
BEGIN, SAY = insert(CONVERSATIONS), insert(LINES)
AFTER = (
    select(LINES)
    .join(CONVERSATIONS, CONVERSATIONS.c.id == LINES.c.conversation_id)
    .where(*ITS_ADDRESS, LINES.c.sequence > bindparam("last"))
    .order_by(LINES.c.sequence)
    .limit(bindparam("most"))
)
POSITIONS = select(CONVERSATIONS.c.channel, CONVERSATIONS.c.sender_key, CONVERSATIONS.c.last_sequence).where(
    CONVERSATIONS.c.channel.in_(bindparam("the_channels", expanding=True)),
    CONVERSATIONS.c.sender_key.in_(bindparam("the_senders", expanding=True)),
)
AT_ONCE = 500


@dataclass(slots=True)
class ConversationState:
    """A conversation as it stands between two messages; `is_new` until its first message is answered.

    `stopped` says that the resident asked not to be written to, `stops` whether they do after this message. `with_staff` says that a person
    answers in the bot's place; `unanswered` and `unhappy` are what staff see in their list, `draft_due_at` is when to look after a report
    that was begun (`conversation.store.tables.Conversation`).
    """

    conversation_id: str
    person_id: str
    language: str
    dialogue: dict[str, Any]
    last_sequence: int
    heard_at: datetime
    is_new: bool = False
    stopped: bool = False
    stops: bool = False
    with_staff: bool = False
    unanswered: bool = False
    unhappy: bool = False
    draft_due_at: datetime | None = None
    lines: list[tuple[str, Reply, tuple[Attachment, ...]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Recipient:
    """A conversation's channel and address, opened for sending, and whether the resident asked not to be written to."""

    channel: str
    address: str = field(repr=False)
    stopped: bool


class ConversationStore:
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

    def recall(self, message: InboundMessage, language: str) -> ConversationState:
        """The conversation that this message belongs to, a new one in `language` where there is none yet."""
        with self._database.looking() as connection:
            row = connection.execute(FIND, self._whose_conversation(message.channel, message.sender)).first()
        if row is None:
            return ConversationState(
                uuid.uuid4().hex, uuid.uuid4().hex, language, {}, 0, message.received_at, is_new=True
            )
        stopped = row.stopped_at is not None
        return ConversationState(
            row.id,
            row.person_id,
            row.language,
            dict(row.dialogue),
            row.last_sequence,
            row.heard_at,
            stopped=stopped,
            stops=stopped,
            with_staff=row.bot_silent,
            unanswered=row.unanswered,
            unhappy=row.unhappy,
            draft_due_at=row.draft_due_at,
        )

    def remember(
        self, session: Statements, message: InboundMessage, known: ConversationState, now: datetime
    ) -> None:
        """Write the conversation's new state and its new lines, within the caller's transaction."""
        state = {
            "language": known.language,
            "dialogue": known.dialogue,
            "heard_at": now if message.provider_id else known.heard_at,  # a notice says, and hears nothing
            "unanswered": known.unanswered,
            "unhappy": known.unhappy,
            "draft_due_at": known.draft_due_at,
        }
        if known.is_new:
            self._create_conversation(
                session, message, known, state | {"last_sequence": len(known.lines)}, now
            )
        else:
            self._grow_transcript(session, KEEP, known, state)
        if known.stops != known.stopped:  # else left alone: the outbox may just have learned of an opt-out
            session.execute(
                STOP, {"the_conversation": known.conversation_id, "stopped_at": now if known.stops else None}
            )
        self._say_message(session, message, known, now)

    def add_lines(
        self, session: Statements, message: InboundMessage, known: ConversationState, now: datetime
    ) -> None:
        """Write only the new lines of a conversation that is there, and leave its state to the turn that may be going on."""
        self._grow_transcript(session, GROW, known, {})
        self._say_message(session, message, known, now)

    def _grow_transcript(
        self, session: Statements, statement: Any, known: ConversationState, state: dict[str, Any]
    ) -> None:
        more = {"the_conversation": known.conversation_id, "more": len(known.lines)}
        known.last_sequence = session.scalar(statement, state | more) - len(known.lines)

    def _say_message(
        self, session: Statements, message: InboundMessage, known: ConversationState, now: datetime
    ) -> None:
        rows = [
            {
                "conversation_id": known.conversation_id,
                "sequence": known.last_sequence + number,
                "sender": sender,
                "answers": message.provider_id or None,
                "reply": write_reply(reply),
                "outcome": reply.outcome.value if reply.outcome else None,
                "attachments": ATTACHMENTS.dump_python(attachments, mode="json"),
                "at": now,
            }
            for number, (sender, reply, attachments) in enumerate(known.lines, 1)
        ]
        if rows:
            session.execute(SAY, rows)

    def after(self, channel: str, sender: str, sequence: int, limit: int = 200) -> list[TranscriptEntry]:
        """The lines of a conversation after `sequence`, oldest first (`core.ports.Transcript`)."""
        wanted = self._whose_conversation(channel, sender) | {"last": sequence, "most": limit}
        with self._database.looking() as connection:
            return _entries_of(connection.execute(AFTER, wanted).all())

    def leave_unanswered(self, session: Statements, conversation_id: str) -> None:
        """Show staff that this resident was left without an answer, within the caller's transaction."""
        whose = update(CONVERSATIONS).where(CONVERSATIONS.c.id == conversation_id)
        session.execute(whose.values(unanswered=True))

    def positions(self, senders: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
        """How many lines each conversation of these (channel, sender) has; those that have not begun are left out."""
        named = {(channel, self.lane(channel, sender)): (channel, sender) for channel, sender in senders}
        channels, lanes = sorted({channel for channel, _ in named}), [lane for _, lane in named]
        found: dict[tuple[str, str], int] = {}
        with self._database.looking() as connection:
            for start in range(0, len(lanes), AT_ONCE):
                some = lanes[start : start + AT_ONCE]
                rows = connection.execute(POSITIONS, {"the_channels": channels, "the_senders": some})
                found |= {
                    named[row.channel, row.sender_key]: row.last_sequence
                    for row in rows
                    if (row.channel, row.sender_key) in named
                }
        return found

    def recipient(self, conversation_id: str) -> Recipient | None:
        """Where a conversation's replies go; None when it is gone."""
        with self._database.looking() as connection:
            row = connection.execute(GET, {"the_conversation": conversation_id}).first()
        if row is None:
            return None
        return Recipient(
            row.channel, self._vault.open(row.address, row.sender_key), row.stopped_at is not None
        )

    def _whose_conversation(self, channel: str, sender: str) -> dict[str, Any]:
        return {"the_channel": channel, "the_sender": self.lane(channel, sender)}

    def _create_conversation(
        self,
        session: Statements,
        message: InboundMessage,
        known: ConversationState,
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
        session.execute(BEGIN, row)


def write_reply(reply: Reply) -> dict[str, Any]:
    """A reply as JSON, for the transcript and the outbox; its outcome has a column of its own."""
    written: dict[str, Any] = REPLY.dump_python(reply, mode="json", exclude={"outcome"})
    return written


def _entries_of(rows: Sequence[Row[Any]]) -> list[TranscriptEntry]:
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
