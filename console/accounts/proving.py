"""Proving who one is: a password or a code, counted before it is looked at, and asked for again before an account changes hands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from console.accounts import people, throttle
from console.accounts.passwords import knows_password
from console.accounts.throttle import Attempt
from console.shared.errors import Busy
from console.shared.request_context import RequestContext
from console.shared.tables import StaffRow

WAIT = "account.wait"


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of it: the key of a sentence that says what is wrong, empty when it was right, and what was counted."""

    wrong: str
    attempt: Attempt
    counted: Sequence[int] = ()


def password_is_right(visit: RequestContext, account: str, person: StaffRow | None, password: str) -> Proof:
    """Whether this is the person's password; `account` is what was typed, also where nobody has such an account."""
    console, now = visit.console, visit.console.now()
    attempt = _attempt_of(visit, account, person)
    with console.database.writing() as session:
        counted = throttle.begin_attempt(session, attempt, now)
    if counted is None:
        return Proof(WAIT, attempt)
    try:
        right = knows_password(person, password)
    except Busy:
        with console.database.writing() as session:
            throttle.undo_attempt(session, counted)
        raise
    return Proof("" if right else "account.wrong", attempt, counted)


def code_is_right(visit: RequestContext, staff_id: str, code: str) -> Proof:
    """Whether this is a code of the person's second factor; it serves once."""
    console, now = visit.console, visit.console.now()
    with console.database.writing() as session:
        person = session.get_one(StaffRow, staff_id)
        attempt = _attempt_of(visit, f"code {staff_id}", person)
        counted = throttle.begin_attempt(session, attempt, now)
        if counted is None:
            return Proof(WAIT, attempt)
        right = bool(person.totp) and people.take_code(person, console.vault, code, now)
    return Proof("" if right else "account.code_wrong", attempt, counted)


def proven_again(visit: RequestContext, password: str, code: str) -> dict[str, str]:
    """What is wrong with what somebody who is signed in proves again, by field (`now`, `present`); empty when it is right.

    A session alone may have been left open or stolen: whoever changes what lets people in shows what they sign in with.
    """
    console = visit.console
    with console.database.reading() as session:
        person = session.get_one(StaffRow, visit.staff.staff_id)
    proof = password_is_right(visit, person.email, person, password)
    wrong = {"now": proof.wrong} if proof.wrong else {}
    if not wrong and person.totp:
        second = code_is_right(visit, person.staff_id, code)
        wrong = {"present": second.wrong} if second.wrong else {}
        if not wrong:
            clear_attempts(visit, second)
    if not wrong:
        clear_attempts(visit, proof)
        return {}
    with console.database.writing() as session:
        visit.record(session, "account.not_proven", person.email)
    return {
        field: "account.password_now_wrong" if key == "account.wrong" else key for field, key in wrong.items()
    }


def clear_attempts(visit: RequestContext, proof: Proof) -> None:
    """It was right: forget what was counted."""
    with visit.console.database.writing() as session:
        throttle.forget_attempts(session, proof.attempt, proof.counted)


def remember_browser(visit: RequestContext, person: StaffRow, answer: Response) -> None:
    """Let this browser through next time, whatever others try from elsewhere."""
    vault = visit.console.vault
    answer.set_cookie(
        throttle.cookie_name(vault, person.staff_id),
        throttle.new_cookie(vault, person, visit.console.now()),
        max_age=int(throttle.KNOWN_FOR.total_seconds()),
        path="/",
        secure=True,
        httponly=True,
        samesite="lax",
    )


def _attempt_of(visit: RequestContext, account: str, person: StaffRow | None) -> Attempt:
    console, client = visit.console, visit.request.client
    known = ""
    if person is not None:
        cookie = visit.request.cookies.get(throttle.cookie_name(console.vault, person.staff_id), "")
        known = throttle.number_of(console.vault, person, cookie, console.now())
    return throttle.attempt_of(console.vault, account, client.host if client else "", known)
