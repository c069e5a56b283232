"""The tables of the city's sites: how each is read, and what is known of its pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from knowledge.documents.tables import RowId


class SiteRow(Base):
    """A website of the city's that is read again and again.

    `hosts` are those that may be asked for it, `leave_out` patterns of addresses that are not read, `hour` (0 to 23, in the city) when it is
    read at night. `run_id` is the last reading, an import (`ImportRow`) that began at `begun_at`; `next_at` is when it may be asked again,
    `robots` what its hosts ask of programs, by origin, and `trouble` why the reading ended early, or what was left out as a whole.
    """

    __tablename__ = "sites"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    address: Mapped[str] = mapped_column(String(500), unique=True)
    hosts: Mapped[list[str]] = mapped_column(JSON)
    leave_out: Mapped[list[str]] = mapped_column(JSON)
    language: Mapped[str] = mapped_column(String(8))
    department: Mapped[str] = mapped_column(String(80))
    publishes: Mapped[bool]
    is_nightly: Mapped[bool]
    hour: Mapped[int]
    most_pages: Mapped[int]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(200))
    run_id: Mapped[int | None]
    begun_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
    robots: Mapped[dict[str, str]] = mapped_column(JSON)
    failures: Mapped[int]
    bytes_read: Mapped[int] = mapped_column(BigInteger)
    trouble: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class SitePageRow(Base):
    """A page or file of a site. `etag` and `last_modified` are the website's own words for its state, `digest` is of its bytes and
    of how they are read.

    `text_digest` is of what was read in it, `documents` are the ids of what that became, `dropped` of what it gave once and gives no more.
    `links` are where it leads, `missing` counts the readings in a row in which it was gone, and `keeps` says that staff keep it all the same.
    """

    __tablename__ = "site_pages"
    __table_args__ = (
        UniqueConstraint("site_id", "address"),
        Index("ix_site_pages_text_digest", "site_id", "text_digest"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    address: Mapped[str] = mapped_column(String(500))
    etag: Mapped[str] = mapped_column(String(300))
    last_modified: Mapped[str] = mapped_column(String(100))
    digest: Mapped[str] = mapped_column(String(48))
    text_digest: Mapped[str] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(8))
    documents: Mapped[list[int]] = mapped_column(JSON)
    dropped: Mapped[list[int]] = mapped_column(JSON)
    links: Mapped[list[str]] = mapped_column(JSON)
    missing: Mapped[int]
    keeps: Mapped[bool]
    run_id: Mapped[int | None]
    read_at: Mapped[datetime | None]
