"""What a resident entrusted, on staff's pages: covered wherever it stands in words, until the click that is logged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from city.records.model import CityProfile
from city.records.tables import DepartmentRow
from console.shared.request_context import RequestContext
from core.covering import cover_contacts, keys_in


def covered_text(visit: RequestContext, text: str, known: Iterable[str] = ()) -> str:
    """Somebody's words without contacts, unless this visit opened them; the filter `covered_text` of templates.

    `known` is what is known to be a contact, in whatever form it was left.
    """
    if visit.uncovered or not text:
        return text
    return cover_contacts(text, known, published_contacts(visit))


def published_contacts(visit: RequestContext) -> frozenset[str]:
    """The city's own numbers and addresses, which everybody may read."""
    if visit.published is None:
        with visit.console.database.reading() as session:
            visit.published = published_in(visit, session)
    return visit.published


def published_in(visit: RequestContext, session: Session) -> frozenset[str]:
    """The same, within a look that is open."""
    return published_by(visit.console.city.profile, session)


def published_by(profile: CityProfile, session: Session) -> frozenset[str]:
    """The numbers and addresses of this city, its departments' with them."""
    departments = [str(row.definition) for row in session.scalars(select(DepartmentRow))]
    return keys_in("\n".join([str(asdict(profile)), *departments]))
