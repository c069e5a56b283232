"""Bringing in many files or pages at once: what waits, what became of each, and stopping.

Each file or page of an import is an item; a worker takes one after the other (`knowledge.jobs`). An item becomes documents as drafts;
an archive or a sitemap becomes more items. A `source` is `file:<path>`, `zip:<path>`, `page:<address>` or `sitemap:<address>`.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.errors import UnreadableDocument
from core.failures import Failure, fail_with
from knowledge.base.model import Document
from knowledge.base.text import clean_text, one_line
from knowledge.base.unreadable import UnreadableCode
from knowledge.documents.documents import (
    BadDocument,
    Content,
    content_from,
    content_of,
    create_draft,
    number_of,
    row_of,
    save_version,
)
from knowledge.documents.incoming import is_corrected, offer_incoming
from knowledge.documents.tables import DocumentRow, ImportItemRow, ImportRow
from knowledge.imports.fetching import Fetcher
from knowledge.imports.importing import distinct_documents
from knowledge.imports.originals import keep_original
from knowledge.index.cache import PreparedPassages
from knowledge.readers.archive import unpack_archive
from knowledge.readers.left_out import LeftOut
from knowledge.readers.parent import run_child
from knowledge.readers.registry import is_slow_to_read, read_upload
from knowledge.readers.scan_limits import MOST_SCANNED
from knowledge.readers.sitemap import MOST_ADDRESSES

if TYPE_CHECKING:
    from core.ports import Embedder

RUNNING, STOPPED, DONE = "running", "stopped", "done"
MOST_ITEMS = 5000
MOST_DOCUMENTS = 2000
_ITEM = ImportItemRow


class ItemFate(StrEnum):
    """What became of an item. `asked`: staff corrected its document, and choose what is to hold. `opened` is an archive or sitemap whose parts are items of their own.

    Pages of a site may be `same`, which another address gave as well, or `vanished`, gone in two readings in a row.
    """

    WAITING = "waiting"
    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    ASKED = "asked"
    OPENED = "opened"
    UNREADABLE = "unreadable"
    SAME = "same"
    VANISHED = "vanished"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class NewItem:
    """A file or page to bring in; one that is `refused` is only listed."""

    name: str
    source: str
    refused: Failure | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What was found in an item: documents, or more items, or a reason why not. `left_out` says what of a text is not in it."""

    documents: tuple[Document, ...] = field(default_factory=tuple)
    items: tuple[NewItem, ...] = field(default_factory=tuple)
    refused: Failure | None = None
    left_out: Failure | None = None


def begin_import(
    session: Session,
    *,
    kind: str,
    name: str,
    language: str,
    department: str,
    by: str,
    now: datetime,
    items: Sequence[NewItem],
) -> int:
    """A new import of these items; its number. `language` is empty where each text tells its own."""
    row = ImportRow(
        kind=kind,
        state=RUNNING,
        name=one_line(name),
        language=language,
        department=department,
        started_at=now,
        started_by=by,
    )
    session.add(row)
    session.flush()
    add_items(session, row.id, items)
    end_if_nothing_waits(session, row.id, now)
    return row.id


def add_items(session: Session, import_id: int, items: Iterable[NewItem]) -> None:
    """More items at the end of an import, which takes `MOST_ITEMS` at most."""
    last = session.scalar(select(func.max(_ITEM.number)).where(_ITEM.import_id == import_id)) or 0
    for number, item in enumerate(items, start=last + 1):
        if number > MOST_ITEMS:
            break
        fate = ItemFate.UNREADABLE if item.refused else ItemFate.WAITING
        session.add(
            _ITEM(
                import_id=import_id,
                number=number,
                name=one_line(item.name, 500),
                source=clean_text(item.source),
                fate=fate.value,
                reason=str(item.refused or ""),
                failure=item.refused.as_data() if item.refused else None,
                documents=[],
            )
        )
    session.flush()


