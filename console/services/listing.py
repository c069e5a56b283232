"""The list of services by group, and making a new one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from city.records.model import Service
from city.services.editing import (
    EditedService,
    find_department,
    list_departments,
    list_services,
    move_service,
)
from console.services.common import EditsServices, departments_of, keep_service, languages_of, the_service
from console.shared.request_context import RequestContext
from console.surveys import sent

router = APIRouter(prefix="/services")


@router.get("")
def services_page(visit: EditsServices) -> Response:
    """All services that are this person's, as residents browse them."""
    return _services_response(visit)


@router.post("")
def create_service(visit: EditsServices, form: sent.Form) -> Response:
    """Begin a service; residents see it once it is switched on."""
    name = form.local("name", languages_of(visit))
    code = ""
    with visit.console.database.writing() as session:
        department = find_department(session, form.text("department"))
        if name and department and visit.sees(department.code):
            taken = {found.service.code for found in list_services(session)}
            code = sent.new_code(next(iter(name.values())), taken, upper=False)
            service = Service(code, name, {}, {}, form.text("group"), department)
            keep_service(visit, session, service, active=False)
    if not code:
        return _services_response(visit, error=visit.say("services.name_needed"), status=422)
    return visit.go(f"/services/{code}", said="services.was_created")


@router.post("/{code}/move")
def move_in_list(visit: EditsServices, code: str, step: Annotated[int, Form()] = 0) -> Response:
    """One place up or down within its group."""
    with visit.console.database.writing() as session:
        the_service(visit, session, code)
        move_service(session, code, 1 if step > 0 else -1)
        visit.record(session, "services.moved", code)
    return visit.go(f"/services#service-{code}")


def _services_response(visit: RequestContext, *, error: str = "", status: int = 200) -> Response:
    with visit.console.database.reading() as session:
        found = [one for one in list_services(session) if visit.sees(one.service.department.code)]
        departments = [one for one in list_departments(session) if visit.sees(one.code)]
        options = departments_of(visit, session)
    groups: dict[str, list[EditedService]] = {}
    for one in found:
        groups.setdefault(one.service.group, []).append(one)
    return visit.page(
        "services/list.html",
        status=status,
        groups=groups,
        departments=departments,
        options=options,
        languages=languages_of(visit),
        error=error,
    )
