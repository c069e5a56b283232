"""The audit log, to be read and searched."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from console.accounts import people
from console.shared import audit
from console.shared.access import Permission, require_permission
from console.shared.pages import city_zone
from console.shared.request_context import RequestContext

router = APIRouter(prefix="/audit")
ReadsAudit = Annotated[RequestContext, require_permission(Permission.READ_AUDIT)]
A_PAGE = 50


@router.get("")
def log_page(
    visit: ReadsAudit,
    words: str = "",
    action: str = "",
    staff: str = "",
    since: str = "",
    until: str = "",
    before: int = 0,
) -> Response:
    """Entries, newest first, a page at a time."""
    wanted = audit.WantedEntries(
        words.strip()[:100],
        action,
        staff,
        _day_limit(visit, since),
        _day_limit(visit, until, days=1),
        before or None,
    )
    with visit.console.database.reading() as session:
        entries = audit.search_entries(session, wanted, A_PAGE + 1)
        return visit.page(
            "audit/log.html",
            entries=entries[:A_PAGE],
            older=entries[A_PAGE - 1].id if len(entries) > A_PAGE else None,
            actions=[("", visit.say("audit.any"))] + [(name, name) for name in audit.audit_actions(session)],
            staff=[("", visit.say("audit.anybody"))]
            + [(person.staff_id, person.name) for person in people.all_accounts(session)],
            asked={"words": words, "action": action, "staff": staff, "since": since, "until": until},
        )


@router.get("/verify")
def verify_page(visit: ReadsAudit) -> Response:
    """Whether every entry is as it was written."""
    with visit.console.database.reading() as session:
        return visit.page("audit/verify.html", verdict=visit.audit.verify(session))


def _day_limit(visit: RequestContext, typed: str, days: int = 0) -> datetime | None:
    """The beginning of a day in the city's zone, or of one some days later; None when it cannot be read."""
    try:
        on = datetime.fromisoformat(typed).date() + timedelta(days=days)
        return datetime.combine(on, time(), city_zone(visit)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
