"""Reports that were begun and not finished: when to look after them, and what is done then, in the order of the conversation's lane.

The time stands in the conversation's row, so it survives a restart; whichever process comes first takes it away and puts an item into the lane, both in
one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from actions.handlers.unfinished import is_draft, settle_silence
from actions.turn.state import read_state
from actions.turn.turn import Turn
from channels.registry import traits_of
from conversation.delivery.notices import put_unasked
from conversation.delivery.services import ConversationServices
from conversation.store.conversations import ConversationState
from conversation.store.tables import Conversation
from core.model import InboundMessage, Reply
from core.queue import Claim

KIND = "draft"
AT_ONCE = 100


def draft_due(services: ConversationServices, dialogue: Mapping[str, Any], now: datetime) -> datetime | None:
    """When to look after what stands open in this conversation, if its writer says nothing until then."""
    minutes = services.assistant.context.settings.unfinished_after_minutes
    return now + timedelta(minutes=minutes) if minutes and is_draft(read_state(dialogue)) else None


def put_due_drafts(services: ConversationServices) -> int:
    """Put the drafts whose writers have been silent for long into their lanes; how many there were."""
    with services.database.writing() as session:
        due = select(Conversation).where(Conversation.draft_due_at <= services.now())
        due = due.order_by(Conversation.draft_due_at).limit(AT_ONCE).with_for_update(skip_locked=True)
        found = session.scalars(due).all()
        for conversation in found:
            put_unasked(services, session, conversation, KIND, {"since": conversation.heard_at.isoformat()})
            conversation.draft_due_at = None
    return len(found)


def is_draft_due(claim: Claim) -> bool:
    """Whether this inbox item is a silence to be looked after rather than something that was said."""
    return KIND in claim.payload


def look_after_draft(services: ConversationServices, claim: Claim) -> None:
    """The lane has come to the silence: file what is enough, or ask once more; later where nothing may be sent now."""
    now = services.now()
    message = replace(services.memory.unpack(claim.payload, claim.lane), received_at=now)
    known = services.memory.recall(message, services.languages[0])
    key = f"{KIND} {claim.item_id}"
    with services.database.writing() as session:
        services.inbox.fence(session, claim)
        if _is_still_silent(known, claim, now, message.channel):
            known.draft_due_at = later = _when_allowed(services, known, message)
            replies: list[Reply] = []
            if later is None:
                spoken = replace(message, provider_id=key)
                turn = Turn(spoken, known.person_id, known.language, known.dialogue, session, now)
                replies = settle_silence(services.assistant.context, turn)
                known.dialogue = turn.dialogue
            known.lines.extend(("city", reply, ()) for reply in replies)
            services.memory.remember(session, message, known, now)
            services.post(session, message.channel, known.conversation_id, key, replies, though_stopped=False)
        services.inbox.finish(session, claim)
    services.notifier.ring(message.channel, message.sender)


def _is_still_silent(known: ConversationState, claim: Claim, now: datetime, channel: str) -> bool:
    """Whether nothing was said since, the bot is the one who answers, and the resident may be written to."""
    if known.stopped or known.with_staff or known.heard_at.isoformat() != claim.payload[KIND]["since"]:
        return False
    listens_for = traits_of(channel).listens_for
    return listens_for is None or now - known.heard_at < listens_for


def _when_allowed(
    services: ConversationServices, known: ConversationState, message: InboundMessage
) -> datetime | None:
    """When to come back because nothing may be sent now: it is night where it would ring, or the sender's limits are reached."""
    now, context = message.received_at, services.assistant.context
    if services.rate_limits.standing(known, message, late=False).reached:
        return now + timedelta(minutes=max(1, context.settings.unfinished_after_minutes))
    if traits_of(message.channel).is_pulled:
        return None
    there = now.astimezone(context.city.profile.zone)
    return end_of_quiet(there, context.settings.quiet_from_hour, context.settings.quiet_until_hour)


def end_of_quiet(there: datetime, from_hour: int, until_hour: int) -> datetime | None:
    """When the quiet hours end in which this time of the city lies; None outside of them."""
    span, passed = (until_hour - from_hour) % 24, (there.hour - from_hour) % 24
    if passed >= span:
        return None
    ends = there.replace(hour=until_hour, minute=0, second=0, microsecond=0)
    return ends if ends > there else ends + timedelta(days=1)
