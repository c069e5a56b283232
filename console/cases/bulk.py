"""Changing many cases at once, each as if it were done alone."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Form
from fastapi.responses import Response
from sqlalchemy.orm import Session

from actions.handlers.case_news import News, tell_reporters
from city.requests.casework import CaseRefused, assign_case, move_case, set_status
from city.requests.listing import cases_by_number
from city.requests.tables import ServiceRequestRow
from console.cases import bulk_message
from console.cases.bulk_form import STATUSES, Bulk
from console.cases.common import act_of, case_worker, check_holder, check_version
from console.cases.telling import Telling, act_told
from console.shared.access import Permission, require_permission
from console.shared.request_context import RequestContext
from conversation.delivery.notices import send_notices
from conversation.delivery.recipients import reachable_notices

router = APIRouter()
WorksCases = Annotated[RequestContext, require_permission(Permission.WORK_CASES)]

MOST = 200


@router.post("/cases/bulk")
def change_many(visit: WorksCases, form: Annotated[Bulk, Form()]) -> Response:
    """Assign, hand over or settle the cases that were ticked."""
    back = f"/cases?{urlencode(parse_qsl(form.query))}"
    if lacking := _what_is_lacking(form):
        return visit.go(back, said=lacking)
    if form.do == "status" and form.status in STATUSES and form.tell == "yes" and not form.seen:
        with visit.console.database.reading() as session:
            cases = cases_by_number(session, form.numbers[:MOST], visit.staff.departments)
            return bulk_message.show_preview(visit, session, cases, form)
    with visit.console.database.writing() as session:
        cases = cases_by_number(session, form.numbers[:MOST], visit.staff.departments)
        skipped: list[str] = []
        changed = sum(_change_case(visit, session, case, form, skipped) for case in cases)
    visit.console.wake_workers()
    left = len(form.numbers) - changed
    said = "cases.bulk_done_some" if left else "cases.bulk_done"
    if skipped:
        said = "cases.bulk_done_skipped"
    return visit.go(back, said=said, changed=changed, left=left, skipped="; ".join(skipped))


def _what_is_lacking(form: Bulk) -> str:
    """The key of the sentence about what the form lacks; empty when it can be done."""
    if form.do not in {"assign", "department", "status"} or not form.numbers:
        return "cases.none_ticked"
    return "" if form.do == "assign" or form.reason.strip() else "cases.refused_needs_reason"


def _change_case(
    visit: RequestContext, session: Session, case: ServiceRequestRow, form: Bulk, skipped: list[str]
) -> bool:
    """Change one of them; False when that cannot be or changes nothing. `skipped` gets those that a colleague works on, and why."""
    try:
        session.refresh(case, with_for_update=True)
        check_version(case, form.version_of(case.number))
        if form.do == "assign":
            check_holder(visit, case, form.to)
            to = case_worker(visit, session, form.to, case.department_code)
            changed = assign_case(session, case, act_of(visit), to)
        elif form.do == "department":
            changed = move_case(session, case, act_of(visit, form.reason), form.department)
        else:
            changed = _set_status(visit, session, case, form)
    except CaseRefused as refused:
        if refused.why in {"changed_meanwhile", "held", "held_by"}:
            why = visit.say(f"cases.skipped_{refused.why}", name=case.assignee_name)
            skipped.append(f"{case.number}: {why}")
        return False
    if changed:
        visit.record(session, f"case.{form.do}", subject=case.number, status=case.status, bulk="yes")
    return changed


def _set_status(visit: RequestContext, session: Session, case: ServiceRequestRow, form: Bulk) -> bool:
    if form.status not in STATUSES:
        return False
    services, news = visit.console.services, News(form.status, form.reason)
    notices = tell_reporters(services.assistant.context, session, case, news) if form.tell == "yes" else []
    telling = Telling(reason=form.reason, tell=form.tell or "no", language=case.language)
    set_status(session, case, act_told(visit, session, case, news, telling, form.reason), form.status)
    send_notices(services, session, reachable_notices(services, session, notices))
    return True
