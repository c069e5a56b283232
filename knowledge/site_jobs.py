"""Reading the city's sites in the background, a page at a time: one job reads a page and puts in the next, in a lane of the site's host.

So a site is asked by one process at a time and with a pause between two requests, whatever dies; a job that is cut is done again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.orm import Session

from core.database import Database
from core.errors import UnreadableDocument
from core.failures import Failure, fail_with
from core.queue import Claim, Queue
from knowledge.base.unreadable import UnreadableCode
from knowledge.documents.tables import ImportItemRow, ImportRow
from knowledge.imports.batches import RUNNING, item_of, refuse_item, stop_import, waiting_items
from knowledge.imports.fetching import AskedToWait, Fetcher
from knowledge.site_changes import end_reading, look_for_missing
from knowledge.sites.addresses import host_entry, origin_of
from knowledge.sites.noting import (
    Reading,
    follow_links,
    note_failed_map,
    note_map,
    note_met,
    note_page,
    note_refusal,
    note_start,
)
from knowledge.sites.reading import (
    FoundMap,
    FoundPage,
    PageReader,
    SeenPage,
    SiteTerms,
    UnlistedPage,
    is_passing,
)
from knowledge.sites.sites import SITE, begin_reading, due_sites, pages_of, site_of_run
from knowledge.sites.tables import SiteRow

if TYPE_CHECKING:
    from core.ports import Embedder

log = structlog.get_logger()

JOB = "site"
ATTEMPTS = 3
PATIENT = (30.0, 300.0)
"""Seconds before the second and the third try of a page that could not be had."""
MOST_FAILURES = 5
"""Pages in a row that cannot be had, each tried three times, after which a site counts as down."""
MOST_RUN_BYTES = 2 * 2**30
"""What one reading takes in: ten times a city's site with all its files."""
Found = str | FoundMap | FoundPage | UnreadableDocument | None


@dataclass(frozen=True, slots=True)
class _Step:
    """What is to be done next, apart from any session. `is_watched` says that somebody began the reading and looks on: a wrong address is told at once."""

    run_id: int
    number: int
    source: str
    terms: SiteTerms
    seen: SeenPage
    is_met: bool
    next_at: datetime | None
    is_watched: bool

    @property
    def kind(self) -> str:
        return self.source.partition(":")[0]

    @property
    def address(self) -> str:
        return self.source.split(":", 2 if self.kind == "link" else 1)[-1]


def begin_queued(session: Session, queue: Queue, site: SiteRow, *, by: str, now: datetime) -> int | None:
    """Begin to read a site, and put its first job into the queue; the number of the reading, None while one is under way."""
    number = begin_reading(session, site, by=by, now=now)
    if number is not None:
        queue.forget_done(session, _lane_of(site))  # a job for each page of each night
        put_next(session, queue, site, number)
    return number


def put_next(session: Session, queue: Queue, site: SiteRow, run_id: int) -> bool:
    """Put the next page of a reading into the queue; False when none is left."""
    session.flush()
    waiting = waiting_items(session, run_id, most=1)
    for number in waiting:
        payload = {"job": JOB, "import": run_id, "item": number}
        queue.put(session, _lane_of(site), f"site {run_id} {number}", payload)
    return bool(waiting)


def _lane_of(site: SiteRow) -> str:
    return f"site {host_entry(site.address)}"[:80]


