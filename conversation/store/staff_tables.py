"""What is kept of the people who answer in the bot's place: who took which conversation, their lines, their canned replies."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.tables import RowId


class TakeoverRow(Base):
    """One time that a person answered in the bot's place. `ended_by` is empty while it lasts, then `staff` or `silence`.

    `waited_since` is when the resident had asked for a person; None when nobody had been asked for.
    """

    __tablename__ = "takeovers"
    __table_args__ = (Index(None, "conversation_id", "taken_at"), Index(None, "taken_at"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    staff_id: Mapped[str] = mapped_column(String(64))
    staff_name: Mapped[str] = mapped_column(String(80))
    waited_since: Mapped[datetime | None]
    taken_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(String(8), default="")


class StaffLineRow(Base):
    """A transcript line that a colleague wrote; `outbox_key` is how the keys of its deliveries begin, so that their fate can be shown."""

    __tablename__ = "staff_lines"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    outbox_key: Mapped[str] = mapped_column(String(200))


class CannedReplyRow(Base):
    """Words that staff say often, by language, with the places `{name}` and `{city}`."""

    __tablename__ = "canned_replies"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    title: Mapped[str] = mapped_column(String(80), unique=True)
    texts: Mapped[dict[str, str]] = mapped_column(JSON)
    changed_at: Mapped[datetime]
