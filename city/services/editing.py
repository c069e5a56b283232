"""What staff do with the service list and the departments: change, add, order, switch off, bring an earlier state back.

A change is effective at once in every process (`touch_city`); whoever is in the middle of a report goes on with the service as it is
then. Functions never commit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from city.definitions.history import (
    Editor,
    Problem,
    State,
    current_state,
    department_state,
    find_change,
    normal_state,
    record_change,
    service_of,
    service_state,
)
from city.definitions.store import ORDERED_BY_STAFF, store_department, store_service
from city.records.definition_tables import LoadedDefinitionRow
from city.records.model import Department, Local, Service, ServiceAttribute
from city.records.store import parse_record, set_setting, touch_city
from city.records.tables import DepartmentRow, ServiceRow
from city.surveys.checks import missing_languages, skip_rules

LISTS = ("singlevaluelist", "multivaluelist")
DATATYPES = ("singlevaluelist", "multivaluelist", "string", "text", "number", "datetime")
"""What a question of a service may ask for, the most usual first."""


@dataclass(frozen=True, slots=True)
class EditedService:
    """A service as staff see it. `by_staff` says that it is not what the city's folder says."""

    service: Service
    active: bool
    by_staff: bool


def list_services(session: Session) -> list[EditedService]:
    """All services in the city's order, those too that residents cannot report."""
    departments = {row.code: row.definition for row in session.scalars(select(DepartmentRow))}
    loaded = {
        row.code: row.state
        for row in session.scalars(select(LoadedDefinitionRow).where(LoadedDefinitionRow.kind == "service"))
    }
    rows = session.scalars(select(ServiceRow).order_by(ServiceRow.position, ServiceRow.code))
    return [
        _edited_service(row, parse_record(Department, departments[row.department_code]), loaded.get(row.code))
        for row in rows
    ]


def find_service(session: Session, code: str) -> EditedService | None:
    """One service; None when there is none of this code."""
    row = session.get(ServiceRow, code)
    if row is None:
        return None
    department = session.get_one(DepartmentRow, row.department_code)
    loaded = session.get(LoadedDefinitionRow, ("service", code))
    return _edited_service(
        row, parse_record(Department, department.definition), loaded.state if loaded else None
    )


def list_departments(session: Session) -> list[Department]:
    """All departments by code."""
    rows = session.scalars(select(DepartmentRow).order_by(DepartmentRow.code))
    return [parse_record(Department, row.definition) for row in rows]


def find_department(session: Session, code: str) -> Department | None:
    """One department; None when there is none of this code."""
    row = session.get(DepartmentRow, code)
    return None if row is None else parse_record(Department, row.definition)


def save_service(
    session: Session, service: Service, *, active: bool, editor: Editor, now: datetime, how: str = ""
) -> bool:
    """Make this the service that residents meet from now on; whether anything changed. The caller has looked at `service_problems`."""
    before = current_state(session, "service", service.code)
    after = service_state(service, active=active)
    if before == after:
        return False
    store_service(session, service, active=active)
    session.flush()
    record_change(
        session,
        ("service", service.code),
        how or ("edited" if before else "created"),
        editor,
        now,
        before=before,
        after=after,
    )
    touch_city(session)
    return True


def save_department(
    session: Session, department: Department, *, editor: Editor, now: datetime, how: str = ""
) -> bool:
    """Make this the department from now on; whether anything changed. Requests keep the name that it had on their day."""
    before = current_state(session, "department", department.code)
    after = department_state(department)
    if before == after:
        return False
    store_department(session, department)
    session.flush()
    record_change(
        session,
        ("department", department.code),
        how or ("edited" if before else "created"),
        editor,
        now,
        before=before,
        after=after,
    )
    touch_city(session)
    return True


def move_service(session: Session, code: str, step: int) -> None:
    """One place up (-1) or down (1) within its group. From then on the folder's order no longer counts."""
    rows = list(session.scalars(select(ServiceRow).order_by(ServiceRow.position, ServiceRow.code)))
    for position, row in enumerate(rows):
        row.position = position
    row = next(row for row in rows if row.code == code)
    group = [other for other in rows if other.definition.get("group") == row.definition.get("group")]
    place = group.index(row) + step
    if 0 <= place < len(group):
        row.position, group[place].position = group[place].position, row.position
        set_setting(session, ORDERED_BY_STAFF, value=True)
        touch_city(session)
    session.flush()


def restore_state(
    session: Session, subject: tuple[str, str], change_id: int, editor: Editor, now: datetime
) -> list[Problem] | None:
    """Bring back the service or department (kind, code) as it was before this change.

    What stands in the way is told; None: there is no such change, or nothing was there before it.
    """
    kind, code = subject
    change = find_change(session, kind, code, change_id)
    if change is None or change.before is None:
        return None
    state = change.before
    if kind == "department":
        department = parse_record(Department, normal_state(kind, state))
        save_department(session, department, editor=editor, now=now, how="restored")
        return []
    owner = find_department(session, str(state.get("department", "")))
    service = service_of(state, owner)
    found = [problem for problem in service_problems(service, ()) if problem.blocking]
    if owner is None:
        found.append(Problem("no_department"))
    if not found:
        active = bool(state.get("active", True))
        save_service(session, service, active=active, editor=editor, now=now, how="restored")
    return found


def service_problems(service: Service, languages: Sequence[str]) -> list[Problem]:
    """All that is wrong with a service, what blocks first."""
    found: list[Problem] = []
    if not any(name.strip() for name in service.name.values()):
        found.append(Problem("no_name"))
    if not service.department.code:
        found.append(Problem("no_department"))
    found += skip_rules(service.attributes)
    for attribute in service.attributes:
        found += _attribute_problems(attribute)
    for where, text in _service_texts(service):
        found += [
            Problem("not_translated", where, (("language", language),), blocking=False)
            for language in missing_languages(text, languages)
        ]
    return sorted(found, key=lambda problem: not problem.blocking)


def _attribute_problems(attribute: ServiceAttribute) -> Iterator[Problem]:
    code = attribute.code
    if not any(words.strip() for words in attribute.description.values()):
        yield Problem("no_text", code)
    if attribute.datatype not in LISTS or not attribute.variable:
        return
    if not attribute.values:
        yield Problem("no_values", code)
    keys = Counter(value.key for value in attribute.values)
    if any(count > 1 for count in keys.values()):
        yield Problem("same_value", code)
    if any(not any(words.strip() for words in value.name.values()) for value in attribute.values):
        yield Problem("no_value_name", code)


def _service_texts(service: Service) -> Iterator[tuple[str, Local]]:
    yield from (("", service.name), ("", service.description), ("", service.notice))
    for attribute in service.attributes:
        yield from ((attribute.code, attribute.description), (attribute.code, attribute.why))
        for value in attribute.values:
            yield from ((attribute.code, value.name), (attribute.code, value.danger or {}))


def _edited_service(row: ServiceRow, department: Department, loaded: State | None) -> EditedService:
    state = row.definition | {"department": row.department_code, "active": row.active}
    by_staff = loaded is None or normal_state("service", state) != normal_state("service", loaded)
    return EditedService(service_of(state, department), row.active, by_staff)
