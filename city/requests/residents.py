"""Whose residents are whose: those with departments meet the residents who have a case there, and nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select, union
from sqlalchemy.orm import Session

from city.people.tables import JoinedPersonRow, PersonRequestRow
from city.requests.tables import ServiceRequestRow


def residents_of(departments: Sequence[str]) -> Select[Any]:
    """All identities of those who have a case of these departments."""
    own = select(ServiceRequestRow.person_id.label("person_id")).where(
        ServiceRequestRow.department_code.in_(departments)
    )
    joined = own.join(JoinedPersonRow, JoinedPersonRow.own_id == ServiceRequestRow.person_id)
    main = union(own, joined.with_only_columns(JoinedPersonRow.main_id.label("person_id"))).cte()
    others = select(JoinedPersonRow.own_id).where(JoinedPersonRow.main_id.in_(select(main.c.person_id)))
    return select(union(select(main.c.person_id), others).subquery())


def residents_seen_by(departments: Sequence[str]) -> Select[Any] | None:
    """All identities of the residents whom somebody with these departments meets; None, with none of them, means everybody."""
    return residents_of(departments) if departments else None


def left_to_reach(session: Session, conversations: Sequence[str]) -> dict[str, list[str]]:
    """What the residents of these conversations left to be reached at, with a wish for a person or a report, the newest first; those
    who left nothing are not in it.
    """
    with_wish = select(PersonRequestRow.conversation, PersonRequestRow.reach).where(
        PersonRequestRow.conversation.in_(conversations), PersonRequestRow.reach != ""
    )
    with_report = select(ServiceRequestRow.person_id, ServiceRequestRow.contact).where(
        ServiceRequestRow.person_id.in_(conversations), ServiceRequestRow.contact != ""
    )
    found: dict[str, list[str]] = {}
    for conversation, reach in (
        *session.execute(with_wish.order_by(PersonRequestRow.id.desc())),
        *session.execute(with_report.order_by(ServiceRequestRow.id.desc())),
    ):
        known = found.setdefault(conversation, [])
        if reach not in known:
            known.append(reach)
    return found
