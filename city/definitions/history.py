"""What staff may change (surveys, services, departments, facts): its states, the history of its changes, and what differs between two.

A state is plain JSON with everything about one thing that staff can change; it is what the history keeps, what a load of the
city's folder is compared with, and what is restored. Functions that get a session never commit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from city.definitions.fact_rows import FACT_KINDS, fact_row, parse_fact
from city.records.definition_tables import DefinitionChangeRow, LoadedDefinitionRow
from city.records.model import Department, Service, Survey
from city.records.store import dump_record, parse_record
from city.records.tables import DepartmentRow, ServiceRow, SurveyRow

State = dict[str, Any]
NO_DEPARTMENT = {"code": "", "name": {}}
PAGE = 50


@dataclass(frozen=True, slots=True)
class Editor:
    """The colleague who changes something: an opaque id and a name to show."""

    staff_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs between two states: `path` such as ("questions", "OFTEN", "text", "es"); None is nothing there."""

    path: tuple[str, ...]
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class DefinitionChange:
    """A change as staff see it in the history."""

    id: int
    kind: str
    code: str
    how: str
    version: int | None
    staff_name: str
    note: str
    at: datetime
    before: State | None
    after: State

    @property
    def differences(self) -> list[Difference]:
        """What was changed."""
        return state_differences(self.before or {}, self.after)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a definition cannot be used, or should be looked at: `key` names the sentence, `where` the question it is about.

    Only what is `blocking` stands in the way.
    """

    key: str
    where: str = ""
    values: tuple[tuple[str, str], ...] = ()
    blocking: bool = True


def survey_state(survey: Survey) -> State:
    """A survey as a state: its numbered versions are not staff's to change."""
    state = dump_record(replace(survey, version=1, past=()))
    return {key: value for key, value in state.items() if key not in {"version", "past"}}


def service_state(service: Service, *, active: bool = True) -> State:
    """A service as a state: its department by code, and whether residents can report it."""
    return dump_record(service) | {"department": service.department.code, "active": active}


def department_state(department: Department) -> State:
    """A department as a state."""
    return dump_record(department)


def survey_of(state: State) -> Survey:
    """The survey that a state describes."""
    return parse_record(Survey, state)


def service_of(state: State, department: Department | None = None) -> Service:
    """The service that a state describes; without its department only that one's code is known."""
    known = department or Department(str(state.get("department", "")), {})
    plain = {key: value for key, value in state.items() if key not in {"department", "active"}}
    return parse_record(Service, plain | {"department": dump_record(known)})


def normal_state(kind: str, state: State) -> State:
    """The same state with every field that there is by now, for comparing old with new ones."""
    if kind == "survey":
        return survey_state(survey_of(state))
    if kind == "service":
        return service_state(service_of(state), active=bool(state.get("active", True)))
    if kind in FACT_KINDS:
        return dump_record(parse_fact(kind, state))
    return department_state(parse_record(Department, state))


def current_state(session: Session, kind: str, code: str) -> State | None:
    """What residents meet now; None when there is no such thing."""
    if kind == "survey":
        survey = session.get(SurveyRow, code)
        return None if survey is None else normal_state(kind, survey.definition | {"is_open": survey.is_open})
    if kind == "service":
        row = session.get(ServiceRow, code)
        if row is None:
            return None
        return normal_state(kind, row.definition | {"department": row.department_code, "active": row.active})
    found = fact_row(session, kind, code) if kind in FACT_KINDS else session.get(DepartmentRow, code)
    return None if found is None else normal_state(kind, found.definition)


def loaded_state(session: Session, kind: str, code: str) -> State | None:
    """What the city's folder said last; None when it never spoke of it."""
    row = session.get(LoadedDefinitionRow, (kind, code))
    return None if row is None else normal_state(kind, row.state)


def loaded_codes(session: Session, kind: str) -> set[str]:
    """The codes of all things of a kind that the folder spoke of last."""
    wanted = select(LoadedDefinitionRow.code).where(LoadedDefinitionRow.kind == kind)
    return set(session.scalars(wanted))