def waiting_items(session: Session, import_id: int, most: int = MOST_ITEMS) -> list[int]:
    """The numbers of the items that are still to be done, the first so many."""
    query = select(_ITEM.number).where(_ITEM.import_id == import_id, _ITEM.fate == ItemFate.WAITING.value)
    return list(session.scalars(query.order_by(_ITEM.number).limit(most)))


def item_of(session: Session, import_id: int, number: int) -> ImportItemRow | None:
    """One item of an import."""
    return session.scalar(select(_ITEM).where(_ITEM.import_id == import_id, _ITEM.number == number))


def stop_import(session: Session, import_id: int, now: datetime) -> None:
    """Leave out what is still waiting. What was brought in stays, as drafts."""
    its_waiting = (_ITEM.import_id == import_id, _ITEM.fate == ItemFate.WAITING.value)
    session.execute(update(_ITEM).where(*its_waiting).values(fate=ItemFate.STOPPED.value))
    row = session.get(ImportRow, import_id)
    if row is not None and row.state == RUNNING:
        row.state, row.ended_at = STOPPED, now


def end_if_nothing_waits(session: Session, import_id: int, now: datetime) -> bool:
    """Note the end of an import when its last item is done."""
    row = session.get(ImportRow, import_id)
    session.flush()
    if row is None or row.state != RUNNING or waiting_items(session, import_id):
        return False
    row.state, row.ended_at = DONE, now
    return True


def count_fates(session: Session, import_id: int) -> dict[str, int]:
    """How many items met each fate."""
    query = select(_ITEM.fate, func.count()).where(_ITEM.import_id == import_id).group_by(_ITEM.fate)
    return {fate: count for fate, count in session.execute(query)}  # noqa: C416  a Row is no pair to mypy


def documents_of(session: Session, import_id: int) -> list[int]:
    """The numbers of all documents that an import brought new or changed."""
    fates = (ItemFate.ADDED.value, ItemFate.REPLACED.value)
    query = select(_ITEM.documents).where(_ITEM.import_id == import_id, _ITEM.fate.in_(fates))
    return list(dict.fromkeys(number for numbers in session.scalars(query) for number in numbers))


def take_item(
    source: str,
    name: str,
    *,
    folder: Path,
    fetcher: Fetcher,
    embedders: Sequence[Embedder],
    language: str = "",
    department: str = "",
    on_done: Callable[[int], None] = lambda _count: None,
    scan_pages: int = MOST_SCANNED,
) -> Taken:
    """What is in an item. No transaction is open; whatever it holds is taken apart in the child process.

    `on_done` is called again and again while its passages are encoded. Of pages that are pictures `scan_pages` are read.
    """
    kind, _, where = source.partition(":")
    try:
        found = _WAYS[kind](where, name, _Way(folder, fetcher, department, scan_pages))
    except UnreadableDocument as error:
        return Taken(refused=error.failure)
    except FileNotFoundError:
        return Taken(refused=fail_with(UnreadableCode.NOT_THERE))
    if len(found.documents) > MOST_DOCUMENTS:
        return Taken(refused=fail_with(UnreadableCode.MANY_DOCUMENTS, count=MOST_DOCUMENTS))
    given = distinct_documents(found.documents)
    documents = tuple(replace(one, language=language or one.language) for one in given)
    PreparedPassages(folder).ahead(documents, embedders, on_done)
    return replace(found, documents=documents)


def is_slow_item(source: str) -> bool:
    """Whether an item takes so long to read that the others of its import should not wait for it."""
    kind, _, where = source.partition(":")
    return kind == "file" and Path(where).is_file() and is_slow_to_read(Path(where))


@dataclass(frozen=True, slots=True)
class _Way:
    """What taking an item needs beside its place and name."""

    folder: Path
    fetcher: Fetcher
    department: str
    scan_pages: int


def _from_file(where: str, name: str, way: _Way) -> Taken:
    left_out = LeftOut()
    documents = read_upload(Path(where), f"upload:{way.department}/{name}", left_out, way.scan_pages)
    return Taken(documents=tuple(documents), left_out=left_out.as_failure())


