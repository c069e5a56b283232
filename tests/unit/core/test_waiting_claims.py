"""What a worker has claimed and nobody has begun with goes back untouched when all its threads are busy for long."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from core.database import Database
from core.queue import Claim, Queue
from core.tables import QueueItem
from core.worker import AHEAD, Worker
from tests.support.builders import Clock
from tests.support.databases import open_database

LEASE = timedelta(seconds=30)
PATIENCE = 20


class LongWork:
    """Work on a file of many pictures: it goes on for long, and says so."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.ended = threading.Event()
        self.in_hand: list[Claim] = []

    def __call__(self, claim: Claim) -> None:
        self.in_hand.append(claim)
        self.begun.release()
        assert self.ended.wait(PATIENCE)


class Bench:
    """A worker of one thread that is busy with the first item, and has claimed the second as well."""

    def __init__(self, database: Database, *, cuts: int) -> None:
        self.database, self.clock, self.work = database, Clock(), LongWork()
        self.queue = Queue("files", database, lease=LEASE, now=self.clock)
        assert AHEAD == 2
        with database.writing() as session:
            for key in ("first", "second"):
                self.queue.put(session, key, key, {})
            killed = update(QueueItem).where(QueueItem.key == "second")
            session.execute(killed.values(attempts=cuts))
        self.worker = Worker(self.queue, self.work, size=1)
        self.worker.start()
        assert self.work.begun.acquire(timeout=PATIENCE)

    @property
    def waiting(self) -> Claim:
        (claim,) = self.worker._claims
        return claim

    def pass_patience(self) -> None:
        """So long that what says nothing is let go; the work in hand does say something."""
        self.waiting.pulse.at = time.monotonic() - 10_000
        self.work.in_hand[0].sign_of_life()
        self.worker.keep_leases()

    def counts(self, key: str) -> tuple[int, int]:
        with self.database.reading() as session:
            item = session.scalars(select(QueueItem).where(QueueItem.key == key)).one()
            return item.attempts, item.cut


@pytest.fixture
def database(tmp_path):
    with open_database(f"sqlite:///{tmp_path / 'bench.sqlite'}") as database:
        yield database


@pytest.fixture(params=[0], ids=["never tried"])
def bench(request, database):
    bench = Bench(database, cuts=request.param)
    yield bench
    bench.work.ended.set()
    bench.worker.stop()


def test_another_process_may_take_it_at_once_and_it_counts_as_never_tried(bench):
    bench.pass_patience()
    assert bench.counts("second") == (0, 0)
    (claim,) = bench.queue.claim()
    assert (claim.key, claim.attempt, claim.cut) == ("second", 1, 0)


@pytest.mark.parametrize("bench", [1], indirect=True, ids=["its worker was killed once"])
def test_a_silence_of_before_is_not_forgotten_and_none_is_added(bench):
    bench.pass_patience()
    assert bench.counts("second") == (0, 1)
    (claim,) = bench.queue.claim()
    assert (claim.cut, claim.is_worn_out) == (1, False)


def test_the_work_that_goes_on_keeps_its_lease(bench):
    bench.pass_patience()
    bench.clock.move(LEASE.total_seconds() - 1)
    bench.worker.keep_leases()
    bench.clock.move(LEASE.total_seconds() - 1)
    assert [claim.key for claim in bench.queue.claim(5)] == ["second"]
    assert not bench.work.in_hand[0].pulse.is_lost


def test_what_another_has_taken_over_meanwhile_is_left_to_it(bench):
    bench.clock.move(LEASE.total_seconds() + 1)
    theirs = {claim.key: claim for claim in bench.queue.claim(5, suspects=2)}
    bench.pass_patience()
    with bench.database.writing() as session:
        bench.queue.fence(session, theirs["second"])
    assert bench.counts("second") == (2, 1)
