"""From staff's documents to what residents are answered from.

The database is the truth about a document of staff's; the store (`knowledge.base.store`) and the index hold what is published and
valid today. `publish_documents` and `withdraw_from_library` only note what should be; `bring_up_to_date` makes it so, for all such notes in one run, and
`settle_changes` notes that it is. Cut anywhere, it is simply done again.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from core.database import Database
from knowledge.base.model import Document
from knowledge.base.store import DocumentStore, content_digest
from knowledge.documents.documents import (
    PUBLISHED,
    STAFF,
    WITHDRAWN,
    Content,
    content_in,
    content_of,
    library_document,
    row_of,
    version_of,
)
from knowledge.documents.tables import DocumentRow
from knowledge.imports.importing import Progress, ignore_progress, index_store, only_one
from knowledge.index import snapshot
from knowledge.index.cache import PreparedPassages
from knowledge.search.library import Library

if TYPE_CHECKING:
    from core.ports import Embedder

AT_ONCE = 200
"""Documents that go into the index in one run; a long import becomes searchable piece by piece."""


def publish_documents(session: Session, document_ids: Sequence[int], *, by: str, now: datetime) -> None:
    """Answer from the newest version of these documents from now on (or from the day that it is valid)."""
    for document_id in document_ids:
        row = row_of(session, document_id)
        version = version_of(session, document_id, row.version)
        content = content_in(version)
        version.published_at, version.published_by = now, by
        row.state, row.keeper, row.published_version = PUBLISHED, STAFF, row.version
        row.superseded_by = None
        row.live_from, row.live_until = content.valid_from, content.valid_until
        row.changed_at, row.changed_by = now, by
    session.flush()


def withdraw_from_library(
    session: Session, document_id: int, *, by: str, now: datetime, superseded_by: int | None = None
) -> None:
    """Answer from this document no more. Its versions stay, and what answers instead of it."""
    row = row_of(session, document_id)
    row.state, row.keeper, row.published_version = WITHDRAWN, STAFF, None
    row.superseded_by = superseded_by
    row.changed_at, row.changed_by = now, by
    session.flush()


@dataclass(frozen=True, slots=True)
class Change:
    """What the library has to learn of one document: the version to answer from, None for none."""

    number: int
    library_id: str
    version: int | None
    document: Document | None


@dataclass(frozen=True, slots=True)
class Applied:
    """What a run has put into the index. `more` says that something is left for the next run."""

    changes: tuple[Change, ...] = field(default_factory=tuple)
    version: str = ""
    more: bool = False


def pending_changes(session: Session, today: date, most: int = AT_ONCE) -> list[Change]:
    """What the library does not know yet, at most so many: what is to go, then what is to come, the last changed first."""
    wanted = and_(
        DocumentRow.state == PUBLISHED,
        DocumentRow.published_version.is_not(None),
        or_(DocumentRow.live_from.is_(None), DocumentRow.live_from <= today),
        or_(DocumentRow.live_until.is_(None), DocumentRow.live_until >= today),
    )
    other = or_(DocumentRow.live_version.is_(None), DocumentRow.live_version != DocumentRow.published_version)
    order = (DocumentRow.changed_at.desc(), DocumentRow.id.desc())
    going = select(DocumentRow).where(~wanted, DocumentRow.live_version.is_not(None)).order_by(*order)
    coming = select(DocumentRow).where(wanted, other).order_by(*order)
    gone = [Change(row.id, row.library_id, None, None) for row in session.scalars(going.limit(most))]
    come = [_coming_change(session, row) for row in session.scalars(coming.limit(most - len(gone)))]
    return gone + come


def _coming_change(session: Session, row: DocumentRow) -> Change:
    document = library_document(row, content_of(session, row.id, row.published_version))
    return Change(row.id, row.library_id, row.published_version, document)


def has_pending(session: Session, today: date) -> bool:
    """Whether the library has something to learn."""
    return bool(pending_changes(session, today, most=1))


def bring_up_to_date(
    database: Database,
    folder: Path,
    embedders: Sequence[Embedder],
    today: date,
    on_progress: Callable[[Progress], None] = ignore_progress,
) -> Applied:
    """Put what is pending into the store and the index at `folder`, and swap it in; `settle_changes` it afterwards.

    An index of an older format is built again also when nothing is pending.

    Waits while an import or another run has the library. No transaction is open meanwhile.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with only_one(folder):
        with database.reading() as session:
            changes = pending_changes(session, today)
        if not changes and not snapshot.is_outdated(folder):
            return Applied(version=snapshot.current_version(folder))
        store = DocumentStore(folder)
        for change in changes:
            if change.document is None:
                store.remove([change.library_id])
            else:
                store.put(change.document)
        manifest, _ = index_store(folder, store, embedders, on_progress)
    return Applied(tuple(changes), manifest.version, len(changes) == AT_ONCE)


def settle_changes(session: Session, applied: Applied) -> None:
    """Note that the library knows these changes. What was changed again meanwhile stays pending."""
    for change in applied.changes:
        row = session.get(DocumentRow, change.number)
        if row is not None:
            row.live_version = change.version
            row.live_digest = content_digest(change.document) if change.document else ""


def would_be(session: Session, document_ids: Sequence[int]) -> list[Document]:
    """The newest versions of these documents, as the library would keep them once they are published."""
    rows = [row_of(session, document_id) for document_id in document_ids]
    return [library_document(row, content_of(session, row.id)) for row in rows]


def draft_document(content: Content, library_id: str = "draft") -> Document:
    """Words that were not even saved, for a trial."""
    row = DocumentRow(library_id=library_id, origin="")
    return library_document(row, content)


@contextmanager
def trial_library(
    folder: Path,
    embedders: Sequence[Embedder],
    threshold: float,
    *,
    maybe: float = 1.0,
    published: Sequence[Document] = (),
    withdrawn: Collection[str] = (),
) -> Iterator[Library]:
    """A library as it would be with these documents published (`would_be`) and those of these library ids withdrawn.

    Nothing that residents are answered from is touched. What was computed before is used, and what is computed now makes the
    publication itself quicker. Takes as long as a publication does.
    """
    replaced = {document.document_id for document in published} | set(withdrawn)
    documents = [one for one in DocumentStore(folder) if one.document_id not in replaced]
    prepared = PreparedPassages(folder)
    passages = prepared.passages_of([*documents, *published])
    with tempfile.TemporaryDirectory(prefix="cityline-trial-") as place:
        if passages:
            snapshot.build_snapshot(Path(place), passages, embedders, prepared=prepared)
        yield Library(Path(place), embedders, threshold, maybe)
