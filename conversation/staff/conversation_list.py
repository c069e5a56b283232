"""The list of conversations as staff see it: filtered, in order, a page at a time however many there are.

Each filter and order is walked along an index (`conversation.store.tables.Conversation`), and a page begins behind the last row of the one before, so that a page
costs the same in a large city as in a small one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from city.people.tables import PersonRequestRow
from city.requests.residents import left_to_reach
from conversation.staff.scope import visible_conversations
from conversation.store.conversations import REPLY
from conversation.store.tables import Conversation, TranscriptLine
from core.covering import cover_contacts
from core.model import Reply

PAGE = 40
MOST_COUNTED = 1000
LOOKED_BACK = 6
"""Lines of a conversation in which the last words of a person are looked for."""


class Which(StrEnum):
    """Which conversations: all of them, or those that need somebody."""

    ALL = "all"
    WAITING = "waiting"
    MINE = "mine"
    TAKEN = "taken"
    UNANSWERED = "unanswered"
    UNHAPPY = "unhappy"


class Order(StrEnum):
    """In which order: who wrote last first, or who waits (or was heard) longest first."""

    NEWEST = "newest"
    LONGEST = "longest"


@dataclass(frozen=True, slots=True)
class WantedConversations:
    """What a list shows. `staff_id` says whose are "mine"; `behind` is the `cursor` that the page before ended with.

    `scope` are the departments that whoever asks may see at all; none means every one.
    """

    which: Which = Which.ALL
    channel: str = ""
    language: str = ""
    order: Order = Order.NEWEST
    staff_id: str = ""
    behind: str = ""
    scope: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """A conversation in the list. `waiting_since`, `reason` and `wish_kind` belong to an open wish for a person; `last` is what a person (or else
    the assistant) said last, by `last_sender`.
    """

    conversation_id: str
    person_id: str
    label: str
    channel: str
    language: str
    heard_at: datetime
    taken_by: str
    taken_name: str
    unanswered: bool
    unhappy: bool
    is_stopped: bool
    waiting_since: datetime | None = None
    reason: str = ""
    wish_kind: str = ""
    last_sender: str = ""
    last: Reply | None = None


@dataclass(frozen=True, slots=True)
class ConversationPage:
    """A page of the list; `cursor` leads behind it, empty at the end."""

    cards: tuple[Card, ...]
    cursor: str = ""


def label_of(person_id: str) -> str:
    """What staff call a resident, such as R-482113: the same for all that belongs to one identity, and it leads nowhere."""
    return f"R-{int(person_id[:10] or '0', 16) % 900_000 + 100_000}" if _is_hex(person_id[:10]) else "R-?"


def waiting_count(session: Session, scope: Sequence[str] = (), staff_id: str = "") -> int:
    """How many residents wait for a person, as far as these departments see them, counted up to `MOST_COUNTED`."""
    waiting = select(PersonRequestRow.id).where(PersonRequestRow.state == "open")
    if scope:
        waiting = waiting.join(Conversation, Conversation.person_id == PersonRequestRow.conversation)
        waiting = waiting.where(visible_conversations(scope, staff_id)).distinct()
    waiting = waiting.limit(MOST_COUNTED)
    return session.scalar(select(func.count()).select_from(waiting.subquery())) or 0


def taken_count(session: Session, staff_id: str = "", scope: Sequence[str] = (), seen_by: str = "") -> int:
    """How many conversations people have at the moment, or this one of them, as far as these departments see them."""
    whose = Conversation.taken_by == staff_id if staff_id else Conversation.taken_by.is_not(None)
    taken = select(Conversation.id).where(whose, visible_conversations(scope, seen_by))
    taken = taken.limit(MOST_COUNTED)
    return session.scalar(select(func.count()).select_from(taken.subquery())) or 0


def list_page(session: Session, wanted: WantedConversations, limit: int = PAGE) -> ConversationPage:
    """A page of conversations."""
    waits = wanted.which is Which.WAITING
    at = PersonRequestRow.asked_at if waits else Conversation.heard_at
    query = _narrowed_query(wanted, select(Conversation, at.label("ordered_at")))
    forwards = wanted.order is Order.LONGEST
    if behind := _read_cursor(wanted.behind):
        moment, last_id = behind
        later = at > moment if forwards else at < moment
        further = Conversation.id > last_id if forwards else Conversation.id < last_id
        query = query.where(or_(later, and_(at == moment, further)))
        query = query.where(at >= moment if forwards else at <= moment)  # what an index can begin with
    order = (at, Conversation.id) if forwards else (at.desc(), Conversation.id.desc())
    rows = session.execute(query.order_by(*order).limit(limit + 1)).all()
    cards = _cards_of(session, [row[0] for row in rows[:limit]])
    end = rows[limit - 1] if len(rows) > limit else None
    return ConversationPage(tuple(cards), _list_cursor(end[1], end[0].id) if end else "")


def conversation_card(session: Session, conversation_id: str) -> Card | None:
    """One conversation; None when it is gone."""
    conversation = session.get(Conversation, conversation_id)
    return _cards_of(session, [conversation])[0] if conversation else None


def _narrowed_query(wanted: WantedConversations, query: Any) -> Select[Any]:
    conditions: list[Any] = [visible_conversations(wanted.scope, wanted.staff_id)]
    match wanted.which:
        case Which.WAITING:
            query = query.join(PersonRequestRow, PersonRequestRow.conversation == Conversation.person_id)
            conditions.append(PersonRequestRow.state == "open")
        case Which.MINE:
            conditions.append(Conversation.taken_by == wanted.staff_id)
        case Which.TAKEN:
            conditions.append(Conversation.taken_by.is_not(None))
        case Which.UNANSWERED:
            conditions.append(Conversation.unanswered.is_(True))
        case Which.UNHAPPY:
            conditions.append(Conversation.unhappy.is_(True))
        case Which.ALL:
            pass
    if wanted.channel:
        conditions.append(Conversation.channel == wanted.channel)
    if wanted.language:
        conditions.append(Conversation.language == wanted.language)
    narrowed: Select[Any] = query.where(*conditions)
    return narrowed


def _cards_of(session: Session, conversations: Sequence[Conversation]) -> list[Card]:
    """Conversations with who waits and what was said last: three more queries for a whole page."""
    wishes = {
        wish.conversation: wish
        for wish in session.scalars(
            select(PersonRequestRow).where(
                PersonRequestRow.conversation.in_([row.person_id for row in conversations]),
                PersonRequestRow.state == "open",
            )
        )
    }
    last_lines = _last_lines(session, conversations)
    left = left_to_reach(session, [row.person_id for row in conversations])
    return [
        _make_card(row, wishes.get(row.person_id), last_lines.get(row.id), left.get(row.person_id, []))
        for row in conversations
    ]


def _last_lines(session: Session, conversations: Sequence[Conversation]) -> dict[str, Any]:
    """Of the last few lines of each conversation, the last one of a person, or else the last one at all."""
    newest = session.execute(
        select(TranscriptLine.conversation_id, TranscriptLine.sender, TranscriptLine.reply)
        .join(Conversation, Conversation.id == TranscriptLine.conversation_id)
        .where(
            TranscriptLine.conversation_id.in_([row.id for row in conversations]),
            TranscriptLine.sequence > Conversation.last_sequence - LOOKED_BACK,
        )
        .order_by(TranscriptLine.conversation_id, TranscriptLine.sequence)
    )
    found: dict[str, Any] = {}
    for line in newest:
        known = found.get(line.conversation_id)
        if line.sender != "city" or known is None or known.sender == "city":
            found[line.conversation_id] = line
    return found


def _make_card(row: Conversation, wish: PersonRequestRow | None, line: Any, left: Sequence[str]) -> Card:
    last = REPLY.validate_python(line.reply) if line else None
    return Card(
        conversation_id=row.id,
        person_id=row.person_id,
        label=label_of(row.person_id),
        channel=row.channel,
        language=row.language,
        heard_at=row.heard_at,
        taken_by=row.taken_by or "",
        taken_name=row.taken_name,
        unanswered=row.unanswered,
        unhappy=row.unhappy,
        is_stopped=row.stopped_at is not None,
        waiting_since=wish.asked_at if wish else None,
        reason=cover_contacts(wish.reason, left) if wish else "",
        wish_kind=wish.kind if wish else "",
        last_sender=line.sender if line else "",
        last=replace(last, text=cover_contacts(last.text, left)) if last else None,
    )


def _list_cursor(at: datetime, conversation_id: str) -> str:
    return f"{at.isoformat()}_{conversation_id}"


def _read_cursor(cursor: str) -> tuple[datetime, str] | None:
    """Where a page begins; None for the first one, and for what is no cursor of ours."""
    moment, _, conversation_id = cursor.partition("_")
    try:
        at = datetime.fromisoformat(moment)
        return (at.astimezone(UTC), conversation_id) if at.tzinfo and conversation_id else None
    except (ValueError, OverflowError):
        return None


def _is_hex(text: str) -> bool:
    return bool(text) and all(sign in "0123456789abcdef" for sign in text)
