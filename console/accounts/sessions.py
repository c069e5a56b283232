"""Signed-in browsers: made at sign-in, found by a cookie, ended by time, by signing out or by an administrator."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from console.accounts.people import digest_of, needs_second_factor
from console.shared.access import permissions_of
from console.shared.request_context import Staff
from console.shared.tables import SessionRow, StaffRow
from core.database import Database
from core.settings import Settings
from core.vault import Vault

COOKIE = "__Host-cityline"
TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Ends:
    """When sessions end: after so long without a click, and after so long at all."""

    idle: timedelta
    absolute: timedelta


def ends_of(settings: Settings) -> Ends:
    """What settings say about it."""
    return Ends(timedelta(minutes=settings.console_idle_minutes), timedelta(hours=settings.console_hours))


@dataclass(frozen=True, slots=True)
class FoundSession:
    """The session of a request. `stage` is `code`, `setup` (a second factor must be set up first) or `full`."""

    digest: str
    stage: str
    staff: Staff
    token: str = field(repr=False)
    said: dict[str, Any] = field(default_factory=dict)


def begin_session(session: Session, person: StaffRow, browser: str, ends: Ends, now: datetime) -> str:
    """A new session of this person; the secret that the cookie holds."""
    token = secrets.token_urlsafe(32)
    session.execute(delete(SessionRow).where(SessionRow.expires_at <= now))
    session.add(
        SessionRow(
            digest=digest_of(token),
            staff_id=person.staff_id,
            stage="code" if person.totp else "full",
            said={},
            browser=browser[:120],
            created_at=now,
            seen_at=now,
            expires_at=now + ends.absolute,
        )
    )
    person.seen_at = now
    session.flush()
    return token


def look_up(database: Database, token: str, ends: Ends, now: datetime, *, touch: bool) -> FoundSession | None:
    """The session of a cookie; None when there is none or it has ended. `touch` counts as a sign of life."""
    digest = digest_of(token)
    with database.reading() as session:
        row = session.get(SessionRow, digest)
        if row is None or row.expires_at <= now or row.seen_at + ends.idle <= now:
            return None
        person = session.get_one(StaffRow, row.staff_id)
        if not person.active:
            return None
        stage = row.stage
        if stage == "full" and not person.totp and needs_second_factor(person):
            stage = "setup"
        found = FoundSession(digest, stage, staff_of(person), token, row.said)
        is_old = row.seen_at + TOUCH_EVERY <= now
    if touch and is_old:
        with database.writing() as session:
            session.execute(update(SessionRow).where(SessionRow.digest == digest).values(seen_at=now))
    return found


def staff_of(person: StaffRow) -> Staff:
    """A person of staff, as pages know them."""
    return Staff(
        person.staff_id,
        person.email,
        person.name,
        tuple(person.roles),
        tuple(person.departments),
        person.language,
        permissions_of(person.roles),
    )


def form_key(vault: Vault) -> bytes:
    """The key that form tokens are made with."""
    return vault.key("console forms")


def form_token(key: bytes, token: str) -> str:
    """What every form of this session carries, so that no other website can send one."""
    return hmac.new(key, token.encode(), hashlib.sha256).hexdigest()


def say_next(database: Database, digest: str, said: dict[str, Any]) -> None:
    """Keep a sentence for the next page; an empty one when it was shown."""
    with database.writing() as session:
        session.execute(update(SessionRow).where(SessionRow.digest == digest).values(said=said))


def end_session(session: Session, digest: str) -> None:
    """Sign out."""
    session.execute(delete(SessionRow).where(SessionRow.digest == digest))


def of_person(session: Session, staff_id: str, now: datetime) -> list[SessionRow]:
    """Where somebody is signed in, the latest first."""
    rows = select(SessionRow).where(SessionRow.staff_id == staff_id, SessionRow.expires_at > now)
    return list(session.scalars(rows.order_by(SessionRow.seen_at.desc())))
