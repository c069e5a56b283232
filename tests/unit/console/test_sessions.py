"""Signed-in browsers: how long a session lasts, what ends it at once, and what its forms carry."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from sqlalchemy import select
from starlette.requests import Request

from console.accounts import people, sessions
from console.accounts.sessions import Ends, begin_session, look_up
from console.shared.access import AccessRule, Permission, Role
from console.shared.errors import Forbidden, ForeignForm
from console.shared.tables import SessionRow, StaffRow
from core.database import Base, Database
from core.settings import Settings
from core.vault import Vault
from tests.support.builders import NOON
from tests.support.staff_visits import VAULT, request_of, visit_of

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ENDS = Ends(30 * MINUTE, 12 * HOUR)


@pytest.fixture
def database(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'console.sqlite'}")
    Base.metadata.create_all(database.engine)
    yield database
    database.dispose()


def hire(database: Database, *roles: str, totp: str = "") -> None:
    with database.writing() as session:
        session.add(
            StaffRow(
                staff_id="ana",
                email="ana@city.example",
                name="Ana",
                language="es",
                roles=list(roles),
                departments=["parks"],
                password="-",
                totp=totp,
                recovery=[],
                created_at=NOON,
            )
        )


def sign_in(database: Database, browser: str = "a test", now=NOON) -> str:
    with database.writing() as session:
        return begin_session(session, session.get_one(StaffRow, "ana"), browser, ENDS, now)


def seen(database: Database, token: str, after: timedelta, *, touch: bool = True):
    return look_up(database, token, ENDS, NOON + after, touch=touch)


def test_a_session_ends_half_an_hour_after_the_last_click(database):
    hire(database, "agent")
    token = sign_in(database)
    assert seen(database, token, 29 * MINUTE)
    assert seen(database, token, 58 * MINUTE)
    assert seen(database, token, 88 * MINUTE) is None


def test_a_session_ends_after_its_day_however_busy_somebody_is(database):
    hire(database, "agent")
    token = sign_in(database)
    alive = [bool(seen(database, token, 20 * MINUTE * turn)) for turn in range(1, 40)]
    assert alive == [True] * 35 + [False] * 4


def test_what_a_page_fetches_by_itself_is_no_click(database):
    hire(database, "agent")
    token = sign_in(database)
    for minutes in range(5, 30, 5):
        assert seen(database, token, minutes * MINUTE, touch=False)
    assert seen(database, token, 30 * MINUTE, touch=False) is None


def test_clicks_within_a_minute_are_written_once(database):
    hire(database, "agent")
    token = sign_in(database)
    seen(database, token, timedelta(seconds=59))
    with database.reading() as session:
        assert session.scalars(select(SessionRow.seen_at)).one() == NOON
    seen(database, token, MINUTE)
    with database.reading() as session:
        assert session.scalars(select(SessionRow.seen_at)).one() == NOON + MINUTE


@pytest.mark.parametrize(
    ("roles", "totp", "stage"),
    [
        (("agent",), "", "full"),
        (("agent",), "sealed", "code"),
        (("administrator",), "", "setup"),
        (("administrator", "agent"), "sealed", "code"),
    ],
)
def test_how_far_a_password_alone_leads(roles, totp, stage, database):
    hire(database, *roles, totp=totp)
    assert seen(database, sign_in(database), MINUTE).stage == stage


def test_whoever_becomes_an_administrator_sets_up_a_second_factor_at_the_next_click(database):
    hire(database, "agent")
    token = sign_in(database)
    with database.writing() as session:
        session.get_one(StaffRow, "ana").roles = ["administrator"]
    assert seen(database, token, MINUTE).stage == "setup"


def test_new_roles_hold_at_the_next_click(database):
    hire(database, "agent")
    token = sign_in(database)
    assert Permission.WORK_CASES in seen(database, token, MINUTE).staff.permissions
    with database.writing() as session:
        session.get_one(StaffRow, "ana").roles = ["viewer"]
    assert Permission.WORK_CASES not in seen(database, token, MINUTE).staff.permissions


def test_whoever_left_is_signed_out_at_once(database):
    hire(database, "agent")
    token = sign_in(database)
    with database.writing() as session:
        session.get_one(StaffRow, "ana").active = False
    assert seen(database, token, MINUTE) is None


def test_signing_out_elsewhere_keeps_this_browser(database):
    hire(database, "agent")
    here, there = sign_in(database), sign_in(database)
    with database.writing() as session:
        people.end_sessions(session, "ana", but=people.digest_of(here))
    assert seen(database, here, MINUTE)
    assert seen(database, there, MINUTE) is None


def test_signing_out_ends_this_browser_alone(database):
    hire(database, "agent")
    here, there = sign_in(database), sign_in(database)
    with database.writing() as session:
        sessions.end_session(session, people.digest_of(here))
    assert seen(database, here, MINUTE) is None
    assert seen(database, there, MINUTE)


def test_one_sees_where_one_is_signed_in_the_latest_first(database):
    hire(database, "agent")
    sign_in(database, "at the counter")
    sign_in(database, "x" * 500, now=NOON + HOUR)
    with database.reading() as session:
        rows = sessions.of_person(session, "ana", NOON + HOUR)
        late = sessions.of_person(session, "ana", NOON + 12 * HOUR)
        others = sessions.of_person(session, "ben", NOON)
    assert [row.browser for row in rows] == ["x" * 120, "at the counter"]
    assert [row.browser for row in late] == ["x" * 120]
    assert others == []


def test_sessions_that_ended_are_swept_out_by_the_next(database):
    hire(database, "agent")
    sign_in(database)
    sign_in(database, "later", now=NOON + 12 * HOUR)
    with database.reading() as session:
        assert [row.browser for row in session.scalars(select(SessionRow))] == ["later"]


def test_the_cookie_is_not_in_the_database(database):
    hire(database, "agent")
    token = sign_in(database)
    with database.reading() as session:
        row = session.scalars(select(SessionRow)).one()
        kept = [str(getattr(row, column.key)) for column in SessionRow.__table__.columns]
    assert not any(token in each for each in kept)


def test_a_sentence_waits_for_the_next_page_of_its_session(database):
    hire(database, "agent")
    token, other = sign_in(database), sign_in(database)
    sessions.say_next(database, people.digest_of(token), {"key": "team.saved", "values": {"name": "Ben"}})
    assert seen(database, token, MINUTE).said == {"key": "team.saved", "values": {"name": "Ben"}}
    assert seen(database, other, MINUTE).said == {}


def test_how_long_sessions_last_is_a_setting():
    settings = Settings(console_idle_minutes=5, console_hours=1)
    assert sessions.ends_of(settings) == Ends(5 * MINUTE, HOUR)


def test_forms_of_two_sessions_or_installations_carry_different_tokens():
    key, other = sessions.form_key(VAULT), sessions.form_key(Vault("another secret that is long enough"))
    tokens = {
        sessions.form_token(key, "one"),
        sessions.form_token(key, "two"),
        sessions.form_token(other, "one"),
    }
    assert len(tokens) == 3


WORK = AccessRule(Permission.WORK_CASES)
TOKEN = "the token of this session"


def allowed(
    rule: AccessRule,
    *roles: str,
    token: str = TOKEN,
    sent: str | None = None,
    method: str = "POST",
    **headers: str,
):
    """What a rule says to somebody with these roles who sends this form: nothing, or what it refuses with."""
    body = urlencode({} if sent is None else {"csrf": sent}).encode()
    scope = request_of(
        "/cases/bulk", method, content_type="application/x-www-form-urlencoded", **headers
    ).scope

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    request = Request(scope, receive)
    request.state.visit = visit_of(*roles, request=request, token=token)
    request.state.visit.token = token
    try:
        asyncio.run(rule(request))
    except (Forbidden, ForeignForm) as refused:
        return type(refused)
    return None


@pytest.mark.parametrize(
    ("sent", "refused"),
    [
        (TOKEN, None),
        (None, ForeignForm),
        ("", ForeignForm),
        (TOKEN[:-1], ForeignForm),
        (TOKEN.upper(), ForeignForm),
        ("зöé", ForeignForm),
    ],
    ids=["the token", "none", "an empty one", "most of it", "in capitals", "other letters"],
)
def test_a_form_that_changes_something_carries_the_token_of_its_session(sent, refused):
    assert allowed(WORK, "agent", sent=sent) is refused


def test_a_script_of_ours_may_send_the_token_as_a_header():
    assert allowed(WORK, "agent", x_csrf_token=TOKEN) is None
    assert allowed(WORK, "agent", x_csrf_token="guessed", sent=TOKEN) is ForeignForm


@pytest.mark.parametrize("sent", ["", None])
def test_a_session_without_a_token_has_no_form_that_is_right(sent):
    assert allowed(WORK, "agent", token="", sent=sent) is ForeignForm


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_whoever_only_looks_needs_no_token(method):
    assert allowed(AccessRule(Permission.SEE_CASES), "viewer", method=method) is None


def test_the_permission_is_asked_before_the_form():
    assert allowed(WORK, "viewer", sent=TOKEN) is Forbidden
    assert allowed(WORK, "viewer") is Forbidden
    assert allowed(WORK) is Forbidden


MAY = {
    Permission.WORK_CASES: {Role.AGENT},
    Permission.SEE_CONTACT: {Role.AGENT},
    Permission.ANSWER_CONVERSATIONS: {Role.AGENT},
    Permission.EDIT_KNOWLEDGE: {Role.EDITOR},
    Permission.PUBLISH_KNOWLEDGE: {Role.EDITOR},
    Permission.EDIT_SURVEYS: {Role.EDITOR},
    Permission.BROADCAST: {Role.BROADCASTER},
    Permission.EDIT_FACTS: {Role.EDITOR},
    Permission.CLOSE_PLACES: {Role.AGENT, Role.EDITOR},
    Permission.EDIT_SERVICES: set(),
    Permission.MANAGE_STAFF: set(),
    Permission.MANAGE_SITES: set(),
    Permission.READ_AUDIT: set(),
}


@pytest.mark.parametrize("permission", list(Permission))
@pytest.mark.parametrize("role", list(Role))
def test_who_may_do_what(role, permission):
    everybody = permission not in MAY
    assert visit_of(role).may(permission) is (everybody or role in {Role.ADMINISTRATOR, *MAY[permission]})


@pytest.mark.parametrize(
    ("roles", "may"),
    [
        ((), set()),
        (("mayor",), set()),
        (("mayor", "viewer"), {"see_cases"}),
        (("agent", "editor"), {"see_cases", "work_cases", "edit_surveys"}),
    ],
    ids=["none", "one of another release", "one of them is known", "two together"],
)
def test_roles_add_up_and_what_is_unknown_allows_nothing(roles, may):
    visit = visit_of(*roles)
    assert {
        each for each in ("see_cases", "work_cases", "edit_surveys", "manage_staff") if visit.may(each)
    } == may


@pytest.mark.parametrize(
    ("departments", "sees"),
    [((), True), (("parks",), True), (("water", "parks"), True), (("water",), False)],
)
def test_whose_cases_somebody_sees(departments, sees):
    assert visit_of("agent", departments=departments).sees("parks") is sees