def remember_loaded(session: Session, kind: str, code: str, state: State) -> None:
    """Keep what the folder says."""
    session.merge(LoadedDefinitionRow(kind=kind, code=code, state=state))


def forget_loaded(session: Session, kind: str, code: str) -> None:
    """The folder no longer speaks of it."""
    row = session.get(LoadedDefinitionRow, (kind, code))
    if row is not None:
        session.delete(row)


def edited_by_staff(session: Session, kind: str, code: str) -> bool:
    """Whether it is not (any more) what the folder said: staff changed it or made it."""
    now = current_state(session, kind, code)
    return now is not None and now != loaded_state(session, kind, code)


def record_change(
    session: Session,
    subject: tuple[str, str],
    how: str,
    editor: Editor,
    now: datetime,
    *,
    before: State | None,
    after: State,
    version: int | None = None,
    note: str = "",
) -> None:
    """Write a change into the history; `subject` is the kind and the code of what was changed."""
    kind, code = subject
    session.add(
        DefinitionChangeRow(
            kind=kind,
            code=code,
            how=how,
            version=version,
            staff_id=editor.staff_id,
            staff_name=editor.name,
            note=note,
            at=now,
            before=before,
            after=after,
        )
    )
    session.flush()


def changes_of(
    session: Session, kind: str, code: str, before_id: int | None = None
) -> list[DefinitionChange]:
    """The history of one thing, newest first, a page at a time (`before_id`: older than this)."""
    wanted = select(DefinitionChangeRow).where(
        DefinitionChangeRow.kind == kind, DefinitionChangeRow.code == code
    )
    if before_id is not None:
        wanted = wanted.where(DefinitionChangeRow.id < before_id)
    rows = session.scalars(wanted.order_by(DefinitionChangeRow.id.desc()).limit(PAGE))
    return [_change_of_row(row) for row in rows]


def find_change(session: Session, kind: str, code: str, change_id: int) -> DefinitionChange | None:
    """One entry of the history of this very thing."""
    row = session.get(DefinitionChangeRow, change_id)
    return None if row is None or (row.kind, row.code) != (kind, code) else _change_of_row(row)


def state_differences(before: State, after: State) -> list[Difference]:
    """What differs between two states, things with a code or key told apart by it, in the order of the newer one."""
    old, new = dict(_leaves_of(before)), dict(_leaves_of(after))
    paths = [*new, *(path for path in old if path not in new)]
    return [
        Difference(path, old.get(path), new.get(path)) for path in paths if old.get(path) != new.get(path)
    ]


def _change_of_row(row: DefinitionChangeRow) -> DefinitionChange:
    return DefinitionChange(
        row.id,
        row.kind,
        row.code,
        row.how,
        row.version,
        row.staff_name,
        row.note,
        row.at,
        row.before,
        row.after,
    )


def _leaves_of(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """The plain values of a state with the way to each; empty ones are left out. The order of coded things is a value, too."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _leaves_of(part, (*path, str(key)))
    elif isinstance(value, list):
        yield from _leaves_of_list(value, path)
    elif value not in {None, ""}:
        yield path, _value_in_words(value)


def _leaves_of_list(parts: list[Any], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if not parts:
        return
    if not all(isinstance(part, dict) for part in parts):
        yield path, ", ".join(str(part) for part in parts)
        return
    names = [str(part.get("code") or part.get("key") or number) for number, part in enumerate(parts, 1)]
    if any(part.get("code") or part.get("key") for part in parts):
        yield (*path, "order"), ", ".join(names)
    for name, part in zip(names, parts, strict=True):
        kept = {key: inner for key, inner in part.items() if key not in {"code", "key", "order"}}
        yield from _leaves_of(kept, (*path, name))


def _value_in_words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def problems_that_block(problems: Sequence[Problem]) -> list[Problem]:
    """Those that stand in the way."""
    return [problem for problem in problems if problem.blocking]
