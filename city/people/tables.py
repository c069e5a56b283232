"""Who of the person desk is on duty; its hours are a setting of the city (`city.people.person_desk`)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    Index,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class DutyRow(Base):
    """A colleague, under an opaque id, who said when they came on duty; `until` is when that ends, by their word or by itself."""

    __tablename__ = "duty"

    staff_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    since: Mapped[datetime]
    until: Mapped[datetime]


class PersonRequestRow(Base):
    """A resident asked for a person: `open` until a colleague, named in `closed_by`, has taken the conversation or settled it otherwise.

    `reach` is the number or address that they left to be reached at; staff see it by a logged click only. `kind` is empty, or `delete` or
    `access` where the resident wants their data deleted or shown to them; those stay open until a colleague says that they are done.
    """

    __tablename__ = "person_requests"
    __table_args__ = (Index(None, "state", "asked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(32))
    conversation: Mapped[str] = mapped_column(String(128), index=True)
    state: Mapped[str] = mapped_column(String(16), default="open")
    asked_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str] = mapped_column(String(80), default="", server_default="")
    reach: Mapped[str] = mapped_column(Text, default="", server_default="")
    kind: Mapped[str] = mapped_column(String(16), default="", server_default="")


class JoinedPersonRow(Base):
    """An identity that belongs to the same person as another: `main_id` is the one that stands for all of them."""

    __tablename__ = "joined_people"

    own_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    main_id: Mapped[str] = mapped_column(String(64), index=True)
    joined_at: Mapped[datetime]


class JoinCodeRow(Base):
    """A code by which somebody may be joined; kept as a digest, and not for long. It was shown to `person_id`; one that confirms may be
    written by `only_for` alone.
    """

    __tablename__ = "join_codes"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(64), index=True)
    expires_at: Mapped[datetime]
    only_for: Mapped[str | None] = mapped_column(String(64))


class PreferredPlaceRow(Base):
    """Where somebody with several identities wants to be written to."""

    __tablename__ = "preferred_places"

    main_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    own_id: Mapped[str] = mapped_column(String(64), index=True)
