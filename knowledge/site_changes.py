"""The end of a reading: what was not met is looked at, then what is new is published and what is gone withdrawn, or both wait for a yes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from core.failures import fail_with
from knowledge.base.unreadable import UnreadableCode
from knowledge.documents.documents import DRAFT, PUBLISHED, WITHDRAWN, restore_version
from knowledge.documents.tables import SITE_READING, DocumentRow, DocumentVersionRow, ImportItemRow, ImportRow
from knowledge.imports.batches import DONE, ItemFate
from knowledge.publishing import publish_documents, withdraw_from_library
from knowledge.sites.addresses import is_left_out
from knowledge.sites.noting import TWICE, Reading, add_pages, note_left_out
from knowledge.sites.sites import SITE, pages_of
from knowledge.sites.tables import SitePageRow, SiteRow

MANY_GONE, SHARE_GONE = 10, 0.2
"""More pages than this, and more than this share of a site, do not go by themselves: a site that is being rebuilt loses them all at once."""
KEPT_READINGS = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class SiteChange:
    """A document that a site gave and that waits for somebody: `kind` is new, changed or gone."""

    kind: str
    address: str
    document: DocumentRow


def look_for_missing(reading: Reading) -> bool:
    """Ask for the pages that were read before and not met in this reading; whether there were any."""
    session, site, run = reading.session, reading.site, reading.run
    known = pages_of(session, site.id)
    met = set(session.scalars(select(ImportItemRow.name).where(ImportItemRow.import_id == run.id)))
    unmet = [
        row for row in known.values() if row.documents and row.run_id != run.id and row.address not in met
    ]
    left_out = [row for row in unmet if is_left_out(row.address, site.leave_out)]
    asked = [row.address for row in unmet if row not in left_out]
    note_left_out(reading, [row for row in left_out if row.missing < TWICE])
    add_pages(reading, asked, "page", known=True)
    return bool(asked)


def end_reading(reading: Reading) -> bool:
    """Note the end; whether the library has something to learn."""
    session, site, run, now = reading.session, reading.site, reading.run, reading.now
    run.state, run.ended_at = DONE, now
    _forget_old(session, site, run, now)
    if not site.publishes:
        return False
    changes = waiting_changes(session, site)
    new = [one.document.id for one in changes if one.kind != "gone"]
    gone = [one for one in changes if one.kind == "gone"]
    publish_documents(session, sites_own(session, new), by=SITE, now=now)
    if _are_too_many(session, site, gone):
        site.trouble = fail_with(UnreadableCode.SITE_EMPTIED, count=len(gone)).as_data()
        return bool(new)
    withdraw_gone(session, site, sites_own(session, [one.document.id for one in gone]), by=SITE, now=now)
    return bool(changes)


def _are_too_many(session: Session, site: SiteRow, gone: Sequence[SiteChange]) -> bool:
    pages = pages_of(session, site.id).values()
    documents = sum(len(page.documents) for page in pages)
    return len(gone) > max(MANY_GONE, SHARE_GONE * documents)


def waiting_changes(session: Session, site: SiteRow) -> list[SiteChange]:
    """What the site gave and nobody has published yet, and what residents are answered from though it is gone, by address."""
    found: list[SiteChange] = []
    pages = pages_of(session, site.id).values()
    numbers = [number for page in pages for number in (*page.documents, *page.dropped)]
    rows = _documents(session, numbers)
    for page in sorted(pages, key=lambda page: page.address):
        for number in (*page.documents, *page.dropped):
            row = rows.get(number)
            if row and (kind := _change_of(page, row)):
                found.append(SiteChange(kind, page.address, row))
    return found


def count_waiting(session: Session) -> int:
    """How many changes of all sites wait for somebody, told from the lists alone."""
    newer = or_(DocumentRow.published_version.is_(None), DocumentRow.published_version != DocumentRow.version)
    fresh = select(func.count(DocumentRow.id)).where(
        DocumentRow.changed_by == SITE, DocumentRow.state.in_((DRAFT, PUBLISHED)), newer
    )
    gone = select(SitePageRow.documents).where(SitePageRow.missing >= TWICE, SitePageRow.keeps.is_(False))
    numbers = [number for documents in session.scalars(gone) for number in documents]
    answering = [row for row in _documents(session, numbers).values() if row.state != WITHDRAWN]
    return (session.scalar(fresh) or 0) + len(answering)


def _change_of(page: SitePageRow, row: DocumentRow) -> str:
    if row.state == WITHDRAWN:
        return ""
    if row.id in page.dropped or page.missing >= TWICE:
        return "" if page.keeps else "gone"
    if row.state == DRAFT:
        return "new"
    return "changed" if row.version != row.published_version else ""


def _documents(session: Session, numbers: Sequence[int]) -> dict[int, DocumentRow]:
    found: dict[int, DocumentRow] = {}
    for start in range(0, len(numbers), 500):
        some = select(DocumentRow).where(DocumentRow.id.in_(numbers[start : start + 500]))
        found |= {row.id: row for row in session.scalars(some)}
    return found


def sites_own(session: Session, numbers: Sequence[int]) -> list[int]:
    """Those of these documents that nobody of staff has written in since they were published: what a site may change by itself."""
    found = []
    for number, row in _documents(session, numbers).items():
        since = row.published_version or 1
        versions = select(DocumentVersionRow.saved_by).where(
            DocumentVersionRow.document_id == number, DocumentVersionRow.number >= since
        )
        if set(session.scalars(versions)) <= {SITE} and row.state in {DRAFT, PUBLISHED}:
            found.append(number)
    return found


def withdraw_gone(session: Session, site: SiteRow, numbers: Sequence[int], *, by: str, now: datetime) -> None:
    """Answer from these documents of gone pages no more. If the page comes back, its document waits to be published again."""
    for number in numbers:
        withdraw_from_library(session, number, by=by, now=now)
    gone = set(numbers)
    for page in pages_of(session, site.id).values():
        if gone & {*page.documents, *page.dropped}:
            page.dropped = [one for one in page.dropped if one not in gone]
            if page.missing >= TWICE:
                page.documents = [one for one in page.documents if one not in gone]
                page.digest = page.text_digest = ""
    session.flush()


def keep_gone(session: Session, site: SiteRow, numbers: Sequence[int]) -> None:
    """Go on answering from these documents although their pages are gone."""
    kept = set(numbers)
    for page in pages_of(session, site.id).values():
        page.dropped = [one for one in page.dropped if one not in kept]
        if page.missing >= TWICE and kept & set(page.documents):
            page.keeps = True
    session.flush()


def set_aside(session: Session, numbers: Sequence[int], *, by: str, now: datetime) -> None:
    """Leave what residents are answered from as it is: a new page is not published, a changed one is again as it was."""
    for number in numbers:
        row = session.get(DocumentRow, number)
        if row is None or row.state == WITHDRAWN:
            continue
        if row.state == DRAFT or row.published_version is None:
            withdraw_from_library(session, number, by=by, now=now)
        else:
            restore_version(session, number, row.published_version, by=by, now=now)
            publish_documents(session, [number], by=by, now=now)


def _forget_old(session: Session, site: SiteRow, run: ImportRow, now: datetime) -> None:
    """Of earlier readings only what changed is kept, and that for a season."""
    dull = (ItemFate.UNCHANGED, ItemFate.OPENED, ItemFate.SAME, ItemFate.STOPPED, ItemFate.UNREADABLE)
    earlier = select(ImportRow.id).where(
        ImportRow.kind == SITE_READING, ImportRow.name == site.address, ImportRow.id < run.id
    )
    items = delete(ImportItemRow).where(ImportItemRow.import_id.in_(earlier))
    session.execute(items.where(ImportItemRow.fate.in_([fate.value for fate in dull])))
    old = list(session.scalars(earlier.where(ImportRow.ended_at < now - KEPT_READINGS)))
    session.execute(delete(ImportItemRow).where(ImportItemRow.import_id.in_(old)))
    session.execute(delete(ImportRow).where(ImportRow.id.in_(old)))
