"""What a reading found, written down page by page: new and changed documents, what leads where, and what is gone.

Everything here is part of the transaction that finishes the page's job. A page is known by the address at which it was found in the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from core.errors import UnreadableDocument
from core.failures import Failure, fail_with, read_failure
from knowledge.base.model import Document
from knowledge.base.text import text_digest
from knowledge.base.unreadable import UnreadableCode
from knowledge.documents.documents import DRAFT, WITHDRAWN, BadDocument, content_of, number_of, row_of
from knowledge.documents.tables import ImportItemRow, ImportRow
from knowledge.imports.batches import ItemFate, NewItem, add_items, keep_as_draft, refuse_item, set_why
from knowledge.imports.fetching import Fetcher
from knowledge.sites.addresses import is_file, is_left_out, may_have_text, plain_address
from knowledge.sites.reading import FoundMap, FoundPage, SiteTerms, is_gone, sitemap_guess
from knowledge.sites.sites import SITE, pages_of
from knowledge.sites.tables import SitePageRow, SiteRow

MOST_DEPTH = 8
"""Links from the start page to a page that is read, where there is no sitemap: whatever lies deeper nobody finds by clicking."""
MOST_MAPS = 200
"""Sitemaps that one reading opens."""
TWICE = 2
"""Readings in a row in which a page is gone before it counts as gone: one may be a slip of the website's."""
_MAPS = ImportItemRow.source.startswith("map:")
_PAGES = or_(ImportItemRow.source.startswith("page:"), ImportItemRow.source.startswith("link:"))


@dataclass(frozen=True, slots=True)
class Reading:
    """A reading of a site, within a transaction."""

    session: Session
    site: SiteRow
    run: ImportRow
    now: datetime


def note_start(reading: Reading, item: ImportItemRow) -> None:
    """Where to begin: the sitemaps that robots.txt names, or the place where one usually is."""
    item.fate = ItemFate.OPENED.value
    terms = SiteTerms.of(reading.site)
    named = terms.rules_for(reading.site.address).sitemaps or (sitemap_guess(reading.site.address),)
    _add_maps(reading, named)


def note_map(reading: Reading, item: ImportItemRow, found: FoundMap) -> None:
    """What a sitemap names is read next."""
    item.fate = ItemFate.OPENED.value
    _add_maps(reading, found.maps)
    if found.more:
        reading.site.trouble = fail_with(UnreadableCode.SITE_MANY, count=reading.site.most_pages).as_data()
    add_pages(reading, found.pages, "page")


def note_failed_map(reading: Reading, item: ImportItemRow) -> None:
    """A sitemap that cannot be read; when none can, the pages are found by their links."""
    waiting = ImportItemRow.fate == ItemFate.WAITING.value
    others = select(func.count()).where(
        ImportItemRow.import_id == reading.run.id, ImportItemRow.id != item.id
    )
    if not reading.session.scalar(others.where(or_(_PAGES, waiting))):
        add_pages(reading, [reading.site.address], "link:0")


def _add_maps(reading: Reading, addresses: Sequence[str]) -> None:
    maps = select(func.count()).where(ImportItemRow.import_id == reading.run.id, _MAPS)
    room = MOST_MAPS - (reading.session.scalar(maps) or 0)
    new = _not_listed(reading, addresses, _MAPS)[: max(0, room)]
    add_items(reading.session, reading.run.id, [NewItem(one, f"map:{one}") for one in new])


def add_pages(reading: Reading, addresses: Sequence[str], kind: str, *, known: bool = False) -> None:
    """Pages to read later in this reading, but for those that staff leave out; refused ones say why at once.

    `kind` is `page`, or `link:<depth>` for one whose links are followed. Pages that are `known` are read also when there are too many.
    """
    site, terms = reading.site, SiteTerms.of(reading.site)
    new = _not_listed(reading, [one for one in addresses if not is_left_out(one, terms.leave_out)], _PAGES)
    count = select(func.count()).where(ImportItemRow.import_id == reading.run.id, _PAGES)
    room = max(0, site.most_pages - (reading.session.scalar(count) or 0))
    if len(new) > room and not known:
        site.trouble = fail_with(UnreadableCode.SITE_MANY, count=site.most_pages).as_data()
        new = new[:room]
    fetcher = Fetcher(terms.hosts)
    items = [NewItem(one, f"{kind}:{one}", _why_not(terms, fetcher, one)) for one in new]
    add_items(reading.session, reading.run.id, items)


def _not_listed(reading: Reading, addresses: Sequence[str], kinds: ColumnElement[bool]) -> list[str]:
    """Those of these addresses that no item of these kinds has, each once."""
    seen: set[str] = set()
    its = select(ImportItemRow.name).where(ImportItemRow.import_id == reading.run.id, kinds)
    for start in range(0, len(addresses), 500):
        some = ImportItemRow.name.in_(addresses[start : start + 500])
        seen |= set(reading.session.scalars(its.where(some)))
    return [one for one in dict.fromkeys(addresses) if one not in seen]


