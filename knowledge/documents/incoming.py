"""What came from the source of a document that staff have corrected: both stand beside each other, and staff choose.

Until then the corrected words answer. What was chosen is remembered until the source says something else again.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from knowledge.documents.documents import (
    WITHDRAWN,
    BadDocument,
    Content,
    checked_content,
    content_in,
    content_of,
)
from knowledge.documents.tables import DocumentRow, DocumentVersionRow, IncomingRow


class IncomingChoice(StrEnum):
    """What staff chose: their own words, those of the source, both joined by hand, or to answer no more from what is gone."""

    KEPT = "kept"
    TAKEN = "taken"
    JOINED = "joined"
    WITHDRAWN = "withdrawn"


def is_corrected(session: Session, row: DocumentRow) -> bool:
    """Whether staff have saved other words since the document last came from its source."""
    if row.source_version is None or row.source_version == row.version:
        return False
    return not _says_same(content_of(session, row.id), content_of(session, row.id, row.source_version))


def offer_incoming(session: Session, row: DocumentRow, content: Content, now: datetime) -> bool:
    """Put what the source says now beside staff's words; whether staff are asked about it.

    They are not where the source did not change, says what staff say (which it is followed from again), or says what they decided about.
    """
    if _says_same(content, content_of(session, row.id)):
        row.source_version = row.version
    known = session.get(IncomingRow, row.id)
    if row.state == WITHDRAWN or _is_no_news(session, row, content):
        if known is not None:
            session.delete(known)
            session.flush()
        return False
    if known is None:
        known = IncomingRow(document_id=row.id)
        session.add(known)
    elif not known.is_gone and _says_same(_content_of(known), content):
        return not known.choice
    known.title, known.text, known.details = content.title, content.text, content.details()
    _ask_again(known, now, is_gone=False)
    session.flush()
    return True


def offer_gone(session: Session, row: DocumentRow, now: datetime) -> bool:
    """Ask what is to become of a document whose source is gone; whether staff are asked."""
    known = session.get(IncomingRow, row.id)
    if row.state == WITHDRAWN or (known is not None and known.is_gone):
        return known is not None and not known.choice
    if known is None:
        known = IncomingRow(document_id=row.id, title=row.title, text="", details={})
        session.add(known)
    _ask_again(known, now, is_gone=True)
    session.flush()
    return True


def incoming_of(session: Session, document_id: int) -> IncomingRow | None:
    """What waits for a choice about this document."""
    known = session.get(IncomingRow, document_id)
    return known if known is not None and not known.choice else None


def incoming_content(known: IncomingRow, current: Content) -> Content:
    """What the source says, with what staff say about the document beside it."""
    return current if known.is_gone else _with_staffs_fields(_content_of(known), current)


def choose_incoming(
    session: Session, known: IncomingRow, choice: IncomingChoice, *, by: str, now: datetime
) -> None:
    """Remember what staff chose."""
    known.choice, known.chosen_by, known.chosen_at = choice.value, by, now
    session.flush()


def waiting_incoming(session: Session, most: int = 500) -> list[tuple[DocumentRow, IncomingRow]]:
    """All that waits for a choice, the latest first."""
    query = (
        select(DocumentRow, IncomingRow)
        .join(IncomingRow, IncomingRow.document_id == DocumentRow.id)
        .where(IncomingRow.choice == "")
        .order_by(IncomingRow.came_at.desc(), DocumentRow.id)
        .limit(most)
    )
    return [(row, known) for row, known in session.execute(query)]


def count_incoming(session: Session) -> int:
    """How many wait for a choice."""
    return session.scalar(select(func.count()).where(IncomingRow.choice == "")) or 0


def _is_no_news(session: Session, row: DocumentRow, content: Content) -> bool:
    """Whether the source says what it said before, or what staff say by now."""
    before = content_of(session, row.id, row.source_version) if row.source_version else None
    return _says_same(content, content_of(session, row.id)) or (
        before is not None and _says_same(content, before)
    )


def _says_same(one: Content, other: Content) -> bool:
    """Whether two contents have the same words; what staff say about a document is not the source's to change."""
    return _words(one) == _words(other)


def _words(content: Content) -> tuple[str, str, str]:
    with suppress(BadDocument):
        content = checked_content(content)
    return content.title, content.text, content.language


def _with_staffs_fields(content: Content, current: Content) -> Content:
    return Content(
        title=content.title,
        text=content.text,
        language=content.language,
        department=current.department,
        audience=current.audience,
        url=content.url or current.url,
        reviewed_on=content.reviewed_on or current.reviewed_on,
        review_by=current.review_by,
        valid_from=current.valid_from,
        valid_until=current.valid_until,
        keywords=tuple(dict.fromkeys((*content.keywords, *current.keywords))),
        scanned=content.scanned,
    )


def _content_of(known: IncomingRow) -> Content:
    return content_in(DocumentVersionRow(title=known.title, text=known.text, details=known.details))


def _ask_again(known: IncomingRow, now: datetime, *, is_gone: bool) -> None:
    known.is_gone, known.came_at = is_gone, now
    known.choice, known.chosen_by, known.chosen_at = "", "", None
