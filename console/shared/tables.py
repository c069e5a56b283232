"""The console's own tables: people of staff, their sessions, invitations, and the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.tables import RowId


class StaffRow(Base):
    """One person of staff. `password` is an argon2id hash; `totp` the sealed secret of the second factor, empty without one.

    `totp_step` is the last time step whose code was used, so that none serves twice; `recovery` holds digests of the codes
    that take the place of a lost phone. Somebody who left is inactive: what they did stays theirs.
    """

    __tablename__ = "staff"

    staff_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    language: Mapped[str] = mapped_column(String(8))
    roles: Mapped[list[str]] = mapped_column(JSON)
    departments: Mapped[list[str]] = mapped_column(JSON)
    password: Mapped[str] = mapped_column(Text)
    totp: Mapped[str] = mapped_column(Text, default="")
    totp_step: Mapped[int] = mapped_column(Integer, default=0)
    recovery: Mapped[list[str]] = mapped_column(JSON)
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]


class InvitationRow(Base):
    """A link by which one person makes their account (`staff_id` empty) or a new password; kept as a digest."""

    __tablename__ = "staff_invitations"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[str] = mapped_column(String(32), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    name: Mapped[str] = mapped_column(String(100), default="")
    roles: Mapped[list[str]] = mapped_column(JSON)
    departments: Mapped[list[str]] = mapped_column(JSON)
    invited_by: Mapped[str] = mapped_column(String(100), default="")
    expires_at: Mapped[datetime]


class SessionRow(Base):
    """A signed-in browser, by the digest of its cookie. `stage` is `code` (the second factor is due) or `full`.

    `said` is the sentence to show on the next page, with its values.
    """

    __tablename__ = "staff_sessions"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"), index=True)
    stage: Mapped[str] = mapped_column(String(8))
    said: Mapped[dict[str, Any]] = mapped_column(JSON)
    browser: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class SignInTryRow(Base):
    """A sign-in that failed; `key` is a pseudonym of the e-mail address or of where it came from."""

    __tablename__ = "staff_sign_in_tries"
    __table_args__ = (Index(None, "key", "at"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    key: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]


class AuditRow(Base):
    """One thing that somebody did. Rows are only ever added; `digest` covers the row and the digest of the one before."""

    __tablename__ = "audit_log"
    __table_args__ = (
        Index(None, "action", "id"),
        Index(None, "subject", "id"),
        Index(None, "staff_id", "id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    at: Mapped[datetime]
    staff_id: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(100))
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(120))
    details: Mapped[dict[str, str]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))
