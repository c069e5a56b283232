"""Signing in and out, and the links by which an account is made or gets a new password."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from console.accounts import people, proving, sessions
from console.accounts.passwords import SHORTEST_PASSWORD, make_hash, trouble_with_password
from console.shared.access import Permission, require_permission
from console.shared.audit import Author
from console.shared.request_context import RequestContext
from console.shared.tables import InvitationRow, SessionRow, StaffRow

router = APIRouter()


def allow_anybody(request: Request) -> RequestContext:
    """The rule of a page that needs no sign-in."""
    visit: RequestContext = request.state.visit
    return visit


Anybody = Annotated[RequestContext, Depends(allow_anybody)]
SignedIn = Annotated[RequestContext, require_permission(Permission.SIGNED_IN)]
Text = Annotated[str, Form()]


@router.get("/sign-in")
def sign_in_page(visit: Anybody, next: str = "/") -> Response:  # noqa: A002  the word in the address
    """Ask for e-mail and password."""
    if visit.stage == "full":
        return RedirectResponse(visit.path(_path_inside(next)), 303)
    with visit.console.database.reading() as session:
        nobody = people.there_is_nobody(session)
    return visit.page("account/sign_in.html", email="", wrong="", next=_path_inside(next), nobody=nobody)


@router.post("/sign-in")
def sign_in(
    visit: Anybody,
    email: Text = "",
    password: Text = "",
    next: Text = "/",  # noqa: A002
) -> Response:
    """Check them, without telling which of the two is wrong."""
    console, now = visit.console, visit.console.now()
    with console.database.reading() as session:
        person = people.find_account(session, email)
    proof = proving.password_is_right(visit, email, person, password)
    if proof.wrong == proving.WAIT:
        return _not_signed_in(visit, email, proof.wrong, next, 429)
    if proof.wrong or person is None:
        with console.database.writing() as session:
            visit.audit.add(session, Author("", ""), "sign_in.wrong", person.email if person else "", {}, now)
        return _not_signed_in(visit, email, proof.wrong, next, 422)
    proving.clear_attempts(visit, proof)
    with console.database.writing() as session:
        token = begin_session(visit, session, session.get_one(StaffRow, person.staff_id))
    below = "/sign-in/code" if person.totp else _path_inside(next)
    answer = with_session(RedirectResponse(visit.path(below), 303), token)
    if not person.totp:
        proving.remember_browser(visit, person, answer)
    return answer


@router.get("/sign-in/code")
def code_page(visit: Anybody) -> Response:
    """Ask for the code of the second factor."""
    if visit.stage != "code":
        return RedirectResponse(visit.path("/sign-in"), 303)
    return visit.page("account/code.html", wrong="")


@router.post("/sign-in/code")
def check_code(visit: Anybody, code: Text = "") -> Response:
    """Check it; a code serves once."""
    if visit.stage != "code":
        return RedirectResponse(visit.path("/sign-in"), 303)
    console = visit.console
    proof = proving.code_is_right(visit, visit.staff.staff_id, code)
    if proof.wrong:
        waits = proof.wrong == proving.WAIT
        if not waits:
            with console.database.writing() as session:
                visit.record(session, "sign_in.wrong_code", visit.staff.email)
        return visit.page("account/code.html", status=429 if waits else 422, wrong=visit.say(proof.wrong))
    proving.clear_attempts(visit, proof)
    with console.database.writing() as session:
        person = session.get_one(StaffRow, visit.staff.staff_id)
        token = begin_session(visit, session, person, stage="full")
    answer = with_session(RedirectResponse(visit.path("/"), 303), token)
    proving.remember_browser(visit, person, answer)
    return answer


@router.post("/sign-out")
def sign_out(visit: SignedIn) -> Response:
    """End this session."""
    with visit.console.database.writing() as session:
        sessions.end_session(session, visit.session_digest)
        visit.record(session, "sign_out")
    answer = RedirectResponse(visit.path("/sign-in"), 303)
    answer.delete_cookie(sessions.COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    return answer


@router.get("/welcome/{secret}")
def welcome_page(visit: Anybody, secret: str) -> Response:
    """Where an invitation's link leads."""
    with visit.console.database.reading() as session:
        row = people.open_invitation(session, secret, visit.console.now())
    if row is None:
        return visit.page("account/link_old.html", status=404)
    return _welcome_response(visit, row, row.email, row.name)


