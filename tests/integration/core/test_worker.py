"""The workers do everything that is put in, each lane in order, and stop only after what they have begun."""

from __future__ import annotations

import threading
from collections import defaultdict

import pytest

from core.database import Database
from core.errors import LeaseLost
from core.queue import Claim, Queue
from core.worker import Worker
from tests.support.builders import Clock

PATIENCE = 20


class Diary:
    """Work that finishes its item and writes down what it did; `expected` items set `all_done`."""

    def __init__(self, database: Database, queue: Queue, expected: int) -> None:
        self.database, self.queue, self.expected = database, queue, expected
        self.done: dict[str, list[str]] = defaultdict(list)
        self.all_done = threading.Event()
        self._lock = threading.Lock()

    def __call__(self, claim: Claim) -> None:
        with self.database.writing() as session:
            self.queue.fence(session, claim)
            self.queue.finish(session, claim)
        with self._lock:
            self.done[claim.lane].append(claim.key)
            if sum(map(len, self.done.values())) == self.expected:
                self.all_done.set()


def put(queue: Queue, database: Database, lane: str, *keys: str) -> None:
    with database.writing() as session:
        for key in keys:
            queue.put(session, lane, key, {})


@pytest.fixture
def queue(database: Database) -> Queue:
    return Queue("inbox", database)


def test_every_lane_is_worked_through_in_order(queue, database):
    lanes = {f"lane {lane}": [f"{lane}.{number}" for number in range(8)] for lane in range(9)}
    for lane, keys in lanes.items():
        put(queue, database, lane, *keys)
    diary = Diary(database, queue, 72)
    worker = Worker(queue, diary, size=3)
    worker.start()
    assert worker.is_alive
    assert diary.all_done.wait(PATIENCE)
    worker.stop()
    assert diary.done == lanes


def test_a_woken_worker_finds_what_is_new_and_a_fault_ends_nothing(queue, database):
    diary = Diary(database, queue, 1)

    def work(claim: Claim) -> None:
        if claim.key == "bad":
            raise RuntimeError
        diary(claim)

    worker = Worker(queue, work, size=2)
    worker.start()
    put(queue, database, "anna", "bad")
    worker.wake()
    put(queue, database, "bela", "good")
    worker.wake()
    assert diary.all_done.wait(PATIENCE)
    assert worker.is_alive
    worker.stop()
    assert not worker.is_alive


def test_what_was_claimed_is_finished_before_the_stop(queue, database):
    begun, go_on = threading.Event(), threading.Event()
    diary = Diary(database, queue, 2)

    def work(claim: Claim) -> None:
        begun.set()
        assert go_on.wait(PATIENCE)
        diary(claim)

    put(queue, database, "anna", "a1")
    put(queue, database, "bela", "b1")
    worker = Worker(queue, work, size=1)
    worker.start()
    assert begun.wait(PATIENCE)
    stopping = threading.Thread(target=worker.stop)
    stopping.start()
    go_on.set()
    stopping.join(PATIENCE)
    assert dict(diary.done) == {"anna": ["a1"], "bela": ["b1"]}


class Stuck:
    """Work that never ends for the items named, until it is let go."""

    def __init__(self, diary: Diary, *keys: str) -> None:
        self.diary, self.keys = diary, keys
        self.let_go = threading.Event()
        self.begun = threading.Semaphore(0)

    def __call__(self, claim: Claim) -> None:
        if claim.key in self.keys and not claim.is_worn_out:
            claim.pulse.at -= 10_000  # as if it had begun long ago
            self.begun.release()
            assert self.let_go.wait(PATIENCE)
            return
        self.diary(claim)


def test_one_stuck_item_takes_one_thread_and_in_the_end_is_given_up(database):
    clock = Clock()
    queue = Queue("inbox", database, now=clock)
    diary = Diary(database, queue, 4)
    work = Stuck(diary, "bad")
    worker = Worker(queue, work, size=2)
    worker.start()
    put(queue, database, "anna", "bad", "after it")
    for number in range(2):
        worker.wake()
        assert work.begun.acquire(timeout=PATIENCE)
        assert worker.is_alive
        worker.keep_leases()
        put(queue, database, f"bela {number}", f"good {number}")
        clock.move(31)
    assert diary.all_done.wait(PATIENCE)
    assert diary.done["anna"] == ["bad", "after it"]
    work.let_go.set()
    worker.stop()


def test_health_tells_when_no_spare_thread_is_left(database):
    queue = Queue("inbox", database)
    names = [f"bad {number}" for number in range(4)]
    work = Stuck(Diary(database, queue, 1), *names)
    worker = Worker(queue, work, size=1)
    worker.start()
    for name in names[:2]:
        assert worker.is_alive
        put(queue, database, name, name)
        worker.wake()
        assert work.begun.acquire(timeout=PATIENCE)
        worker.keep_leases()
    assert not worker.is_alive
    work.let_go.set()
    worker.stop()


def test_a_lease_is_renewed_while_its_work_goes_on(database):
    clock = Clock()
    queue = Queue("inbox", database, now=clock)
    diary = Diary(database, queue, 1)
    begun, go_on = threading.Event(), threading.Event()

    def work(claim: Claim) -> None:
        begun.set()
        assert go_on.wait(PATIENCE)
        claim.sign_of_life()
        diary(claim)

    worker = Worker(queue, work, size=1)
    put(queue, database, "anna", "long")
    worker.start()
    assert begun.wait(PATIENCE)
    for _ in range(5):
        clock.move(20)
        worker.keep_leases()
        assert queue.claim() == []
    go_on.set()
    assert diary.all_done.wait(PATIENCE)
    worker.stop()


def test_a_worker_that_was_replaced_is_told_at_its_next_sign_of_life(database):
    clock = Clock()
    queue = Queue("inbox", database, now=clock)
    begun, go_on, ends = threading.Event(), threading.Event(), []

    def work(claim: Claim) -> None:
        begun.set()
        assert go_on.wait(PATIENCE)
        try:
            claim.sign_of_life()
        except LeaseLost as error:
            ends.append(error)

    worker = Worker(queue, work, size=1)
    put(queue, database, "anna", "long")
    worker.start()
    assert begun.wait(PATIENCE)
    clock.move(31)
    (second,) = queue.claim()
    worker.keep_leases()
    go_on.set()
    worker.stop()
    assert second.attempt == 2
    assert len(ends) == 1
