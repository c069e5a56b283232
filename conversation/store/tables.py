"""The conversation's own tables: the conversations, and what was said in them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.tables import RowId


class Conversation(Base):
    """One resident at one door. `sender_key` finds it, `address` (sealed) answers it, `dialogue` is its memory.

    `stopped_at` is when the resident asked not to be written to; None while they may be. `taken_by` is the colleague (their staff id, with
    `taken_name`) who answers in the bot's place since `taken_at`, and last did something at `staff_acted_at`; `bot_silent` follows it in the
    order of the lane (`conversation.staff.takeover`). `unanswered` says that the last exchange ended without a good answer, `unhappy` that the resident is.
    `draft_due_at` is when to look after a report that they began and did not finish; None where there is nothing to look after.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        UniqueConstraint("channel", "sender_key"),
        Index(None, "heard_at", "id"),
        Index(None, "channel", "heard_at", "id"),
        Index(None, "language", "heard_at", "id"),
        Index(None, "unanswered", "heard_at", "id"),
        Index(None, "unhappy", "heard_at", "id"),
        Index(None, "taken_by", "heard_at", "id"),
        Index(None, "draft_due_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    sender_key: Mapped[str] = mapped_column(String(32))
    address: Mapped[str] = mapped_column(Text)
    person_id: Mapped[str] = mapped_column(String(32), index=True)
    language: Mapped[str] = mapped_column(String(8))
    dialogue: Mapped[dict[str, Any]] = mapped_column(JSON)
    last_sequence: Mapped[int] = mapped_column(default=0)
    heard_at: Mapped[datetime]
    created_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    taken_by: Mapped[str | None] = mapped_column(String(64))
    taken_name: Mapped[str] = mapped_column(String(80), default="", server_default="")
    taken_at: Mapped[datetime | None]
    staff_acted_at: Mapped[datetime | None]
    bot_silent: Mapped[bool] = mapped_column(default=False, server_default=false())
    unanswered: Mapped[bool] = mapped_column(default=False, server_default=false())
    unhappy: Mapped[bool] = mapped_column(default=False, server_default=false())
    draft_due_at: Mapped[datetime | None]


class TranscriptLine(Base):
    """One line that was said: by the `resident` (as a reply holding their words), the `city` (the bot) or its `staff`. `outcome` is a
    `core.model.Outcome`; None of what others than the bot say, and of lines from before outcomes were kept.

    Its words are found by `conversation.staff.search`, through an index that lives beside this table.
    """

    __tablename__ = "transcript_lines"
    __table_args__ = (UniqueConstraint("conversation_id", "sequence"), Index(None, "at"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    sequence: Mapped[int]
    sender: Mapped[str] = mapped_column(String(8))
    answers: Mapped[str | None] = mapped_column(String(200))
    reply: Mapped[dict[str, Any]] = mapped_column(JSON)
    outcome: Mapped[str | None] = mapped_column(String(16))
    attachments: Mapped[list[Any]] = mapped_column(JSON)
    at: Mapped[datetime]


class TurnTrace(Base):
    """Why a turn went as it did (`conversation.trace`); nothing that a resident wrote stands in it.

    `item_id` is the message's number in the inbox, as the log names it, and `sequence` the last line that the turn wrote, 0 where it wrote none.
    `candidates` are what the message may have been, `lead` (`actions.turn.decision.Lead`) and `action` what was decided, `passage_id` what was
    quoted and `score` how sure the library was of it, `outcome` (`core.model.Outcome`) what came of it; `milliseconds` are by stage.
    """

    __tablename__ = "turn_traces"
    __table_args__ = (Index(None, "conversation_id", "sequence"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    item_id: Mapped[int] = mapped_column(BigInteger)
    sequence: Mapped[int]
    candidates: Mapped[list[Any]] = mapped_column(JSON)
    lead: Mapped[str] = mapped_column(String(16))
    action: Mapped[str] = mapped_column(String(80))
    passage_id: Mapped[str] = mapped_column(String(200))
    score: Mapped[float | None]
    outcome: Mapped[str] = mapped_column(String(16))
    milliseconds: Mapped[dict[str, float]] = mapped_column(JSON)
    at: Mapped[datetime]


class DeliveryRow(Base):
    """A delivery that a provider took: `key` is the outbox item's, `provider_id` the provider's own id for it."""

    __tablename__ = "deliveries"
    __table_args__ = (UniqueConstraint("channel", "provider_id"),)

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    provider_id: Mapped[str] = mapped_column(String(200))
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    taken_at: Mapped[datetime]


class DeliveryFateRow(Base):
    """What a provider last said became of a message, whether or not we know the delivery (yet). `rank` only grows."""

    __tablename__ = "delivery_fates"

    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    provider_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    fate: Mapped[str] = mapped_column(String(12))
    rank: Mapped[int]
    error: Mapped[str] = mapped_column(String(200))
    opted_out: Mapped[bool]
    at: Mapped[datetime]


class DeliveryCostRow(Base):
    """What one attempt of a delivery cost, in the city's currency; `day` is the day in UTC, for the daily cap."""

    __tablename__ = "delivery_costs"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    key: Mapped[str] = mapped_column(String(200), index=True)
    day: Mapped[str] = mapped_column(String(10), index=True)
    segments: Mapped[int]
    cost: Mapped[float]


class UsageCount(Base):
    """How much of something a conversation has used in one window of time (`conversation.store.usage`): `seconds` is the window's length, `begins` when it
    began, in seconds since 1970.
    """

    __tablename__ = "usage_counts"

    conversation_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    what: Mapped[str] = mapped_column(String(16), primary_key=True)
    seconds: Mapped[int] = mapped_column(primary_key=True)
    begins: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    amount: Mapped[int]


class UploadLink(Base):
    """A link for one photo of one conversation; its code is kept as a digest."""

    __tablename__ = "upload_links"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    expires_at: Mapped[datetime]
    used: Mapped[bool] = mapped_column(default=False)


class PictureLink(Base):
    """A page that shows pictures which were sent as a link; its code is kept as a digest, the caption names the case."""

    __tablename__ = "picture_links"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    caption: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(8))
    media_ids: Mapped[list[str]] = mapped_column(JSON)
    expires_at: Mapped[datetime] = mapped_column(index=True)
