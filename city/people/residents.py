"""Whose residents are whose: those with departments meet the residents who have a case there, and nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select, union

from city.people.tables import JoinedPersonRow
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
