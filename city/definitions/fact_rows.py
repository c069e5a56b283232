"""The rows of facts that staff may change: a place, a holiday, a calendar, a fee, a contact, special hours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from city.records.facts import AddressCalendar, Area, ContactPoint, Election, Fee, SpecialHours
from city.records.model import Holiday, Place
from city.records.store import dump_record, parse_record
from city.records.tables import FactRow, PlaceRow

Fact = Place | Holiday | Area | AddressCalendar | Fee | ContactPoint | SpecialHours | Election
PLACE = "place"
FACT_KINDS: Mapping[str, type[Fact]] = {
    PLACE: Place,
    "holiday": Holiday,
    "area": Area,
    "calendar": AddressCalendar,
    "fee": Fee,
    "contact": ContactPoint,
    "special": SpecialHours,
    "election": Election,
}


def parse_fact(kind: str, definition: dict[str, Any]) -> Fact:
    """The fact of this kind that a row holds."""
    return parse_record(FACT_KINDS[kind], definition)


def fact_row(session: Session, kind: str, code: str) -> PlaceRow | FactRow | None:
    """The row of one fact; None where there is none."""
    return session.get(PlaceRow, code) if kind == PLACE else session.get(FactRow, (kind, code))


def list_facts(session: Session, kind: str) -> list[Fact]:
    """All facts of a kind, in their order."""
    if kind == PLACE:
        rows: Any = session.scalars(select(PlaceRow).order_by(PlaceRow.code))
    else:
        rows = session.scalars(
            select(FactRow).where(FactRow.kind == kind).order_by(FactRow.position, FactRow.code)
        )
    return [parse_fact(kind, row.definition) for row in rows]


def store_fact(session: Session, kind: str, fact: Fact, position: int | None = None) -> None:
    """Make the table say what this fact is; a new one comes last where no `position` is given."""
    row = fact_row(session, kind, fact.code)
    if kind == PLACE:
        session.merge(PlaceRow(code=fact.code, definition=dump_record(fact)))
        return
    if row is None:
        last = session.scalar(select(func.max(FactRow.position)).where(FactRow.kind == kind))
        row = FactRow(kind=kind, code=fact.code, position=0 if last is None else last + 1)
        session.add(row)
    assert isinstance(row, FactRow)  # noqa: S101  for the type checker
    row.definition = dump_record(fact)
    if position is not None:
        row.position = position


def remove_fact(session: Session, kind: str, code: str) -> None:
    """Take a fact out."""
    row = fact_row(session, kind, code)
    if row is not None:
        session.delete(row)
