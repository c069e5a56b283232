"""The table of what was found about documents that may not hold any more, and what staff decided about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class FindingRow(Base):
    """Something that staff should decide: `kind` as in `knowledge.freshness.findings.FindingKind`.

    `key` names it by what it is made of, so that it is the same at the next look; `documents` are the library's ids, the newest or the first of a
    pair first, and `details` what was found in them. `verdict` is empty until somebody decides. `is_current` is whether the last look found it.
    """

    __tablename__ = "document_findings"
    __table_args__ = (Index("ix_document_findings_open", "is_current", "verdict", "kind", "id"),)

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    documents: Mapped[list[str]] = mapped_column(JSON)
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    is_current: Mapped[bool]
    found_at: Mapped[datetime]
    verdict: Mapped[str] = mapped_column(String(16))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(200))
