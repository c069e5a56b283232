"""The registry's tables. What staff may change as a whole (a service, a street, a survey) is kept as one JSON definition."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base

Definition = dict[str, Any]


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


class FactRow(Base):
    """Something that residents ask for and that stands nowhere else, in the order of its file; `kind` is holiday, area, calendar, fee, contact, special or election."""

    __tablename__ = "facts"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    definition: Mapped[Definition] = mapped_column(JSON)


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
