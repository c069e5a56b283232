"""The queue's promises, on SQLite and on PostgreSQL: in order, once, and taken over when a worker dies."""

from __future__ import annotations

import threading
from collections import defaultdict
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.database import Database
from bot.errors import LeaseLost
from bot.queue import Claim, Queue
from bot.tables import QueueItem
from tests.builders import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def queue(database: Database, clock: Clock) -> Queue:
    return Queue("inbox", database, lease=timedelta(seconds=30), now=clock)


def put(queue: Queue, database: Database, lane: str, key: str) -> bool:
    with database.writing() as session:
        return queue.put(session, lane, key, {"text": key})


def finish(queue: Queue, database: Database, claim: Claim) -> None:
    with database.writing() as session:
        queue.fence(session, claim)
        queue.finish(session, claim)


def keys(claims: list[Claim]) -> list[str]:
    return [claim.key for claim in claims]


def test_the_same_key_is_put_in_once(queue, database):
    assert put(queue, database, "anna", "m1") is True
    assert put(queue, database, "anna", "m1") is False
    assert keys(queue.claim(5)) == ["m1"]


def test_a_lane_is_worked_on_one_at_a_time_in_order_and_lanes_side_by_side(queue, database):
    for lane, key in [("anna", "a1"), ("anna", "a2"), ("bela", "b1")]:
        put(queue, database, lane, key)
    first = queue.claim(5)
    assert keys(first) == ["a1", "b1"]
    assert queue.claim(5) == []
    finish(queue, database, first[0])
    assert keys(queue.claim(5)) == ["a2"]


def test_a_lease_that_runs_out_is_taken_over_and_the_slow_worker_cannot_commit(queue, database, clock):
    put(queue, database, "anna", "a1")
    (slow,) = queue.claim()
    clock.move(31)
    (second,) = queue.claim()
    assert (second.key, second.attempt) == ("a1", 2)
    with pytest.raises(LeaseLost):
        finish(queue, database, slow)
    finish(queue, database, second)
    assert queue.claim() == []


def test_a_worker_that_was_slow_but_not_replaced_may_still_commit(queue, database, clock):
    put(queue, database, "anna", "a1")
    (claim,) = queue.claim()
    clock.move(31)
    finish(queue, database, claim)
    assert queue.claim() == []


def test_effects_and_done_mark_stand_or_fall_together(queue, database, clock):
    put(queue, database, "anna", "a1")
    (claim,) = queue.claim()

    def crash() -> None:
        with database.writing() as session:
            queue.fence(session, claim)
            queue.put(session, "anna", "effect", {})
            queue.finish(session, claim)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        crash()
    clock.move(31)
    assert keys(queue.claim(5)) == ["a1"]


def test_a_postponed_item_holds_its_lane_back_and_tells_how_it_failed(queue, database, clock):
    put(queue, database, "anna", "a1")
    put(queue, database, "anna", "a2")
    (claim,) = queue.claim(5)
    queue.postpone(claim, 10, "busy")
    assert queue.claim(5) == []
    clock.move(11)
    (again,) = queue.claim(5)
    assert (again.key, again.attempt, again.last_error) == ("a1", 2, "busy")


def test_a_crash_leaves_no_word_for_the_next_attempt(queue, database, clock):
    put(queue, database, "anna", "a1")
    (claim,) = queue.claim()
    queue.postpone(claim, 1, "busy")
    clock.move(2)
    queue.claim()
    clock.move(31)
    (third,) = queue.claim()
    assert (third.attempt, third.last_error) == (3, None)


def test_a_parked_item_lets_the_lane_go_on_and_comes_back_first(queue, database):
    for key in ("a1", "a2", "a3"):
        put(queue, database, "anna", key)
    (claim,) = queue.claim()
    with database.writing() as session:
        queue.fence(session, claim)
        queue.park(session, claim, {"text": "a1", "told_to_wait": True})
    (second,) = queue.claim()
    assert second.key == "a2"
    finish(queue, database, second)
    assert queue.unpark() == 1
    (back,) = queue.claim()
    assert (back.key, back.payload["told_to_wait"]) == ("a1", True)
    assert queue.unpark() == 0


def test_queues_do_not_see_each_other(queue, database, clock):
    other = Queue("outbox", database, now=clock)
    put(queue, database, "anna", "a1")
    assert other.claim() == []
    assert put(other, database, "anna", "a1") is True
    assert keys(other.claim()) == ["a1"]
    assert keys(queue.claim()) == ["a1"]


def test_counts_show_what_is_not_done(queue, database):
    for key in ("a1", "a2"):
        put(queue, database, "anna", key)
    (claim,) = queue.claim()
    with database.writing() as session:
        queue.fence(session, claim)
        queue.finish(session, claim, state="failed", error="broken")
    assert queue.counts() == {"waiting": 1, "failed": 1}


def test_many_workers_do_every_item_once_and_in_order(database):
    queue = Queue("inbox", database)
    expected = {f"lane-{lane}": [f"{lane}-{number}" for number in range(8)] for lane in range(12)}
    with database.writing() as session:
        for number in range(8):
            for lane in range(12):
                queue.put(session, f"lane-{lane}", f"{lane}-{number}", {})
    done: dict[str, list[str]] = defaultdict(list)
    lock = threading.Lock()

    def work() -> None:
        while True:
            claims = queue.claim(2)
            if not claims and not queue.counts():
                return
            for claim in claims:
                with database.writing() as session:
                    queue.fence(session, claim)
                    with lock:
                        done[claim.lane].append(claim.key)
                    queue.finish(session, claim)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert dict(done) == expected
    with database.reading() as session:
        assert set(session.scalars(select(QueueItem.state))) == {"done"}
