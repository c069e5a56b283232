"""The tables of staff's documents: what each one is now, every version of it, and imports with the fate of each file."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base

SITE_READING = "site"
"""The kind of an import that is a reading of a site (`knowledge.sites`)."""
RowId = BigInteger().with_variant(Integer, "sqlite")


class DocumentRow(Base):
    """A document as staff find it in the list. Its words stand in its versions.

    `library_id` names it in the library (`knowledge.base.model.Document.document_id`). `version` is the newest, `published_version`
    the one that staff published, `live_version` the one that the library holds; `live_digest` tells what it looks like there.
    `due_on` is the first of its review and its end: the day on which somebody should look at it. `superseded_by` is the number of the
    document that answers instead of one that was withdrawn for it, `source_version` the newest version that came from the file or page of the document.
    """

    __tablename__ = "documents"
    __table_args__ = (
        Index("ix_documents_changed", "changed_at", "id"),
        Index("ix_documents_state", "state", "changed_at", "id"),
        Index("ix_documents_department", "department", "changed_at", "id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    library_id: Mapped[str] = mapped_column(String(200), unique=True)
    state: Mapped[str] = mapped_column(String(12))
    keeper: Mapped[str] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(String(300))
    title_folded: Mapped[str] = mapped_column(String(600))
    language: Mapped[str] = mapped_column(String(8))
    department: Mapped[str] = mapped_column(String(80))
    audience: Mapped[str] = mapped_column(String(80))
    origin: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    published_version: Mapped[int | None]
    live_version: Mapped[int | None]
    live_digest: Mapped[str] = mapped_column(String(32), default="")
    live_from: Mapped[date | None] = mapped_column(Date)
    live_until: Mapped[date | None] = mapped_column(Date)
    due_on: Mapped[date | None] = mapped_column(Date, index=True)
    superseded_by: Mapped[int | None]
    source_version: Mapped[int | None]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(200))


class DocumentVersionRow(Base):
    """One saved version: its words, and in `details` all else that staff say of a document (`knowledge.documents.documents.Content`)."""

    __tablename__ = "document_versions"
    __table_args__ = (UniqueConstraint("document_id", "number"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(String(500))
    saved_at: Mapped[datetime]
    saved_by: Mapped[str] = mapped_column(String(200))
    published_at: Mapped[datetime | None]
    published_by: Mapped[str | None] = mapped_column(String(200))


class IncomingRow(Base):
    """What the source of a document that staff corrected says now, or that it `is_gone`; `choice` is empty until staff choose."""

    __tablename__ = "incoming_documents"

    document_id: Mapped[int] = mapped_column(
        ForeignKey("documents.id"), primary_key=True, autoincrement=False
    )
    title: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    is_gone: Mapped[bool]
    came_at: Mapped[datetime]
    choice: Mapped[str] = mapped_column(String(12), index=True)
    chosen_by: Mapped[str] = mapped_column(String(200))
    chosen_at: Mapped[datetime | None]


class ImportRow(Base):
    """Files or pages that somebody brought in together. `state` is running, stopped or done."""

    __tablename__ = "document_imports"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(300))
    language: Mapped[str] = mapped_column(String(8))
    department: Mapped[str] = mapped_column(String(80))
    started_at: Mapped[datetime]
    started_by: Mapped[str] = mapped_column(String(200))
    ended_at: Mapped[datetime | None]


class ImportItemRow(Base):
    """One file or page of an import. `source` is where its bytes are: a stored file or a web address.

    `fate` is waiting, or as in `knowledge.imports.importing.ImportOutcome`, or stopped; `documents` are the ids of what it gave.
    `reason` is the English sentence of `failure` (`core.failures`); what earlier releases wrote has no `failure`.
    """

    __tablename__ = "document_import_items"
    __table_args__ = (
        UniqueConstraint("import_id", "number"),
        Index("ix_document_import_items_fate", "import_id", "fate"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("document_imports.id"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(500))
    source: Mapped[str] = mapped_column(Text)
    fate: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text)
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    documents: Mapped[list[int]] = mapped_column(JSON)
