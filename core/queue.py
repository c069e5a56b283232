"""A leased, per-lane, first-in-first-out queue on plain SQL, for the inbox, the outbox and background jobs.

The promise, on SQLite and PostgreSQL alike:

- the items of one lane are worked on one at a time, in the order in which they were put in;
- the effects of an item and its done-mark commit together (`finish` inside the caller's transaction), or not at all;
- a worker that dies is replaced when its lease runs out, and a worker that was only slow cannot commit any more (`LeaseLost`);
- what is urgent is claimed before all that is not, also in its own lane;
- how often a worker fell silent over an item is counted, and whoever may be the cause is worked on without others like it (`Claim.cut`).

A row in `queue_lanes` is a lease or a rest; no row means that the lane is free.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import CursorResult, Select, bindparam, case, delete, exists, func, select, update

from core.database import Database, Statements, table_of
from core.errors import LeaseLost
from core.failures import Failure, read_failure
from core.tables import QueueItem, QueueLane

LEASE = timedelta(seconds=30)
MOST_CUTS = 2
"""How often a worker may fall silent over an item; the claim after that gives it up."""
URGENT, USUAL = 0, 1
ITEMS, LANES = table_of(QueueItem), table_of(QueueLane)


def utc_now() -> datetime:
    """The time now, aware."""
    return datetime.now(UTC)


@dataclass(slots=True, eq=False)
class Pulse:
    """The last sign of life of whoever works on a claim (monotonic seconds), and whether the lease is known to be lost."""

    at: float = field(default_factory=time.monotonic)
    is_lost: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """The part of a queue that a worker takes: of one `door` or (None) of all, except those in `but`; or only what is `urgent`."""

    door: str | None = None
    but: tuple[str, ...] = ()
    urgent: bool = False


ALL = Share()


class Put(NamedTuple):
    """An item to put in; what is `urgent` is claimed before all that is not."""

    lane: str
    key: str
    payload: dict[str, Any]
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on one item until the lease runs out.

    `attempt` counts from 1; `last_failure` is how the attempt before ended, None when it ended without a word (a crash). `cut` counts the
    attempts that ended so.
    """

    item_id: int
    queue: str
    lane: str
    key: str
    payload: dict[str, Any]
    attempt: int
    token: str
    last_failure: Failure | None = None
    cut: int = 0
    pulse: Pulse = field(default_factory=Pulse, compare=False, repr=False)

    @property
    def is_worn_out(self) -> bool:
        """Whether working on it has silenced its worker so often that it is not worked on again."""
        return self.cut >= MOST_CUTS

    def sign_of_life(self, _progress: object = None) -> None:
        """The work goes on, so the worker keeps the lease; raises `LeaseLost` when it is known that another has taken over."""
        if self.pulse.is_lost:
            raise LeaseLost("The lane was taken over by another worker; this attempt must leave no trace.")
        self.pulse.at = time.monotonic()


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

    @property
    def lease(self) -> timedelta:
        """How long a claim holds without being renewed."""
        return self._lease

    def put(
        self,
        session: Statements,
        lane: str,
        key: str,
        payload: dict[str, Any],
        *,
        door: str = "",
        urgent: bool = False,
    ) -> bool:
        """Put an item in, within the caller's transaction; False when this key was put in before.

        `door` is the channel that it goes through, where each has workers of its own. What is `urgent` is claimed before all that is not;
        it still waits for its lane.
        """
        row = self._item_row(lane, key, payload) | {"door": door, "rank": URGENT if urgent else USUAL}
        return session.scalar(self._sql.put, row) is not None

    def put_all(self, session: Statements, items: Sequence[Put]) -> list[bool]:
        """`put` of several in this order, by one statement."""
        rows = [
            self._item_row(item.lane, item.key, item.payload) | {"rank": URGENT if item.urgent else USUAL}
            for item in items
        ]
        new = set(session.scalars(self._sql.put_all, rows))
        are_new = []
        for item in items:
            are_new.append(item.key in new)
            new.discard(item.key)  # the same key once more is a repeat
        return are_new

    def _item_row(self, lane: str, key: str, payload: dict[str, Any]) -> dict[str, Any]:
        return {
            "queue": self.name,
            "lane": lane,
            "key": key,
            "payload": payload,
            "state": "waiting",
            "attempts": 0,
            "cut": 0,
            "door": "",
            "rank": USUAL,
            "created_at": self._now(),
        }

    def claim(self, most: int = 1, share: Share = ALL, *, suspects: int = 1) -> list[Claim]:
        """The first items of up to `most` free lanes, urgent ones first, then the oldest, each lane leased to the caller.

        No more than `suspects` of them have silenced a worker before: of several that were in hand when a process died, only one is the
        cause, and the others must not be counted with it again and again.
        """
        now = self._now()
        with self._database.noting() as session:
            heads = self._lane_heads(session, share, most, now, suspects)
            return [claim for head in heads if (claim := self._take_item(session, head, now))]

    def is_busy(self, lane: str) -> bool:
        """Whether something waits or is worked on in this lane, so that what comes now has to wait."""
        with self._database.looking() as connection:
            return connection.scalar(self._sql.busy, {"the_queue": self.name, "the_lane": lane}) is not None

    def renew(self, claims: Sequence[Claim]) -> list[Claim]:
        """Hold the lanes of these claims for another lease; those whose lane is another worker's by now."""
        held = {"the_queue": self.name, "tokens": [claim.token for claim in claims]}
        with self._database.noting() as session:
            kept = set(session.scalars(self._sql.renew, held | {"busy_until": self._now() + self._lease}))
        return [claim for claim in claims if claim.token not in kept]

    def fence(self, session: Statements, claim: Claim) -> None:
        """First statement of the transaction that does the work: `LeaseLost` if another worker has taken over."""
        if not self._rest_lane(session, claim, claim.token, self._now() + self._lease):
            raise LeaseLost("The lane was taken over by another worker; this attempt must leave no trace.")

    def finish(
        self, session: Statements, claim: Claim, state: str = "done", failure: Failure | None = None
    ) -> None:
        """Mark the item and free its lane, within the transaction that holds the effects.

        What is done keeps no payload: a resident's words stand in the transcript, and nowhere twice.
        """
        payload = {} if state == "done" else claim.payload
        end = {"the_item": claim.item_id, "state": state, "payload": payload} | _columns_of(failure)
        session.execute(self._sql.end, end | {"done_at": self._now()})
        session.execute(self._sql.free, _lease_of(claim))

    def park(self, session: Statements, claim: Claim, payload: dict[str, Any]) -> None:
        """Set the item aside until `unpark`, without counting this as an attempt; the lane goes on with what came later."""
        parked = update(ITEMS).where(ITEMS.c.id == claim.item_id)
        session.execute(parked.values(state="parked", payload=payload, **_uncounted_attempt(claim)))
        session.execute(self._sql.free, _lease_of(claim))

    def postpone(
        self, claim: Claim, seconds: float, failure: Failure, payload: dict[str, Any] | None = None
    ) -> None:
        """Try the item again later, with the `payload` that it has by now; its lane rests meanwhile, so that nothing overtakes it."""
        with self._database.noting() as session:
            self.fence(session, claim)
            again = update(ITEMS).where(ITEMS.c.id == claim.item_id)
            session.execute(again.values(payload=payload or claim.payload, **_columns_of(failure)))
            self._rest_lane(session, claim, "", self._now() + timedelta(seconds=seconds))

    def rest(self, claim: Claim, seconds: float) -> None:
        """Look at the item again later, without counting this as an attempt; its lane rests meanwhile."""
        with self._database.noting() as session:
            self.fence(session, claim)
            again = update(ITEMS).where(ITEMS.c.id == claim.item_id)
            session.execute(again.values(_uncounted_attempt(claim)))
            self._rest_lane(session, claim, "", self._now() + timedelta(seconds=seconds))

    def give_up(self, claim: Claim, failure: Failure) -> None:
        """Keep the item as failed and free its lane, in a transaction of its own."""
        with self._database.noting() as session:
            self.fence(session, claim)
            self.finish(session, claim, "failed", failure)

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

    def forget_done(self, session: Statements, lane: str) -> None:
        """Drop what is done in a lane whose keys never come again; elsewhere a done item keeps its key, so that nothing is done twice."""
        done = (ITEMS.c.queue == self.name, ITEMS.c.lane == lane, ITEMS.c.state == "done")
        session.execute(delete(ITEMS).where(*done))

    def unpark(self) -> int:
        """Let all parked items be worked on again, each at its old place in its lane; how many there were."""
        parked = (ITEMS.c.queue == self.name, ITEMS.c.state == "parked")
        with self._database.looking() as session:
            if not session.scalar(select(exists().where(*parked))):
                return 0
        with self._database.noting() as session:
            return _row_count(session.execute(update(ITEMS).where(*parked).values(state="waiting")))

    def counts(self) -> dict[str, int]:
        """How many items are in each state but done."""
        query = (
            select(ITEMS.c.state, func.count())
            .where(ITEMS.c.queue == self.name, ITEMS.c.state != "done")
            .group_by(ITEMS.c.state)
        )
        with self._database.looking() as session:
            return {state: count for state, count in session.execute(query)}  # noqa: C416  a Row is no pair to mypy

    def _lane_heads(
        self, session: Statements, share: Share, most: int, now: datetime, suspects: int
    ) -> list[Any]:
        """The first waiting item of up to `most` free lanes, in the order in which they are to be claimed."""
        look = {"the_queue": self.name, "now": now, "most": most * 4}
        heads: dict[str, Any] = {}
        for item in session.execute(self._sql.look(share), look):
            heads.setdefault(item.lane, item)
        chosen = []
        for item in heads.values():
            if item.attempts and item.error is None:
                suspects -= 1
                if suspects < 0:
                    continue
            chosen.append(item)
        return chosen[:most]

    def _take_item(self, session: Statements, item: Any, now: datetime) -> Claim | None:
        """Lease the lane and count the attempt; None when another worker was quicker with either."""
        token = secrets.token_hex(16)
        lease = {"queue": self.name, "lane": item.lane, "token": token, "busy_until": now + self._lease}
        if session.scalar(self._sql.lease, lease | {"now": now}) is None:
            return None
        counted = session.execute(self._sql.attempt, {"the_item": item.id}).first()
        attempt, cut = counted or (0, 0)
        last = read_failure(item.failure, item.error)
        claim = Claim(item.id, self.name, item.lane, item.key, item.payload, attempt, token, last, cut=cut)
        if counted is None:
            session.execute(self._sql.free, _lease_of(claim))
            return None
        return claim

    def _rest_lane(self, session: Statements, claim: Claim, token: str, until: datetime) -> bool:
        """Hold the lane until then; False when the lease is not ours any more."""
        held = session.execute(self._sql.hold, _lease_of(claim) | {"token": token, "busy_until": until})
        return _row_count(held) == 1


