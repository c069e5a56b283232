"""Signing in and out, invitations, and one's own account."""

from __future__ import annotations

from typing import Annotated

import segno
from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from bot.errors import SettingsError
from console import people, sessions
from console.access import Permission, may
from console.audit import Author
from console.pages import LANGUAGES
from console.tables import SessionRow, StaffRow
from console.visit import Visit

router = APIRouter()


def anybody(request: Request) -> Visit:
    """The rule of a page that needs no sign-in."""
    visit: Visit = request.state.visit
    return visit


Anybody = Annotated[Visit, Depends(anybody)]
SignedIn = Annotated[Visit, may(Permission.SIGNED_IN)]
Text = Annotated[str, Form()]


@router.get("/sign-in")
def sign_in_page(visit: Anybody, next: str = "/") -> Response:  # noqa: A002  the word in the address
    """Ask for e-mail and password."""
    if visit.stage == "full":
        return RedirectResponse(visit.path(_inside(next)), 303)
    with visit.office.database.reading() as session:
        nobody = people.there_is_nobody(session)
    return visit.page("account/sign_in.html", email="", wrong="", next=_inside(next), nobody=nobody)


@router.post("/sign-in")
def sign_in(
    visit: Anybody,
    email: Text = "",
    password: Text = "",
    next: Text = "/",  # noqa: A002
) -> Response:
    """Check them, without telling which of the two is wrong."""
    office, now = visit.office, visit.office.now()
    keys = _throttle_keys(visit, email)
    with office.database.reading() as session:
        if people.must_wait(session, keys, now):
            return _not_signed_in(visit, email, "account.wait", next, 429)
        person = people.find(session, email)
    if not people.knows_password(person, password) or person is None:
        with office.database.writing() as session:
            people.note_wrong_try(session, keys, now)
            visit.audit.add(session, Author("", ""), "sign_in.wrong", person.email if person else "", {}, now)
        return _not_signed_in(visit, email, "account.wrong", next, 422)
    with office.database.writing() as session:
        token = _begin(visit, session, session.get_one(StaffRow, person.staff_id))
        if not person.totp:
            people.forget_tries(session, keys[0])
    below = "/sign-in/code" if person.totp else _inside(next)
    return _with_cookie(RedirectResponse(visit.path(below), 303), token)


@router.get("/sign-in/code")
def code_page(visit: Anybody) -> Response:
    """Ask for the code of the second factor."""
    if visit.stage != "code":
        return RedirectResponse(visit.path("/sign-in"), 303)
    return visit.page("account/code.html", wrong="")


@router.post("/sign-in/code")
def code(visit: Anybody, code: Text = "") -> Response:
    """Check it; a code serves once."""
    if visit.stage != "code":
        return RedirectResponse(visit.path("/sign-in"), 303)
    office, now = visit.office, visit.office.now()
    keys = _throttle_keys(visit, f"code {visit.staff.staff_id}")
    with office.database.writing() as session:
        if people.must_wait(session, keys, now):
            return visit.page("account/code.html", status=429, wrong=visit.say("account.wait"))
        person = session.get_one(StaffRow, visit.staff.staff_id)
        if not people.take_code(person, office.vault, code, now):
            people.note_wrong_try(session, keys, now)
            visit.record(session, "sign_in.wrong_code", visit.staff.email)
            session.commit()
            return visit.page("account/code.html", status=422, wrong=visit.say("account.code_wrong"))
        people.forget_tries(session, keys[0])
        sessions.end(session, visit.session_digest)
        token = _begin(visit, session, person, stage="full")
    return _with_cookie(RedirectResponse(visit.path("/"), 303), token)


