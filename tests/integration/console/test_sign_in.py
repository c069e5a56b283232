"""From the first link to the daily sign-in: accounts, passwords, the second factor, sessions and their end."""

from __future__ import annotations

import re

import pyotp
import pytest
from sqlalchemy import select

from bot.serve import tell_first_link
from console.accounts.passwords import make_hash
from console.shared.tables import SessionRow, StaffRow
from tests.support.console import Colleague, ConsoleHouse

PASSWORD = "seven green buses wait"
ANA = {"name": "Ana Ruiz", "email": "Ana@city.example", "password": PASSWORD, "again": PASSWORD}


def first_link(house: ConsoleHouse) -> str:
    """What the first start prints."""
    said: list[str] = []
    tell_first_link(house.app, "https://city.example", said.append)
    return re.sub(r".* https://city.example/console", "", said[0]) if said else ""


def set_up_factor(colleague: Colleague, house: ConsoleHouse) -> tuple[pyotp.TOTP, list[str]]:
    """Go through the set-up of the second factor; the app that now shows codes, and the recovery codes."""
    page = colleague.get("/account/second-factor")
    totp = pyotp.TOTP(page.soup.select_one("ol code").get_text().replace(" ", ""))
    page = page.submit("#factor", code=totp.at(house.clock()))
    return totp, [code.get_text() for code in page.soup.select(".codes code")]


def sign_in(house: ConsoleHouse, password: str = PASSWORD) -> tuple[Colleague, object]:
    colleague = house.guest()
    return colleague, colleague.get("/sign-in").submit(
        "#sign-in", email="ana@city.example", password=password
    )


@pytest.fixture
def ana(house) -> tuple[Colleague, pyotp.TOTP, list[str]]:
    """The first administrator, just signed in."""
    colleague = house.guest()
    colleague.get(first_link(house)).submit("#welcome", **ANA)
    totp, codes = set_up_factor(colleague, house)
    return colleague, totp, codes


def test_the_first_link_makes_the_administrator_once(house):
    link = first_link(house)
    page = house.guest().get(link).submit("#welcome", **ANA)
    assert page.path == "/account/second-factor"
    assert "need a second factor" in page.main
    assert first_link(house) == ""
    assert house.guest().get(link).status == 404


def test_while_nobody_has_an_account_a_new_start_prints_a_new_link(house):
    old, new = first_link(house), first_link(house)
    assert house.guest().get(old).status == 404
    assert house.guest().get(new).status == 200


def test_an_administrator_gets_nowhere_without_a_second_factor(house):
    colleague = house.guest()
    colleague.get(first_link(house)).submit("#welcome", **ANA)
    assert colleague.get("/team").path == "/account/second-factor"
    _, codes = set_up_factor(colleague, house)
    assert len(set(codes)) == 10
    assert colleague.get("/team").path == "/team"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"password": "short", "again": "short"}, "password"),
        ({"password": "aaaaaaaaaaaaaaa", "again": "aaaaaaaaaaaaaaa"}, "password"),
        ({"again": "something else again"}, "again"),
        ({"email": "ana at city"}, "email"),
        ({"name": "  "}, "name"),
    ],
)
def test_what_is_wrong_with_a_new_account_is_told_beside_the_field(house, wrong, field):
    page = house.guest().get(first_link(house)).submit("#welcome", **ANA | wrong)
    assert page.status == 422
    assert page.soup.select_one(f"#{field}")["aria-invalid"] == "true"
    assert page.soup.select_one(f"#{field}-error").get_text()
    if field != "name":
        assert page.soup.select_one("#name")["value"] == "Ana Ruiz"


def test_signing_in_takes_password_and_code(house, ana):
    _, totp, _ = ana
    house.clock.move(60)
    colleague, page = sign_in(house)
    assert page.path == "/sign-in/code"
    assert colleague.get("/team").path == "/sign-in/code"
    page = page.submit("#code-form", code="000000")
    assert page.status == 422
    page = page.submit("#code-form", code=totp.at(house.clock()))
    assert colleague.get("/team").status == 200


def test_a_code_serves_once(house, ana):
    _, totp, _ = ana
    house.clock.move(60)
    code = totp.at(house.clock())
    assert sign_in(house)[1].submit("#code-form", code=code).status != 422
    assert sign_in(house)[1].submit("#code-form", code=code).status == 422


