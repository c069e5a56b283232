"""What the pages of conversations share: who may come, and the words for channels, languages and how long somebody waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from sqlalchemy.orm import Session

from city.people.person_desk import DeskState, OnDuty, on_duty, state_at
from console.shared.access import Permission, require_permission
from console.shared.pages import city_zone
from console.shared.request_context import RequestContext
from conversation.staff.conversation_list import taken_count, waiting_count
from conversation.staff.failed import failed_count
from conversation.staff.scope import sees_conversation
from conversation.staff.takeover import Colleague
from conversation.store.tables import Conversation

SeesConversations = Annotated[RequestContext, require_permission(Permission.SEE_CONVERSATIONS)]
AnswersConversations = Annotated[RequestContext, require_permission(Permission.ANSWER_CONVERSATIONS)]
SeesContact = Annotated[RequestContext, require_permission(Permission.SEE_CONTACT)]
ManagesStaff = Annotated[RequestContext, require_permission(Permission.MANAGE_STAFF)]


@dataclass(frozen=True, slots=True)
class ConversationDesk:
    """How the person desk stands: its hours, who is on duty, whether this colleague is, what waits, and what failed."""

    state: DeskState
    people: tuple[OnDuty, ...]
    am_on: bool
    waiting: int
    taken: int
    failed: int


def desk_of(visit: RequestContext, session: Session) -> ConversationDesk:
    """The desk as of now."""
    now = visit.console.now()
    people = tuple(on_duty(session, now))
    return ConversationDesk(
        state=state_at(session, now, city_zone(visit)),
        people=people,
        am_on=any(one.staff_id == visit.staff.staff_id for one in people),
        waiting=waiting_count(session, visit.staff.departments, visit.staff.staff_id),
        taken=taken_count(session, scope=visit.staff.departments, seen_by=visit.staff.staff_id),
        failed=failed_count(session, visit.staff.departments, visit.staff.staff_id),
    )


def find_conversation(visit: RequestContext, session: Session, conversation_id: str) -> Conversation:
    """The conversation; the page "there is nothing here" when it is none, or not theirs to see."""
    if not sees_conversation(session, conversation_id, visit.staff.departments, visit.staff.staff_id):
        visit.not_found()
    return session.get_one(Conversation, conversation_id)


def this_colleague(visit: RequestContext) -> Colleague:
    """Who is at the console, as residents see them."""
    return Colleague(visit.staff.staff_id, visit.staff.name)


def how_long(visit: RequestContext, since: datetime) -> str:
    """How long it is since then, in the one unit that matters."""
    passed = max(timedelta(), visit.console.now() - since)
    minutes = int(passed.total_seconds() // 60)
    if minutes < 1:
        return visit.say("conversations.moment")
    if minutes < 60:
        return visit.say("conversations.minutes", count=minutes)
    if minutes < 48 * 60:
        return visit.say("conversations.hours_and_minutes", hours=minutes // 60, minutes=minutes % 60)
    return visit.say("conversations.days", count=minutes // (24 * 60))
