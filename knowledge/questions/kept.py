"""What residents leave for staff about answers: questions without a good one, and thumbs up and down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from core.model import Asker
from knowledge.questions.tables import FeedbackRow, KeptQuestionRow


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
