"""A leased, per-lane, first-in-first-out queue on plain SQL, for the inbox, the outbox and background jobs.

The promise, on SQLite and PostgreSQL alike:

- the items of one lane are worked on one at a time, in the order in which they were put in;
- the effects of an item and its done-mark commit together (`finish` inside the caller's transaction), or not at all;
- a worker that dies is replaced when its lease runs out, and a worker that was only slow cannot commit any more (`LeaseLost`).

A row in `queue_lanes` is a lease or a rest; no row means that the lane is free.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, delete, exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.database import Base, Database
from bot.errors import LeaseLost
from bot.tables import QueueItem, QueueLane

LEASE = timedelta(seconds=30)


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

    def put(self, session: Session, lane: str, key: str, payload: dict[str, Any]) -> bool:
        """Put an item in, within the caller's transaction; False when this key was put in before."""
        row = {
            "queue": self.name,
            "lane": lane,
            "key": key,
            "payload": payload,
            "state": "waiting",
            "attempts": 0,
            "created_at": self._now(),
        }
        statement = _insert(session, QueueItem).values(**row).on_conflict_do_nothing().returning(QueueItem.id)
        return session.scalar(statement) is not None

    def claim(self, most: int = 1) -> list[Claim]:
        """The first items of up to `most` free lanes, oldest first, each lane leased to the caller."""
        claims: list[Claim] = []
        with self._database.writing() as session:
            for lane in self._free_lanes(session, most * 2):
                if len(claims) == most:
                    break
                if claim := self._take(session, lane):
                    claims.append(claim)
        return claims

    def fence(self, session: Session, claim: Claim) -> None:
        """First statement of the transaction that does the work: `LeaseLost` if another worker has taken over."""
        held = update(QueueLane).where(*_lease_of(claim)).values(busy_until=self._now() + self._lease)
        if _count(session.execute(held)) != 1:
            raise LeaseLost("The lane was taken over by another worker; this attempt must leave no trace.")

    def finish(self, session: Session, claim: Claim, state: str = "done", error: str | None = None) -> None:
        """Mark the item and free its lane, within the transaction that holds the effects.

        What is done keeps no payload: a resident's words stand in the transcript, and nowhere twice.
        """
        payload = {} if state == "done" else claim.payload
        self._settle(session, claim, state=state, error=error, payload=payload, done_at=self._now())
        session.execute(delete(QueueLane).where(*_lease_of(claim)))

    def park(self, session: Session, claim: Claim, payload: dict[str, Any]) -> None:
        """Set the item aside until `unpark`; the lane goes on with what came later."""
        self._settle(session, claim, state="parked", payload=payload)
        session.execute(delete(QueueLane).where(*_lease_of(claim)))

    def postpone(self, claim: Claim, seconds: float, error: str) -> None:
        """Try the item again later; its lane rests meanwhile, so that nothing overtakes it."""
        with self._database.writing() as session:
            self.fence(session, claim)
            self._settle(session, claim, error=error)
            rest = {"token": "", "busy_until": self._now() + timedelta(seconds=seconds)}
            session.execute(update(QueueLane).where(*_lease_of(claim)).values(**rest))

    def unpark(self) -> int:
        """Let all parked items be worked on again, each at its old place in its lane; how many there were."""
        parked = (QueueItem.queue == self.name, QueueItem.state == "parked")
        with self._database.reading() as session:
            if not session.scalar(select(exists().where(*parked))):
                return 0
        with self._database.writing() as session:
            return _count(session.execute(update(QueueItem).where(*parked).values(state="waiting")))

    def counts(self) -> dict[str, int]:
        """How many items are in each state but done."""
        query = (
            select(QueueItem.state, func.count())
            .where(QueueItem.queue == self.name, QueueItem.state != "done")
            .group_by(QueueItem.state)
        )
        with self._database.reading() as session:
            return {state: count for state, count in session.execute(query)}  # noqa: C416  a Row is no pair to mypy

    def _free_lanes(self, session: Session, most: int) -> list[str]:
        busy = exists().where(
            QueueLane.queue == QueueItem.queue,
            QueueLane.lane == QueueItem.lane,
            QueueLane.busy_until > self._now(),
        )
        waiting = (
            select(QueueItem.lane)
            .where(QueueItem.queue == self.name, QueueItem.state == "waiting", ~busy)
            .order_by(QueueItem.id)
            .limit(most * 4)
        )
        return list(dict.fromkeys(session.scalars(waiting)))

    def _take(self, session: Session, lane: str) -> Claim | None:
        token, now = secrets.token_hex(16), self._now()
        lease = {"token": token, "busy_until": now + self._lease}
        upsert = (
            _insert(session, QueueLane)
            .values(queue=self.name, lane=lane, **lease)
            .on_conflict_do_update(
                index_elements=["queue", "lane"], set_=lease, where=QueueLane.busy_until <= now
            )
            .returning(QueueLane.lane)
        )
        if session.scalar(upsert) is None:
            return None
        head = (
            select(QueueItem)
            .where(QueueItem.queue == self.name, QueueItem.lane == lane, QueueItem.state == "waiting")
            .order_by(QueueItem.id)
            .limit(1)
        )
        item = session.scalar(head)
        if item is None:
            session.execute(delete(QueueLane).where(QueueLane.lane == lane, QueueLane.token == token))
            return None
        last_error, item.error = item.error, None
        item.attempts += 1
        return Claim(item.id, self.name, lane, item.key, item.payload, item.attempts, token, last_error)

    def _settle(self, session: Session, claim: Claim, **values: Any) -> None:
        session.execute(update(QueueItem).where(QueueItem.id == claim.item_id).values(**values))


def _lease_of(claim: Claim) -> tuple[Any, ...]:
    return QueueLane.queue == claim.queue, QueueLane.lane == claim.lane, QueueLane.token == claim.token


def _insert(session: Session, table: type[Base]) -> Any:
    dialect = session.get_bind().dialect.name
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def _count(result: Any) -> int:
    assert isinstance(result, CursorResult)  # noqa: S101  for the type checker
    return int(result.rowcount)
