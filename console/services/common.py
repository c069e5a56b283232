"""What the pages of services share: who may, finding a service, problems in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from sqlalchemy.orm import Session

from city.definitions.history import Problem
from city.records.model import Department, Service, text_in
from city.services.editing import EditedService, find_department, find_service, list_departments, save_service
from console.shared.access import Permission, require_permission
from console.shared.names import language_name
from console.shared.request_context import RequestContext
from console.surveys.common import editor_of, languages_of, name_of

EditsServices = Annotated[RequestContext, require_permission(Permission.EDIT_SERVICES)]

__all__ = [
    "EditsServices",
    "editor_of",
    "keep_service",
    "languages_of",
    "said_of",
    "the_department",
    "the_service",
]


def the_service(visit: RequestContext, session: Session, code: str) -> EditedService:
    """The service of this code, or the page that says that there is none; whoever has departments sees theirs only."""
    found = find_service(session, code)
    return found if found and visit.sees(found.service.department.code) else visit.not_found()


def the_department(visit: RequestContext, session: Session, code: str) -> Department:
    """The department of this code, or the page that says that there is none."""
    found = find_department(session, code)
    return found if found and visit.sees(found.code) else visit.not_found()


def departments_of(visit: RequestContext, session: Session) -> list[tuple[str, str]]:
    """The departments that are this person's, by code and name."""
    found = [one for one in list_departments(session) if visit.sees(one.code)]
    return [(one.code, text_in(one.name, visit.language) or one.code) for one in found]


def said_of(visit: RequestContext, service: Service, found: Sequence[Problem]) -> list[tuple[str, str]]:
    """Problems as (question, sentence)."""
    names = {attribute.code: attribute.description for attribute in service.attributes}
    said = []
    for problem in found:
        values = {
            "spoken" if name == "language" else name: language_name(visit, value)
            if name == "language"
            else name_of(visit, value, names)
            for name, value in problem.values
        }
        sentence = visit.say(f"services.problem_{problem.key}", **values)
        said.append((name_of(visit, problem.where, names), sentence))
    return list(dict.fromkeys(said))


def keep_service(visit: RequestContext, session: Session, service: Service, *, active: bool) -> None:
    """Make this the service that residents meet, and note who did."""
    if save_service(session, service, active=active, editor=editor_of(visit), now=visit.console.now()):
        visit.record(session, "services.changed", service.code)
