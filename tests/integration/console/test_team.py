"""An administrator invites colleagues, gives them roles, helps those who cannot get in, and parts from those who leave."""

from __future__ import annotations

import pyotp
import pytest

from console.accounts import people
from console.accounts.passwords import make_hash
from console.shared.tables import StaffRow
from tests.support.console import Colleague, Page

PASSWORD = "seven green buses wait"


@pytest.fixture
def chief(house) -> Colleague:
    return house.sign_in("administrator", name="Chief")


def invited(chief: Colleague, **fields: object) -> Page:
    typed = {"name": "Bo", "email": "bo@city.example", "roles": ["agent"]} | fields
    return chief.get("/team").submit("#invite", **typed)


def link_on(page: Page) -> str:
    return str(page.soup.select_one("input.link")["value"]).removeprefix("https://city.example/console")


def join(house, link: str) -> Colleague:
    colleague = house.guest()
    colleague.get(link).submit("#welcome", password=PASSWORD, again=PASSWORD)
    return colleague


def test_an_invitation_makes_an_account_with_its_roles_and_departments(house, chief):
    department = str(chief.get("/team").soup.select_one("#invite input[name=departments]")["value"])
    link = link_on(invited(chief, departments=[department]))
    bo = join(house, link)
    assert bo.get("/account").status == 200
    assert bo.get("/team").status == 403
    row = next(
        row for row in chief.get("/team").soup.select("tbody tr") if "bo@city.example" in row.get_text()
    )
    assert "Agent" in row.get_text()
    assert department in row.get_text()
    assert house.guest().get(link).status == 404


@pytest.mark.parametrize(
    "wrong", [{"email": "bo"}, {"name": ""}, {"roles": []}, {"roles": ["king"]}], ids=str
)
def test_an_invitation_needs_a_name_an_address_and_a_role(chief, wrong):
    page = invited(chief, **wrong)
    assert page.status == 422
    assert page.soup.select_one("small.error")
    assert page.soup.select_one("input.link") is None


def test_an_invitation_is_old_after_seven_days(house, chief):
    link = link_on(invited(chief))
    house.clock.move(7 * 24 * 3600)
    assert house.guest().get(link).status == 404


def test_the_address_of_somebody_who_is_here_cannot_be_invited_again(house, chief):
    join(house, link_on(invited(chief)))
    assert invited(chief).status == 422


def member(chief: Colleague, name: str) -> Page:
    return chief.get("/team").follow(name)


def test_new_roles_count_at_once(house, chief):
    bo = join(house, link_on(invited(chief)))
    assert member(chief, "Bo").submit("#member", roles=["viewer", "editor"]).said == "Bo is saved."
    page = member(chief, "Bo")
    assert [box["value"] for box in page.soup.select("input[name=roles][checked]")] == ["viewer", "editor"]
    assert bo.get("/account").status == 200


def test_somebody_who_became_an_administrator_has_to_set_up_a_second_factor(house, chief):
    bo = join(house, link_on(invited(chief)))
    member(chief, "Bo").submit("#member", roles=["administrator"])
    assert bo.get("/team").path == "/account/second-factor"


def test_somebody_who_left_is_out_at_once(house, chief):
    bo = join(house, link_on(invited(chief)))
    member(chief, "Bo").submit("#member", active=None)
    assert bo.get("/account").path.startswith("/sign-in")
    page = house.guest().get("/sign-in").submit("#sign-in", email="bo@city.example", password=PASSWORD)
    assert page.status == 422


def test_the_last_administrator_stays_one(chief):
    for change in ({"roles": ["viewer"]}, {"active": None}):
        page = member(chief, "Chief").submit("#member", **change)
        assert page.status == 422
        assert "only administrator" in page.main


def test_a_link_gives_a_new_password(house, chief):
    bo = join(house, link_on(invited(chief)))
    link = link_on(member(chief, "Bo").submit("#renew"))
    new = "nine blue boats sail"
    house.guest().get(link).submit("#welcome", password=new, again=new)
    assert bo.get("/account").path.startswith("/sign-in")
    sign_in = house.guest().get("/sign-in")
    assert sign_in.submit("#sign-in", email="bo@city.example", password=new).path == "/"


def with_password(house, chief) -> pyotp.TOTP:
    """Give the chief a password and a second factor; the app that shows codes."""
    secret = people.new_secret()
    with house.app.database.writing() as session:
        person = session.get_one(StaffRow, chief.staff_id)
        person.password = make_hash(PASSWORD)
        person.totp = house.app.vault.seal(secret, chief.staff_id)
    return pyotp.TOTP(secret)


def test_who_lost_their_phone_gets_in_without_it(house, chief):
    codes = with_password(house, chief)
    staff_id = house.hire("agent", name="Cleo")
    page = chief.get(f"/team/{staff_id}").submit("#end-factor", now=PASSWORD, present=codes.at(house.clock()))
    assert "second factor of Cleo is off" in page.said
    assert page.soup.select_one("#end-factor") is None


@pytest.mark.parametrize(
    "proof", [{}, {"now": PASSWORD}, {"now": PASSWORD, "present": "000000"}, {"now": "no"}]
)
def test_an_open_screen_does_not_turn_off_a_colleagues_second_factor(house, chief, proof):
    with_password(house, chief)
    staff_id = house.hire("agent", name="Cleo")
    assert chief.get(f"/team/{staff_id}").submit("#end-factor", **proof).status == 422
    with house.app.database.reading() as session:
        assert session.get_one(StaffRow, staff_id).totp


@pytest.mark.parametrize("what", ["second-factor/end", "renew"])
def test_nobody_gets_around_their_own_password_by_the_team_page(house, chief, what):
    page = chief.post(f"/team/{chief.staff_id}/{what}")
    assert page.path.startswith("/account")
    assert "with your password" in page.said
    with house.app.database.reading() as session:
        assert session.get_one(StaffRow, chief.staff_id).totp
        assert people.open_invitations(session, house.clock()) == []


def test_an_administrator_signs_somebody_out_everywhere(house, chief):
    bo = join(house, link_on(invited(chief)))
    member(chief, "Bo").submit("#end-sessions")
    assert bo.get("/account").path.startswith("/sign-in")


def test_a_name_is_only_ever_text(house, chief):
    page = invited(chief, name="<img src=x onerror=alert(1)>", email="x@city.example")
    assert page.soup.select_one("main img") is None
    assert "<img src=x" in page.main
