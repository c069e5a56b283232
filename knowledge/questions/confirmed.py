"""Questions whose answer people have confirmed: residents by a thumb up, staff by a document or by their own list.

Functions get a session and only read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.questions.tables import FeedbackRow, KeptQuestionRow, MustAnswerRow, QuestionGroupRow
from knowledge.questions.vectors import bare_question

MOST = 50_000
"""Rows that are read of each kind, the newest."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A question and what answers it: a passage, a document, or the passage that contains `words` (one wording a line).

    Exactly one of the three is given. Questions with the same `group`, where it is not empty, mean the same.
    """

    question: str
    group: str = ""
    passage_id: str = ""
    document_id: str = ""
    words: str = ""


def confirmed_questions(session: Session) -> list[Confirmed]:
    """All of them: helpful answers, groups that staff answered with a document, and the list of must-answer questions."""
    return [*_helpful_pairs(session), *_answered_by_staff(session), *_must_answer(session)]


def _helpful_pairs(session: Session) -> Iterator[Confirmed]:
    """Questions and passages with more thumbs up than down, each once."""
    rows = session.execute(
        select(FeedbackRow.question, FeedbackRow.subject, FeedbackRow.helpful)
        .where(FeedbackRow.question != "", FeedbackRow.subject != "")
        .order_by(FeedbackRow.id.desc())
        .limit(MOST)
    )
    thumbs: Counter[tuple[str, str]] = Counter()
    wording: dict[tuple[str, str], str] = {}
    for question, subject, helpful in rows:
        key = (bare_question(question), subject)
        thumbs[key] += 1 if helpful else -1
        wording.setdefault(key, " ".join(question.split()))
    yield from (Confirmed(wording[key], passage_id=key[1]) for key, votes in thumbs.items() if votes > 0)


def _answered_by_staff(session: Session) -> Iterator[Confirmed]:
    """Every wording of a group for which staff wrote or named a document."""
    rows = session.execute(
        select(KeptQuestionRow.question, QuestionGroupRow.id, QuestionGroupRow.document_id)
        .join(QuestionGroupRow, QuestionGroupRow.id == KeptQuestionRow.group_id)
        .where(QuestionGroupRow.state == "answered", QuestionGroupRow.document_id != "")
        .order_by(KeptQuestionRow.id.desc())
        .limit(MOST)
    )
    seen = set()
    for question, group, document_id in rows:
        if (key := (bare_question(question), document_id)) not in seen:
            seen.add(key)
            yield Confirmed(" ".join(question.split()), f"group {group}", document_id=document_id)


def _must_answer(session: Session) -> Iterator[Confirmed]:
    wanted = select(MustAnswerRow).where(MustAnswerRow.expects != "no_answer").order_by(MustAnswerRow.id)
    for row in session.scalars(wanted.limit(MOST)):
        if row.expects == "document":
            yield Confirmed(row.question, document_id=row.expected)
        else:
            yield Confirmed(row.question, words=row.expected)
