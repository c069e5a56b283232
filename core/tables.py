"""The tables of the ground: what is to be done, and how far something has come that is done again and again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base

RowId = BigInteger().with_variant(Integer, "sqlite")


class QueueItem(Base):
    """One thing to do. `key` is unique within its queue, so that the same thing is never put in twice.

    Of what waits, the lower `rank` goes first. `door` is the channel that it goes through, where each has workers of its own. `attempts`
    counts how often it was claimed, `cut` how many of these claims ended without a word (killed, out of memory, stuck).

    `error` is the English sentence of the last `failure` (`core.failures`); what earlier releases wrote has no `failure`.

    `state` is waiting, parked (until the NLU is back), done, failed (given up, kept for staff) or unknown (a delivery that
    was cut; it is looked up before anything else happens to it).
    """

    __tablename__ = "queue_items"
    __table_args__ = (
        UniqueConstraint("queue", "key"),
        Index("ix_queue_items_to_do", "queue", "state", "door", "rank", "id"),
        Index("ix_queue_items_lane", "queue", "lane", "state", "id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    queue: Mapped[str] = mapped_column(String(16))
    lane: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(String(200))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    rank: Mapped[int] = mapped_column(default=1, server_default="1")
    door: Mapped[str] = mapped_column(String(16), default="", server_default="")
    attempts: Mapped[int] = mapped_column(default=0)
    cut: Mapped[int] = mapped_column(default=0, server_default="0")
    error: Mapped[str | None] = mapped_column(Text)
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class QueueLane(Base):
    """A lane that is being worked on (`token` set) or rests before another try (`token` empty), until `busy_until`."""

    __tablename__ = "queue_lanes"

    queue: Mapped[str] = mapped_column(String(16), primary_key=True)
    lane: Mapped[str] = mapped_column(String(80), primary_key=True)
    token: Mapped[str] = mapped_column(String(32), default="")
    busy_until: Mapped[datetime]


class Checkpoint(Base):
    """How far something has come that is done again and again, such as the time up to which missed texts were fetched."""

    __tablename__ = "marks"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime]