def _from_archive(where: str, _name: str, _way: _Way) -> Taken:
    path = Path(where)
    members = unpack_archive(path, path.with_name(f"{path.stem}-unpacked"))
    items = (NewItem(member.name, f"file:{member.place}", member.refused) for member in members)
    return Taken(items=tuple(items))


def _from_page(where: str, _name: str, way: _Way) -> Taken:
    fetched = way.fetcher.fetch(where)
    path = _stored_file(way.folder, fetched.data, fetched.suffix or ".unknown")
    left_out = LeftOut()
    try:
        documents = read_upload(path, where, left_out, way.scan_pages)
    finally:
        path.unlink(missing_ok=True)
    placed = tuple(replace(one, url=one.url or fetched.url) for one in documents)
    return Taken(documents=placed, left_out=left_out.as_failure())


def _from_sitemap(where: str, _name: str, way: _Way) -> Taken:
    fetched = way.fetcher.fetch(where)
    path = _stored_file(way.folder, fetched.data, ".xml")
    try:
        with path.open("rb", buffering=0) as file:
            found = run_child("sitemap", file)
    finally:
        path.unlink(missing_ok=True)
    maps = [one for one in found.get("sitemaps", ()) if isinstance(one, str)]
    pages = [one for one in found.get("addresses", ()) if isinstance(one, str)]
    listed = [("sitemap", one) for one in maps] + [("page", one) for one in pages]
    items = tuple(NewItem(one, f"{kind}:{one}", _why_not(way.fetcher, one)) for kind, one in listed)
    many = fail_with(UnreadableCode.SITEMAP_MANY, count=MOST_ADDRESSES) if found.get("more") else None
    return Taken(items=items, left_out=many)


def _why_not(fetcher: Fetcher, address: str) -> Failure | None:
    try:
        fetcher.check(address)
    except UnreadableDocument as error:
        return error.failure
    return None


_WAYS: dict[str, Callable[[str, str, _Way], Taken]] = {
    "file": _from_file,
    "zip": _from_archive,
    "page": _from_page,
    "sitemap": _from_sitemap,
}


def refuse_item(item: ImportItemRow, failure: Failure) -> None:
    """Keep an item as one that was not read, and why."""
    item.fate = ItemFate.UNREADABLE.value
    set_why(item, failure)


def set_why(item: ImportItemRow, failure: Failure) -> None:
    """Keep beside an item why it was not read, or what of it was left out."""
    item.reason, item.failure = str(failure), failure.as_data()


def note_item(session: Session, import_id: int, number: int, taken: Taken, *, now: datetime) -> None:
    """Write down what was found in an item: drafts, or more items, or the reason. An item that was stopped meanwhile stays so."""
    item, parent = item_of(session, import_id, number), session.get(ImportRow, import_id)
    if item is None or parent is None or item.fate != ItemFate.WAITING.value:
        return
    if taken.refused:
        refuse_item(item, taken.refused)
    elif taken.items:
        item.fate = ItemFate.OPENED.value
        if taken.left_out:
            set_why(item, taken.left_out)
        seen = {
            source for (source,) in session.execute(select(_ITEM.source).where(_ITEM.import_id == import_id))
        }
        add_items(session, import_id, [one for one in taken.items if one.source not in seen or one.refused])
    else:
        if taken.left_out:
            set_why(item, taken.left_out)
        _note_documents(session, item, parent, taken.documents, now)