@router.post("/sign-out")
def sign_out(visit: SignedIn) -> Response:
    """End this session."""
    with visit.office.database.writing() as session:
        sessions.end(session, visit.session_digest)
        visit.record(session, "sign_out")
    answer = RedirectResponse(visit.path("/sign-in"), 303)
    answer.delete_cookie(sessions.COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    return answer


@router.get("/welcome/{secret}")
def welcome(visit: Anybody, secret: str) -> Response:
    """Where an invitation's link leads."""
    with visit.office.database.reading() as session:
        row = people.invitation(session, secret, visit.office.now())
        if row is None:
            return visit.page("account/link_old.html", status=404)
        return visit.page(
            "account/welcome.html", renews=bool(row.staff_id), email=row.email, name=row.name, errors={}
        )


@router.post("/welcome/{secret}")
def accept(
    visit: Anybody, secret: str, email: Text = "", name: Text = "", password: Text = "", again: Text = ""
) -> Response:
    """Make the account, or give it its new password, and sign in."""
    office, now = visit.office, visit.office.now()
    with office.database.writing() as session:
        row = people.invitation(session, secret, now)
        if row is None:
            return visit.page("account/link_old.html", status=404)
        renews = bool(row.staff_id)
        if renews:
            errors = people.trouble_with_password(password, again, (row.email, row.name))
        else:
            typed = {"email": email, "name": name, "password": password, "again": again}
            errors = people.trouble_with(session, **typed)
        if errors:
            said = {field: visit.say(key, least=people.SHORTEST_PASSWORD) for field, key in errors.items()}
            return visit.page(
                "account/welcome.html", status=422, renews=renews, email=email, name=name, errors=said
            )
        person = people.accept(
            session, row, email=email, name=name, password=password, language=visit.language, now=now
        )
        action = "password.renewed" if renews else "staff.joined"
        visit.audit.add(session, Author(person.staff_id, person.name), action, person.email, {}, now)
        token = _begin(visit, session, person)
    below = "/sign-in/code" if person.totp else "/"
    return _with_cookie(RedirectResponse(visit.path(below), 303), token)


@router.get("/account")
def account(visit: SignedIn) -> Response:
    """One's own account: name, language, password, second factor, and where one is signed in."""
    return _account(visit, {})


@router.post("/account")
def change_account(visit: SignedIn, name: Text = "", language: Text = "en") -> Response:
    """A new name or language."""
    if not 0 < len(name.strip()) <= 100:
        return _account(visit, {"name": visit.say("account.name_wrong")}, 422)
    with visit.office.database.writing() as session:
        person = session.get_one(StaffRow, visit.staff.staff_id)
        person.name = name.strip()
        person.language = language if language in LANGUAGES else LANGUAGES[0]
        visit.record(session, "account.changed")
    return visit.go("/account", said="account.saved")


@router.post("/account/password")
def change_password(visit: SignedIn, now: Text = "", password: Text = "", again: Text = "") -> Response:
    """A new password, for whoever knows the present one; all other browsers are signed out."""
    with visit.office.database.writing() as session:
        person = session.get_one(StaffRow, visit.staff.staff_id)
        errors = people.trouble_with_password(password, again, (person.email, person.name))
        if not people.knows_password(person, now):
            errors = {"now": "account.password_now_wrong"}
        if errors:
            said = {field: visit.say(key, least=people.SHORTEST_PASSWORD) for field, key in errors.items()}
            return _account(visit, said, 422)
        people.set_password(person, password)
        people.end_sessions(session, person.staff_id, but=visit.session_digest)
        visit.record(session, "password.changed")
    return visit.go("/account", said="account.password_saved")


@router.post("/account/sessions/end")
def end_other_sessions(visit: SignedIn) -> Response:
    """Sign out everywhere else."""
    with visit.office.database.writing() as session:
        people.end_sessions(session, visit.staff.staff_id, but=visit.session_digest)
        visit.record(session, "sessions.ended")
    return visit.go("/account", said="account.sessions_ended")


@router.get("/account/second-factor")
def second_factor(visit: SignedIn) -> Response:
    """Set up an authenticator app."""
    return _second_factor(visit, people.new_secret())


@router.post("/account/second-factor")
def begin_second_factor(visit: SignedIn, sealed: Text = "", code: Text = "") -> Response:
    """Turn it on once a code is right, and show the recovery codes."""
    office = visit.office
    try:
        secret = office.vault.open(sealed, visit.session_digest)
    except (SettingsError, ValueError):  # not what this session's page held
        return visit.go("/account/second-factor")
    step = people.right_step(secret, code, office.now(), 0)
    if step is None:
        return _second_factor(visit, secret, visit.say("account.code_wrong"), 422)
    with office.database.writing() as session:
        person = session.get_one(StaffRow, visit.staff.staff_id)
        codes = people.begin_second_factor(person, office.vault, secret, step)
        people.end_sessions(session, person.staff_id, but=visit.session_digest)
        visit.record(session, "second_factor.on")
    return visit.page("account/recovery.html", codes=codes)


def _second_factor(visit: Visit, secret: str, wrong: str = "", status: int = 200) -> Response:
    """The page with the QR code; the secret travels sealed for this session until it is confirmed."""
    with visit.office.database.reading() as session:
        person = session.get_one(StaffRow, visit.staff.staff_id)
    address = people.provisioning(person, secret, visit.office.city.profile.name)
    return visit.page(
        "account/second_factor.html",
        status=status,
        picture=segno.make(address, error="m").svg_data_uri(scale=5, border=3, light="white"),
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        sealed=visit.office.vault.seal(secret, visit.session_digest),
        wrong=wrong,
        forced=visit.stage == "setup",
    )


def _account(visit: Visit, errors: dict[str, str], status: int = 200) -> Response:
    with visit.office.database.reading() as session:
        person = session.get_one(StaffRow, visit.staff.staff_id)
        signed_in: list[SessionRow] = sessions.of_person(session, person.staff_id, visit.office.now())
    return visit.page(
        "account/account.html",
        status=status,
        person=person,
        sessions=signed_in,
        errors=errors,
        languages=[(code, visit.say(f"account.language_{code}")) for code in LANGUAGES],
    )


def _not_signed_in(visit: Visit, email: str, key: str, below: str, status: int) -> Response:
    return visit.page(
        "account/sign_in.html",
        status=status,
        email=email,
        wrong=visit.say(key),
        next=_inside(below),
        nobody=False,
    )


def _begin(visit: Visit, session: Session, person: StaffRow, stage: str = "") -> str:
    """A new session, in the log; the secret of its cookie."""
    settings, now = visit.office.settings, visit.office.now()
    browser = visit.request.headers.get("user-agent", "")
    token = sessions.begin(session, person, browser, sessions.ends_of(settings), now)
    if stage:
        session.get_one(SessionRow, people.digest_of(token)).stage = stage
    if stage or not person.totp:
        visit.audit.add(session, Author(person.staff_id, person.name), "sign_in", person.email, {}, now)
    return token


def _with_cookie(answer: Response, token: str) -> Response:
    answer.set_cookie(sessions.COOKIE, token, path="/", secure=True, httponly=True, samesite="lax")
    return answer


def _throttle_keys(visit: Visit, whose: str) -> list[str]:
    """Pseudonyms of whom a sign-in is for and of where it comes from."""
    client = visit.request.client
    vault = visit.office.vault
    return [
        vault.pseudonym("sign-in", whose.strip().lower()),
        vault.pseudonym("sign-in from", client.host if client else ""),
    ]


def _inside(below: str) -> str:
    """A path within the console, whatever a link said."""
    return below if below.startswith("/") and not below.startswith(("//", "/\\")) else "/"
