"""Staff's documents: what one says, its versions, and saving. Every save is a version; publishing is in `knowledge.publishing`.

A document is kept by the folder that it was imported from until staff first save, publish or withdraw it; from then on it is
staff's, and no import overwrites it.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from core.errors import CitylineError
from core.texts import fold_text
from knowledge.base.end_dates import last_end
from knowledge.base.language import primary_language
from knowledge.base.model import Document
from knowledge.base.text import clean_text, one_line
from knowledge.documents.tables import DocumentRow, DocumentVersionRow
from knowledge.readers.parts import MOST_TEXT

DRAFT, PUBLISHED, WITHDRAWN = STATES = ("draft", "published", "withdrawn")
FOLDER, STAFF = "folder", "staff"
_DATES = ("reviewed_on", "review_by", "valid_from", "valid_until")


class ChangedMeanwhile(CitylineError):  # noqa: N818  a state of the world
    """Somebody else saved the document since it was opened."""


class NoSuchDocument(CitylineError):  # noqa: N818
    """There is no document of this number, or no such version of it."""


class BadDocument(CitylineError):  # noqa: N818
    """A document that cannot be saved: `field` says what about it, `fault` a word for what is wrong."""

    def __init__(self, field: str, fault: str) -> None:
        super().__init__(f"The document was not saved: {field} is {fault}; correct it and save again.")
        self.field = field
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Content:
    """What staff say in a document and about it. `text` is Markdown; `keywords` are words of residents that it lacks.

    `reviewed_on` is when it was last looked at (residents see it), `review_by` when that is due again. It is answered from
    between `valid_from` and `valid_until`, both included. `scanned` is whether it was read from pictures by machine and not compared yet.
    """

    title: str
    text: str
    language: str = ""
    department: str = ""
    audience: str = ""
    url: str = ""
    reviewed_on: date | None = None
    review_by: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    keywords: tuple[str, ...] = ()
    scanned: bool = False

    @property
    def due_on(self) -> date | None:
        """The first day on which somebody should look at it again: for its review, its end, or because what it says is over by then."""
        return min((day for day in (self.review_by, self.valid_until, self.says_until) if day), default=None)

    @property
    def says_until(self) -> date | None:
        """The latest day up to which something holds by its own words."""
        return last_end(self.text)

    def details(self) -> dict[str, Any]:
        """All but title and text, as JSON holds it."""
        return {
            "language": self.language,
            "department": self.department,
            "audience": self.audience,
            "url": self.url,
            "keywords": list(self.keywords),
            **({"scanned": True} if self.scanned else {}),
            **{name: day.isoformat() for name in _DATES if (day := getattr(self, name))},
        }


def create_draft(
    session: Session,
    *,
    title: str,
    text: str,
    language: str,
    by: str,
    now: datetime,
    department: str = "",
    note: str = "",
    origin: str = "",
    library_id: str = "",
    **details: Any,
) -> int:
    """A new document that nobody is answered from yet; its number. `details` are the other fields of `Content`."""
    content = checked_content(Content(title, text, language, department, **details))
    row = DocumentRow(
        library_id=library_id or f"staff-{uuid.uuid4().hex[:16]}",
        state=DRAFT,
        keeper=STAFF,
        origin=origin,
        version=0,
        **shown_fields(content),
        changed_at=now,
        changed_by=by,
    )
    session.add(row)
    session.flush()
    add_version(session, row, content, by=by, now=now, note=note)
    row.source_version = row.version if origin else None
    return row.id


def save_version(
    session: Session,
    document_id: int,
    content: Content,
    *,
    by: str,
    now: datetime,
    note: str = "",
    since: int | None = None,
) -> int:
    """A new version of the document; its number. What is published stays as it is until the next publication.

    `since` is the version that was being edited: `ChangedMeanwhile` if there is a newer one. Saying the same again makes none.
    """
    row = row_of(session, document_id)
    if since is not None and since != row.version:
        raise ChangedMeanwhile(
            f"Version {row.version} was saved meanwhile; look at it and save your change again."
        )
    content = checked_content(content)
    if content == content_of(session, document_id):
        return row.version
    add_version(session, row, content, by=by, now=now, note=note)
    row.keeper = STAFF
    return row.version


def restore_version(
    session: Session, document_id: int, number: int, *, by: str, now: datetime, note: str = ""
) -> int:
    """A new version that says what an older one said; its number."""
    return save_version(
        session, document_id, content_of(session, document_id, number), by=by, now=now, note=note
    )


def add_version(
    session: Session, row: DocumentRow, content: Content, *, by: str, now: datetime, note: str = ""
) -> None:
    """The next version of a document, and what the list shows of it."""
    row.version += 1
    for name, value in shown_fields(content).items():
        setattr(row, name, value)
    row.changed_at, row.changed_by = now, by
    version = DocumentVersionRow(
        document_id=row.id,
        number=row.version,
        title=content.title,
        text=content.text,
        details=content.details(),
        note=one_line(note, 500),
        saved_at=now,
        saved_by=by,
    )
    session.add(version)
    session.flush()


def checked_content(content: Content) -> Content:
    """The content cleaned, or `BadDocument`."""
    title, text = one_line(content.title), clean_text(content.text).strip()
    if not title:
        raise BadDocument("title", "missing")
    if not re.search(r"\w", text):
        raise BadDocument("text", "missing")
    if len(text) > MOST_TEXT:
        raise BadDocument("text", "too_long")
    url = one_line(content.url, 2000)
    if url and not re.fullmatch(r"https?://[^\s<>\"]+", url):
        raise BadDocument("url", "no_address")
    if content.valid_from and content.valid_until and content.valid_from > content.valid_until:
        raise BadDocument("valid_until", "before_start")
    return replace(
        content,
        title=title,
        text=text,
        language=primary_language(one_line(content.language, 8)),
        department=one_line(content.department, 80),
        audience=one_line(content.audience, 80),
        url=url,
        keywords=_keyword_tuple(content.keywords),
    )


def row_of(session: Session, document_id: int) -> DocumentRow:
    """The document as the list knows it, or `NoSuchDocument`."""
    row = session.get(DocumentRow, document_id)
    if row is None:
        raise NoSuchDocument(f"There is no document {document_id}.")
    return row


def number_of(session: Session, library_id: str) -> int | None:
    """The number of the document that the library calls so."""
    return session.scalar(select(DocumentRow.id).where(DocumentRow.library_id == library_id))


def numbers_of(session: Session, library_ids: Collection[str]) -> dict[str, int]:
    """The numbers of documents by what the library calls them, as far as they are in the list."""
    query = select(DocumentRow.library_id, DocumentRow.id).where(DocumentRow.library_id.in_(library_ids))
    return {library_id: number for library_id, number in session.execute(query)}  # noqa: C416  a Row is no pair to mypy


def version_of(session: Session, document_id: int, number: int) -> DocumentVersionRow:
    """One version of a document, or `NoSuchDocument`."""
    wanted = (DocumentVersionRow.document_id == document_id, DocumentVersionRow.number == number)
    version = session.scalar(select(DocumentVersionRow).where(*wanted))
    if version is None:
        raise NoSuchDocument(f"There is no version {number} of document {document_id}.")
    return version


def document_versions(session: Session, document_id: int, most: int = 100) -> list[DocumentVersionRow]:
    """The versions of a document, the newest first."""
    query = (
        select(DocumentVersionRow)
        .where(DocumentVersionRow.document_id == document_id)
        .order_by(DocumentVersionRow.number.desc())
        .limit(most)
    )
    return list(session.scalars(query))


def content_of(session: Session, document_id: int, number: int | None = None) -> Content:
    """What a version of a document says, the newest unless another is named."""
    return content_in(version_of(session, document_id, number or row_of(session, document_id).version))


def content_in(version: DocumentVersionRow) -> Content:
    """What a version says."""
    values = dict(version.details)
    days: dict[str, Any] = {name: date.fromisoformat(values.pop(name)) for name in _DATES if name in values}
    keywords = tuple(values.pop("keywords", ()))
    return Content(title=version.title, text=version.text, keywords=keywords, **days, **values)


def library_document(row: DocumentRow, content: Content) -> Document:
    """The document as the library keeps it."""
    return Document(
        document_id=row.library_id,
        title=content.title,
        text=content.text,
        url=content.url,
        reviewed=content.reviewed_on.isoformat() if content.reviewed_on else "",
        language=content.language,
        origin=row.origin,
        keywords=content.keywords,
        scanned=content.scanned,
    )


def content_from(document: Document, department: str = "") -> Content:
    """What a document that was read from a file says; a date that is none is left out."""
    try:
        reviewed = date.fromisoformat(document.reviewed) if document.reviewed else None
    except ValueError:
        reviewed = None
    return Content(
        title=document.title,
        text=document.text,
        language=document.language,
        department=department,
        url=document.url,
        reviewed_on=reviewed,
        keywords=document.keywords,
        scanned=document.scanned,
    )


def shown_fields(content: Content) -> dict[str, Any]:
    """What the list shows of a document."""
    return {
        "title": content.title,
        "title_folded": fold_text(content.title)[:600],
        "language": content.language,
        "department": content.department,
        "audience": content.audience,
        "due_on": content.due_on,
    }


def renew_due_days(session: Session) -> None:
    """Tell again by when each document is to be looked at: what an earlier release saved knows nothing of the days in its words."""
    newest = and_(
        DocumentVersionRow.document_id == DocumentRow.id, DocumentVersionRow.number == DocumentRow.version
    )
    query = select(DocumentRow, DocumentVersionRow).join(DocumentVersionRow, newest)
    for row, version in session.execute(query.execution_options(yield_per=200)):
        row.due_on = content_in(version).due_on


def _keyword_tuple(keywords: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for keyword in keywords if (word := one_line(keyword, 100))))
