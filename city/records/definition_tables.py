"""Tables of what staff edit: every change of a survey, a service or a department, the versions of surveys, and the city folder's word."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class DefinitionChangeRow(Base):
    """One change: who, when, how (`created`, `edited`, `correction`, `version`, `opened`, `closed`, `restored`), and both states.

    `kind` is survey, service or department. `staff_id` and `staff_name` are opaque here. A state holds all that staff can change.
    """

    __tablename__ = "definition_changes"
    __table_args__ = (Index(None, "kind", "code", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    code: Mapped[str] = mapped_column(String(64))
    how: Mapped[str] = mapped_column(String(16))
    version: Mapped[int | None] = mapped_column(Integer)
    staff_id: Mapped[str] = mapped_column(String(64))
    staff_name: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any]] = mapped_column(JSON)


class LoadedDefinitionRow(Base):
    """What the city's folder said when it was loaded last; whatever differs from it now was changed by staff."""

    __tablename__ = "loaded_definitions"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    state: Mapped[dict[str, Any]] = mapped_column(JSON)


class SurveyVersionRow(Base):
    """A version of a survey, with its corrections; answers belong to the version that they were given to."""

    __tablename__ = "survey_versions"

    survey_code: Mapped[str] = mapped_column(ForeignKey("surveys.code"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)


class SurveyDraftRow(Base):
    """What staff are changing in a survey and residents do not see yet."""

    __tablename__ = "survey_drafts"

    survey_code: Mapped[str] = mapped_column(ForeignKey("surveys.code"), primary_key=True)
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)
    staff_name: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[datetime]
