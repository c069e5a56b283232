"""Removing a document of staff's for good."""

from __future__ import annotations

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from core.errors import CitylineError
from knowledge.documents.documents import PUBLISHED, row_of
from knowledge.documents.tables import DocumentRow, DocumentVersionRow, IncomingRow


class StillAnswered(CitylineError):  # noqa: N818  a state of the world
    """The document is published, or residents are answered from it still: it is withdrawn first."""


def delete_document(session: Session, document_id: int) -> None:
    """Remove a document with all its versions, for ever; `StillAnswered` while anybody may be answered from it."""
    row = row_of(session, document_id)
    if row.state == PUBLISHED or row.live_version is not None:
        raise StillAnswered("The document was not deleted, as it is published; withdraw it first.")
    session.execute(delete(DocumentVersionRow).where(DocumentVersionRow.document_id == document_id))
    session.execute(delete(IncomingRow).where(IncomingRow.document_id == document_id))
    older = DocumentRow.superseded_by == document_id
    session.execute(update(DocumentRow).where(older).values(superseded_by=None))
    session.delete(row)
    session.flush()


def has_documents_from(session: Session, origin: str) -> bool:
    """Whether any document came from there."""
    return bool(session.scalar(select(exists().where(DocumentRow.origin == origin))))
