"""What the queues hold of a conversation, from the message to the provider's last word, and which conversation an item belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from conversation.delivery.services import urgent_lane
from conversation.store.tables import Conversation, DeliveryFateRow, DeliveryRow
from core.tables import QueueItem

MOST = 50


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a conversation; `fate` and `fate_error` are what the provider last said of a delivery."""

    item_id: int
    queue: str
    state: str
    attempts: int
    error: str
    created_at: datetime
    done_at: datetime | None
    fate: str = ""
    fate_error: str = ""


def items_of(session: Session, conversation: Conversation, limit: int = MOST) -> list[Item]:
    """The newest items of this conversation, oldest first."""
    key = conversation.sender_key
    outgoing = [conversation.id, urgent_lane(conversation.id)]
    theirs = or_(
        and_(QueueItem.queue == "inbox", QueueItem.lane == key),
        and_(QueueItem.queue == "files", QueueItem.lane.startswith(f"{key} ", autoescape=True)),
        and_(QueueItem.queue == "outbox", QueueItem.lane.in_(outgoing)),
    )
    last_word = and_(
        DeliveryFateRow.channel == DeliveryRow.channel, DeliveryFateRow.provider_id == DeliveryRow.provider_id
    )
    rows = session.execute(
        select(QueueItem, DeliveryFateRow.fate, DeliveryFateRow.error)
        .outerjoin(DeliveryRow, and_(DeliveryRow.key == QueueItem.key, QueueItem.queue == "outbox"))
        .outerjoin(DeliveryFateRow, last_word)
        .where(theirs)
        .order_by(QueueItem.id.desc())
        .limit(limit)
    ).all()
    return [_item_of_row(item, fate, error) for item, fate, error in reversed(rows)]


def conversations_of(session: Session, lanes: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The conversations that these lanes (queue, lane) belong to, by lane; a lane that belongs to none is left out."""
    wanted = {(queue, lane): lane.partition(" ")[0] for queue, lane in lanes if queue != "jobs"}
    names = set(wanted.values())
    whose = or_(Conversation.id.in_(names), Conversation.sender_key.in_(names))
    found: dict[str, str] = {}
    for conversation_id, key in session.execute(
        select(Conversation.id, Conversation.sender_key).where(whose)
    ):
        found |= {conversation_id: conversation_id, key: conversation_id}
    return {place: found[name] for place, name in wanted.items() if name in found}


def _item_of_row(row: QueueItem, fate: str | None, fate_error: str | None) -> Item:
    return Item(
        row.id,
        row.queue,
        row.state,
        row.attempts,
        row.error or "",
        row.created_at,
        row.done_at,
        fate or "",
        fate_error or "",
    )
