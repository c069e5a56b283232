"""Notices: what the city or one of its people says unasked, such as news of a case, or a word to the other phone of a person.

A notice goes through the inbox as an item in the lane of the conversation that it is for, so that it never falls in between
what is said there, and is told in that conversation's language.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from actions.turn.state import Offer, read_state
from actions.turn.turn import Notice
from conversation.delivery.services import ConversationServices
from conversation.store.conversations import ConversationState
from conversation.store.staff_tables import StaffLineRow
from conversation.store.tables import Conversation
from core.model import Choice, Picture, Reply
from core.queue import Claim

NOTICE = TypeAdapter(Notice)


def send_notices(services: ConversationServices, session: Session, notices: Sequence[Notice]) -> int:
    """Put notices on their way, within the caller's transaction; to how many conversations they go."""
    told = 0
    for notice in notices:
        for conversation in session.scalars(_notice_owner(notice)):
            put_unasked(services, session, conversation, "notice", NOTICE.dump_python(notice, mode="json"))
            told += 1
    return told


def put_unasked(
    services: ConversationServices, session: Session, conversation: Conversation, kind: str, what: Any
) -> None:
    """Put something of this `kind` into the lane of a conversation that no message of the resident brings about."""
    payload: dict[str, Any] = {
        "channel": conversation.channel,
        "provider_id": "",
        "sender": conversation.address,
        "received_at": services.now().isoformat(),
        kind: what,
    }
    services.inbox.put(session, conversation.sender_key, f"{kind} {uuid.uuid4().hex}", payload)


def is_unasked(claim: Claim) -> bool:
    """Whether no message of the resident brought this item about."""
    return claim.payload.get("provider_id") == ""


def is_notice(claim: Claim) -> bool:
    """Whether this inbox item is something to say rather than something that was said."""
    return "notice" in claim.payload


def tell_notice(services: ConversationServices, claim: Claim) -> None:
    """Say a notice: into the transcript, and into the outbox of a pushing channel."""
    message = services.memory.unpack(claim.payload, claim.lane)
    notice = NOTICE.validate_python(claim.payload["notice"])
    known = services.memory.recall(message, services.languages[0])
    reply = _notice_reply(services, notice, known)
    with services.database.writing() as session:
        services.inbox.fence(session, claim)
        known.lines.append(("staff" if notice.by else "city", reply, notice.attachments))
        services.memory.remember(session, message, known, services.now())
        key = f"notice {claim.item_id}"
        if notice.by:
            session.add(_staff_line(known, message.channel, key))
            named = services.texts.say("takeover.says", known.language, name=notice.by, text=reply.text)
            reply = replace(reply, text=named)
        reply = replace(reply, pictures=_notice_pictures(notice, known.language))
        services.post(
            session,
            message.channel,
            known.conversation_id,
            key,
            [reply],
            though_stopped=False,
            lasting=True,
        )
        services.inbox.finish(session, claim)
    services.notifier.ring(message.channel, message.sender)


def _staff_line(known: ConversationState, channel: str, key: str) -> StaffLineRow:
    """Remembers under which keys the last line is delivered, so that its writer can be shown what became of it."""
    sequence = known.last_sequence + len(known.lines)
    return StaffLineRow(
        conversation_id=known.conversation_id, sequence=sequence, outbox_key=f"{channel} {key} "
    )


def _notice_pictures(notice: Notice, language: str) -> tuple[Picture, ...]:
    caption = notice.caption.get(language, "")
    return tuple(Picture(file.media_id, file.content_type, caption) for file in notice.attachments)


def _notice_owner(notice: Notice) -> Any:
    whose = Conversation.id == notice.conversation_id
    if not notice.conversation_id:
        whose = Conversation.person_id == notice.person_id
    return select(Conversation).where(whose)


def _notice_reply(services: ConversationServices, notice: Notice, known: ConversationState) -> Reply:
    """The notice in the language of the conversation, its choices noted as the ones that stand open."""
    language = known.language
    reply = services.say_notice(notice, language)
    offer = notice.offer
    state = read_state(known.dialogue)
    if offer is None or state.form:
        return reply
    labels = {key: services.assistant.context.say(label, language) for key, label in offer.choices.items()}
    state.offer = Offer(offer.name, list(labels.items()), offer.data)
    known.dialogue = state.to_json()
    choices = tuple(Choice(f"{offer.name}.{key}", label) for key, label in labels.items())
    return replace(reply, choices=choices)
