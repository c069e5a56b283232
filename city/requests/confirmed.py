"""Cases whose kind of problem staff have confirmed: they did the work, and closed the case under it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from city.requests.casework import SETTLED
from city.requests.tables import ServiceRequestRow


def list_confirmed(session: Session, most: int) -> list[tuple[str, str]]:
    """What was reported and the code of its service, the newest first, at most so many; those without words are left out.

    What was passed on, or is the duplicate of another, confirms nothing.
    """
    rows = session.execute(
        select(ServiceRequestRow.description, ServiceRequestRow.service_code)
        .where(ServiceRequestRow.status.in_(SETTLED), ServiceRequestRow.description != "")
        .order_by(ServiceRequestRow.requested_at.desc(), ServiceRequestRow.id.desc())
        .limit(most)
    )
    return [(row.description, row.service_code) for row in rows]
