"""Departments: who looks after services, and how they are reached."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import Response

from city.definitions.history import changes_of
from city.records.model import Department, Local
from city.services.editing import list_departments, restore_state, save_department
from console.services.common import EditsServices, editor_of, languages_of, the_department
from console.shared.changes import shown_changes
from console.shared.request_context import RequestContext
from console.surveys import sent

router = APIRouter(prefix="/departments")
NEW = "new"


@router.get("/{code}")
def department_page(visit: EditsServices, code: str) -> Response:
    """One department; `new` is one that is not there yet, for those who see all of them."""
    if code == NEW and not visit.staff.departments:
        return _department_response(visit, Department("", {}), is_new=True)
    with visit.console.database.reading() as session:
        return _department_response(visit, the_department(visit, session, code))


@router.post("/{code}")
def save_from_form(visit: EditsServices, code: str, form: sent.Form) -> Response:
    """Keep it, effective at once."""
    languages = languages_of(visit)
    is_new = code == NEW
    with visit.console.database.writing() as session:
        if is_new and visit.staff.departments:
            visit.not_found()
        before = Department("", {}) if is_new else the_department(visit, session, code)
        name = form.local("name", languages)
        taken = {one.code for one in list_departments(session)} | {NEW}
        made = sent.new_code(next(iter(name.values()), ""), taken, upper=False) if is_new else code
        read = Department(
            made,
            _other_languages(before.name, languages) | name,
            form.text("phone")[:40],
            form.text("email")[:200],
            _other_languages(before.hours, languages) | form.local("hours", languages),
        )
        if name and save_department(session, read, editor=editor_of(visit), now=visit.console.now()):
            visit.record(session, "departments.changed", made)
    if not name:
        return _department_response(visit, read, is_new=is_new, error=visit.say("services.problem_no_name"))
    return visit.go(f"/departments/{made}", said="services.department_kept")


@router.get("/{code}/history")
def department_history(visit: EditsServices, code: str) -> Response:
    """Who changed what, and when."""
    with visit.console.database.reading() as session:
        department = the_department(visit, session, code)
        found = changes_of(session, "department", code)
    return visit.page(
        "services/history.html",
        name=department.name,
        base=f"/departments/{code}",
        changes=shown_changes(visit, found),
        older="",
    )


@router.post("/{code}/history/{change}/restore")
def bring_back(visit: EditsServices, code: str, change: int) -> Response:
    """As it was before this change, effective at once."""
    with visit.console.database.writing() as session:
        the_department(visit, session, code)
        if (
            restore_state(session, ("department", code), change, editor_of(visit), visit.console.now())
            is None
        ):
            visit.not_found()
        visit.record(session, "departments.restored", code, change=change)
    return visit.go(f"/departments/{code}", said="services.was_restored")


def _other_languages(text: Local, languages: Sequence[str]) -> Local:
    return {language: words for language, words in text.items() if language not in languages}


def _department_response(
    visit: RequestContext, department: Department, *, is_new: bool = False, error: str = ""
) -> Response:
    return visit.page(
        "services/department.html",
        status=422 if error else 200,
        department=department,
        is_new=is_new,
        error=error,
        languages=languages_of(visit),
    )
