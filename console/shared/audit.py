"""The audit log: what staff did, only ever added to, each entry bound to all before it.

An entry's digest is an HMAC over the entry and the digest of the one before (a hash chain, as in RFC 6962's spirit but linear), with
a key that is not in the database: whoever can only write to the database can neither change an entry nor put one in unseen. Cutting
off the end is seen by whoever kept the last digest, which `verify` tells. The database refuses to change or remove rows (triggers).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from console.shared.tables import AuditRow
from core.database import without_nul
from core.vault import Vault

LOCK = 311_312
"""Key of PostgreSQL's advisory lock: entries are added one at a time, so that each knows the one before."""
BATCH = 1000
MOST_ID = 2**63 - 1
"""The largest number that a database knows."""
LONGEST_SUBJECT = 120
FIRST = "0" * 64


@dataclass(frozen=True, slots=True)
class Author:
    """Who did it; an empty id is the installation itself, or somebody who was not signed in."""

    staff_id: str
    name: str


NOBODY = Author("", "")
COMMAND_LINE = Author("", "command line")
"""Whoever runs the machine, whose name nobody knows here."""


@dataclass(frozen=True, slots=True)
class AuditVerdict:
    """The end of a check: how many entries hold, the last digest, and the number of the first entry that does not (None: all hold)."""

    entries: int
    last: str
    broken_at: int | None


@dataclass(frozen=True, slots=True)
class WantedEntries:
    """A search in the log; an empty field asks nothing. `before` is the entry to go on from."""

    words: str = ""
    action: str = ""
    staff_id: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


class AuditLog:
    """The log of an installation."""

    def __init__(self, vault: Vault) -> None:
        self._key = vault.key("audit log")

    def add(
        self,
        session: Session,
        author: Author,
        action: str,
        subject: str,
        details: Mapping[str, str],
        now: datetime,
    ) -> None:
        """Add an entry within the caller's transaction: what is not committed was not done. Bound is what the database will give back."""
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        last = session.scalar(select(AuditRow.digest).order_by(AuditRow.id.desc()).limit(1)) or FIRST
        row = AuditRow(
            at=now.astimezone(UTC),
            staff_id=author.staff_id,
            name=without_nul(author.name),
            action=action,
            subject=_kept_subject(subject),
            details=without_nul(dict(details)),
        )
        row.digest = self._entry_digest(last, row)
        session.add(row)
        session.flush()

    def verify(self, session: Session) -> AuditVerdict:
        """Go through the whole log and say whether every entry is as it was written."""
        last, count, seen = FIRST, 0, 0
        while rows := session.scalars(
            select(AuditRow).where(AuditRow.id > seen).order_by(AuditRow.id).limit(BATCH)
        ).all():
            for row in rows:
                if not hmac.compare_digest(row.digest, self._entry_digest(last, row)):
                    return AuditVerdict(count, last, row.id)
                last, seen, count = row.digest, row.id, count + 1
            session.expunge_all()
        return AuditVerdict(count, last, None)

    def _entry_digest(self, before: str, row: AuditRow) -> str:
        entry = [before, row.at.isoformat(), row.staff_id, row.name, row.action, row.subject, row.details]
        plain = json.dumps(entry, ensure_ascii=False, sort_keys=True).encode()
        return hmac.new(self._key, plain, hashlib.sha256).hexdigest()


def search_entries(session: Session, wanted: WantedEntries, limit: int) -> Sequence[AuditRow]:
    """The entries that are wanted, newest first."""
    query = select(AuditRow).order_by(AuditRow.id.desc()).limit(limit)
    if wanted.before:
        query = query.where(AuditRow.id < max(0, min(wanted.before, MOST_ID)))
    if wanted.action:
        query = query.where(AuditRow.action == wanted.action)
    if wanted.staff_id:
        query = query.where(AuditRow.staff_id == wanted.staff_id)
    if wanted.since:
        query = query.where(AuditRow.at >= wanted.since)
    if wanted.until:
        query = query.where(AuditRow.at < wanted.until)
    if wanted.words:
        like = f"%{_escaped_words(wanted.words)}%"
        query = query.where(
            AuditRow.subject.ilike(like, escape="\\")
            | AuditRow.name.ilike(like, escape="\\")
            | AuditRow.action.ilike(like, escape="\\")
        )
    return session.scalars(query).all()


def audit_actions(session: Session) -> Sequence[str]:
    """The kinds of entries that there are."""
    return session.scalars(select(AuditRow.action).distinct().order_by(AuditRow.action)).all()


def _kept_subject(subject: str) -> str:
    """As much of it as the database keeps."""
    kept: str = without_nul(subject)
    return kept if len(kept) <= LONGEST_SUBJECT else f"{kept[: LONGEST_SUBJECT - 1]}…"


def _escaped_words(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
