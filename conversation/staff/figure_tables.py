"""The figures of each day, so that looking at thirty days does not mean counting thirty days."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.tables import RowId


class DailyFigureRow(Base):
    """How often something happened on a day of the city's; `name` says what (`conversation.staff.daily_figures.Name`). What does not apply is empty.

    `subject` is what it was about: a service's code, or a place.
    """

    __tablename__ = "daily_figures"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    name: Mapped[str] = mapped_column(String(24), primary_key=True)
    channel: Mapped[str] = mapped_column(String(16), primary_key=True, default="")
    language: Mapped[str] = mapped_column(String(16), primary_key=True, default="")
    department: Mapped[str] = mapped_column(String(64), primary_key=True, default="")
    subject: Mapped[str] = mapped_column(String(200), primary_key=True, default="")
    count: Mapped[int] = mapped_column(Integer)


class FigureMarkRow(Base):
    """Up to which row of a table the figures have counted."""

    __tablename__ = "figure_marks"

    source: Mapped[str] = mapped_column(String(24), primary_key=True)
    last_id: Mapped[int] = mapped_column(RowId)
