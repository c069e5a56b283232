"""Saved views: filters under a name, for oneself or for everybody."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from city.requests.casework import CaseRefused
from city.requests.tables import SavedViewRow

LONGEST_NAME = 80
LONGEST_QUERY = 1000
MOST = 50


def views_of(session: Session, staff_id: str) -> list[SavedViewRow]:
    """A person's own views and everybody's, by name."""
    found = select(SavedViewRow).where(or_(SavedViewRow.staff_id == staff_id, SavedViewRow.shared))
    return list(session.scalars(found.order_by(SavedViewRow.name, SavedViewRow.id).limit(MOST)))


def save_view(
    session: Session, staff_id: str, name: str, query: str, *, shared: bool, now: datetime
) -> SavedViewRow:
    """Keep these filters; the same name by the same person replaces the earlier one."""
    name = " ".join(name.split())
    if not name:
        raise CaseRefused("needs_name", "name")
    if len(name) > LONGEST_NAME or len(query) > LONGEST_QUERY:
        raise CaseRefused("too_long", "name")
    row = session.scalar(
        select(SavedViewRow).where(SavedViewRow.staff_id == staff_id, SavedViewRow.name == name)
    )
    if row is None:
        row = SavedViewRow(staff_id=staff_id, name=name, query=query, shared=shared, created_at=now)
        session.add(row)
    row.query, row.shared = query, shared
    session.flush()
    return row


def drop_view(session: Session, view_id: int, staff_id: str) -> bool:
    """Forget a view; only whoever saved it can."""
    row = session.get(SavedViewRow, view_id)
    if row is None or row.staff_id != staff_id:
        return False
    session.delete(row)
    session.flush()
    return True
