"""What failed, as staff see it: messages that could not be answered for a fault of ours, and replies that could not be sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from conversation.delivery.services import urgent_lane
from conversation.staff.conversation_list import MOST_COUNTED, label_of
from conversation.staff.scope import visible_conversations
from conversation.store.tables import Conversation
from core.failures import Failure, read_failure
from core.tables import QueueItem

PAGE = 40
QUEUES = ("inbox", "outbox")


@dataclass(frozen=True, slots=True)
class Failed:
    """A message (of the `inbox`) or a delivery (of the `outbox`) that failed. `conversation_id` and `label` are empty where a first message
    failed before there was a conversation.
    """

    item_id: int
    queue: str
    channel: str
    came_at: datetime
    failed_at: datetime | None
    failure: Failure
    conversation_id: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class FailedPage:
    """A page of them, the newest first; `behind` leads on, 0 at the end."""

    failed: tuple[Failed, ...]
    behind: int = 0


def failed_page(
    session: Session, scope: Sequence[str] = (), staff_id: str = "", *, behind: int = 0, limit: int = PAGE
) -> FailedPage:
    """A page of what failed, as far as these departments see it; `behind` is where the page before ended."""
    rows: list[Any] = []
    for queue in QUEUES:
        query = _failed_query(queue, scope, staff_id).order_by(QueueItem.id.desc()).limit(limit + 1)
        rows += session.execute(query.where(QueueItem.id < behind) if behind else query).all()
    rows.sort(key=lambda row: -row.id)
    shown = tuple(_failed_card(row) for row in rows[:limit])
    return FailedPage(shown, shown[-1].item_id if len(rows) > limit else 0)


def failed_one(
    session: Session, item_id: int, scope: Sequence[str] = (), staff_id: str = ""
) -> Failed | None:
    """The one with this number, as far as these departments see it; None when it is none that failed."""
    for queue in QUEUES:
        found = session.execute(_failed_query(queue, scope, staff_id).where(QueueItem.id == item_id)).first()
        if found:
            return _failed_card(found)
    return None


def failed_count(session: Session, scope: Sequence[str] = (), staff_id: str = "") -> int:
    """How many there are, as far as these departments see them, counted up to `MOST_COUNTED`."""
    found = 0
    for queue in QUEUES:
        some = _failed_query(queue, scope, staff_id).limit(MOST_COUNTED).subquery()
        found += session.scalar(select(func.count()).select_from(some)) or 0
    return min(found, MOST_COUNTED)


def _failed_query(queue: str, scope: Sequence[str], staff_id: str) -> Select[Any]:
    """What failed in a queue, each with its conversation."""
    its_own = Conversation.sender_key == QueueItem.lane
    if queue == "outbox":
        its_own = Conversation.id == func.replace(QueueItem.lane, urgent_lane(""), "")
    channel = func.coalesce(Conversation.channel, QueueItem.payload["channel"].as_string(), QueueItem.door)
    columns: list[Any] = [
        QueueItem.id,
        QueueItem.queue,
        QueueItem.error,
        QueueItem.failure,
        QueueItem.created_at,
        QueueItem.done_at,
        channel.label("channel"),
        Conversation.id.label("conversation_id"),
        Conversation.person_id,
    ]
    query = select(*columns).outerjoin(Conversation, its_own)
    return query.where(
        QueueItem.queue == queue, QueueItem.state == "failed", visible_conversations(scope, staff_id)
    )


def _failed_card(row: Any) -> Failed:
    return Failed(
        item_id=row.id,
        queue=row.queue,
        channel=row.channel,
        came_at=row.created_at,
        failed_at=row.done_at,
        failure=read_failure(row.failure, row.error) or Failure(""),
        conversation_id=row.conversation_id or "",
        label=label_of(row.person_id) if row.person_id else "",
    )
