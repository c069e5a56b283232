"""Tables about questions: groups of kept ones that mean the same, and the questions that must be answered so."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    JSON,
    Boolean,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    false,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class QuestionGroupRow(Base):
    """Kept questions that mean the same, named after the first of them; `state` is open, answered or set_aside.

    `times` counts all of them, `languages` and `channels` how many of each. `document_id` is the document that was made for
    it, `reason` why it was set aside.
    """

    __tablename__ = "question_groups"
    __table_args__ = (
        Index("ix_question_groups_often", "state", "times", "id"),
        Index("ix_question_groups_newest", "state", "last_asked_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), default="open")
    reason: Mapped[str] = mapped_column(Text, default="")
    times: Mapped[int] = mapped_column(Integer, default=0)
    unhelpful: Mapped[int] = mapped_column(Integer, default=0)
    languages: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    channels: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    document_id: Mapped[str] = mapped_column(String(200), default="")
    first_asked_at: Mapped[datetime]
    last_asked_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(200), default="")
    changed_at: Mapped[datetime | None]


class QuestionAnchorRow(Base):
    """A question that new ones are compared with: the first of its group, and the first in each other language.

    `vectors` are the float32 vectors of the embedders named in `models`, one behind the other.
    """

    __tablename__ = "question_anchors"

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("question_groups.id"), index=True)
    language: Mapped[str] = mapped_column(String(16))
    question: Mapped[str] = mapped_column(Text)
    models: Mapped[str] = mapped_column(String(400))
    vectors: Mapped[bytes] = mapped_column(LargeBinary)


class MustAnswerRow(Base):
    """A question that must be answered so. `expects` is words, document or no_answer, `expected` the words or the document's id.

    `passed`, `answer`, `unsure` and `checked_at` are of the last check against the documents in use.
    """

    __tablename__ = "must_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(16))
    expects: Mapped[str] = mapped_column(String(16))
    expected: Mapped[str] = mapped_column(Text, default="")
    passed: Mapped[bool | None] = mapped_column(Boolean)
    answer: Mapped[str] = mapped_column(Text, default="")
    title: Mapped[str] = mapped_column(Text, default="")
    unsure: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    checked_at: Mapped[datetime | None]
    written_by: Mapped[str] = mapped_column(String(200), default="")
    written_at: Mapped[datetime]


class MustAnswerRunRow(Base):
    """The last time that the whole list was checked: against which version of the library, and with what result."""

    __tablename__ = "must_answer_runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(String(64))
    questions: Mapped[int]
    failed: Mapped[int]
    checked_at: Mapped[datetime]


class KeptQuestionRow(Base):
    """A question that the library could not answer, or whose answer did not help; `reason` is unanswered or unhelpful.

    `group_id` is the `question_groups` row of those that mean the same, None until it was compared. Who `wants_answer` is
    told once there is one, and `told_at` says when.
    """

    __tablename__ = "kept_questions"
    __table_args__ = (
        Index(None, "group_id", "id"),
        Index(
            "ix_kept_questions_waiting",
            "group_id",
            "conversation",
            sqlite_where=sql("wants_answer"),
            postgresql_where=sql("wants_answer"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(32))
    conversation: Mapped[str] = mapped_column(String(128))
    nearest: Mapped[list[str]] = mapped_column(JSON)
    group_id: Mapped[int | None]
    wants_answer: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    asked_at: Mapped[datetime]
    told_at: Mapped[datetime | None]


class FeedbackRow(Base):
    """Thumbs up or down for something the bot said; `subject` says what, such as a passage's id."""

    __tablename__ = "feedback"

    id: Mapped[int] = mapped_column(primary_key=True)
    helpful: Mapped[bool] = mapped_column(Boolean)
    subject: Mapped[str] = mapped_column(String(200))
    question: Mapped[str] = mapped_column(Text, default="")
    comment: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(32))
    conversation: Mapped[str] = mapped_column(String(128))
    given_at: Mapped[datetime]
