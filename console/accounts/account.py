"""One's own account: name, language, password, second factor, and where one is signed in.

What lets people in is changed only by whoever proves again what they sign in with; the session is a new one afterwards.
"""

from __future__ import annotations

from datetime import timedelta

import segno
from fastapi import APIRouter
from fastapi.responses import Response

from console.accounts import people, sessions
from console.accounts.passwords import SHORTEST_PASSWORD, make_hash, trouble_with_password
from console.accounts.proving import proven_again, remember_browser
from console.accounts.sign_in import SignedIn, Text, begin_session, names_here, with_session
from console.shared.pages import LANGUAGES
from console.shared.request_context import RequestContext
from console.shared.tables import SessionRow, StaffRow
from core.errors import SettingsError

router = APIRouter()

JUST_NOW = timedelta(minutes=15)
"""So long after signing in, somebody who has no second factor yet sets one up without their password."""


@router.get("/account")
def account_page(visit: SignedIn) -> Response:
    """One's own account: name, language, password, second factor, and where one is signed in."""
    return _account_response(visit, {})


@router.post("/account")
def change_account(visit: SignedIn, name: Text = "", language: Text = "en") -> Response:
    """A new name or language."""
    if not 0 < len(name.strip()) <= 100:
        return _account_response(visit, {"name": visit.say("account.name_wrong")}, 422)
    with visit.console.database.writing() as session:
        person = session.get_one(StaffRow, visit.staff.staff_id)
        person.name = name.strip()
        person.language = language if language in LANGUAGES else LANGUAGES[0]
        visit.record(session, "account.changed")
    return visit.go("/account", said="account.saved")


@router.post("/account/password")
def change_password(
    visit: SignedIn, now: Text = "", present: Text = "", password: Text = "", again: Text = ""
) -> Response:
    """A new password, for whoever proves who they are; all other browsers are signed out."""
    known = (visit.staff.email, visit.staff.name, *names_here(visit))
    errors = proven_again(visit, now, present) or trouble_with_password(password, again, known)
    if errors:
        said = {field: visit.say(key, least=SHORTEST_PASSWORD) for field, key in errors.items()}
        return _account_response(visit, said, 422)
    password_hash = make_hash(password)
    with visit.console.database.writing() as session:
        person = session.get_one(StaffRow, visit.staff.staff_id)
        person.password = password_hash
        people.end_sessions(session, person.staff_id)
        visit.record(session, "password.changed")
        token = begin_session(visit, session, person, stage="full")
    answer = with_session(visit.go("/account", said="account.password_saved"), token)
    remember_browser(visit, person, answer)
    return answer


@router.post("/account/sessions/end")
def end_other_sessions(visit: SignedIn) -> Response:
    """Sign out everywhere else."""
    with visit.console.database.writing() as session:
        people.end_sessions(session, visit.staff.staff_id, but=visit.session_digest)
        visit.record(session, "sessions.ended")
    return visit.go("/account", said="account.sessions_ended")


@router.get("/account/second-factor")
def second_factor(visit: SignedIn) -> Response:
    """Set up an authenticator app."""
    return _second_factor(visit, people.new_secret(), {})


@router.post("/account/second-factor")
def begin_second_factor(
    visit: SignedIn, sealed: Text = "", code: Text = "", now: Text = "", present: Text = ""
) -> Response:
    """Turn it on once a code is right, and show the recovery codes. One that is on gives way only to whoever has it."""
    console = visit.console
    try:
        secret = console.vault.open(sealed, visit.session_digest)
    except (SettingsError, ValueError):  # not what this session's page held
        return visit.go("/account/second-factor")
    step = people.right_step(secret, code, console.now(), 0)
    if step is None:
        return _second_factor(visit, secret, {"code": "account.code_wrong"})
    if _must_prove(visit) and (errors := proven_again(visit, now, present)):
        return _second_factor(visit, secret, errors)
    with console.database.writing() as session:
        person = session.get_one(StaffRow, visit.staff.staff_id)
        codes = people.begin_second_factor(person, console.vault, secret, step)
        people.end_sessions(session, person.staff_id)
        visit.record(session, "second_factor.on")
        token = begin_session(visit, session, person, stage="full")
    answer = with_session(visit.page("account/recovery.html", codes=codes), token)
    remember_browser(visit, person, answer)
    return answer


def _must_prove(visit: RequestContext) -> bool:
    """Whether password, and present factor if there is one, are asked for before a new factor is taken."""
    with visit.console.database.reading() as session:
        person = session.get_one(StaffRow, visit.staff.staff_id)
        row = session.get_one(SessionRow, visit.session_digest)
    return bool(person.totp) or row.created_at + JUST_NOW <= visit.console.now()


def _second_factor(visit: RequestContext, secret: str, errors: dict[str, str]) -> Response:
    """The page with the QR code; the secret travels sealed for this session until it is confirmed."""
    with visit.console.database.reading() as session:
        person = session.get_one(StaffRow, visit.staff.staff_id)
    address = people.provisioning_address(person, secret, visit.console.city.profile.name)
    return visit.page(
        "account/second_factor.html",
        status=422 if errors else 200,
        picture=segno.make(address, error="m").svg_data_uri(scale=5, border=3, light="white"),
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        sealed=visit.console.vault.seal(secret, visit.session_digest),
        errors={field: visit.say(key) for field, key in errors.items()},
        forced=visit.stage == "setup",
        proves=_must_prove(visit),
        has_factor=bool(person.totp),
    )


def _account_response(visit: RequestContext, errors: dict[str, str], status: int = 200) -> Response:
    with visit.console.database.reading() as session:
        person = session.get_one(StaffRow, visit.staff.staff_id)
        signed_in: list[SessionRow] = sessions.of_person(session, person.staff_id, visit.console.now())
    return visit.page(
        "account/account.html",
        status=status,
        person=person,
        sessions=signed_in,
        errors=errors,
        languages=[(code, visit.say(f"account.language_{code}")) for code in LANGUAGES],
    )
