"""Notices: what the city says unasked, such as to the other phone of the same person.

A notice goes through the inbox as an item in the lane of the conversation that it is for, so that it never falls in between
what is said there, and is told in that conversation's language.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from actions.turn import Notice
from bot.hall import Hall
from bot.model import Reply
from bot.queue import Claim
from bot.tables import Conversation


def notify(hall: Hall, session: Session, notices: Sequence[Notice]) -> None:
    """Put notices on their way, within the caller's transaction."""
    for notice in notices:
        theirs = select(Conversation).where(Conversation.person_id == notice.person_id)
        for conversation in session.scalars(theirs):
            payload: dict[str, Any] = {
                "channel": conversation.channel,
                "provider_id": "",
                "sender": conversation.address,
                "received_at": hall.now().isoformat(),
                "notice": {"key": notice.key, "values": notice.values},
            }
            hall.inbox.put(session, conversation.sender_key, f"notice {uuid.uuid4().hex}", payload)


def is_notice(claim: Claim) -> bool:
    """Whether this inbox item is something to say rather than something that was said."""
    return "notice" in claim.payload


def tell(hall: Hall, claim: Claim) -> None:
    """Say a notice: into the transcript, and into the outbox of a pushing channel."""
    message = hall.memory.unpack(claim.payload, claim.lane)
    notice = claim.payload["notice"]
    known = hall.memory.recall(message, hall.languages[0])
    text = hall.assistant.desk.say(notice["key"], known.language, **notice["values"])
    reply = Reply(text, known.language)
    with hall.database.writing() as session:
        hall.inbox.fence(session, claim)
        known.lines.append(("city", reply, ()))
        hall.memory.remember(session, message, known, hall.now())
        key = f"notice {claim.item_id}"
        hall.post(session, message.channel, known.conversation_id, key, [reply], though_stopped=False)
        hall.inbox.finish(session, claim)
    hall.bell.ring(message.channel, message.sender)
