"""What is done in the background for staff: bringing in files and pages, and bringing the library up to date.

A third queue beside inbox and outbox, with the same promises: a job that is cut is taken over, and done again as if it had never
begun. `index` jobs share one lane, so that several publications become one run; each import has a lane of its own, and so has each site's
host (`knowledge.site_jobs`).
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.orm import Session

from core.database import Database
from core.errors import LeaseLost
from core.failures import Failure, FailureCode, fail_with, fail_with_fault
from core.ports import Embedder
from core.queue import Claim, Queue
from core.schedule import ScheduledTask
from knowledge.base.unreadable import UnreadableCode
from knowledge.documents.adoption import adopt_import
from knowledge.documents.tables import ImportRow
from knowledge.freshness.looking import LOOK, Examination, is_look_due, look_over
from knowledge.imports.batches import (
    ItemFate,
    Taken,
    end_if_nothing_waits,
    forget_files,
    forget_old_files,
    is_slow_item,
    item_of,
    keep_file,
    note_item,
    refuse_item,
    take_item,
    waiting_items,
)
from knowledge.imports.fetching import Fetcher
from knowledge.index.snapshot import is_outdated
from knowledge.publishing import bring_up_to_date, has_pending, settle_changes
from knowledge.questions import must_answer
from knowledge.readers.scan_limits import MOST_SCANNED
from knowledge.search.library import Library
from knowledge.site_jobs import JOB as SITE_JOB
from knowledge.site_jobs import SiteReader
from knowledge.sites.sites import site_hosts

log = structlog.get_logger()

LEASE = timedelta(minutes=2)
PATIENCE = 1_200.0
"""Seconds that a job may take from one sign of life to the next; building the index of a large library gives none meanwhile."""
ATTEMPTS = 3
LOOK_EVERY = 30.0
"""Seconds between looks for documents whose days begin or end."""
KEPT_UPLOADS = 7 * 86_400.0
LIBRARY_LANE = "library"
SCANS_LANE = "scans"
"""Files that take long to read, one after the other, so that one of three workers is busy with them at most."""
CHECKED_AT_ONCE = 50
"""Questions of the must-answer list between two signs of life; a second with the real models."""


class ZonedProfile(Protocol):
    """What jobs need of the city's profile."""

    @property
    def timezone(self) -> str: ...


class CityFacts(Protocol):
    """What jobs need of the city: `city.registry.City` has it."""

    @property
    def is_loaded(self) -> bool: ...

    @property
    def profile(self) -> ZonedProfile: ...


