"""One case: everything that is known about it, and the forms for what is done with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy.orm import Session

from city.requests.duplicates import following_cases, main_of, nearby_cases
from city.requests.listing import is_late
from city.requests.requests import STATUSES
from city.requests.residents import left_to_reach
from city.requests.tables import ServiceRequestRow
from console.cases import filters
from console.cases.common import find_case
from console.cases.history import answers_to_questions, case_history, questions_missing
from console.cases.map_page import base_of
from console.cases.telling import why_untold
from console.shared import contact
from console.shared.access import Permission, require_permission
from console.shared.pages import city_zone
from console.shared.request_context import RequestContext

router = APIRouter()
SeesCases = Annotated[RequestContext, require_permission(Permission.SEE_CASES)]
SeesContact = Annotated[RequestContext, require_permission(Permission.SEE_CONTACT)]


@router.get("/cases/{number}")
def case_page(visit: SeesCases, number: str) -> Response:
    """The case."""
    with visit.console.database.reading() as session:
        return show_case(visit, session, find_case(visit, session, number))


@router.post("/cases/{number}/contact")
def show_contact(visit: SeesContact, number: str) -> Response:
    """The case with the reporter's number or chat id, and the contact they left; that it was looked at is written down."""
    with visit.console.database.writing() as session:
        row = find_case(visit, session, number)
        doors = contact.opened_contacts(visit, session, contact.doors_of(session, row.person_id), row.number)
    with visit.console.database.reading() as session:
        return show_case(visit, session, find_case(visit, session, number), doors=doors, shown=True)


def show_case(
    visit: RequestContext,
    session: Session,
    row: ServiceRequestRow,
    *,
    status: int = 200,
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
    **also: Any,
) -> Response:
    """The page of a case; `errors` by `form.field`, and what was `typed`, when a form has to be corrected."""
    main = main_of(session, row)
    doors: list[contact.ContactChannel] = also.pop("doors", None) or contact.doors_of(session, row.person_id)
    context: dict[str, Any] = {
        "case": row,
        "late": is_late(row, visit.console.now()),
        "answers": answers_to_questions(visit, session, row),
        "missing": questions_missing(visit, session, row),
        "history": case_history(visit, session, row),
        "main": main if main and visit.sees(main.department_code) else None,
        "is_duplicate": main is not None,
        "followers": [each for each in following_cases(session, row) if visit.sees(each.department_code)],
        "nearby": nearby_cases(session, row, visit.staff.departments) if row.is_open else [],
        "people": _people_options(visit, session, row),
        "departments": filters.department_options(visit, session, every=True),
        "statuses_named": _statuses(visit, row),
        "base": base_of(visit),
        "due_day": row.expected_at.astimezone(city_zone(visit)).date().isoformat() if row.expected_at else "",
        "shown": False,
        "left": [left for lefts in left_to_reach(session, [row.person_id]).values() for left in lefts],
        "doors": doors,
        "speaks": doors[0].language if doors else row.language,
        "untold": why_untold(visit, session, row),
        "changed": [],
        "take_over": None,
        "errors": errors or {},
        "typed": typed or {},
    }
    return visit.page("cases/case.html", status=status, **{**context, **also})


def _statuses(visit: RequestContext, row: ServiceRequestRow) -> filters.Options:
    """The statuses that it may be given; a duplicate is made by merging."""
    others = (each for each in STATUSES if each not in {row.status, "duplicate"})
    return [(each, visit.say(f"cases.status_{each}")) for each in others]


def _people_options(visit: RequestContext, session: Session, row: ServiceRequestRow) -> filters.Options:
    """Whom it may be given to; whoever has it is among them though they may have left."""
    people = filters.staff_options(session, visit, row.department_code)
    present = [(row.assignee_id, row.assignee_name)] if row.assignee_id else []
    gone = [each for each in present if each[0] not in dict(people)]
    return [("", visit.say("cases.nobody")), *people, *gone]