def _why_not(terms: SiteTerms, fetcher: Fetcher, address: str) -> Failure | None:
    try:
        fetcher.check(address)
    except UnreadableDocument as error:
        return error.failure
    return None if terms.rules_for(address).allow(address) else fail_with(UnreadableCode.SITE_RULES)


def note_page(reading: Reading, item: ImportItemRow, found: FoundPage) -> None:
    """What became of a page that answered: its documents, or that it is another one's double, and where it leads."""
    asked = item.name
    follow_links(reading, item, found.links)
    rows = pages_of(reading.session, reading.site.id, [asked, found.address, found.canonical])
    _note_moved(item, rows.get(asked), found)
    if other := _same_elsewhere(reading, found, rows):
        _note_double(item, rows.get(found.address), other)
        return
    row = rows.get(found.address) or _new_page(reading, found.address)
    if failure := found.refused or _refused_before(reading, found, row):
        _note_refused(reading, item, row, found, failure)
        return
    _note_seen(reading, row, found)
    if found.left_out:
        set_why(item, found.left_out)
    if found.is_same or found.text_digest == row.text_digest:
        item.fate, item.documents = ItemFate.UNCHANGED.value, list(row.documents)
        return
    _note_documents(reading, item, row, found)


def _note_moved(item: ImportItemRow, row: SitePageRow | None, found: FoundPage) -> None:
    """A page that was read at this address and leads to another one by now is gone from here."""
    if row is not None and row.address != found.address and row.documents:
        _note_gone(item, row, fail_with(UnreadableCode.SITE_MOVED, address=found.address))


def _note_seen(reading: Reading, row: SitePageRow, found: FoundPage) -> None:
    """By what the page is known the next time."""
    row.etag, row.last_modified = found.validators.etag, found.validators.last_modified
    row.digest, row.run_id, row.read_at = found.digest, reading.run.id, reading.now
    row.missing, row.keeps, row.links = 0, False, list(found.links)


def _note_refused(
    reading: Reading, item: ImportItemRow, row: SitePageRow, found: FoundPage, failure: Failure
) -> None:
    """A page that came and could not be read. It is tried again where it was read once, or where only the machine was busy."""
    refuse_item(item, failure)
    if not row.documents and failure.code != UnreadableCode.SLOW:
        _note_seen(reading, row, found)


def _refused_before(reading: Reading, found: FoundPage, row: SitePageRow) -> Failure | None:
    """Why a page whose bytes are the same could not be read the last time."""
    if not found.is_same or row.documents or row.text_digest:
        return None
    its = select(ImportItemRow).join(ImportRow, ImportRow.id == ImportItemRow.import_id)
    refused = its.where(
        ImportRow.name == reading.run.name,
        ImportItemRow.name == found.address,
        ImportItemRow.fate == ItemFate.UNREADABLE.value,
    )
    item = reading.session.scalar(refused.order_by(ImportItemRow.id.desc()).limit(1))
    return read_failure(item.failure, item.reason) if item else None


def note_met(reading: Reading, item: ImportItemRow, row: SitePageRow) -> None:
    """A page that this reading has met already, by another address that leads to it."""
    item.fate, item.documents = ItemFate.UNCHANGED.value, list(row.documents)
    follow_links(reading, item, row.links)


def follow_links(reading: Reading, item: ImportItemRow, links: Sequence[str]) -> None:
    """Read where a page leads: files always, pages where there is no sitemap. What lies on other hosts is not the city's."""
    fetcher = Fetcher(reading.site.hosts)
    own = [one for one in links if fetcher.may_ask(one) and may_have_text(one)]
    add_pages(reading, [one for one in own if is_file(one)], "page")
    kind, depth, _ = (*item.source.split(":", 2), "")[:3]
    if kind == "link" and int(depth) < MOST_DEPTH:
        add_pages(reading, own, f"link:{int(depth) + 1}")


def _same_elsewhere(reading: Reading, found: FoundPage, rows: dict[str, SitePageRow]) -> str:
    """The address of the page that this one is a double of: read already, its own by its own word, or with the same words; else empty."""
    row = rows.get(found.address)
    if row is not None and row.run_id == reading.run.id:
        return found.address
    if found.is_same or found.refused:
        return ""
    if found.canonical != found.address and _is_believed(reading.site, found):
        add_pages(reading, [found.canonical], "page")
        return found.canonical
    return _older_twin(reading, found, row)


def _older_twin(reading: Reading, found: FoundPage, row: SitePageRow | None) -> str:
    """The first page known that says the same; empty where that is this one."""
    twins = select(SitePageRow).where(
        SitePageRow.site_id == reading.site.id,
        SitePageRow.text_digest == found.text_digest,
        SitePageRow.address != found.address,
        SitePageRow.missing == 0,
    )
    first = next(
        (one for one in reading.session.scalars(twins.order_by(SitePageRow.id)) if one.documents), None
    )
    is_older = row is None or not row.documents or (first is not None and first.id < row.id)
    return first.address if first is not None and is_older else ""


