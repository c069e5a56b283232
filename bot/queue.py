"""A leased, per-lane, first-in-first-out queue on plain SQL, for the inbox, the outbox and background jobs.

The promise, on SQLite and PostgreSQL alike:

- the items of one lane are worked on one at a time, in the order in which they were put in;
- the effects of an item and its done-mark commit together (`finish` inside the caller's transaction), or not at all;
- a worker that dies is replaced when its lease runs out, and a worker that was only slow cannot commit any more (`LeaseLost`).

A row in `queue_lanes` is a lease or a rest; no row means that the lane is free.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, bindparam, delete, exists, func, select, update

from bot.database import Database, Statements, table_of
from bot.errors import LeaseLost
from bot.tables import QueueItem, QueueLane

LEASE = timedelta(seconds=30)
ITEMS, LANES = table_of(QueueItem), table_of(QueueLane)


def utc_now() -> datetime:
    """The time now, aware."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on one item until the lease runs out.

    `attempt` counts from 1; `last_error` is how the attempt before ended, None when it ended without a word (a crash).
    """

    item_id: int
    queue: str
    lane: str
    key: str
    payload: dict[str, Any]
    attempt: int
    token: str
    last_error: str | None = None


class Queue:
    """One named queue in the database."""

    def __init__(
        self,
        name: str,
        database: Database,
        *,
        lease: timedelta = LEASE,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.name = name
        self._database = database
        self._lease = lease
        self._now = now
        self._sql = _Statements(database.insert)

    def put(self, session: Statements, lane: str, key: str, payload: dict[str, Any]) -> bool:
        """Put an item in, within the caller's transaction; False when this key was put in before."""
        return session.scalar(self._sql.put, self._row(lane, key, payload)) is not None

    def put_all(self, session: Statements, items: Sequence[tuple[str, str, dict[str, Any]]]) -> list[bool]:
        """`put` of several (lane, key, payload) in this order, by one statement."""
        rows = [self._row(*item) for item in items]
        new = set(session.scalars(self._sql.put_all, rows))
        are_new = []
        for _, key, _ in items:
            are_new.append(key in new)
            new.discard(key)  # the same key once more is a repeat
        return are_new

    def _row(self, lane: str, key: str, payload: dict[str, Any]) -> dict[str, Any]:
        return {
            "queue": self.name,
            "lane": lane,
            "key": key,
            "payload": payload,
            "state": "waiting",
            "attempts": 0,
            "created_at": self._now(),
        }

    def claim(self, most: int = 1) -> list[Claim]:
        """The first items of up to `most` free lanes, oldest first, each lane leased to the caller."""
        now = self._now()
        with self._database.noting() as session:
            claims = (self._take(session, head, now) for head in self._heads(session, most, now))
            return [claim for claim in claims if claim]

    def fence(self, session: Statements, claim: Claim) -> None:
        """First statement of the transaction that does the work: `LeaseLost` if another worker has taken over."""
        if not self._rest(session, claim, claim.token, self._now() + self._lease):
            raise LeaseLost("The lane was taken over by another worker; this attempt must leave no trace.")

    def finish(
        self, session: Statements, claim: Claim, state: str = "done", error: str | None = None
    ) -> None:
        """Mark the item and free its lane, within the transaction that holds the effects.

        What is done keeps no payload: a resident's words stand in the transcript, and nowhere twice.
        """
        payload = {} if state == "done" else claim.payload
        end = {"the_item": claim.item_id, "state": state, "error": error, "payload": payload}
        session.execute(self._sql.end, end | {"done_at": self._now()})
        session.execute(self._sql.free, _lease_of(claim))

    def park(self, session: Statements, claim: Claim, payload: dict[str, Any]) -> None:
        """Set the item aside until `unpark`; the lane goes on with what came later."""
        parked = update(ITEMS).where(ITEMS.c.id == claim.item_id).values(state="parked", payload=payload)
        session.execute(parked)
        session.execute(self._sql.free, _lease_of(claim))

    def postpone(self, claim: Claim, seconds: float, error: str) -> None:
        """Try the item again later; its lane rests meanwhile, so that nothing overtakes it."""
        with self._database.noting() as session:
            self.fence(session, claim)
            session.execute(update(ITEMS).where(ITEMS.c.id == claim.item_id).values(error=error))
            self._rest(session, claim, "", self._now() + timedelta(seconds=seconds))

    def rest(self, claim: Claim, seconds: float) -> None:
        """Look at the item again later, without counting this as an attempt; its lane rests meanwhile."""
        with self._database.noting() as session:
            self.fence(session, claim)
            again = update(ITEMS).where(ITEMS.c.id == claim.item_id)
            session.execute(again.values(attempts=claim.attempt - 1, error=claim.last_error))
            self._rest(session, claim, "", self._now() + timedelta(seconds=seconds))

    def followers(self, claim: Claim, most: int = 20) -> list[tuple[int, dict[str, Any]]]:
        """Ids and payloads of what waits behind this item in its lane, in order."""
        behind = (
            select(ITEMS.c.id, ITEMS.c.payload)
            .where(
                ITEMS.c.queue == self.name,
                ITEMS.c.lane == claim.lane,
                ITEMS.c.state == "waiting",
                ITEMS.c.id > claim.item_id,
            )
            .order_by(ITEMS.c.id)
            .limit(most)
        )
        with self._database.looking() as session:
            return [(item.id, item.payload) for item in session.execute(behind)]

    def finish_also(self, session: Statements, item_ids: Sequence[int]) -> None:
        """Mark other items of the same lane as done: the one in hand has taken them in."""
        if item_ids:
            theirs = update(ITEMS).where(ITEMS.c.id.in_(item_ids), ITEMS.c.state == "waiting")
            session.execute(theirs.values(state="done", payload={}, done_at=self._now()))

    def unpark(self) -> int:
        """Let all parked items be worked on again, each at its old place in its lane; how many there were."""
        parked = (ITEMS.c.queue == self.name, ITEMS.c.state == "parked")
        with self._database.looking() as session:
            if not session.scalar(select(exists().where(*parked))):
                return 0
        with self._database.noting() as session:
            return _count(session.execute(update(ITEMS).where(*parked).values(state="waiting")))

    def counts(self) -> dict[str, int]:
        """How many items are in each state but done."""
        query = (
            select(ITEMS.c.state, func.count())
            .where(ITEMS.c.queue == self.name, ITEMS.c.state != "done")
            .group_by(ITEMS.c.state)
        )
        with self._database.looking() as session:
            return {state: count for state, count in session.execute(query)}  # noqa: C416  a Row is no pair to mypy

    def _heads(self, session: Statements, most: int, now: datetime) -> list[Any]:
        """The first waiting item of up to `most` free lanes, oldest first."""
        look = {"the_queue": self.name, "now": now, "most": most * 4}
        heads: dict[str, Any] = {}
        for item in session.execute(self._sql.look, look):
            heads.setdefault(item.lane, item)
        return list(heads.values())[:most]

    def _take(self, session: Statements, item: Any, now: datetime) -> Claim | None:
        """Lease the lane and count the attempt; None when another worker was quicker with either."""
        token = secrets.token_hex(16)
        lease = {"queue": self.name, "lane": item.lane, "token": token, "busy_until": now + self._lease}
        if session.scalar(self._sql.lease, lease | {"now": now}) is None:
            return None
        attempt = session.scalar(self._sql.attempt, {"the_item": item.id})
        claim = Claim(item.id, self.name, item.lane, item.key, item.payload, attempt or 0, token, item.error)
        if attempt is None:
            session.execute(self._sql.free, _lease_of(claim))
            return None
        return claim

    def _rest(self, session: Statements, claim: Claim, token: str, until: datetime) -> bool:
        """Hold the lane until then; False when the lease is not ours any more."""
        held = session.execute(self._sql.hold, _lease_of(claim) | {"token": token, "busy_until": until})
        return _count(held) == 1


