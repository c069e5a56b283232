"""Canned replies: words that staff say often, kept by language, with places for their own name and the city's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversation.store.staff_tables import CannedReplyRow

LONGEST_TITLE = 80
LONGEST_TEXT = 1000
MOST = 200
PLACES = re.compile(r"\{name\}|\{city\}")


@dataclass(frozen=True, slots=True)
class CannedReply:
    """One of them; `texts` by language, not every language needs one."""

    reply_id: int
    title: str
    texts: dict[str, str]

    def filled(self, language: str, *, name: str, city: str) -> str:
        """The words in this language, else in whichever there is, the places filled in as plain text."""
        text = self.texts.get(language) or next(iter(self.texts.values()), "")
        return PLACES.sub(lambda place: name if place[0] == "{name}" else city, text)


def canned_replies(session: Session) -> list[CannedReply]:
    """All of them by title."""
    rows = session.scalars(select(CannedReplyRow).order_by(CannedReplyRow.title).limit(MOST))
    return [CannedReply(row.id, row.title, dict(row.texts)) for row in rows]


def trouble_with(
    session: Session, reply_id: int | None, title: str, texts: Mapping[str, str]
) -> dict[str, str]:
    """What is wrong with a reply that is to be kept, as field and reason: `missing`, `taken` or `too_long`."""
    wrong = {}
    if not title.strip():
        wrong["title"] = "missing"
    elif len(title.strip()) > LONGEST_TITLE:
        wrong["title"] = "too_long"
    elif session.scalar(
        select(CannedReplyRow.id).where(
            CannedReplyRow.title == title.strip(), CannedReplyRow.id != (reply_id or 0)
        )
    ):
        wrong["title"] = "taken"
    said = _kept_texts(texts)
    if not said:
        wrong["texts"] = "missing"
    elif any(len(text) > LONGEST_TEXT for text in said.values()):
        wrong["texts"] = "too_long"
    return wrong


def keep_reply(
    session: Session, reply_id: int | None, title: str, texts: Mapping[str, str], now: datetime
) -> bool:
    """Write a new one, or change one; False when that is gone. To be asked `trouble_with` first."""
    said = _kept_texts(texts)
    if reply_id is None:
        session.add(CannedReplyRow(title=title.strip(), texts=said, changed_at=now))
        session.flush()
        return True
    row = session.get(CannedReplyRow, reply_id)
    if row is None:
        return False
    row.title, row.texts, row.changed_at = title.strip(), said, now
    session.flush()
    return True


def drop_reply(session: Session, reply_id: int) -> bool:
    """Delete one; False when it is gone already."""
    row = session.get(CannedReplyRow, reply_id)
    if row is None:
        return False
    session.delete(row)
    session.flush()
    return True


def _kept_texts(texts: Mapping[str, str]) -> dict[str, str]:
    """Texts as they are kept: browsers send two signs for the end of a line and count one."""
    kept = {language: text.replace("\r\n", "\n").strip() for language, text in texts.items()}
    return {language: text for language, text in kept.items() if text}
