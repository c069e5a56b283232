"""Documents that a folder import brought, taken into staff's list, so that everything residents are answered from stands there.

A document that its folder keeps follows its file: changed there, it gets a version; gone there, it is withdrawn. One that staff
have taken over follows staff; what an import did to it in the library is put right, and what its file says now is put beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.base.model import Document
from knowledge.base.store import DocumentStore, content_digest
from knowledge.base.text import one_line
from knowledge.documents.documents import (
    FOLDER,
    PUBLISHED,
    STAFF,
    WITHDRAWN,
    Content,
    add_version,
    content_from,
    shown_fields,
)
from knowledge.documents.incoming import offer_gone, offer_incoming
from knowledge.documents.tables import DocumentRow

IMPORT = "import"
"""Who saved a version that came with a folder."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """How many documents came new, changed and went."""

    new: int = 0
    changed: int = 0
    gone: int = 0


def kept_by_staff(session: Session) -> frozenset[str]:
    """The library's ids of documents that no import may touch."""
    return frozenset(session.scalars(select(DocumentRow.library_id).where(DocumentRow.keeper == STAFF)))


def adopt_import(session: Session, folder: Path, now: datetime) -> Adopted:
    """Make the list agree with what an import left in the library at `folder`."""
    rows = {row.library_id: row for row in session.scalars(select(DocumentRow))}
    new = changed = 0
    seen = set()
    for document in DocumentStore(folder):
        seen.add(document.document_id)
        row = rows.get(document.document_id)
        if row is None:
            _add_document(session, document, now)
            new += 1
        elif row.live_digest == content_digest(document):
            continue
        elif row.keeper == STAFF:
            row.live_version, row.live_digest = (
                row.live_version and 0,
                "",
            )  # 0: whatever it is, it is not ours
        else:
            _follow_file(session, row, document, now)
            changed += 1
    gone = [row for row in rows.values() if row.live_version is not None and row.library_id not in seen]
    for row in gone:
        row.live_version, row.live_digest = None, ""
        if row.keeper == FOLDER:
            row.state, row.published_version = WITHDRAWN, None
            row.changed_at, row.changed_by = now, IMPORT
    _ask_staff(session, folder, rows, now)
    session.flush()
    return Adopted(new, changed, len(gone))


def _ask_staff(session: Session, folder: Path, rows: Mapping[str, DocumentRow], now: datetime) -> None:
    """What the files of staff's documents say now, for staff to choose."""
    for library_id, document in DocumentStore(folder).offered():
        row = rows.get(library_id)
        if row is None or row.keeper != STAFF:
            continue
        if document is None:
            offer_gone(session, row, now)
        else:
            offer_incoming(session, row, _content_of(document), now)


def _add_document(session: Session, document: Document, now: datetime) -> None:
    content = _content_of(document)
    row = DocumentRow(
        library_id=document.document_id,
        state=PUBLISHED,
        keeper=FOLDER,
        origin=document.origin,
        version=0,
        **shown_fields(content),
        changed_at=now,
        changed_by=IMPORT,
    )
    session.add(row)
    session.flush()
    _follow_file(session, row, document, now)


def _follow_file(session: Session, row: DocumentRow, document: Document, now: datetime) -> None:
    """A version that says what the file says now, published as it is."""
    add_version(session, row, _content_of(document), by=IMPORT, now=now)
    row.state, row.origin = PUBLISHED, document.origin
    row.published_version = row.live_version = row.source_version = row.version
    row.live_digest = content_digest(document)
    session.flush()


def _content_of(document: Document) -> Content:
    content = content_from(document)
    return content if content.title else replace(content, title=one_line(content.text, 80))