@router.post("/welcome/{secret}")
def accept_welcome(
    visit: Anybody, secret: str, email: Text = "", name: Text = "", password: Text = "", again: Text = ""
) -> Response:
    """Make the account, or give it its new password, and sign in."""
    console, now = visit.console, visit.console.now()
    with console.database.reading() as session:
        row = people.open_invitation(session, secret, now)
        if row is None:
            return visit.page("account/link_old.html", status=404)
        errors = _trouble_with_names(session, row, email, name)
    known = (row.email, row.name) if row.staff_id else (email, name)
    errors |= trouble_with_password(password, again, (*known, *names_here(visit)))
    if errors:
        return _welcome_response(visit, row, email, name, errors)
    password_hash = make_hash(password)
    made = {"email": email, "name": name, "password_hash": password_hash, "language": visit.language}
    with console.database.writing() as session:
        row = people.open_invitation(session, secret, now)
        errors = _trouble_with_names(session, row, email, name)
        answer = _let_in(visit, session, row, made) if row is not None and not errors else None
    if row is None:
        return visit.page("account/link_old.html", status=404)
    return answer or _welcome_response(visit, row, email, name, errors)


def _trouble_with_names(session: Session, row: InvitationRow | None, email: str, name: str) -> dict[str, str]:
    """What is wrong with the names of somebody new; whoever has an account keeps theirs."""
    return {} if row is None or row.staff_id else people.trouble_with(session, email=email, name=name)


def _let_in(visit: RequestContext, session: Session, row: InvitationRow, made: dict[str, str]) -> Response:
    """Make the account or renew its password, begin a session, and lead on."""
    now = visit.console.now()
    person = people.accept_invitation(session, row, **made, now=now)
    action = "password.renewed" if row.staff_id else "staff.joined"
    visit.audit.add(session, Author(person.staff_id, person.name), action, person.email, {}, now)
    token = begin_session(visit, session, person)
    return with_session(RedirectResponse(visit.path("/sign-in/code" if person.totp else "/"), 303), token)


def names_here(visit: RequestContext) -> tuple[str, ...]:
    """What whoever guesses a password here tries first."""
    return ("Cityline", visit.console.city.profile.name)


def begin_session(visit: RequestContext, session: Session, person: StaffRow, stage: str = "") -> str:
    """A new session in place of the present one, in the log; the secret of its cookie."""
    console, now = visit.console, visit.console.now()
    browser = visit.request.headers.get("user-agent", "")
    if visit.session_digest:
        sessions.end_session(session, visit.session_digest)
    token = sessions.begin_session(session, person, browser, sessions.ends_of(console.settings), now)
    digest = people.digest_of(token)
    visit.session_digest, visit.token = digest, sessions.form_token(sessions.form_key(console.vault), token)
    visit.keep_said = partial(sessions.say_next, console.database, digest)
    if stage:
        session.get_one(SessionRow, digest).stage = stage
    if stage or not person.totp:
        visit.audit.add(session, Author(person.staff_id, person.name), "sign_in", person.email, {}, now)
    return token


def with_session(answer: Response, token: str) -> Response:
    """The answer with the cookie of a session."""
    answer.set_cookie(sessions.COOKIE, token, path="/", secure=True, httponly=True, samesite="lax")
    return answer


def _welcome_response(
    visit: RequestContext, row: InvitationRow, email: str, name: str, errors: dict[str, str] | None = None
) -> Response:
    said = {field: visit.say(key, least=SHORTEST_PASSWORD) for field, key in (errors or {}).items()}
    shown = {"renews": bool(row.staff_id), "email": email, "name": name, "errors": said}
    return visit.page("account/welcome.html", status=422 if errors else 200, **shown)


def _not_signed_in(visit: RequestContext, email: str, key: str, below: str, status: int) -> Response:
    return visit.page(
        "account/sign_in.html",
        status=status,
        email=email,
        wrong=visit.say(key),
        next=_path_inside(below),
        nobody=False,
    )


def _path_inside(below: str) -> str:
    """A path within the console, whatever a link said."""
    return below if below.startswith("/") and not below.startswith(("//", "/\\")) else "/"
