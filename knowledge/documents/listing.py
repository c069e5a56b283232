"""Staff's list of documents: found by state, language, department and title, page by page, and what needs looking at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from core.texts import fold_text
from knowledge.documents.documents import PUBLISHED
from knowledge.documents.tables import SITE_READING, DocumentRow, ImportItemRow, ImportRow

PAGE = 50
SOON = timedelta(days=30)
MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class WantedDocuments:
    """What to list. `state` is a document's, or `changed` (published, with a newer version that is not), or `due_documents`."""

    state: str = ""
    language: str = ""
    department: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page of the list; `older` and `newer` say where the next ones begin, empty where there is none."""

    rows: tuple[DocumentRow, ...]
    older: str = ""
    newer: str = ""


def find_documents(
    session: Session, wanted: WantedDocuments, today: date, *, before: str = "", after: str = ""
) -> ListPage:
    """The documents last changed first, from a place that another page named."""
    key = tuple_(DocumentRow.changed_at, DocumentRow.id)
    query = select(DocumentRow).where(*_filter_conditions(wanted, today)).limit(PAGE + 1)
    if after and (place := _read_place(after)):
        upward = query.where(key > place).order_by(DocumentRow.changed_at, DocumentRow.id)
        rows = list(session.scalars(upward))
        more, rows = len(rows) > PAGE, rows[:PAGE][::-1]
        return ListPage(
            tuple(rows), _place_name(rows[-1]) if rows else "", _place_name(rows[0]) if more else ""
        )
    if before and (place := _read_place(before)):
        query = query.where(key < place)
    found = session.scalars(query.order_by(DocumentRow.changed_at.desc(), DocumentRow.id.desc()))
    rows = list(found)
    more, rows = len(rows) > PAGE, rows[:PAGE]
    return ListPage(
        tuple(rows), _place_name(rows[-1]) if more else "", _place_name(rows[0]) if before and rows else ""
    )


def due_documents(
    session: Session, today: date, most: int = 10, departments: Sequence[str] = ()
) -> list[DocumentRow]:
    """Published documents whose review or end has come or comes within a month, the longest overdue first."""
    query = select(DocumentRow).where(_is_due(today))
    if departments:
        query = query.where(DocumentRow.department.in_(departments))
    return list(session.scalars(query.order_by(DocumentRow.due_on, DocumentRow.id).limit(most)))


def count_due(session: Session, today: date) -> int:
    """How many there are, counted to a thousand."""
    some = select(DocumentRow.id).where(_is_due(today)).limit(MOST_COUNTED).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def document_languages(session: Session) -> list[str]:
    """The languages of all documents."""
    return sorted(code for code in session.scalars(select(DocumentRow.language).distinct()) if code)


def unpublished_documents(session: Session, numbers: Sequence[int]) -> list[int]:
    """Which of these documents have a newest version that is not published."""
    newer = or_(DocumentRow.published_version.is_(None), DocumentRow.published_version != DocumentRow.version)
    return _numbers_among(session, numbers, newer)


def published_documents(session: Session, numbers: Sequence[int]) -> list[int]:
    """Which of these documents residents are answered from, or will be once the library has them."""
    return _numbers_among(session, numbers, DocumentRow.state == PUBLISHED)


def on_their_way(session: Session, numbers: Sequence[int], today: date) -> list[int]:
    """Which of these documents are published and valid, and not in the library yet."""
    here = DocumentRow.live_version == DocumentRow.published_version
    begun = or_(DocumentRow.live_from.is_(None), DocumentRow.live_from <= today)
    ended = DocumentRow.live_until < today
    waiting = and_(DocumentRow.state == PUBLISHED, begun, or_(DocumentRow.live_version.is_(None), ~here))
    over = set(_numbers_among(session, numbers, ended))
    return [number for number in _numbers_among(session, numbers, waiting) if number not in over]


def _numbers_among(session: Session, numbers: Sequence[int], condition: ColumnElement[bool]) -> list[int]:
    found: list[int] = []
    for start in range(0, len(numbers), 500):
        some = DocumentRow.id.in_(numbers[start : start + 500])
        found += session.scalars(select(DocumentRow.id).where(some, condition).order_by(DocumentRow.id))
    return found


def last_imports(session: Session, most: int = 30) -> list[ImportRow]:
    """The last imports, the newest first; readings of sites are listed with their sites."""
    query = select(ImportRow).where(ImportRow.kind != SITE_READING)
    return list(session.scalars(query.order_by(ImportRow.id.desc()).limit(most)))


def readings_of(session: Session, address: str, most: int = 10) -> list[ImportRow]:
    """The last readings of the site at this address, the newest first."""
    query = select(ImportRow).where(ImportRow.kind == SITE_READING, ImportRow.name == address)
    return list(session.scalars(query.order_by(ImportRow.id.desc()).limit(most)))


def import_items(
    session: Session, import_id: int, fate: str = "", after: int = 0, most: int = 100
) -> list[ImportItemRow]:
    """The items of an import, of one fate or all, behind the one of this number."""
    query = select(ImportItemRow).where(ImportItemRow.import_id == import_id, ImportItemRow.number > after)
    if fate:
        query = query.where(ImportItemRow.fate == fate)
    return list(session.scalars(query.order_by(ImportItemRow.number).limit(most)))


def _is_due(today: date) -> ColumnElement[bool]:
    return and_(DocumentRow.state == PUBLISHED, DocumentRow.due_on <= today + SOON)


def _filter_conditions(wanted: WantedDocuments, today: date) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.state == "due":
        conditions.append(_is_due(today))
    elif wanted.state == "changed":
        newer = or_(
            DocumentRow.published_version.is_(None), DocumentRow.version != DocumentRow.published_version
        )
        conditions += [DocumentRow.state == PUBLISHED, newer]
    elif wanted.state:
        conditions.append(DocumentRow.state == wanted.state)
    if wanted.language:
        conditions.append(DocumentRow.language == wanted.language)
    if wanted.department:
        conditions.append(DocumentRow.department == wanted.department)
    words = fold_text(wanted.title).split()[:8]
    conditions += [DocumentRow.title_folded.contains(word, autoescape=True) for word in words]
    return conditions


def _place_name(row: DocumentRow) -> str:
    return f"{row.changed_at.timestamp():.6f}-{row.id}"


def _read_place(name: str) -> tuple[datetime, int] | None:
    at, _, number = name.partition("-")
    try:
        return datetime.fromtimestamp(float(at), UTC), int(number)
    except (ValueError, OverflowError, OSError):
        return None
