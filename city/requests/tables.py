"""The tables of casework beside the requests themselves: saved views, messages to residents, and the words to find cases by."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    false,
    true,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

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


WORKED_ON = ("open", "in_progress")
"""The statuses of a request that somebody still works on."""


NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""Stands for "no date was promised" where requests are put in order."""


def _is_open(context: Any) -> bool:
    return context.get_current_parameters()["status"] in WORKED_ON


def _due_key(context: Any) -> datetime:
    return context.get_current_parameters().get("expected_at") or NEVER


_FACETS = (
    "status",
    "department_code",
    "service_code",
    "assignee_id",
    "language",
    "channel",
    "expected_at",
    "reopened",
)
"""What staff filter their list by. Every index of an order carries them, so that a page is found in the index alone."""


class ServiceRequestRow(Base):
    """What a resident reported. Names of service and department are kept as they were on the day it was filed.

    `is_open` and `due_key` only say `status` and `expected_at` again, in the form that lists are put in order by
    (`city.requests.casework` sets them together). `main_id` is the request that this one is a duplicate of. `settled_at` is when it was
    last fixed or closed, `confirmed_at` when its reporter said that it is, `reopened` how often they said that it is not.
    `missing` are the codes of the questions that were open when it was filed unfinished, because its reporter had fallen silent.
    `ask_again_at` is when to ask them again, because they wanted to look later. `version` counts the lines of its history.
    """

    __tablename__ = "service_requests"
    __table_args__ = (
        Index("ix_service_requests_newest", "requested_at", "id", "is_open", *_FACETS),
        Index("ix_service_requests_changed", "updated_at", "id", "is_open", *_FACETS),
        Index("ix_service_requests_due", "due_key", "id", "is_open", *_FACETS),
        Index("ix_service_requests_open_newest", "is_open", "requested_at", "id", *_FACETS),
        Index("ix_service_requests_open_changed", "is_open", "updated_at", "id", *_FACETS),
        Index("ix_service_requests_open_due", "is_open", "due_key", "id", *_FACETS),
        Index("ix_service_requests_map", "is_open", "latitude", "longitude", "requested_at", "id", *_FACETS),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(12), unique=True)
    dedupe_key: Mapped[str] = mapped_column(String(200), unique=True)
    person_id: Mapped[str] = mapped_column(String(64), index=True)
    channel: Mapped[str] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(16))
    service_code: Mapped[str] = mapped_column(ForeignKey("services.code"))
    service_name: Mapped[dict[str, str]] = mapped_column(JSON)
    department_code: Mapped[str] = mapped_column(String(64))
    department_name: Mapped[dict[str, str]] = mapped_column(JSON)
    description: Mapped[str] = mapped_column(Text, default="")
    contact: Mapped[str] = mapped_column(Text, default="")
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    place_label: Mapped[str] = mapped_column(Text, default="")
    place_kind: Mapped[str] = mapped_column(String(16), default="")
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    status: Mapped[str] = mapped_column(String(16), default="open")
    is_open: Mapped[bool] = mapped_column(Boolean, default=_is_open, server_default=true())
    status_notes: Mapped[str] = mapped_column(Text, default="")
    requested_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    expected_at: Mapped[datetime | None]
    due_key: Mapped[datetime] = mapped_column(
        default=_due_key, server_default=sql("'9999-12-31 00:00:00.000000'")
    )
    assignee_id: Mapped[str | None] = mapped_column(String(64))
    assignee_name: Mapped[str] = mapped_column(String(200), default="", server_default="")
    main_id: Mapped[int | None] = mapped_column(Integer, index=True)  # no foreign key: SQLite adds none later
    settled_at: Mapped[datetime | None] = mapped_column(index=True)
    confirmed_at: Mapped[datetime | None]
    reopened: Mapped[int] = mapped_column(Integer, default=0, server_default=sql("0"))
    ask_again_at: Mapped[datetime | None] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(Integer, default=0, server_default=sql("0"))
    missing: Mapped[list[str]] = mapped_column(JSON, default=list, server_default=sql("'[]'"))

    photos: Mapped[list[RequestPhotoRow]] = relationship(order_by="RequestPhotoRow.id")
    updates: Mapped[list[RequestUpdateRow]] = relationship(order_by="RequestUpdateRow.id")

    @validates("updates")
    def _raise_version(self, _name: str, update: RequestUpdateRow) -> RequestUpdateRow:
        self.version = (self.version or 0) + 1
        return update


class RequestUpdateRow(Base):
    """Something that happened to a request, by `author`: the reporter, staff (with id and name), or the city itself.

    `kind` is comment, details, changed, withdrawn, no_news, news, status, note (staff's own, never shown to residents), assigned, department, due, photo,
    merged, unmerged, confirmed or not_fixed; `text` is the reason or what was said, `told` what the resident was written about it, `details` what changed.
    """

    __tablename__ = "request_updates"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("service_requests.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    author: Mapped[str] = mapped_column(String(16))
    staff_id: Mapped[str | None] = mapped_column(String(64))
    staff_name: Mapped[str] = mapped_column(String(200), default="", server_default="")
    text: Mapped[str] = mapped_column(Text, default="")
    told: Mapped[str] = mapped_column(Text, default="", server_default="")
    details: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default=sql("'{}'"))
    status: Mapped[str | None] = mapped_column(String(16))
    dedupe_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    created_at: Mapped[datetime]


class RequestPhotoRow(Base):
    """A picture of a request, by its id in the media store; `of_fix` is one that staff took of the work done."""

    __tablename__ = "request_photos"
    __table_args__ = (UniqueConstraint("request_id", "media_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("service_requests.id"), index=True)
    media_id: Mapped[str] = mapped_column(String(100))
    of_fix: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    created_at: Mapped[datetime]
