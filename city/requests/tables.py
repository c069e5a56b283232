"""The tables of casework beside the requests themselves: saved views, messages to residents, and the words to find cases by."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base

LONGEST_WORD = 40
Word = String(LONGEST_WORD).with_variant(String(LONGEST_WORD, collation="C"), "postgresql")
"""Compared sign by sign, so that the words with a beginning lie side by side in the index of both databases."""


class SavedViewRow(Base):
    """Filters that somebody wants to see again, under a name: their own, or everybody's when `shared`."""

    __tablename__ = "case_views"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[str] = mapped_column(String(64), index=True)
    shared: Mapped[bool] = mapped_column(Boolean, index=True)
    name: Mapped[str] = mapped_column(String(80))
    query: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class CaseMessageRow(Base):
    """What a resident is told when a case gets a status: staff's own words, for one service or (code empty) for all."""

    __tablename__ = "case_messages"
    __table_args__ = (UniqueConstraint("status", "service_code", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(String(16))
    service_code: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)


class RequestWordRow(Base):
    """A word of a request, folded: of what was reported and added, or `of_place`."""

    __tablename__ = "request_words"
    __table_args__ = (Index("ix_request_words_of_request", "request_id", "word", "of_place"),)

    word: Mapped[str] = mapped_column(Word, primary_key=True)
    request_id: Mapped[int] = mapped_column(
        Integer, ForeignKey("service_requests.id"), primary_key=True, autoincrement=False
    )
    of_place: Mapped[bool] = mapped_column(Boolean, primary_key=True)
