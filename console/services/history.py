"""The history of a service, and bringing an earlier state back."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from city.definitions.history import PAGE, changes_of, find_change
from city.services.editing import restore_state
from console.services.common import EditsServices, editor_of, said_of, the_service
from console.shared.changes import shown_changes

router = APIRouter(prefix="/services/{code}/history")


@router.get("")
def service_history(visit: EditsServices, code: str, older: int | None = None) -> Response:
    """Who changed what, and when."""
    with visit.console.database.reading() as session:
        service = the_service(visit, session, code).service
        found = changes_of(session, "service", code, older)
    more = visit.path(f"/services/{code}/history?older={found[-1].id}") if len(found) == PAGE else ""
    return visit.page(
        "services/history.html",
        name=service.name,
        base=f"/services/{code}",
        changes=shown_changes(visit, found),
        older=more,
    )


@router.post("/{change}/restore")
def bring_back(visit: EditsServices, code: str, change: int) -> Response:
    """As it was before this change, effective at once."""
    with visit.console.database.writing() as session:
        service = the_service(visit, session, code).service
        change_made = find_change(session, "service", code, change)
        before = change_made.before if change_made else None
        if before is None or not visit.sees(str(before.get("department", ""))):
            visit.not_found()
        found = restore_state(session, ("service", code), change, editor_of(visit), visit.console.now())
        if found == []:
            visit.record(session, "services.restored", code, change=change)
    if found:
        reason = said_of(visit, service, found)[0][1]
        return visit.go(f"/services/{code}/history", said="services.not_restored", reason=reason)
    return visit.go(f"/services/{code}", said="services.was_restored")
