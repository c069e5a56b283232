"""What residents leave for staff: questions without a good answer, thumbs up and down, and the wish for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from city.records.tables import FeedbackRow, KeptQuestionRow, PersonRequestRow, ServiceRequestRow


@dataclass(frozen=True, slots=True)
class Asker:
    """Where something was said. `conversation` is an opaque key; with it staff can find the conversation, nobody the person."""

    conversation: str
    channel: str
    language: str


def keep_question(
    session: Session, asker: Asker, question: str, *, reason: str, nearest: Sequence[str], now: datetime
) -> int:
    """Keep a question for staff and give it a number; `reason` is `unanswered` or `unhelpful`, `nearest` the titles offered instead."""
    kept = KeptQuestionRow(
        question=question,
        reason=reason,
        nearest=list(nearest),
        language=asker.language,
        channel=asker.channel,
        conversation=asker.conversation,
        asked_at=now,
    )
    session.add(kept)
    session.flush()
    return kept.id


def want_answer(session: Session, person_id: str, kept_id: int) -> bool:
    """Note that whoever asked this kept question wants to be told the answer; False when it is not theirs or gone."""
    kept = session.get(KeptQuestionRow, kept_id)
    if kept is None or kept.conversation != person_id:
        return False
    kept.wants_answer = True
    return True


def keep_feedback(
    session: Session,
    asker: Asker,
    *,
    helpful: bool,
    subject: str,
    now: datetime,
    question: str = "",
    comment: str = "",
) -> None:
    """Keep a thumb up or down; `subject` is what it is about, such as a passage's id."""
    session.add(
        FeedbackRow(
            helpful=helpful,
            subject=subject,
            question=question,
            comment=comment,
            language=asker.language,
            channel=asker.channel,
            conversation=asker.conversation,
            given_at=now,
        )
    )


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


def left_to_reach(session: Session, conversations: Sequence[str]) -> dict[str, list[str]]:
    """What the residents of these conversations left to be reached at, with a wish for a person or a report, the newest first; those
    who left nothing are not in it.
    """
    with_wish = select(PersonRequestRow.conversation, PersonRequestRow.reach).where(
        PersonRequestRow.conversation.in_(conversations), PersonRequestRow.reach != ""
    )
    with_report = select(ServiceRequestRow.person_id, ServiceRequestRow.contact).where(
        ServiceRequestRow.person_id.in_(conversations), ServiceRequestRow.contact != ""
    )
    found: dict[str, list[str]] = {}
    for conversation, reach in (
        *session.execute(with_wish.order_by(PersonRequestRow.id.desc())),
        *session.execute(with_report.order_by(ServiceRequestRow.id.desc())),
    ):
        known = found.setdefault(conversation, [])
        if reach not in known:
            known.append(reach)
    return found


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
