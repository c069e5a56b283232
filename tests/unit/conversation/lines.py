"""Conversations and their lines, written down as the bot would."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from conversation.store.tables import Conversation, TranscriptLine
from tests.support.builders import NOON


def converse(session: Session, name: str, *said: tuple[str, str], at: datetime = NOON, **fields: Any) -> str:
    """A conversation with these lines, each as (who, what); its id."""
    usual = {"channel": "web", "language": "en", "person_id": name, "heard_at": at, "dialogue": {}}
    session.add(
        Conversation(
            id=name,
            sender_key=f"key-{name}",
            address="",
            created_at=at,
            last_sequence=len(said),
            **{**usual, **fields},
        )
    )
    session.flush()
    for sequence, (sender, words) in enumerate(said, start=1):
        session.add(
            TranscriptLine(
                conversation_id=name,
                sequence=sequence,
                sender=sender,
                answers=f"m{sequence}",
                reply={"text": words},
                attachments=[],
                at=at,
            )
        )
    session.flush()
    return name