class _Statements:
    """The queue's SQL, built once: building a statement takes longer than SQLite takes to run it."""

    def __init__(self, insert: Callable[[Any], Any]) -> None:
        its_lane = (
            LANES.c.queue == bindparam("the_queue"),
            LANES.c.lane == bindparam("the_lane"),
            LANES.c.token == bindparam("the_token"),
        )
        self._looks: dict[Share, Select[Any]] = {}
        item = ITEMS.c.id == bindparam("the_item")
        leased = insert(LANES)
        self.busy = (
            select(ITEMS.c.id)
            .where(
                ITEMS.c.queue == bindparam("the_queue"),
                ITEMS.c.lane == bindparam("the_lane"),
                ITEMS.c.state == "waiting",
            )
            .limit(1)
        )
        self.put = insert(ITEMS).on_conflict_do_nothing().returning(ITEMS.c.id)
        self.put_all = insert(ITEMS).on_conflict_do_nothing().returning(ITEMS.c.key)
        self.lease = leased.on_conflict_do_update(
            index_elements=["queue", "lane"],
            set_={"token": leased.excluded.token, "busy_until": leased.excluded.busy_until},
            where=LANES.c.busy_until <= bindparam("now"),
        ).returning(LANES.c.lane)
        self.attempt = (
            update(ITEMS)
            .where(item, ITEMS.c.state == "waiting")
            .values(
                attempts=ITEMS.c.attempts + 1,
                cut=ITEMS.c.cut + case(((ITEMS.c.attempts > 0) & ITEMS.c.error.is_(None), 1), else_=0),
                error=None,
                failure=None,
            )
            .returning(ITEMS.c.attempts, ITEMS.c.cut)
        )
        self.hold = (
            update(LANES)
            .where(*its_lane)
            .values(token=bindparam("token"), busy_until=bindparam("busy_until"))
        )
        self.renew = (
            update(LANES)
            .where(
                LANES.c.queue == bindparam("the_queue"),
                LANES.c.token.in_(bindparam("tokens", expanding=True)),
            )
            .values(busy_until=bindparam("busy_until"))
            .returning(LANES.c.token)
        )
        self.free = delete(LANES).where(*its_lane)
        self.end = (
            update(ITEMS)
            .where(item)
            .values({name: bindparam(name) for name in ("state", "error", "failure", "payload", "done_at")})
        )

    def look(self, share: Share) -> Select[Any]:
        """What waits in free lanes, urgent and oldest first; of one door it is read from the index in this order."""
        if share not in self._looks:
            self._looks[share] = _look_query(share)
        return self._looks[share]


