"""The queue: filters, saved views, and pages. What is done with many cases at once is in `console.cases.bulk`."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Path
from fastapi.responses import Response

from city.requests.casework import CaseRefused
from city.requests.listing import case_page, count_cases, is_late
from city.requests.saved_views import drop_view, save_view, views_of
from console.cases import filters
from console.cases.bulk_form import STATUSES
from console.cases.common import Text
from console.shared.access import Permission, require_permission
from console.shared.request_context import RequestContext

router = APIRouter()
SeesCases = Annotated[RequestContext, require_permission(Permission.SEE_CASES)]
MOST_ID = 2**31 - 1
"""The highest number that a row of the database can have."""
RowNumber = Annotated[int, Path(le=MOST_ID)]

QUICK = {
    "open": {},
    "mine": {"who": filters.ME, "order": "due"},
    "nobody": {"who": "nobody"},
    "late": {"flag": "late", "order": "due"},
    "reopened": {"flag": "reopened"},
}
"""Views that everybody has."""


@router.get("/cases")
def queue_page(visit: SeesCases, key: str = "") -> Response:
    """A page of the queue."""
    wanted, now = filters.read_filters(visit, visit.request.query_params), visit.console.now()
    filters.record_search(visit, wanted)
    with visit.console.database.reading() as session:
        found = case_page(session, wanted.filter, now, key=key)
        return visit.page(
            "cases/queue.html",
            cases=found.cases,
            late={case.number for case in found.cases if is_late(case, now)},
            count=count_cases(session, wanted.filter, now),
            wanted=wanted,
            choices=filters.filter_choices(visit, session),
            people=filters.staff_options(session, visit),
            departments=filters.department_options(visit, session, every=True),
            statuses_named=[(each, visit.say(f"cases.status_{each}")) for each in STATUSES],
            views=views_of(session, visit.staff.staff_id),
            quick={name: urlencode(query) for name, query in QUICK.items()},
            older=_list_beside(visit, wanted, found.older),
            newer=_list_beside(visit, wanted, found.newer),
        )


@router.post("/cases/views")
def keep_view(visit: SeesCases, query: Text = "", name: Text = "", shared: Text = "") -> Response:
    """Save the present filters under a name."""
    wanted = filters.read_filters(visit, dict(parse_qsl(query)))
    said, by = "cases.view_saved", visit.staff.staff_id
    try:
        with visit.console.database.writing() as session:
            save_view(
                session,
                by,
                name,
                filters.without_contacts(wanted),
                shared=shared == "yes",
                now=visit.console.now(),
            )
            visit.record(session, "view.saved", shared=shared or "no")
    except CaseRefused as refused:
        said = f"cases.refused_{refused.why}"
    return visit.go(f"/cases?{wanted.query}", said=said)


@router.post("/cases/views/{view_id}/delete")
def forget_view(visit: SeesCases, view_id: RowNumber) -> Response:
    """Forget one of one's own saved views."""
    with visit.console.database.writing() as session:
        if not drop_view(session, view_id, visit.staff.staff_id):
            visit.not_found()
        visit.record(session, "view.deleted")
    return visit.go("/cases", said="cases.view_deleted")


def _list_beside(visit: RequestContext, wanted: filters.WantedCases, key: str) -> str:
    return visit.path(f"/cases?{urlencode({**wanted.given, 'key': key})}") if key else ""
