"""Changing many cases at once, each as if it were done alone."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Form
from fastapi.responses import Response
from sqlalchemy.orm import Session

from actions.case_news import News, tell, words
from bot.notices import notify
from city.case_list import cases_by_number
from city.casework import CaseRefused, assign, move, set_status
from city.tables import ServiceRequestRow
from console.access import Permission, may
from console.cases import bulk_message
from console.cases.bulk_form import STATUSES, Bulk
from console.cases.common import act_of, person
from console.visit import Visit

router = APIRouter()
WorksCases = Annotated[Visit, may(Permission.WORK_CASES)]

MOST = 200


@router.post("/cases/bulk")
def change_many(visit: WorksCases, form: Annotated[Bulk, Form()]) -> Response:
    """Assign, hand over or settle the cases that were ticked."""
    back = f"/cases?{urlencode(parse_qsl(form.query))}"
    if form.do not in {"assign", "department", "status"} or not form.numbers:
        return visit.go(back, said="cases.none_ticked")
    if form.do != "assign" and not form.reason.strip():
        return visit.go(back, said="cases.refused_needs_reason")
    if form.do == "status" and form.status in STATUSES and form.tell == "yes" and not form.seen:
        with visit.office.database.reading() as session:
            cases = cases_by_number(session, form.numbers[:MOST], visit.staff.departments)
            return bulk_message.show(visit, session, cases, form)
    with visit.office.database.writing() as session:
        cases = cases_by_number(session, form.numbers[:MOST], visit.staff.departments)
        changed = sum(_change(visit, session, case, form) for case in cases)
    visit.office.wake_workers()
    left = len(form.numbers) - changed
    said = "cases.bulk_done_some" if left else "cases.bulk_done"
    return visit.go(back, said=said, changed=changed, left=left)


def _change(visit: Visit, session: Session, case: ServiceRequestRow, form: Bulk) -> bool:
    """Change one of them; False when that cannot be or changes nothing."""
    try:
        if form.do == "assign":
            to = person(visit, session, form.to, case.department_code)
            changed = assign(session, case, act_of(visit), to)
        elif form.do == "department":
            changed = move(session, case, act_of(visit, form.reason), form.department)
        else:
            changed = _set_status(visit, session, case, form)
    except CaseRefused:
        return False
    if changed:
        visit.record(session, f"case.{form.do}", subject=case.number, status=case.status, bulk="yes")
    return changed


def _set_status(visit: Visit, session: Session, case: ServiceRequestRow, form: Bulk) -> bool:
    if form.status not in STATUSES:
        return False
    desk, news = visit.office.hall.assistant.desk, News(form.status, form.reason)
    tells = form.tell == "yes"
    told = words(desk, session, case, news, case.language) if tells else ""
    set_status(session, case, act_of(visit, form.reason, told), form.status)
    if tells:
        notify(visit.office.hall, session, tell(desk, session, case, news))
    return True