def _note_documents(
    session: Session, item: ImportItemRow, parent: ImportRow, documents: Sequence[Document], now: datetime
) -> None:
    fates: list[ItemFate] = []
    numbers: list[int] = []
    for document in documents:
        try:
            number, fate = keep_as_draft(
                session, document, department=parent.department, by=parent.started_by, now=now
            )
        except BadDocument as error:
            fault = error.fault.replace("_", " ")
            set_why(item, fail_with(UnreadableCode.FIELD, field=error.field, fault=fault))
            continue
        except UnreadableDocument as error:
            set_why(item, error.failure)
            continue
        numbers.append(number)
        fates.append(fate)
    ranked = (ItemFate.ADDED, ItemFate.REPLACED, ItemFate.ASKED, ItemFate.UNCHANGED)
    item.fate = next((fate for fate in ranked if fate in fates), ItemFate.UNREADABLE).value
    item.documents = numbers


def keep_as_draft(
    session: Session, document: Document, *, department: str, by: str, now: datetime
) -> tuple[int, ItemFate]:
    """A draft of what was read: a new document, or the next version of the one that came from there before.

    What staff have corrected is left as it is, and they are asked.
    """
    content = content_from(document, department)
    content = content if content.title else replace(content, title=one_line(content.text, 80))
    number = number_of(session, document.document_id)
    if number is None:
        values = {name: getattr(content, name) for name in ("url", "reviewed_on", "keywords", "scanned")}
        number = create_draft(
            session,
            title=content.title,
            text=content.text,
            language=content.language,
            department=content.department,
            by=by,
            now=now,
            origin=document.origin,
            library_id=document.document_id,
            **values,
        )
        return number, ItemFate.ADDED
    row, known = row_of(session, number), content_of(session, number)
    if department and row.department != department:
        raise UnreadableDocument(UnreadableCode.OTHER_DEPARTMENT)
    content = replace(
        content,
        department=row.department or department,
        audience=known.audience,
        scanned=content.scanned and (known.scanned or content.text != known.text),
        review_by=known.review_by,
        valid_from=known.valid_from,
        valid_until=known.valid_until,
    )
    return number, _follow_source(session, row, content, by=by, now=now)


def _follow_source(
    session: Session, row: DocumentRow, content: Content, *, by: str, now: datetime
) -> ItemFate:
    """The next version of a document, or the question to staff who corrected it."""
    if is_corrected(session, row):
        return ItemFate.ASKED if offer_incoming(session, row, content, now) else ItemFate.UNCHANGED
    before = row.version
    row.source_version = save_version(session, row.id, content, by=by, now=now)
    return ItemFate.REPLACED if row.version != before else ItemFate.UNCHANGED


def incoming_folder(folder: Path) -> Path:
    """Where uploaded bytes wait until they are read."""
    place = folder / "incoming"
    place.mkdir(parents=True, exist_ok=True)
    return place


def keep_file(source: str, folder: Path, origin: str) -> None:
    """Keep the bytes of a file that was read, for staff to compare."""
    kind, _, where = source.partition(":")
    if kind == "file" and Path(where).is_file():
        keep_original(folder, origin, Path(where))


def item_of_document(session: Session, document_id: int, name: str) -> ImportItemRow | None:
    """The item of this name that brought a document last."""
    query = select(_ITEM).where(_ITEM.name == one_line(name, 500)).order_by(_ITEM.id.desc()).limit(20)
    return next((item for item in session.scalars(query) if document_id in item.documents), None)


def forget_files(source: str) -> None:
    """Remove the bytes of an item that is done; of an archive, the archive."""
    kind, _, where = source.partition(":")
    if kind in {"file", "zip"}:
        Path(where).unlink(missing_ok=True)


def forget_old_files(folder: Path, before: float) -> None:
    """Remove what was uploaded before this time (seconds since the epoch) and never read, because its import was stopped."""
    for place in incoming_folder(folder).iterdir():
        if place.stat().st_mtime < before:
            shutil.rmtree(place, ignore_errors=True) if place.is_dir() else place.unlink(missing_ok=True)


def _stored_file(folder: Path, data: bytes, suffix: str) -> Path:
    with tempfile.NamedTemporaryFile(dir=incoming_folder(folder), suffix=suffix, delete=False) as file:
        file.write(data)
    return Path(file.name)