class _Statements:
    """The queue's SQL, built once: building a statement takes longer than SQLite takes to run it."""

    def __init__(self, insert: Callable[[Any], Any]) -> None:
        its_lane = (
            LANES.c.queue == bindparam("the_queue"),
            LANES.c.lane == bindparam("the_lane"),
            LANES.c.token == bindparam("the_token"),
        )
        busy = exists().where(
            LANES.c.queue == ITEMS.c.queue,
            LANES.c.lane == ITEMS.c.lane,
            LANES.c.busy_until > bindparam("now"),
        )
        item = ITEMS.c.id == bindparam("the_item")
        leased = insert(LANES)
        self.put = insert(ITEMS).on_conflict_do_nothing().returning(ITEMS.c.id)
        self.put_all = insert(ITEMS).on_conflict_do_nothing().returning(ITEMS.c.key)
        self.look = (
            select(ITEMS.c.id, ITEMS.c.lane, ITEMS.c.key, ITEMS.c.payload, ITEMS.c.error)
            .where(ITEMS.c.queue == bindparam("the_queue"), ITEMS.c.state == "waiting", ~busy)
            .order_by(ITEMS.c.id)
            .limit(bindparam("most"))
        )
        self.lease = leased.on_conflict_do_update(
            index_elements=["queue", "lane"],
            set_={"token": leased.excluded.token, "busy_until": leased.excluded.busy_until},
            where=LANES.c.busy_until <= bindparam("now"),
        ).returning(LANES.c.lane)
        self.attempt = (
            update(ITEMS)
            .where(item, ITEMS.c.state == "waiting")
            .values(attempts=ITEMS.c.attempts + 1, error=None)
            .returning(ITEMS.c.attempts)
        )
        self.hold = (
            update(LANES)
            .where(*its_lane)
            .values(token=bindparam("token"), busy_until=bindparam("busy_until"))
        )
        self.free = delete(LANES).where(*its_lane)
        self.end = (
            update(ITEMS)
            .where(item)
            .values({name: bindparam(name) for name in ("state", "error", "payload", "done_at")})
        )


def _lease_of(claim: Claim) -> dict[str, Any]:
    return {"the_queue": claim.queue, "the_lane": claim.lane, "the_token": claim.token}


def _count(result: Any) -> int:
    assert isinstance(result, CursorResult)  # noqa: S101  for the type checker
    return int(result.rowcount)
