"""Links for one photo, sent by text message: short enough for one, not to be guessed, and soon of no use."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from conversation.store.conversations import ConversationStore
from conversation.store.tables import Conversation, UploadLink
from core.database import Database
from core.ports import UploadOwner
from core.queue import utc_now

VALID = timedelta(hours=24)
CODE_BYTES = 9
"""72 random bits, 12 characters."""


class DatabaseUploadLinks:
    """`core.ports.UploadLinks` in the database, which keeps only digests of the codes."""

    def __init__(
        self,
        database: Database,
        memory: ConversationStore,
        public_url: str,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._memory = memory
        self._public_url = public_url.rstrip("/")
        self._now = now

    def new(self, session: Session, conversation_id: str) -> str:
        """The address of a new link for this conversation; earlier ones that are too old are forgotten."""
        now = self._now()
        session.execute(delete(UploadLink).where(UploadLink.expires_at <= now))
        code = secrets.token_urlsafe(CODE_BYTES)
        session.add(
            UploadLink(digest=_code_digest(code), conversation_id=conversation_id, expires_at=now + VALID)
        )
        return f"{self._public_url}/p/{code}"

    def owner(self, code: str) -> UploadOwner | None:
        """Whose link it is; None when it is unknown, used or too old."""
        with self._database.reading() as session:
            link = session.get(UploadLink, _code_digest(code))
            if link is None or link.expires_at <= self._now() or link.used:
                return None
            language = session.get_one(Conversation, link.conversation_id).language
        recipient = self._memory.recipient(link.conversation_id)
        return UploadOwner(recipient.channel, recipient.address, language) if recipient else None

    def spend(self, code: str) -> None:
        """The photo has come; the link is of no use any more."""
        with self._database.writing() as session:
            session.execute(
                update(UploadLink).where(UploadLink.digest == _code_digest(code)).values(used=True)
            )


def _code_digest(code: str) -> str:
    return hashlib.sha256(f"upload {code}".encode()).hexdigest()
