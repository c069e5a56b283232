"""What the queues hold that is not done, and putting back what failed: for those who run an installation, and for staff.

Only what failed is put back. A delivery of unknown fate may have reached its resident, so that sending it again could say something
twice: a person looks at the provider's log first. Jobs of the library are begun anew in the console, where their outcome is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CursorResult, exists, func, select, update

from core.database import Database, Statements, table_of
from core.queue import Claim
from core.tables import QueueItem

ITEMS = table_of(QueueItem)
REPEATABLE = frozenset({"inbox", "outbox", "files"})
"""The queues whose failed items can be done again as if they had just come in."""


class Refusal(StrEnum):
    """Why an item was not put back."""

    GONE = "gone"
    NOT_FAILED = "not_failed"
    UNKNOWN = "unknown"
    JOB = "job"


@dataclass(frozen=True, slots=True)
class Retried:
    """What became of the wish to try an item again. `state` is the one it was in, `went_on` whether what came later was done before it."""

    item_id: int
    queue: str = ""
    lane: str = ""
    state: str = ""
    refusal: Refusal | None = None
    went_on: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """An item that is not done, without what it holds. `channel` is empty where it goes through none."""

    item_id: int
    queue: str
    lane: str
    channel: str
    state: str
    attempts: int
    error: str
    created_at: datetime


def kept_items(session: Statements, *, state: str = "", queue: str = "", limit: int = 50) -> list[Kept]:
    """What is not done, the newest first; of this `state` and `queue`, or of all."""
    channel = func.coalesce(func.nullif(ITEMS.c.door, ""), ITEMS.c.payload["channel"].as_string(), "")
    columns = [ITEMS.c[name] for name in ("id", "queue", "lane", "state", "attempts", "error", "created_at")]
    query = select(*columns, channel.label("channel")).order_by(ITEMS.c.id.desc()).limit(limit)
    query = query.where(ITEMS.c.state == state if state else ITEMS.c.state != "done")
    if queue:
        query = query.where(ITEMS.c.queue == queue)
    return [
        Kept(
            row.id, row.queue, row.lane, row.channel, row.state, row.attempts, row.error or "", row.created_at
        )
        for row in session.execute(query)
    ]


def retry_failed(session: Statements, item_ids: Sequence[int]) -> list[Retried]:
    """Put these items back to wait as if they had never been tried, each at its old place in its lane, within the caller's transaction."""
    return [_retry_item(session, item_id) for item_id in dict.fromkeys(item_ids)]


def is_overtaken(database: Database, claim: Claim) -> bool:
    """Whether something that came later in the lane of this claim is done already."""
    with database.looking() as connection:
        return _went_on(connection, claim.queue, claim.lane, claim.item_id)


def _retry_item(session: Statements, item_id: int) -> Retried:
    wanted = select(ITEMS.c.queue, ITEMS.c.lane, ITEMS.c.state).where(ITEMS.c.id == item_id)
    item = session.execute(wanted).first()
    if item is None:
        return Retried(item_id, refusal=Refusal.GONE)
    refusal = _refusal_of(item)
    if refusal is None and not _put_back(session, item_id):
        refusal = Refusal.NOT_FAILED  # somebody else was quicker
    if refusal:
        return Retried(item_id, item.queue, item.lane, item.state, refusal)
    went_on = _went_on(session, item.queue, item.lane, item_id)
    return Retried(item_id, item.queue, item.lane, item.state, went_on=went_on)


def _refusal_of(item: Any) -> Refusal | None:
    if item.state == "unknown":
        return Refusal.UNKNOWN
    if item.state != "failed":
        return Refusal.NOT_FAILED
    return None if item.queue in REPEATABLE else Refusal.JOB


def _put_back(session: Statements, item_id: int) -> bool:
    failed = update(ITEMS).where(ITEMS.c.id == item_id, ITEMS.c.state == "failed")
    changed = session.execute(
        failed.values(state="waiting", attempts=0, cut=0, error=None, failure=None, done_at=None)
    )
    assert isinstance(changed, CursorResult)  # noqa: S101  for the type checker
    return changed.rowcount == 1


def _went_on(session: Statements, queue: str, lane: str, item_id: int) -> bool:
    later = exists().where(
        ITEMS.c.queue == queue, ITEMS.c.lane == lane, ITEMS.c.state == "done", ITEMS.c.id > item_id
    )
    return bool(session.scalar(select(later)))
