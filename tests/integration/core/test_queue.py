"""The queue's promises, on SQLite and on PostgreSQL: in order, once, and taken over when a worker dies."""

from __future__ import annotations

import threading
from collections import defaultdict
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.database import Database
from core.errors import LeaseLost
from core.failures import Failure, FailureCode, fail_with
from core.queue import Claim, Queue, Share
from core.tables import QueueItem
from tests.support.builders import Clock

BUSY = Failure("busy", text="Busy.")


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
    queue.postpone(claim, 10, BUSY)
    assert queue.claim(5) == []
    clock.move(11)
    (again,) = queue.claim(5)
    assert (again.key, again.attempt, again.last_failure) == ("a1", 2, BUSY)


def test_a_crash_leaves_no_word_for_the_next_attempt(queue, database, clock):
    put(queue, database, "anna", "a1")
    (claim,) = queue.claim()
    queue.postpone(claim, 1, BUSY)
    clock.move(2)
    queue.claim()
    clock.move(31)
    (third,) = queue.claim()
    assert (third.attempt, third.last_failure) == (3, None)


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
        queue.finish(session, claim, state="failed", failure=fail_with(FailureCode.STUCK))
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


def test_what_is_urgent_is_claimed_first_and_in_its_own_order(queue, database):
    for lane, urgent in [("anna", False), ("bela", False), ("cora", True), ("dora", False), ("emil", True)]:
        with database.writing() as session:
            queue.put(session, lane, lane, {}, urgent=urgent)
    assert keys(queue.claim(3, Share(urgent=True))) == ["cora", "emil"]
    assert keys(queue.claim(5)) == ["anna", "bela", "dora"]


def test_what_is_urgent_comes_first_among_all(queue, database):
    for lane, urgent in [("anna", False), ("bela", True)]:
        with database.writing() as session:
            queue.put(session, lane, lane, {}, urgent=urgent)
    assert keys(queue.claim(1)) == ["bela"]


def test_a_door_has_its_own_share_however_much_waits_at_another(queue, database):
    with database.writing() as session:
        for number in range(50):
            queue.put(session, f"t{number}", f"t{number}", {}, door="telegram")
        queue.put(session, "s", "s", {}, door="sms")
        queue.put(session, "w", "w", {}, door="whatsapp")
    assert keys(queue.claim(5, Share("sms"))) == ["s"]
    assert keys(queue.claim(5, Share(but=("telegram", "sms")))) == ["w"]
    assert len(queue.claim(100, Share("telegram"))) == 50


def test_a_renewed_lease_holds_and_a_lost_one_is_told(queue, database, clock):
    for lane in ("anna", "bela"):
        put(queue, database, lane, lane)
    anna, bela = queue.claim(2)
    clock.move(20)
    assert queue.renew([anna]) == []
    clock.move(20)
    (taken,) = queue.claim(5)
    assert taken.key == "bela"
    assert queue.renew([anna, bela]) == [bela]
    finish(queue, database, anna)
    finish(queue, database, taken)


def test_a_claim_counts_how_often_its_worker_fell_silent_and_is_worn_out_at_the_third(queue, database, clock):
    put(queue, database, "anna", "a1")
    seen = []
    for _ in range(3):
        (claim,) = queue.claim()
        seen.append((claim.attempt, claim.cut, claim.is_worn_out))
        clock.move(31)
    assert seen == [(1, 0, False), (2, 1, False), (3, 2, True)]


@pytest.mark.parametrize("end", ["postpone", "rest", "park"])
def test_whoever_ends_a_claim_with_a_word_did_not_fall_silent(queue, database, clock, end):
    put(queue, database, "anna", "a1")
    for _ in range(5):
        (claim,) = queue.claim()
        assert claim.cut == 0
        if end == "postpone":
            queue.postpone(claim, 1, BUSY)
        elif end == "rest":
            queue.rest(claim, 1)
        else:
            with database.writing() as session:
                queue.park(session, claim, {})
            queue.unpark()
        clock.move(2)


def test_a_rest_forgets_no_silence(queue, database, clock):
    put(queue, database, "anna", "a1")
    queue.claim()
    clock.move(31)
    (second,) = queue.claim()
    queue.rest(second, 1)
    clock.move(2)
    (third,) = queue.claim()
    assert third.cut == 1
    clock.move(31)
    (fourth,) = queue.claim()
    assert fourth.is_worn_out


def test_of_many_that_were_in_hand_when_a_process_died_only_the_cause_is_worn_out(queue, database, clock):
    names = [f"n{number}" for number in range(8)]
    for name in names:
        put(queue, database, name, name)
    deaths, done, given_up = 0, [], []
    while len(done) + len(given_up) < len(names):
        claims = queue.claim(8)
        if not claims:
            clock.move(31)
        for claim in claims:
            if claim.is_worn_out:
                queue.give_up(claim, fail_with(FailureCode.STUCK))
                given_up.append(claim.key)
            elif claim.key == "n3":
                deaths += 1
                clock.move(31)
                break  # the process is gone, and with it all that it had claimed
            else:
                finish(queue, database, claim)
                done.append(claim.key)
    assert (deaths, given_up) == (2, ["n3"])
    assert sorted(done) == [name for name in names if name != "n3"]


def test_a_worker_asks_for_no_suspect_beside_the_one_it_has(queue, database, clock):
    for name in ("anna", "bela"):
        put(queue, database, name, name)
    queue.claim(2)
    clock.move(31)
    put(queue, database, "cora", "cora")
    assert keys(queue.claim(5)) == ["anna", "cora"]
    assert queue.claim(5, suspects=0) == []
