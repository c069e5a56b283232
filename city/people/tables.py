"""Who of the person desk is on duty; its hours are a setting of the city (`city.people.person_desk`)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class DutyRow(Base):
    """A colleague, under an opaque id, who said when they came on duty; `until` is when that ends, by their word or by itself."""

    __tablename__ = "duty"

    staff_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    since: Mapped[datetime]
    until: Mapped[datetime]