@dataclass(frozen=True)
class SiteReader:
    """Reads sites for one installation: begins what is due, works on one job."""

    database: Database
    queue: Queue
    folder: Path
    embedders: Sequence[Embedder]
    fetcher: Callable[[], Fetcher]
    zone: Callable[[], tzinfo]
    now: Callable[[], datetime]
    publish: Callable[[Session], None]
    scan_pages: int

    def begin(self, session: Session, site: SiteRow, by: str) -> int | None:
        """Begin to read a site; the number of the reading, None while one is under way."""
        return begin_queued(session, self.queue, site, by=by, now=self.now())

    def begin_due(self) -> None:
        """Begin to read the sites whose hour has come."""
        with self.database.reading() as session:
            due = [site.id for site in due_sites(session, self.now(), self.zone())]
        for site_id in due:
            with self.database.writing() as session:
                site = session.get(SiteRow, site_id)
                number = self.begin(session, site, SITE) if site else None
            if number is not None:
                log.info("site_reading_begun", site=site_id, reading=number)

    def work(self, claim: Claim) -> None:
        """Do one job of a reading."""
        step = self._step(claim)
        if step is None:
            with self.database.writing() as session:
                self.queue.fence(session, claim)
                self.queue.finish(session, claim)
            return
        left = (step.next_at - self.now()).total_seconds() if step.next_at else 0.0
        if left > 0:
            self.queue.rest(claim, left)
            return
        robots: dict[str, str] = {}
        found = self._find(step, robots, claim)
        attempts = 1 if step.kind == "start" and step.is_watched else ATTEMPTS
        if isinstance(found, UnreadableDocument) and is_passing(found) and claim.attempt < attempts:
            self._try_later(claim, found)
            return
        with self.database.writing() as session:
            self.queue.fence(session, claim)
            self._note(session, step, robots, found)
            self.queue.finish(session, claim)

    def _step(self, claim: Claim) -> _Step | None:
        run_id, number = int(claim.payload["import"]), int(claim.payload["item"])
        with self.database.reading() as session:
            site, run = site_of_run(session, run_id), session.get(ImportRow, run_id)
            item = item_of(session, run_id, number)
            if site is None or run is None or item is None or run.state != RUNNING:
                return None
            page = pages_of(session, site.id, [item.name]).get(item.name)
            is_met = page is not None and page.run_id == run_id
            return _Step(
                run_id,
                number,
                item.source,
                SiteTerms.of(site),
                SeenPage.of(page),
                is_met,
                site.next_at,
                is_watched=run.started_by != SITE,
            )

    def _find(self, step: _Step, robots: dict[str, str], claim: Claim) -> Found:
        """What is at the address of a step, or the error that says why it cannot be had; `robots` gets rules that were asked for on the way."""
        fetcher = self.fetcher().narrowed(step.terms.hosts)
        reader = PageReader(
            step.terms, fetcher, self.folder, self.embedders, claim.sign_of_life, self.scan_pages
        )
        origin = origin_of(step.address)
        try:
            if step.is_met:
                return None
            if origin not in step.terms.robots:
                robots[origin] = reader.ask_robots(step.address)
                reader = replace(reader, terms=replace(step.terms, robots={**step.terms.robots, **robots}))
            if step.kind == "start":
                return robots.get(origin, "")
            if step.kind == "map":
                return reader.read_map(step.address)
            return self._page(reader, step)
        except UnreadableDocument as error:
            return error

    def _page(self, reader: PageReader, step: _Step) -> FoundPage:
        if not reader.terms.rules_for(step.address).allow(step.address):
            raise UnreadableDocument(UnreadableCode.SITE_RULES)
        found = reader.read_page(step.address, step.seen)
        reader.encode_ahead(found)
        return found

    def _try_later(self, claim: Claim, error: UnreadableDocument) -> None:
        wait = error.seconds if isinstance(error, AskedToWait) else 0
        self.queue.postpone(claim, max(wait, PATIENT[min(claim.attempt, len(PATIENT)) - 1]), error.failure)

    def _note(self, session: Session, step: _Step, robots: dict[str, str], found: Found) -> None:
        site, run = site_of_run(session, step.run_id), session.get(ImportRow, step.run_id)
        item = item_of(session, step.run_id, step.number)
        if site is None or run is None or item is None or run.state != RUNNING:
            return
        site.robots = {**site.robots, **robots}
        site.next_at = self.now() + timedelta(seconds=SiteTerms.of(site).pause)
        site.failures = (
            site.failures + 1 if isinstance(found, UnreadableDocument) and is_passing(found) else 0
        )
        reading = Reading(session, site, run, self.now())
        self._note_found(reading, item, found)
        if failure := _reason_to_end(site, item):
            site.trouble = failure.as_data()
            stop_import(session, run.id, self.now())
            return
        self._go_on(reading)

    def _note_found(self, reading: Reading, item: ImportItemRow, found: Found) -> None:
        session, site = reading.session, reading.site
        match found:
            case None:
                note_met(reading, item, pages_of(session, site.id, [item.name])[item.name])
            case UnreadableDocument():
                note_refusal(reading, item, found)
                if item.source.startswith("map:"):
                    note_failed_map(reading, item)
                if isinstance(found, UnlistedPage):
                    follow_links(reading, item, found.links)
            case FoundMap():
                note_map(reading, item, found)
            case FoundPage():
                site.bytes_read += found.size
                note_page(reading, item, found)
            case _:
                note_start(reading, item)

    def _go_on(self, reading: Reading) -> None:
        """The next page; after the last one what was not met, and then the end."""
        session, site, run_id = reading.session, reading.site, reading.run.id
        if self._put_next(session, site, run_id):
            return
        if look_for_missing(reading) and self._put_next(session, site, run_id):
            return
        if end_reading(reading):
            self.publish(session)

    def _put_next(self, session: Session, site: SiteRow, run_id: int) -> bool:
        return put_next(session, self.queue, site, run_id)

    def give_up(self, session: Session, claim: Claim) -> None:
        """A page that silenced its worker, or failed by our own fault, is left out, and the reading goes on."""
        run_id, number = int(claim.payload["import"]), int(claim.payload["item"])
        site, run = site_of_run(session, run_id), session.get(ImportRow, run_id)
        item = item_of(session, run_id, number)
        if site is None or run is None or item is None or run.state != RUNNING:
            return
        refuse_item(item, fail_with(UnreadableCode.THREE_TIMES))
        self._go_on(Reading(session, site, run, self.now()))


def _reason_to_end(site: SiteRow, item: ImportItemRow) -> Failure | None:
    """Why a reading ends before its time: the site is down, or gives without end."""
    if site.failures >= MOST_FAILURES or (site.failures and item.source.startswith("start:")):
        return fail_with(UnreadableCode.SITE_DOWN)
    if site.bytes_read > MOST_RUN_BYTES:
        return fail_with(UnreadableCode.SITE_LARGE, count=MOST_RUN_BYTES // 2**20)
    return None
