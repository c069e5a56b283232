"""Duplicates: a case that tells of the same thing as another follows that one, and so does its reporter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from city.places.geometry import Plane
from city.requests.casework import Act, CaseRefused, enter_status, needed_text, write_down
from city.requests.tables import ServiceRequestRow
from core.model import Position

NEARBY_METRES = 150
MOST_NEARBY = 5


def merge_case(session: Session, duplicate: ServiceRequestRow, main: ServiceRequestRow, act: Act) -> None:
    """Make one case the duplicate of another; what had been merged into it follows to the other one."""
    if duplicate.id == main.id:
        raise CaseRefused("same_case", "main")
    if main.main_id is not None:
        raise CaseRefused("main_is_duplicate", "main")
    if duplicate.status == "duplicate":
        raise CaseRefused("same_status", "main")
    needed_text(act.reason, "reason")
    for follower in following_cases(session, duplicate):
        follower.main_id = main.id
    write_down(duplicate, "merged", act, status="duplicate", before=duplicate.status, into=main.number)
    enter_status(duplicate, "duplicate", "", act.now)
    duplicate.main_id = main.id
    write_down(main, "merged", replace(act, told="", not_told=""), other=duplicate.number)
    session.flush()


def part_case(session: Session, duplicate: ServiceRequestRow, act: Act) -> None:
    """Take a merge back: the case is open again, and on its own."""
    main = main_of(session, duplicate)
    if main is None:
        raise CaseRefused("not_merged", "main")
    needed_text(act.reason, "reason")
    write_down(duplicate, "unmerged", act, status="open", other=main.number)
    enter_status(duplicate, "open", "", act.now)
    duplicate.main_id = None
    write_down(main, "unmerged", replace(act, told="", not_told=""), other=duplicate.number)
    session.flush()


def following_cases(session: Session, main: ServiceRequestRow) -> list[ServiceRequestRow]:
    """The duplicates of a case, oldest first."""
    found = select(ServiceRequestRow).where(ServiceRequestRow.main_id == main.id)
    return list(session.scalars(found.order_by(ServiceRequestRow.id)))


def main_of(session: Session, row: ServiceRequestRow) -> ServiceRequestRow | None:
    """The case that this one is a duplicate of."""
    return session.get(ServiceRequestRow, row.main_id) if row.main_id else None


def nearby_cases(
    session: Session, row: ServiceRequestRow, departments: Sequence[str] = ()
) -> list[ServiceRequestRow]:
    """Cases that may tell of the same thing: the same service, still worked on, within a stone's throw or at the same place."""
    near = ServiceRequestRow.place_label == row.place_label
    if row.latitude is not None and row.longitude is not None:
        around = Plane(Position(row.latitude, row.longitude))
        south_west = around.position((-NEARBY_METRES, -NEARBY_METRES))
        north_east = around.position((NEARBY_METRES, NEARBY_METRES))
        near = ServiceRequestRow.latitude.between(south_west.latitude, north_east.latitude) & (
            ServiceRequestRow.longitude.between(south_west.longitude, north_east.longitude)
        )
    elif not row.place_label:
        return []
    found = select(ServiceRequestRow).where(
        ServiceRequestRow.is_open,
        ServiceRequestRow.service_code == row.service_code,
        ServiceRequestRow.id != row.id,
        near,
    )
    if departments:
        found = found.where(ServiceRequestRow.department_code.in_(departments))
    return list(session.scalars(found.order_by(ServiceRequestRow.id).limit(MOST_NEARBY)))
