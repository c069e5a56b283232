"""Which conversations belong to which departments: those of residents who have a case there."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from city.requests.residents import residents_of
from conversation.store.tables import Conversation


def visible_conversations(departments: Sequence[str], staff_id: str = "") -> ColumnElement[bool]:
    """What a conversation must be to be seen with these departments (none means all), or by who has taken it."""
    if not departments:
        return true()
    seen = Conversation.person_id.in_(residents_of(departments))
    return seen | (Conversation.taken_by == staff_id) if staff_id else seen


def sees_conversation(
    session: Session, conversation_id: str, departments: Sequence[str], staff_id: str = ""
) -> bool:
    """Whether there is this conversation for whoever has these departments."""
    wanted = select(func.count()).where(
        Conversation.id == conversation_id, visible_conversations(departments, staff_id)
    )
    return bool(session.scalar(wanted))
