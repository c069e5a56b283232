"""What failed is seen and put back, on SQLite and on PostgreSQL; what may have been done is never done again."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from core.database import Database
from core.failures import Failure, FailureCode, fail_with
from core.queue import Claim, Queue
from core.queue_repair import Refusal, is_overtaken, kept_items, retry_failed
from core.worker import Worker
from tests.support.builders import NOON, Clock

BROKEN = Failure("broken", text="broken")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def queue(database: Database, clock: Clock) -> Queue:
    return Queue("inbox", database, lease=timedelta(seconds=30), now=clock)


def end(queue: Queue, database: Database, key: str, state: str, *, lane: str = "anna") -> int:
    """Put an item in, work on it, and end it so; its id."""
    with database.writing() as session:
        queue.put(session, lane, key, {"channel": "web", "text": "my words"}, door="")
    (claim,) = queue.claim()
    with database.writing() as session:
        queue.fence(session, claim)
        queue.finish(session, claim, state, None if state == "done" else BROKEN)
    return claim.item_id


def try_again(database: Database, *item_ids: int):
    with database.writing() as session:
        return retry_failed(session, item_ids)


def test_what_failed_waits_again_as_if_it_had_never_been_tried(queue, database):
    failed = end(queue, database, "a1", "failed")
    (retried,) = try_again(database, failed)
    assert (retried.refusal, retried.state, retried.went_on) == (None, "failed", False)
    (claim,) = queue.claim()
    assert (claim.item_id, claim.attempt, claim.cut, claim.last_failure) == (failed, 1, 0, None)
    assert claim.payload == {"channel": "web", "text": "my words"}


def test_what_silenced_its_workers_gets_its_attempts_back(queue, database, clock):
    with database.writing() as session:
        queue.put(session, "anna", "a1", {"channel": "web"})
    for _ in range(3):
        (claim,) = queue.claim()
        clock.move(31)
    assert claim.is_worn_out
    queue.give_up(claim, fail_with(FailureCode.STUCK))
    try_again(database, claim.item_id)
    (again,) = queue.claim()
    assert (again.attempt, again.cut, again.is_worn_out) == (1, 0, False)


def test_it_goes_first_in_its_lane_and_tells_that_later_ones_are_done(queue, database):
    failed = end(queue, database, "a1", "failed")
    end(queue, database, "b1", "done", lane="bela")
    assert try_again(database, failed)[0].went_on is False
    (claim,) = queue.claim()
    assert not is_overtaken(database, claim)
    queue.give_up(claim, fail_with(FailureCode.STUCK))
    end(queue, database, "a2", "done")
    with database.writing() as session:
        queue.put(session, "anna", "a3", {})
    assert try_again(database, failed)[0].went_on is True
    (claim,) = queue.claim()
    assert claim.key == "a1"
    assert is_overtaken(database, claim)


@pytest.mark.parametrize(
    ("state", "refusal"),
    [
        ("done", Refusal.NOT_FAILED),
        ("expired", Refusal.NOT_FAILED),
        ("parked", Refusal.NOT_FAILED),
        ("unknown", Refusal.UNKNOWN),
    ],
)
def test_nothing_but_what_failed_is_tried_again(queue, database, state, refusal):
    item = end(queue, database, "a1", state)
    (answer,) = try_again(database, item)
    assert (answer.refusal, answer.state) == (refusal, state)
    assert queue.claim() == []


def test_what_waits_or_is_not_there_is_left_alone_and_named_once(queue, database):
    failed = end(queue, database, "a1", "failed")
    answers = try_again(database, failed, failed, 4711)
    assert [(one.item_id, one.refusal) for one in answers] == [(failed, None), (4711, Refusal.GONE)]
    assert try_again(database, failed)[0].refusal is Refusal.NOT_FAILED


def test_a_job_of_the_library_is_begun_anew_elsewhere(database, clock):
    jobs = Queue("jobs", database, now=clock)
    assert try_again(database, end(jobs, database, "j1", "failed"))[0].refusal is Refusal.JOB


def test_the_list_tells_states_and_errors_and_never_what_was_said(queue, database, clock):
    failed = end(queue, database, "a1", "failed")
    end(queue, database, "a2", "done")
    outbox = Queue("outbox", database, now=clock)
    with database.writing() as session:
        outbox.put(session, "talk", "o1", {"conversation": "talk"}, door="sms")
    with database.looking() as session:
        newest, oldest = kept_items(session)
        assert [one.queue for one in kept_items(session, state="failed")] == ["inbox"]
        assert [one.queue for one in kept_items(session, queue="outbox")] == ["outbox"]
        assert kept_items(session, limit=1) == [newest]
    assert (newest.queue, newest.channel, newest.state, newest.error) == ("outbox", "sms", "waiting", "")
    assert (oldest.item_id, oldest.channel, oldest.state) == (failed, "web", "failed")
    assert (oldest.attempts, oldest.error, oldest.created_at) == (1, "broken", NOON)
    assert "my words" not in repr(oldest)


def test_a_running_worker_notices_what_another_process_put_back(queue, database, database_url):
    failed = end(queue, database, "a1", "failed")
    done = threading.Event()

    def work(claim: Claim) -> None:
        with database.writing() as session:
            queue.fence(session, claim)
            queue.finish(session, claim)
        done.set()

    worker, elsewhere = Worker(queue, work, size=1), Database(database_url)
    worker.start()
    try:
        try_again(elsewhere, failed)
        assert done.wait(5)
    finally:
        worker.stop()
        elsewhere.dispose()
