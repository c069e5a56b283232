"""The registry's tables. What staff may change as a whole (a service, a street, a survey) is kept as one JSON definition."""

from __future__ import annotations

from datetime import UTC, date, datetime
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

Definition = dict[str, Any]

WORKED_ON = ("open", "in_progress")
"""The statuses of a request that somebody still works on."""

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""Stands for "no date was promised" where requests are put in order."""


class CitySetting(Base):
    """A fact about the whole city: `profile`, `content_hash`, and the counter `version` by which caches are refreshed."""

    __tablename__ = "city_settings"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)


class DepartmentRow(Base):
    """Who looks after services."""

    __tablename__ = "departments"

    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    definition: Mapped[Definition] = mapped_column(JSON)


class ServiceRow(Base):
    """A service in the order of the city's list; a removed one is kept inactive, because requests point at it."""

    __tablename__ = "services"

    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    department_code: Mapped[str] = mapped_column(ForeignKey("departments.code"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    definition: Mapped[Definition] = mapped_column(JSON)


class StreetRow(Base):
    """A piece of street: name, other names, house numbers and the line they stand along."""

    __tablename__ = "streets"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    definition: Mapped[Definition] = mapped_column(JSON)


class PlaceRow(Base):
    """A landmark: library, park, school, city hall."""

    __tablename__ = "places"

    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    definition: Mapped[Definition] = mapped_column(JSON)


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

    photos: Mapped[list[RequestPhotoRow]] = relationship(order_by="RequestPhotoRow.id")
    updates: Mapped[list[RequestUpdateRow]] = relationship(order_by="RequestUpdateRow.id")

    @validates("updates")
    def _raise_version(self, _name: str, update: RequestUpdateRow) -> RequestUpdateRow:
        self.version = (self.version or 0) + 1
        return update


class RequestUpdateRow(Base):
    """Something that happened to a request, by `author`: the reporter, staff (with id and name), or the city itself.

    `kind` is comment, status, note (staff's own, never shown to residents), assigned, department, due, photo, merged,
    unmerged, confirmed or not_fixed; `text` is the reason or what was said, `told` what the resident was written about it, `details` what changed.
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


class SurveyRow(Base):
    """A survey; `version` grows when its definition changes."""

    __tablename__ = "surveys"

    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer, default=1)
    is_open: Mapped[bool] = mapped_column(Boolean, default=True)
    definition: Mapped[Definition] = mapped_column(JSON)


class SurveyAnswerSetRow(Base):
    """One person's answers to one version. `respondent` is an opaque key of this survey alone, and only the day is kept, so that
    nobody can be found by comparing times. Whoever answers a later version leaves the earlier set behind, under no key of theirs.
    """

    __tablename__ = "survey_answer_sets"
    __table_args__ = (
        UniqueConstraint("survey_code", "respondent"),
        Index(None, "survey_code", "survey_version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_code: Mapped[str] = mapped_column(ForeignKey("surveys.code"))
    survey_version: Mapped[int] = mapped_column(Integer)
    respondent: Mapped[str] = mapped_column(String(128))
    language: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str | None] = mapped_column(String(32))
    started_on: Mapped[date]
    completed_on: Mapped[date | None]

    answers: Mapped[list[SurveyAnswerRow]] = relationship(
        order_by="SurveyAnswerRow.id", cascade="all, delete-orphan"
    )


class SurveyAnswerRow(Base):
    """The answer to one question; `value` is a key, a list of keys, a number, a text, or null for skipped."""

    __tablename__ = "survey_answers"
    __table_args__ = (UniqueConstraint("answer_set_id", "question_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_set_id: Mapped[int] = mapped_column(ForeignKey("survey_answer_sets.id"))
    question_code: Mapped[str] = mapped_column(String(64))
    value: Mapped[Any] = mapped_column(JSON)


class SurveyNetworkRow(Base):
    """How many answer sets were begun, and refused, on a day from one network: a home, or the `wide` network around it.

    `network` is an opaque key of this survey and day; the answers themselves know nothing of it.
    """

    __tablename__ = "survey_networks"
    __table_args__ = (UniqueConstraint("survey_code", "day", "network"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_code: Mapped[str] = mapped_column(ForeignKey("surveys.code"))
    day: Mapped[date]
    network: Mapped[str] = mapped_column(String(32))
    wide: Mapped[bool] = mapped_column(Boolean)
    begun: Mapped[int] = mapped_column(Integer)
    refused: Mapped[int] = mapped_column(Integer)


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


class PersonRequestRow(Base):
    """A resident asked for a person: `open` until a colleague, named in `closed_by`, has taken the conversation or settled it otherwise.

    `reach` is the number or address that they left to be reached at; staff see it by a logged click only. `kind` is empty, or `delete` or
    `access` where the resident wants their data deleted or shown to them; those stay open until a colleague says that they are done.
    """

    __tablename__ = "person_requests"
    __table_args__ = (Index(None, "state", "asked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(32))
    conversation: Mapped[str] = mapped_column(String(128), index=True)
    state: Mapped[str] = mapped_column(String(16), default="open")
    asked_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str] = mapped_column(String(80), default="", server_default="")
    reach: Mapped[str] = mapped_column(Text, default="", server_default="")
    kind: Mapped[str] = mapped_column(String(16), default="", server_default="")


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


class JoinedPersonRow(Base):
    """An identity that belongs to the same person as another: `main_id` is the one that stands for all of them."""

    __tablename__ = "joined_people"

    own_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    main_id: Mapped[str] = mapped_column(String(64), index=True)
    joined_at: Mapped[datetime]


class JoinCodeRow(Base):
    """A code by which somebody may be joined; kept as a digest, and not for long. It was shown to `person_id`; one that confirms may be
    written by `only_for` alone.
    """

    __tablename__ = "join_codes"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(64), index=True)
    expires_at: Mapped[datetime]
    only_for: Mapped[str | None] = mapped_column(String(64))


class PreferredPlaceRow(Base):
    """Where somebody with several identities wants to be written to."""

    __tablename__ = "preferred_places"

    main_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    own_id: Mapped[str] = mapped_column(String(64), index=True)
