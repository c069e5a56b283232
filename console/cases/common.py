"""What the pages of cases have in common: finding a case that is theirs to see, and acting in their name."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form
from sqlalchemy.orm import Session

from city.requests.casework import Act, CaseRefused, CaseWorker, case_of
from city.requests.tables import ServiceRequestRow
from console.cases.filters import staff_options
from console.shared.request_context import RequestContext

Text = Annotated[str, Form()]


def find_case(visit: RequestContext, session: Session, number: str) -> ServiceRequestRow:
    """The case of this number; the page "there is nothing here" when it is none, or another department's."""
    row = case_of(session, number, visit.staff.departments)
    return row if row is not None else visit.not_found()


def check_version(row: ServiceRequestRow, version: str) -> None:
    """`CaseRefused` unless this is the version of the case now."""
    if version != str(row.version):
        raise CaseRefused("changed_meanwhile", "version")


def check_holder(visit: RequestContext, row: ServiceRequestRow, to: str, over: str = "") -> None:
    """`CaseRefused` when a colleague has the case and that it is taken `over` from them was not said."""
    if row.assignee_id and row.assignee_id not in {visit.staff.staff_id, to, over}:
        raise CaseRefused("held" if to == visit.staff.staff_id else "held_by", "to")


def act_of(visit: RequestContext, reason: str = "", told: str = "", not_told: str = "") -> Act:
    """What this person does now, for the case's history."""
    return Act(
        CaseWorker(visit.staff.staff_id, visit.staff.name), visit.console.now(), reason, told, not_told
    )


def case_worker(visit: RequestContext, session: Session, staff_id: str, department: str) -> CaseWorker | None:
    """The colleague that a case of this department is given to; None for nobody."""
    if not staff_id:
        return None
    name = dict(staff_options(session, visit, department)).get(staff_id)
    if name is None:
        raise CaseRefused("unknown_person", "to")
    return CaseWorker(staff_id, name)
