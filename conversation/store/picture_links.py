"""Links to a page that shows pictures which the city sent by text message: not to be guessed, and soon of no use."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from conversation.store.tables import PictureLink
from conversation.store.upload_links import CODE_BYTES
from core.database import Database
from core.model import Reply
from core.ports import ShownPictures
from core.queue import utc_now

VALID = timedelta(days=7)
"""Texts are not always read the same day."""


class DatabasePictureLinks:
    """`core.ports.PictureLinks` in the database, which keeps only digests of the codes and nothing of who was written to."""

    def __init__(self, database: Database, public_url: str, now: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._public_url = public_url.rstrip("/")
        self._now = now

    def new(self, session: Session, reply: Reply) -> str:
        """The address of a new page for the pictures of this reply; pages that are too old are forgotten."""
        now = self._now()
        session.execute(delete(PictureLink).where(PictureLink.expires_at <= now))
        code = secrets.token_urlsafe(CODE_BYTES)
        session.add(
            PictureLink(
                digest=_code_digest(code),
                caption=next((each.caption for each in reply.pictures), ""),
                language=reply.language,
                media_ids=[each.media_id for each in reply.pictures],
                expires_at=now + VALID,
            )
        )
        return f"{self._public_url}/f/{code}"

    def shown(self, code: str) -> ShownPictures | None:
        """What the page shows; None when the code is unknown or too old."""
        with self._database.reading() as session:
            link = session.get(PictureLink, _code_digest(code))
            if link is None or link.expires_at <= self._now():
                return None
            return ShownPictures(link.caption, link.language, tuple(link.media_ids))


def _code_digest(code: str) -> str:
    return hashlib.sha256(f"picture {code}".encode()).hexdigest()
