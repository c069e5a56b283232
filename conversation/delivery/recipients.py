"""Whom notices would reach, before they are sent: by which door, in which language, or why not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from actions.turn.turn import Notice
from channels.registry import traits_of
from conversation.delivery.services import ConversationServices
from conversation.store.tables import Conversation
from core.model import Choice, Reply


class NotTold(StrEnum):
    """Why a notice would reach nobody."""

    GONE = "gone"  # there is no conversation with them (any more)
    STOPPED = "stopped"  # they asked for no more messages
    CLOSED = "closed"  # the door that they wrote through has no account here now
    TOO_LATE = "too_late"  # the vendor (WhatsApp) takes nothing more until they write again


@dataclass(frozen=True, slots=True)
class Reach:
    """One message as it would be said: to which conversation, by which channel; `why_not` when nobody would get it."""

    conversation_id: str
    channel: str
    reply: Reply
    why_not: NotTold | None = None


def reach_of(services: ConversationServices, session: Session, notices: Sequence[Notice]) -> Iterator[Reach]:
    """What `conversation.delivery.notices.send_notices` would bring about with notices for a person. Nothing is written."""
    for notice in notices:
        theirs = list(session.scalars(select(Conversation).where(Conversation.person_id == notice.person_id)))
        for conversation in theirs:
            why_not = _why_not(services, conversation, services.now())
            reply = _notice_reply(services, notice, conversation.language)
            yield Reach(conversation.id, conversation.channel, reply, why_not)
        if not theirs:
            yield Reach(notice.person_id, "", Reply(""), NotTold.GONE)


def why_not_told(services: ConversationServices, session: Session, person_id: str) -> NotTold | None:
    """Why news would not reach this person; None when one of their conversations gets it."""
    theirs = list(session.scalars(select(Conversation).where(Conversation.person_id == person_id)))
    reasons = [_why_not(services, conversation, services.now()) for conversation in theirs]
    return next((why for why in (None, *NotTold) if why in reasons), NotTold.GONE)


def reachable_notices(
    services: ConversationServices, session: Session, notices: Sequence[Notice]
) -> list[Notice]:
    """Those of the notices that somebody gets: what cannot be sent is not to stand in a transcript as if it had been."""
    return [notice for notice in notices if why_not_told(services, session, notice.person_id) is None]


def _notice_reply(services: ConversationServices, notice: Notice, language: str) -> Reply:
    reply = services.say_notice(notice, language)
    if notice.offer is None:
        return reply
    labels = notice.offer.choices.values()
    said = services.assistant.context.say
    return replace(reply, choices=tuple(Choice(label, said(label, language)) for label in labels))


def _why_not(services: ConversationServices, conversation: Conversation, now: datetime) -> NotTold | None:
    traits = traits_of(conversation.channel)
    if not traits.is_pulled and traits.name not in services.channels:
        return NotTold.CLOSED
    if traits.has_carrier_rules and conversation.stopped_at is not None:
        return NotTold.STOPPED
    if traits.listens_for is not None and conversation.heard_at < now - traits.listens_for:
        return NotTold.TOO_LATE
    return None
