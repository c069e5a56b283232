"""The team: who works here, what each may do, invitations, and signing somebody out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from city.people.person_desk import forget_duty
from city.records.model import text_in
from city.records.tables import DepartmentRow
from console.accounts import people
from console.accounts.people import Invited
from console.accounts.proving import proven_again
from console.shared.access import Permission, Role, require_permission
from console.shared.request_context import RequestContext
from console.shared.tables import StaffRow

router = APIRouter(prefix="/team")
ManagesStaff = Annotated[RequestContext, require_permission(Permission.MANAGE_STAFF)]
Text = Annotated[str, Form()]
Several = Annotated[list[str], Form()]


@router.get("")
def team_page(visit: ManagesStaff) -> Response:
    """Everybody, and the invitations that are open."""
    return _team_response(visit)


@router.post("/invite")
def invite_colleague(
    visit: ManagesStaff,
    name: Text = "",
    email: Text = "",
    roles: Several = [],  # noqa: B006  FastAPI copies it
    departments: Several = [],  # noqa: B006
) -> Response:
    """Make an invitation and show its link, to be handed over by whatever way is safe."""
    chosen = _checked_roles(roles)
    with visit.console.database.writing() as session:
        errors = people.trouble_with(session, email=email, name=name)
        if not chosen:
            errors["roles"] = "team.role_needed"
        if not errors:
            address = email.strip().lower()
            invited = Invited(
                address, name.strip(), chosen, _checked_departments(session, departments), by=visit.staff.name
            )
            secret = people.make_invitation(session, invited, visit.console.now())
            visit.record(session, "staff.invited", address, roles=", ".join(chosen))
    if errors:
        said = {field: visit.say(key) for field, key in errors.items()}
        return _team_response(visit, errors=said, name=name, email=email, status=422)
    return _team_response(visit, link=invitation_address(visit, secret), invited=name)


@router.post("/{staff_id}/renew")
def renew_password_link(visit: ManagesStaff, staff_id: str) -> Response:
    """A link for a colleague's new password; one's own is changed by whoever knows it."""
    if staff_id == visit.staff.staff_id:
        return visit.go("/account", said="team.your_own")
    with visit.console.database.writing() as session:
        person = _person_of(visit, session, staff_id)
        invited = Invited(person.email, person.name, (), staff_id=staff_id, by=visit.staff.name)
        secret = people.make_invitation(session, invited, visit.console.now())
        visit.record(session, "password.link", person.email)
    return _team_response(visit, link=invitation_address(visit, secret), invited=person.name)


@router.post("/{staff_id}/second-factor/end")
def end_second_factor(visit: ManagesStaff, staff_id: str, now: Text = "", present: Text = "") -> Response:
    """Turn off the second factor of a colleague who lost their phone, by whoever proves who they are; they are signed out everywhere."""
    if staff_id == visit.staff.staff_id:
        return visit.go("/account/second-factor", said="team.your_own")
    with visit.console.database.reading() as session:
        person = _person_of(visit, session, staff_id)
    if errors := proven_again(visit, now, present):
        return _member_response(
            visit, person, status=422, errors={name: visit.say(key) for name, key in errors.items()}
        )
    with visit.console.database.writing() as session:
        person = _person_of(visit, session, staff_id)
        people.end_second_factor(person)
        people.end_sessions(session, staff_id)
        visit.record(session, "second_factor.off", person.email)
    return visit.go(f"/team/{staff_id}", said="team.second_factor_ended", name=person.name)


@router.post("/{staff_id}/sessions/end")
def sign_out_everywhere(visit: ManagesStaff, staff_id: str) -> Response:
    """Sign somebody out of every browser."""
    with visit.console.database.writing() as session:
        person = _person_of(visit, session, staff_id)
        people.end_sessions(session, staff_id)
        visit.record(session, "sessions.ended", person.email)
    return visit.go(f"/team/{staff_id}", said="team.signed_out", name=person.name)


@router.get("/{staff_id}")
def member_page(visit: ManagesStaff, staff_id: str) -> Response:
    """One person: roles, departments, whether they still work here."""
    with visit.console.database.reading() as session:
        person = _person_of(visit, session, staff_id)
    return _member_response(visit, person)


@router.post("/{staff_id}")
def change_member(
    visit: ManagesStaff,
    staff_id: str,
    roles: Several = [],  # noqa: B006
    departments: Several = [],  # noqa: B006
    active: Text = "",
) -> Response:
    """New roles; the last administrator stays one."""
    chosen = _checked_roles(roles)
    with visit.console.database.writing() as session:
        person = _person_of(visit, session, staff_id)
        left = [other for other in people.active_administrators(session) if other.staff_id != staff_id]
        wrong = "" if chosen else "team.role_needed"
        if not left and not (active and Role.ADMINISTRATOR in chosen):
            wrong = "team.last_administrator"
        if not wrong:
            _apply_change(
                visit,
                session,
                person,
                chosen,
                _checked_departments(session, departments),
                active=bool(active),
            )
    if wrong:
        return _member_response(visit, person, visit.say(wrong), 422)
    return visit.go("/team", said="team.saved", name=person.name)


def _apply_change(
    visit: RequestContext,
    session: Session,
    person: StaffRow,
    roles: tuple[str, ...],
    departments: tuple[str, ...],
    *,
    active: bool,
) -> None:
    before = ", ".join(person.roles)
    person.roles, person.active, person.departments = list(roles), active, list(departments)
    if not active:
        people.end_sessions(session, person.staff_id)
        forget_duty(session, person.staff_id)
    details = {"before": before, "after": ", ".join(roles), "state": "active" if active else "left"}
    visit.record(session, "staff.changed", person.email, **details)


def invitation_address(visit: RequestContext, secret: str) -> str:
    """The whole address of an invitation."""
    public = visit.console.settings.public_url
    base = (
        str(public).rstrip("/")
        if public
        else str(visit.request.base_url).rstrip("/").removesuffix("/console")
    )
    return f"{base}/console/welcome/{secret}"


def _team_response(visit: RequestContext, *, status: int = 200, **shown: object) -> Response:
    with visit.console.database.reading() as session:
        context = {"link": "", "invited": "", "errors": {}, "name": "", "email": ""} | shown
        return visit.page(
            "team/team.html",
            status=status,
            people=people.all_accounts(session),
            invitations=people.open_invitations(session, visit.console.now()),
            roles=_role_labels(visit),
            departments=department_labels(visit, session),
            **context,
        )


def _member_response(
    visit: RequestContext,
    person: StaffRow,
    wrong: str = "",
    status: int = 200,
    errors: dict[str, str] | None = None,
) -> Response:
    with visit.console.database.reading() as session:
        departments = department_labels(visit, session)
    return visit.page(
        "team/member.html",
        status=status,
        person=person,
        roles=_role_labels(visit),
        departments=departments,
        wrong=wrong,
        errors=errors or {},
        is_self=person.staff_id == visit.staff.staff_id,
    )


def _person_of(visit: RequestContext, session: Session, staff_id: str) -> StaffRow:
    return session.get(StaffRow, staff_id) or visit.not_found()


def _checked_roles(roles: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(role) for role in Role if str(role) in roles)


def _checked_departments(session: Session, codes: Sequence[str]) -> tuple[str, ...]:
    known = session.scalars(select(DepartmentRow.code).order_by(DepartmentRow.code))
    return tuple(code for code in known if code in codes)


def _role_labels(visit: RequestContext) -> list[tuple[str, str, str]]:
    return [(str(role), visit.say(f"team.role_{role}"), visit.say(f"team.means_{role}")) for role in Role]


def department_labels(visit: RequestContext, session: Session) -> list[tuple[str, str]]:
    """Every department's code and name in this person's language, by name."""
    rows = session.scalars(select(DepartmentRow))
    labels = [(row.code, text_in(row.definition["name"], visit.language)) for row in rows]
    return sorted(labels, key=lambda label: label[1].casefold())
