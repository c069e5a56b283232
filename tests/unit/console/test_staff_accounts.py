"""Accounts and the links that make them: who is invited, for how long a link is good, and what can be typed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from console.accounts import people
from console.accounts.people import FIRST, Invited
from console.accounts.sign_in import _path_inside
from console.accounts.team import invitation_address
from console.shared.audit import AuditLog, Author
from console.shared.tables import AuditRow, InvitationRow, SessionRow, StaffRow
from tests.support.builders import NOON
from tests.support.staff_visits import VAULT, open_memory_session, request_of, visit_of

WEEK = timedelta(days=7)
BEN = Invited("ben@city.example", "Ben", ("agent", "editor"), ("parks",), by="Ana")
SECOND = timedelta(seconds=1)


@pytest.fixture
def session():
    with open_memory_session() as session:
        yield session


def hire(session: Session, name: str, *roles: str, active: bool = True, password: str = "-") -> StaffRow:
    person = StaffRow(
        staff_id=name.lower(), email=f"{name.lower()}@city.example", name=name, language="en", roles=list(roles),
        departments=[], password=password, recovery=[], active=active, created_at=NOON,
    )  # fmt: skip
    session.add(person)
    session.flush()
    return person


def accept(session: Session, token: str, **fields: str) -> StaffRow:
    row = people.open_invitation(session, token, NOON)
    typed = {
        "email": " Ben@City.example ",
        "name": " Ben K. ",
        "password_hash": "hash",
        "language": "es",
    } | fields
    return people.accept_invitation(session, row, **typed, now=NOON)


@pytest.mark.parametrize(
    ("invited", "good_for"), [(BEN, WEEK), (Invited("", "", ("administrator",), by=FIRST), timedelta(days=1))]
)
def test_a_link_is_good_for_its_time_and_not_a_second_longer(invited, good_for, session):
    token = people.make_invitation(session, invited, NOON)
    assert people.open_invitation(session, token, NOON + good_for - SECOND)
    assert people.open_invitation(session, token, NOON + good_for) is None


@pytest.mark.parametrize("token", ["", "guessed", "x" * 5000, "\u202e"])
def test_another_link_opens_nothing(token, session):
    people.make_invitation(session, BEN, NOON)
    assert people.open_invitation(session, token, NOON) is None


def test_the_secret_of_a_link_is_not_in_the_database(session):
    token = people.make_invitation(session, BEN, NOON)
    row = session.scalars(select(InvitationRow)).one()
    assert token not in {str(getattr(row, column.key)) for column in InvitationRow.__table__.columns}


def test_a_new_link_for_the_same_address_makes_the_earlier_one_void(session):
    earlier = people.make_invitation(session, BEN, NOON)
    other = people.make_invitation(session, Invited("cleo@city.example", "Cleo", ("viewer",)), NOON)
    later = people.make_invitation(session, BEN, NOON)
    assert [bool(people.open_invitation(session, token, NOON)) for token in (earlier, other, later)] == [
        False,
        True,
        True,
    ]


def test_links_that_nobody_took_up_are_swept_out_by_the_next(session):
    people.make_invitation(session, BEN, NOON)
    people.make_invitation(session, Invited("cleo@city.example", "Cleo", ("viewer",)), NOON + WEEK)
    assert [row.name for row in session.scalars(select(InvitationRow))] == ["Cleo"]


def test_the_team_sees_the_links_that_are_open(session):
    people.make_invitation(session, BEN, NOON)
    people.make_invitation(
        session, Invited("cleo@city.example", "Cleo", ("viewer",)), NOON + timedelta(days=1)
    )
    assert [row.name for row in people.open_invitations(session, NOON + timedelta(days=2))] == ["Cleo", "Ben"]
    assert [row.name for row in people.open_invitations(session, NOON + WEEK)] == ["Cleo"]


def test_whoever_takes_it_up_is_what_they_were_invited_to_be(session):
    token = people.make_invitation(session, BEN, NOON)
    person = accept(session, token)
    assert (person.email, person.name, person.language) == ("ben@city.example", "Ben K.", "es")
    assert (person.roles, person.departments, person.password) == (["agent", "editor"], ["parks"], "hash")
    assert people.open_invitation(session, token, NOON) is None


def test_a_new_password_changes_nothing_else_and_signs_out_everywhere(session):
    ben = hire(session, "Ben", "viewer", password="old")
    session.add(
        SessionRow(
            digest="d",
            staff_id="ben",
            stage="full",
            said={},
            created_at=NOON,
            seen_at=NOON,
            expires_at=NOON + WEEK,
        )
    )
    token = people.make_invitation(session, Invited(ben.email, "Ben", (), staff_id="ben", by="Ana"), NOON)
    assert accept(session, token, email="other@city.example", name="Other") is ben
    assert (ben.email, ben.name, ben.roles, ben.password) == ("ben@city.example", "Ben", ["viewer"], "hash")
    assert session.scalars(select(SessionRow)).all() == []


def test_the_first_administrator_is_invited_while_there_is_nobody(session):
    token = people.invite_first_administrator(session, NOON)
    assert people.there_is_nobody(session)
    assert people.open_invitation(session, token, NOON).roles == ["administrator"]
    hire(session, "Ana", "administrator")
    assert people.open_invitation(session, token, NOON) is None
    assert people.invite_first_administrator(session, NOON) is None


def test_any_account_takes_the_first_link_with_it(session):
    people.invite_first_administrator(session, NOON)
    accept(session, people.make_invitation(session, BEN, NOON))
    assert session.scalars(select(InvitationRow)).all() == []


@pytest.mark.parametrize(
    ("email", "name", "wrong"),
    [
        ("ben@city.example", "Ben", {}),
        ("  ben@city.example ", "Ben", {}),
        ("ben+test@parks.city.example", "B", {}),
        ("josé@ciudad.example", "José", {}),
        ("ben", "Ben", {"email": "account.email_wrong"}),
        ("", "", {"email": "account.email_wrong", "name": "account.name_wrong"}),
        ("ben@city", "Ben", {"email": "account.email_wrong"}),
        ("ben@@city.example", "Ben", {"email": "account.email_wrong"}),
        ("ben@city.example, cleo@city.example", "Ben", {"email": "account.email_wrong"}),
        ("ben @city.example", "Ben", {"email": "account.email_wrong"}),
        ("ben@city.e", "Ben", {"email": "account.email_wrong"}),
        ("ben@city.example", "x" * 100, {}),
        ("ben@city.example", "x" * 101, {"name": "account.name_wrong"}),
        ("ben@city.example", " \t ", {"name": "account.name_wrong"}),
        (f"{'b' * 64}@{'c' * 180}.example", "Ben", {}),
        (f"{'b' * 64}@{'c' * 180}.{'d' * 10}", "Ben", {"email": "account.email_wrong"}),
        ("ANA@city.example ", "Ana", {"email": "account.email_taken"}),
    ],
    ids=[
        "well", "with blanks around it", "with a tag", "other letters", "no address", "nothing", "no domain", "two signs",
        "two addresses", "a blank within", "a short end", "the longest name", "too long a name", "blanks for a name",
        "as long an address as is kept", "a longer one", "somebody's, in capitals",
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_account_is_said_by_field(email, name, wrong, session):
    hire(session, "Ana", "viewer")
    assert people.trouble_with(session, email=email, name=name) == wrong


@pytest.mark.parametrize("email", ["ana@city.example", " ANA@City.Example\n"])
def test_an_account_is_found_however_its_address_is_written(email, session):
    ana = hire(session, "Ana", "viewer")
    assert people.find_account(session, email) is ana
    assert people.find_account(session, "ana@other.example") is None


def test_those_who_work_here_stand_before_those_who_left(session):
    for name, active in (("Zoe", True), ("Ben", False), ("Ana", True), ("Cleo", False)):
        hire(session, name, "administrator" if name in {"Ana", "Ben"} else "viewer", active=active)
    assert [row.name for row in people.all_accounts(session)] == ["Ana", "Zoe", "Ben", "Cleo"]
    assert [row.name for row in people.active_administrators(session)] == ["Ana"]


def test_the_longest_address_fits_into_the_audit_log(session):
    address = f"{'b' * 64}@{'c' * 180}.example"
    AuditLog(VAULT).add(session, Author("ana", "Ana"), "staff.invited", address, {}, NOON)
    row = session.scalars(select(AuditRow)).one()
    assert len(row.subject) <= AuditRow.__table__.c.subject.type.length
    assert address.startswith(row.subject.removesuffix("…"))
    assert AuditLog(VAULT).verify(session).broken_at is None


@pytest.mark.parametrize(
    ("wanted", "goes_to"),
    [
        ("/cases?state=open&q=a+b", "/cases?state=open&q=a+b"),
        ("/", "/"),
        ("", "/"),
        ("cases", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("\\\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        (" //evil.example", "/"),
        ("@evil.example", "/"),
        (".evil.example", "/"),
    ],
)
def test_after_the_sign_in_one_is_still_in_the_console(wanted, goes_to):
    assert _path_inside(wanted) == goes_to


@pytest.mark.parametrize(
    "wanted", ["/\t/evil.example", "/\r\nset-cookie: a=b", "/\n//evil.example", "/%2F/evil.example"]
)
def test_wherever_one_is_led_the_host_stays_the_same(wanted):
    answer = visit_of("viewer", database=Writing()).go(_path_inside(wanted))
    assert answer.headers["location"].startswith("/console/")
    assert not {"\r", "\n", "\t"} & set(answer.headers["location"])


class Writing:
    """A database within which nobody writes."""

    def refuse_within_a_write(self) -> None:
        return


@pytest.mark.parametrize(
    ("public", "address"),
    [
        ("https://line.city.example", "https://line.city.example/console/welcome/abc"),
        ("https://line.city.example/", "https://line.city.example/console/welcome/abc"),
        ("https://city.example/line/", "https://city.example/line/console/welcome/abc"),
        (None, "https://city.example/console/welcome/abc"),
    ],
    ids=["the public address", "with a stroke at its end", "below a path", "none: as the administrator came"],
)
def test_the_link_of_an_invitation_leads_to_the_console(public, address):
    class Settings:
        public_url = public

    visit = visit_of("administrator", request=request_of("/team/invite", "POST"), settings=Settings())
    assert invitation_address(visit, "abc") == address
