"""What the queue keeps for a lane: repeats, followers, rests, and what is set aside."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.database import Base, Database, table_of
from core.errors import LeaseLost
from core.failures import FailureCode, fail_with
from core.queue import MOST_CUTS, Claim, Pulse, Put, Queue, Share
from core.tables import QueueItem, QueueLane
from tests.support.builders import Clock

SILENT = fail_with(FailureCode.STUCK)


class Desk:
    """A queue, its clock and its rows."""

    def __init__(self, database: Database) -> None:
        self.database, self.clock = database, Clock()
        self.queue = Queue("inbox", database, lease=timedelta(seconds=30), now=self.clock)

    def put(self, lane: str, *keys: str, **more: object) -> list[bool]:
        with self.database.writing() as session:
            return [self.queue.put(session, lane, key, {"said": key}, **more) for key in keys]

    def put_all(self, *items: Put) -> list[bool]:
        with self.database.noting() as session:
            return self.queue.put_all(session, items)

    def claim(self) -> Claim:
        (claim,) = self.queue.claim()
        return claim

    def claimed(self, **more: object) -> list[str]:
        return [claim.key for claim in self.queue.claim(9, **more)]

    def finish(self, claim: Claim, *others: int, **more: object) -> None:
        with self.database.writing() as session:
            self.queue.fence(session, claim)
            self.queue.finish_also(session, others)
            self.queue.finish(session, claim, **more)

    def rows(self) -> dict[str, tuple[str, dict]]:
        with self.database.reading() as session:
            return {item.key: (item.state, item.payload) for item in session.scalars(select(QueueItem))}


@pytest.fixture
def desk(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'desk.sqlite'}")
    Base.metadata.create_all(database.engine, [table_of(QueueItem), table_of(QueueLane)])
    yield Desk(database)
    database.dispose()


@pytest.mark.parametrize(
    ("before", "items", "new"),
    [
        ([], ["a", "b"], [True, True]),
        (["a"], ["a", "b"], [False, True]),
        ([], ["a", "a", "b"], [True, False, True]),
        (["a"], ["a", "a"], [False, False]),
    ],
    ids=["both new", "one known", "one twice", "known and twice"],
)
def test_of_many_each_hears_whether_it_is_new(desk, before, items, new):
    desk.put("anna", *before)
    assert desk.put_all(*(Put("anna", key, {}) for key in items)) == new
    assert set(desk.rows()) == {*before, *items}


def test_many_at_once_keep_their_order_and_what_is_urgent_goes_first(desk):
    desk.put_all(Put("anna", "a", {}), Put("bela", "b", {}), Put("cora", "c", {}, urgent=True))
    assert desk.claimed() == ["c", "a", "b"]


def test_a_repeat_of_what_is_done_brings_nothing_back(desk):
    desk.put("anna", "a")
    desk.finish(desk.claim())
    assert desk.put("anna", "a") == [False]
    assert desk.claimed() == []


def test_what_is_done_keeps_no_words_and_what_failed_keeps_them_for_staff(desk):
    desk.put("anna", "a")
    desk.put("bela", "b")
    first, second = desk.queue.claim(2)
    desk.finish(first)
    desk.finish(second, state="failed", failure=SILENT)
    assert desk.rows() == {"a": ("done", {}), "b": ("failed", {"said": "b"})}


def test_what_waits_behind_an_item_is_told_in_order_and_of_its_own_lane(desk):
    desk.put("anna", "a", "b", "c")
    desk.put("bela", "x")
    claim = next(claim for claim in desk.queue.claim(2) if claim.lane == "anna")
    assert [payload["said"] for _, payload in desk.queue.followers(claim)] == ["b", "c"]
    assert [payload["said"] for _, payload in desk.queue.followers(claim, most=1)] == ["b"]


def test_what_was_taken_in_is_done_with_the_one_in_hand(desk):
    desk.put("anna", "a", "b", "c")
    claim = desk.claim()
    (second, _), _ = desk.queue.followers(claim)
    desk.finish(claim, second)
    assert desk.rows() == {"a": ("done", {}), "b": ("done", {}), "c": ("waiting", {"said": "c"})}
    assert desk.claimed() == ["c"]


@pytest.mark.parametrize(
    ("payload", "kept"),
    [(None, {"said": "a"}), ({"said": "a", "fetched": 1}, {"said": "a", "fetched": 1})],
    ids=["as it was", "with what has come"],
)
def test_what_is_tried_later_has_the_payload_that_it_has_by_then(desk, payload, kept):
    desk.put("anna", "a")
    desk.queue.postpone(desk.claim(), 10, SILENT, payload)
    desk.clock.move(11)
    again = desk.claim()
    assert (again.payload, again.attempt, again.last_failure) == (kept, 2, SILENT)


def test_a_rest_is_no_attempt_and_nothing_overtakes_it(desk):
    desk.put("anna", "a", "b")
    for _ in range(3):
        claim = desk.claim()
        assert (claim.key, claim.attempt) == ("a", 1)
        desk.queue.rest(claim, 5)
        assert desk.claimed() == []
        desk.clock.move(6)


def test_a_rest_keeps_how_the_attempt_before_ended(desk):
    desk.put("anna", "a")
    desk.queue.postpone(desk.claim(), 0, SILENT)
    desk.queue.rest(desk.claim(), 0)
    again = desk.claim()
    assert (again.attempt, again.last_failure) == (2, SILENT)


@pytest.mark.parametrize(
    ("end", "values"), [("postpone", (1.0, SILENT)), ("rest", (1.0,)), ("give_up", (SILENT,))]
)
def test_whoever_lost_the_lane_changes_nothing_in_it(desk, end, values):
    desk.put("anna", "a")
    slow = desk.claim()
    desk.clock.move(31)
    quick = desk.claim()
    with pytest.raises(LeaseLost):
        getattr(desk.queue, end)(slow, *values)
    desk.finish(quick)
    assert desk.rows() == {"a": ("done", {})}


def test_what_is_parked_comes_back_with_what_was_kept_and_unparking_is_counted(desk):
    desk.put("anna", "a", "b")
    claim = desk.claim()
    with desk.database.writing() as session:
        desk.queue.park(session, claim, {"said": "a", "told": True})
    assert desk.claimed() == ["b"]
    assert desk.queue.counts() == {"parked": 1, "waiting": 1}
    assert [desk.queue.unpark(), desk.queue.unpark()] == [1, 0]
    desk.clock.move(31)
    assert desk.claim().payload == {"said": "a", "told": True}


@pytest.mark.parametrize(
    ("share", "taken"),
    [
        (Share(), ["danger", "text", "chat"]),
        (Share(door="sms"), ["danger", "text"]),
        (Share(door="telegram"), []),
        (Share(but=("sms",)), ["chat"]),
        (Share(urgent=True), ["danger"]),
        (Share(door="", urgent=True), []),
    ],
    ids=["all", "one door", "an empty door", "all but one", "the urgent", "the urgent of no door"],
)
def test_a_worker_takes_its_share(desk, share, taken):
    desk.put("anna", "text", door="sms")
    desk.put("bela", "chat")
    desk.put("cora", "danger", door="sms", urgent=True)
    assert desk.claimed(share=share) == taken


def test_a_lane_is_busy_while_something_waits_or_is_in_hand(desk):
    assert not desk.queue.is_busy("anna")
    desk.put("anna", "a")
    claim = desk.claim()
    assert (desk.queue.is_busy("anna"), desk.queue.is_busy("bela")) == (True, False)
    desk.finish(claim)
    assert not desk.queue.is_busy("anna")


@pytest.mark.parametrize(("cut", "worn_out"), [(0, False), (MOST_CUTS - 1, False), (MOST_CUTS, True)])
def test_an_item_is_worn_out_after_so_many_silences(cut, worn_out):
    assert Claim(1, "inbox", "anna", "a", {}, 3, "token", cut=cut).is_worn_out is worn_out


def test_a_sign_of_life_is_refused_to_whoever_has_lost_the_lane():
    claim = Claim(1, "inbox", "anna", "a", {}, 1, "token", pulse=Pulse(at=-1.0))
    claim.sign_of_life("half done")
    assert claim.pulse.at >= 0
    claim.pulse.is_lost = True
    with pytest.raises(LeaseLost):
        claim.sign_of_life()
