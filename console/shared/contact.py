"""How a resident can be reached: the channel is shown to all, the number or chat id only after a click that is written down."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.registry import traits_of
from city.people.identities import people_of, preferred_identity
from console.shared.request_context import RequestContext
from conversation.store.tables import Conversation


@dataclass(frozen=True, slots=True)
class ContactChannel:
    """One conversation of a resident. `address` is empty until it was asked for; `stopped` says that they want no messages."""

    conversation_id: str
    channel: str
    language: str
    stopped: bool
    preferred: bool
    address: str = field(default="", repr=False)

    @property
    def has_address(self) -> bool:
        """Whether there is a number or chat id to show."""
        return traits_of(self.channel).has_address


def doors_of(session: Session, person_id: str) -> list[ContactChannel]:
    """All conversations of the person behind this identity, the one where they want news first."""
    wanted = preferred_identity(session, person_id)
    rows = session.scalars(
        select(Conversation)
        .where(Conversation.person_id.in_(people_of(session, person_id)))
        .order_by(Conversation.created_at)
    )
    doors = [door_of(row, is_preferred=row.person_id == wanted) for row in rows]
    return sorted(doors, key=lambda door: not door.preferred)


def door_of(row: Conversation, *, is_preferred: bool = True) -> ContactChannel:
    """A conversation as a door, its address not shown."""
    return ContactChannel(row.id, row.channel, row.language, row.stopped_at is not None, is_preferred)


def opened_contacts(
    visit: RequestContext, session: Session, doors: list[ContactChannel], subject: str
) -> list[ContactChannel]:
    """The same doors with their addresses; who looked, and at what, goes into the audit log. The page then covers no words."""
    visit.record(session, "contact.seen", subject=subject)
    visit.uncovered = True
    return [replace(door, address=_contact_address(visit, door)) for door in doors]


def _contact_address(visit: RequestContext, door: ContactChannel) -> str:
    if not door.has_address:
        return ""
    recipient = visit.console.memory.recipient(door.conversation_id)
    return recipient.address if recipient else ""