def _look_query(share: Share) -> Select[Any]:
    busy = exists().where(
        LANES.c.queue == ITEMS.c.queue,
        LANES.c.lane == ITEMS.c.lane,
        LANES.c.busy_until > bindparam("now"),
    )
    wanted = [ITEMS.c.queue == bindparam("the_queue"), ITEMS.c.state == "waiting"]
    if share.door is not None:
        wanted.append(ITEMS.c.door == share.door)
    if share.but:
        wanted.append(ITEMS.c.door.not_in(share.but))
    if share.urgent:
        wanted.append(ITEMS.c.rank == URGENT)
    columns = (ITEMS.c[name] for name in ("id", "lane", "key", "payload", "attempts", "error", "failure"))
    in_order = select(*columns).where(*wanted, ~busy).order_by(ITEMS.c.rank, ITEMS.c.id)
    return in_order.limit(bindparam("most"))


def _uncounted_attempt(claim: Claim) -> dict[str, Any]:
    """The counts of an item as if this claim had not been: neither an attempt nor a worker that fell silent."""
    last = claim.last_failure
    return {"attempts": claim.attempt - 1 if last else 0} | _columns_of(last)


def _columns_of(failure: Failure | None) -> dict[str, Any]:
    """What a row keeps of a failure: its English sentence, and all of it as data."""
    if failure is None:
        return {"error": None, "failure": None}
    return {"error": str(failure), "failure": failure.as_data()}


def _lease_of(claim: Claim) -> dict[str, Any]:
    return {"the_queue": claim.queue, "the_lane": claim.lane, "the_token": claim.token}


def _row_count(result: Any) -> int:
    assert isinstance(result, CursorResult)  # noqa: S101  for the type checker
    return int(result.rowcount)
