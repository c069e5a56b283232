"""The wish for a person: noted, added to, and settled."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from city.people.tables import PersonRequestRow
from core.model import Asker

ABOUT_DATA = ("delete", "access")
"""Kinds of a wish for a person that are about the resident's own data: a colleague has to do them, an answer alone settles none."""


def ask_person(
    session: Session, asker: Asker, reason: str, now: datetime, *, reach: str = "", kind: str = ""
) -> bool:
    """Note that somebody waits for a person; once while the first wish is open. True when it is a new one, or of a new kind.

    `reach` is the number or address that they left; it is kept apart from what they want. `kind` is empty or one of `ABOUT_DATA`; a wish
    that asks for deletion stays one, whatever else is asked.
    """
    waiting = session.scalar(
        select(PersonRequestRow).where(
            PersonRequestRow.conversation == asker.conversation, PersonRequestRow.state == "open"
        )
    )
    if waiting is not None:
        if reason and reason not in waiting.reason.split("\n"):
            waiting.reason = f"{waiting.reason}\n{reason}".strip()
        waiting.reach = reach or waiting.reach
        if kind in {"", waiting.kind} or waiting.kind == "delete":
            return False
        waiting.kind = kind
        return True
    session.add(
        PersonRequestRow(
            kind=kind,
            reason=reason,
            reach=reach,
            language=asker.language,
            channel=asker.channel,
            conversation=asker.conversation,
            asked_at=now,
        )
    )
    session.flush()
    return True


def settle_person_request(
    session: Session, conversation: str, by: str, now: datetime, *, done: bool = False
) -> datetime | None:
    """Close the open wish for a person of this conversation; since when they waited, None when nobody did.

    A wish about the resident's own data is closed only when it is `done`, not because somebody has begun to talk with them.
    """
    waiting = session.scalar(
        select(PersonRequestRow).where(
            PersonRequestRow.conversation == conversation, PersonRequestRow.state == "open"
        )
    )
    if waiting is None:
        return None
    if waiting.kind in ABOUT_DATA and not done:
        return waiting.asked_at
    waiting.state, waiting.closed_at, waiting.closed_by = "closed", now, by
    session.flush()
    return waiting.asked_at