def _is_believed(site: SiteRow, found: FoundPage) -> bool:
    """Whether the address that a page names as its own is one: not on another host, and not the home page for all of a site."""
    if not found.canonical or _why_not(SiteTerms.of(site), Fetcher(site.hosts), found.canonical):
        return False
    is_home = urlsplit(found.canonical).path in {"", "/"} and not urlsplit(found.canonical).query
    return not is_home and not is_left_out(found.canonical, site.leave_out)


def _note_double(item: ImportItemRow, row: SitePageRow | None, other: str) -> None:
    """The other page speaks for both; what this one gave before goes."""
    if item.fate != ItemFate.VANISHED.value:
        item.fate = ItemFate.SAME.value
        set_why(item, fail_with(UnreadableCode.SITE_SAME_PAGE, address=other))
    if row is not None and row.address != other and row.documents:
        row.missing = TWICE
        item.fate, item.documents = ItemFate.VANISHED.value, list(row.documents)


def _new_page(reading: Reading, address: str) -> SitePageRow:
    row = SitePageRow(
        site_id=reading.site.id,
        address=address,
        etag="",
        last_modified="",
        digest="",
        text_digest="",
        language="",
        links=[],
        missing=0,
        keeps=False,
        documents=[],
        dropped=[],
    )
    reading.session.add(row)
    return row


def _note_documents(reading: Reading, item: ImportItemRow, row: SitePageRow, found: FoundPage) -> None:
    fates: list[ItemFate] = []
    numbers: list[int] = []
    for document in found.documents:
        try:
            named = _own_document(reading.session, document, row.address)
            number, fate = keep_as_draft(
                reading.session, named, department=reading.site.department, by=SITE, now=reading.now
            )
        except BadDocument as error:
            fault = error.fault.replace("_", " ")
            set_why(item, fail_with(UnreadableCode.FIELD, field=error.field, fault=fault))
            continue
        except UnreadableDocument as error:
            set_why(item, error.failure)
            continue
        if number not in row.documents:
            _offer_again(reading.session, number)
        numbers.append(number)
        fates.append(fate)
    ranked = (ItemFate.ADDED, ItemFate.REPLACED, ItemFate.ASKED, ItemFate.UNCHANGED)
    item.fate = next((fate for fate in ranked if fate in fates), ItemFate.UNREADABLE).value
    item.documents = numbers
    row.dropped = sorted({*row.dropped, *row.documents} - set(numbers))
    row.documents, row.text_digest = numbers, found.text_digest if numbers else ""
    row.language = found.documents[0].language if found.documents else ""


def _offer_again(session: Session, number: int) -> None:
    """A document that went with its page waits again when the page is back; one that staff withdrew as such stays the page's and withdrawn."""
    document = row_of(session, number)
    if document.state == WITHDRAWN:
        document.state = DRAFT


def _own_document(session: Session, document: Document, address: str) -> Document:
    """The document under an id that is no other page's, whatever the page calls itself, with the words that staff gave it."""
    number = number_of(session, document.document_id)
    if number is not None and plain_address(row_of(session, number).origin) != address:
        document = replace(document, document_id=text_digest(address, document.document_id)[:16])
        number = number_of(session, document.document_id)
    if number is None:
        return document
    kept = content_of(session, number).keywords
    return replace(document, keywords=tuple(dict.fromkeys((*document.keywords, *kept))))


def note_refusal(reading: Reading, item: ImportItemRow, error: UnreadableDocument) -> None:
    """A page that was not read. What the website says is gone counts, what cannot be reached does not."""
    refuse_item(item, error.failure)
    row = pages_of(reading.session, reading.site.id, [item.name]).get(item.name)
    if row is not None and row.documents and is_gone(error):
        _note_gone(item, row, error.failure)


def _note_gone(item: ImportItemRow, row: SitePageRow, why: Failure) -> None:
    row.missing = min(row.missing + 1, TWICE)
    refuse_item(item, why)
    if row.missing >= TWICE:
        item.fate, item.documents = ItemFate.VANISHED.value, list(row.documents)


def note_left_out(reading: Reading, pages: Sequence[SitePageRow]) -> None:
    """Pages that were read once and that staff leave out by now are gone at once."""
    why = fail_with(UnreadableCode.SITE_LEFT_OUT)
    add_items(
        reading.session,
        reading.run.id,
        [NewItem(page.address, f"page:{page.address}", why) for page in pages],
    )
    named = ImportItemRow.name.in_([page.address for page in pages])
    items = reading.session.scalars(
        select(ImportItemRow).where(ImportItemRow.import_id == reading.run.id, named)
    )
    rows = {page.address: page for page in pages}
    for item in items:
        page = rows[item.name]
        page.missing = TWICE
        item.fate, item.documents = ItemFate.VANISHED.value, list(page.documents)