@dataclass
class Jobs:
    """The background jobs of one installation: put some in, work on one, look for what is due. `folder` is the library's."""

    database: Database
    folder: Path
    embedders: Sequence[Embedder]
    city: CityFacts
    library: Library
    now: Callable[[], datetime]
    fetcher: Fetcher
    unreviewed_years: int = 0
    scan_pages: int = MOST_SCANNED
    queue: Queue = field(init=False)
    sites: SiteReader = field(init=False)
    _adopted: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self.queue = Queue("jobs", self.database, lease=LEASE, now=self.now)
        self.sites = SiteReader(
            self.database,
            self.queue,
            self.folder,
            self.embedders,
            fetcher=lambda: self.fetcher,
            zone=self.zone,
            now=self.now,
            publish=self.index,
            scan_pages=self.scan_pages,
        )

    def zone(self) -> ZoneInfo:
        """The city's time zone."""
        return ZoneInfo(self.city.profile.timezone if self.city.is_loaded else "UTC")

    def today(self) -> date:
        """The day in the city."""
        return self.now().astimezone(self.zone()).date()

    def fetcher_for_pages(self, session: Session) -> Fetcher:
        """What fetches a page that staff name: from the hosts of the setting, or else from those of the sites that are read."""
        return self.fetcher if self.fetcher.hosts else self.fetcher.narrowed(site_hosts(session))

    def index(self, session: Session) -> None:
        """Bring the library up to date soon, with everything that is pending by then."""
        self.queue.put(session, LIBRARY_LANE, f"index {uuid.uuid4().hex}", {"job": "index"})

    def bring_in(self, session: Session, import_id: int) -> None:
        """Work on what waits in an import."""
        lane = f"import {import_id}"
        for number in waiting_items(session, import_id):
            payload = {"job": "item", "import": import_id, "item": number}
            self.queue.put(session, lane, f"{lane} {number}", payload)

    def rounds(self) -> list[ScheduledTask]:
        """What is looked after without anybody asking."""
        return [
            ScheduledTask("documents", LOOK_EVERY, self._index_if_due),
            ScheduledTask("must_answer", LOOK_EVERY, self._check_if_due),
            ScheduledTask("findings", LOOK_EVERY, self._look_over_if_due),
            ScheduledTask("uploads", 3600.0, self._forget_uploads),
            ScheduledTask("sites", 60.0, self.sites.begin_due),
        ]

    def work(self, claim: Claim) -> None:
        """Do one job; one that fails is tried again, and after three times kept as failed. One that ends its process twice is not begun again."""
        try:
            if claim.is_worn_out:
                self._keep_as_failed(claim, fail_with(FailureCode.STUCK))
                return
            ways = {
                "index": self._index_changes,
                "must_answer": self._check_must_answers,
                LOOK: self._look_over,
                SITE_JOB: self.sites.work,
            }
            ways.get(claim.payload["job"], self._import_item)(claim)
        except LeaseLost:
            log.warning("job_taken_over", item=claim.item_id)
        except Exception as error:
            log.exception("job_failed", item=claim.item_id, attempt=claim.attempt)
            self._fail_job(claim, fail_with_fault(error, claim.attempt))

    def _index_changes(self, claim: Claim) -> None:
        applied = bring_up_to_date(
            self.database, self.folder, self.embedders, self.today(), claim.sign_of_life
        )
        with self.database.writing() as session:
            self.queue.fence(session, claim)
            settle_changes(session, applied)
            if applied.more:
                self.index(session)
            else:
                self.check_must_answer(session, applied.version)
                self._look_over_soon(session)
            self.queue.finish(session, claim)

    def check_must_answer(self, session: Session, version: str) -> None:
        """Ask the list of questions that must be answered so, soon, unless it was asked of this version of the library already.

        It has a lane of its own, so that no publication waits for it.
        """
        if not must_answer.is_due(session, version):
            return
        run = must_answer.last_run(session)
        since = run.checked_at.isoformat() if run else "never"
        self.queue.put(session, "must_answer", f"must_answer {version} {since}", {"job": "must_answer"})

    def _check_must_answers(self, claim: Claim) -> None:
        self.library.reload_if_changed()
        version = self.library.version
        with self.database.reading() as session:
            entries = must_answer.all_entries(session)
        checked: list[must_answer.Checked] = []
        for start in range(0, len(entries), CHECKED_AT_ONCE):
            claim.sign_of_life()
            checked += must_answer.check_entries(entries[start : start + CHECKED_AT_ONCE], self.library)
        with self.database.writing() as session:
            self.queue.fence(session, claim)
            must_answer.note_run(session, checked, version, self.now())
            self.queue.finish(session, claim)

    @property
    def _examination(self) -> Examination:
        return Examination(self.database, self.folder, self.today(), self.unreviewed_years)

    def _look_over_soon(self, session: Session) -> None:
        """Look for pages that do not hold any more, unless that was done today with this version of the library; in a lane of its own."""
        if mark := is_look_due(self._examination):
            self.queue.put(session, LOOK, f"{LOOK} {mark}", {"job": LOOK})

    def _look_over(self, claim: Claim) -> None:
        looked = look_over(self._examination, self.now(), claim.sign_of_life)
        with looked as note, self.database.writing() as session:
            self.queue.fence(session, claim)
            note(session)
            self.queue.finish(session, claim)

    def _import_item(self, claim: Claim) -> None:
        import_id, number = int(claim.payload["import"]), int(claim.payload["item"])
        with self.database.reading() as session:
            item, parent = item_of(session, import_id, number), session.get(ImportRow, import_id)
            fetcher = self.fetcher_for_pages(session)
        source = item.source if item else ""
        taken = None
        if item is not None and parent is not None and item.fate == ItemFate.WAITING.value:
            if self._is_for_later(claim, source):
                self._leave_for_later(claim)
                return
            taken = take_item(
                source,
                item.name,
                folder=self.folder,
                fetcher=fetcher,
                embedders=self.embedders,
                language=parent.language,
                department=parent.department,
                on_done=claim.sign_of_life,
                scan_pages=self.scan_pages,
            )
        with self.database.writing() as session:
            self.queue.fence(session, claim)
            if taken is not None:
                note_item(session, import_id, number, taken, now=self.now())
                if taken.items:
                    self.bring_in(session, import_id)
                end_if_nothing_waits(session, import_id, self.now())
            self.queue.finish(session, claim)
        self._put_away(source, taken)

    def _put_away(self, source: str, taken: Taken | None) -> None:
        """Keep the file that documents were read from; any other goes."""
        if taken is not None and taken.documents:
            keep_file(source, self.folder, taken.documents[0].origin)
        forget_files(source)

    def _is_for_later(self, claim: Claim, source: str) -> bool:
        return bool(self.scan_pages and not claim.payload.get("slow") and is_slow_item(source))

    def _leave_for_later(self, claim: Claim) -> None:
        """Put an item that takes long into a lane of its own, so that the others of its import do not wait."""
        payload = {**claim.payload, "slow": True}
        with self.database.writing() as session:
            self.queue.fence(session, claim)
            self.queue.put(
                session, SCANS_LANE, f"{SCANS_LANE} {payload['import']} {payload['item']}", payload
            )
            self.queue.finish(session, claim)

    def _fail_job(self, claim: Claim, failure: Failure) -> None:
        try:
            if claim.attempt < ATTEMPTS:
                self.queue.postpone(claim, 5.0 * claim.attempt, failure)
            else:
                self._keep_as_failed(claim, failure)
        except LeaseLost:
            log.warning("job_taken_over", item=claim.item_id)

    def _keep_as_failed(self, claim: Claim, failure: Failure) -> None:
        log.error("job_given_up", item=claim.item_id, job=claim.payload["job"], reason=str(failure))
        with self.database.writing() as session:
            self.queue.fence(session, claim)
            self._give_up(session, claim)
            self.queue.finish(session, claim, "failed", failure)

    def _give_up(self, session: Session, claim: Claim) -> None:
        if claim.payload["job"] == SITE_JOB:
            self.sites.give_up(session, claim)
        if claim.payload["job"] != "item":
            return
        import_id = int(claim.payload["import"])
        item = item_of(session, import_id, int(claim.payload["item"]))
        if item is not None and item.fate == ItemFate.WAITING.value:
            refuse_item(item, fail_with(UnreadableCode.THREE_TIMES))
        end_if_nothing_waits(session, import_id, self.now())

    def _index_if_due(self) -> None:
        """The first look also enters what is in the library and in nobody's list."""
        if not self._adopted:
            with self.database.writing() as session:
                adopt_import(session, self.folder, self.now())
            self._adopted = True
        with self.database.reading() as session:
            due = has_pending(session, self.today()) or is_outdated(self.folder)
        if due and not self.queue.is_busy(LIBRARY_LANE):
            with self.database.writing() as session:
                self.index(session)

    def _check_if_due(self) -> None:
        """Whatever changed the index, such as an import by the command line or a document whose days began."""
        self.library.reload_if_changed()
        version = self.library.version
        with self.database.reading() as session:
            due = must_answer.is_due(session, version)
        if due:
            with self.database.writing() as session:
                self.check_must_answer(session, version)

    def _look_over_if_due(self) -> None:
        if is_look_due(self._examination):
            with self.database.writing() as session:
                self._look_over_soon(session)

    def _forget_uploads(self) -> None:
        forget_old_files(self.folder, time.time() - KEPT_UPLOADS)