def test_a_recovery_code_takes_the_place_of_the_phone_once(house, ana):
    _, _, codes = ana
    assert sign_in(house)[1].submit("#code-form", code=codes[0].upper()).status != 422
    assert sign_in(house)[1].submit("#code-form", code=codes[0]).status == 422


def test_wrong_passwords_do_not_say_whether_the_address_is_known(house, ana):
    known = sign_in(house, "a wrong password")[1]
    unknown = (
        house.guest()
        .get("/sign-in")
        .submit("#sign-in", email="eve@city.example", password="a wrong password")
    )
    assert known.status == unknown.status == 422
    assert known.soup.select_one(".note").get_text() == unknown.soup.select_one(".note").get_text()


def test_after_five_wrong_passwords_even_the_right_one_has_to_wait(house, ana):
    for _ in range(5):
        assert sign_in(house, "a wrong password")[1].status == 422
    assert sign_in(house)[1].status == 429
    house.clock.move(15 * 60 + 1)
    assert sign_in(house)[1].path == "/sign-in/code"


def test_codes_are_throttled_too(house, ana):
    page = sign_in(house)[1]
    for _ in range(5):
        page = page.submit("#code-form", code="000000")
    assert page.status == 422
    assert page.submit("#code-form", code="000000").status == 429


def test_a_session_ends_when_nothing_happens_and_in_any_case_after_its_hours(house, ana):
    colleague, _, _ = ana
    for _ in range(12):
        house.clock.move(59 * 60)
        assert colleague.get("/team").path == "/team"
    house.clock.move(59 * 60)
    assert colleague.get("/team").path.startswith("/sign-in")


def test_an_idle_session_ends_though_its_page_keeps_looking(house):
    colleague = house.sign_in("viewer")
    for _ in range(7):
        house.clock.move(9 * 60)
        answer = colleague.client.get(
            "/console/account", headers={"x-cityline-live": "1"}, follow_redirects=False
        )
    assert answer.status_code == 401


def test_signing_out_ends_the_session_and_not_only_the_cookie(house):
    colleague = house.sign_in("viewer")
    cookie = dict(colleague.client.cookies)
    assert colleague.get("/account").submit("header form").path == "/sign-in"
    colleague.client.cookies.update(cookie)
    assert colleague.get("/account").path.startswith("/sign-in")


def test_after_signing_in_one_is_where_one_wanted_to_go(house):
    staff_id = house.hire("viewer")
    with house.app.database.writing() as session:
        person = session.get_one(StaffRow, staff_id)
        person.totp, person.email, person.password = "", "vera@city.example", make_hash(PASSWORD)
    page = house.guest().get("/account?a=1")
    assert page.path == "/sign-in?next=%2Faccount"
    assert page.submit("#sign-in", email="vera@city.example", password=PASSWORD).path == "/account"


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_a_link_to_the_sign_in_leads_nowhere_else(house, wanted):
    page = house.guest().get(f"/sign-in?next={wanted}")
    assert page.soup.select_one("input[name=next]")["value"] == "/"


def test_a_changed_password_signs_out_every_other_browser(house, ana):
    here, totp, _ = ana
    house.clock.move(60)
    there, page = sign_in(house)
    page.submit("#code-form", code=totp.at(house.clock()))
    new = "eight red trams come"
    house.clock.move(60)
    code = totp.at(house.clock())
    page = here.get("/account").submit("#password-form", now=PASSWORD, present=code, password=new, again=new)
    assert page.said.startswith("Your password is changed")
    assert here.get("/team").path == "/team"
    assert there.get("/team").path.startswith("/sign-in")
    assert sign_in(house, new)[1].path == "/sign-in/code"


def test_nothing_that_lets_one_in_is_kept_as_it_is(house, ana):
    colleague, _, codes = ana
    with house.app.database.reading() as session:
        person = session.scalars(select(StaffRow)).one()
        digests = session.scalars(select(SessionRow.digest)).all()
    assert person.password.startswith("$argon2id$")
    assert not set(person.recovery) & {code.replace("-", "") for code in codes}
    assert not set(digests) & set(dict(colleague.client.cookies).values())


def test_the_sign_in_speaks_the_browsers_language_and_then_ones_own(house):
    assert "Iniciar sesión" in house.guest("es-MX,es;q=0.9").get("/sign-in").main
    colleague = house.sign_in("viewer")
    page = colleague.get("/account").submit("#account", language="es")
    assert page.said == "Guardado."
    assert page.soup.html["lang"] == "es"
