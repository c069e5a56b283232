"""Guessing is slow from everywhere, a colleague is locked out from nowhere, and a stolen session does not become an account."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from bot.serve import tell_first_link
from console.accounts import passwords, people, sessions
from console.accounts.passwords import Turns, make_hash, trouble_with_password
from console.shared.errors import Busy
from console.shared.tables import InvitationRow, SessionRow, StaffRow
from tests.support.console import BASE, HERE, Colleague, ConsoleHouse

PASSWORD = "seven green buses wait"
EMAIL = "vera@city.example"
FROM_A_PAGE = {"origin": BASE, "sec-fetch-site": "same-origin"}


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch) -> Iterator[None]:
    """argon2 with little work: what is tested is who gets to it."""
    cheap = passwords.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", cheap)
    monkeypatch.setattr(passwords, "_nobodys", cheap.hash("nobody's"))
    return


def vera(house: ConsoleHouse, secret: str = "") -> str:
    """A viewer with a password, and with a second factor if `secret` is given; the staff id."""
    staff_id = house.hire("viewer")
    with house.app.database.writing() as session:
        person = session.get_one(StaffRow, staff_id)
        person.email, person.password = EMAIL, make_hash(PASSWORD)
        person.totp = house.app.vault.seal(secret, staff_id) if secret else ""
    return staff_id


def guess(house: ConsoleHouse, password: str, address: str = "192.0.2.7", email: str = EMAIL) -> int:
    """The status of one sign-in from this address, by a browser that nobody knows."""
    client = TestClient(house.web, base_url=BASE, client=(address, 50000))
    data = {"email": email, "password": password}
    return client.post("/console/sign-in", data=data, headers=FROM_A_PAGE, follow_redirects=False).status_code


def known_browser(house: ConsoleHouse) -> TestClient:
    """A browser in which Vera signed in, and out again."""
    client = TestClient(house.web, base_url=BASE, client=("198.51.100.1", 50000), headers=FROM_A_PAGE)
    client.post("/console/sign-in", data={"email": EMAIL, "password": PASSWORD})
    client.cookies.delete(sessions.COOKIE)
    return client


def test_of_sixty_guesses_at_once_five_are_looked_at(house):
    vera(house)
    with ThreadPoolExecutor(20) as threads:
        statuses = Counter(threads.map(lambda number: guess(house, f"guess number {number}"), range(60)))
    assert statuses[422] == 5
    assert statuses[429] == 55


@pytest.mark.parametrize("email", [EMAIL, EMAIL.upper(), f"  {EMAIL} "])
def test_another_way_to_write_the_address_is_the_same_account(house, email):
    vera(house)
    for _ in range(5):
        assert guess(house, "wrong wrong wrong") == 422
    assert guess(house, PASSWORD, email=email) == 429


@pytest.mark.parametrize(
    ("attacker", "also"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1::1", "2001:db8:1::2"),
        ("2001:db8:1::1", "2001:db8:1:ffff::1"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
    ],
)
def test_five_guesses_close_the_account_for_one_network_alone(house, attacker, also):
    vera(house)
    for _ in range(5):
        assert guess(house, "wrong wrong wrong", attacker) == 422
    assert guess(house, PASSWORD, also) == 429
    assert guess(house, PASSWORD, "203.0.113.9") == 303


def test_guesses_from_many_networks_end_too_and_the_own_browser_goes_on(house):
    vera(house)
    client = known_browser(house)
    statuses = Counter(guess(house, "wrong wrong wrong", f"203.0.113.{place}") for place in range(40))
    assert statuses == {422: 30, 429: 10}
    answer = client.post(
        "/console/sign-in", data={"email": EMAIL, "password": PASSWORD}, follow_redirects=False
    )
    assert answer.status_code == 303


def test_a_known_browser_may_not_guess_without_end_either(house):
    vera(house)
    client = known_browser(house)
    wrong = {"email": EMAIL, "password": "wrong wrong wrong"}
    statuses = [client.post("/console/sign-in", data=wrong).status_code for _ in range(7)]
    assert statuses == [422] * 5 + [429] * 2


@pytest.mark.parametrize("change", ["another password", "another account", "another tag", "half a cookie"])
def test_a_browser_is_known_for_its_account_and_password_alone(house, change):
    staff_id = vera(house)
    client = known_browser(house)
    name = next(name for name in client.cookies if "known" in name)
    value = client.cookies[name]
    if change == "another password":
        with house.app.database.writing() as session:
            session.get_one(StaffRow, staff_id).password = make_hash("eight red trams come")
    changed = {"another tag": value[:-1] + "g", "half a cookie": value.rpartition(".")[0]}.get(change, value)
    client.cookies.delete(name)
    name = name[:-1] + "_" if change == "another account" else name
    client.cookies.set(name, changed, domain="city.example")
    for _ in range(5):
        guess(house, "wrong wrong wrong", "198.51.100.1")
    answer = client.post("/console/sign-in", data={"email": EMAIL, "password": PASSWORD})
    assert answer.status_code == 429


def test_a_password_counts_exactly_as_it_is(house):
    vera(house)
    for near in (PASSWORD + " ", PASSWORD.upper(), PASSWORD[:-1], PASSWORD + "x" * 300):
        assert guess(house, near) == 422
    assert guess(house, PASSWORD) == 303


def test_only_so_many_hashes_are_made_at_once_and_the_rest_is_told_to_come_back():
    turns = Turns(at_once=1, waiting=0, patience=0.01)
    with turns.turn(), pytest.raises(Busy), turns.turn():
        pass
    waits = Turns(at_once=1, waiting=1, patience=0.01)
    with waits.turn(), pytest.raises(Busy), waits.turn():
        pass
    with turns.turn(), waits.turn():
        pass


def test_who_is_told_to_come_back_has_not_spent_a_try(house, monkeypatch):
    vera(house)
    with monkeypatch.context() as full:
        full.setattr(passwords, "turns", Turns(at_once=0, waiting=0))
        client = TestClient(house.web, base_url=BASE, client=("192.0.2.7", 5), headers=FROM_A_PAGE)
        answers = [
            client.post("/console/sign-in", data={"email": EMAIL, "password": PASSWORD}) for _ in range(8)
        ]
    assert {(answer.status_code, answer.headers["retry-after"]) for answer in answers} == {(503, "5")}
    assert guess(house, PASSWORD) == 303


KNOWN = ("ana.ruiz@penstock.example", "Ana Ruiz", "Cityline", "Penstock")


@pytest.mark.parametrize(
    "password",
    [
        "penstock2026",
        "Penstock2026!",
        "2026penstock!!",
        "PenstockCity2026!",
        "cityline-penstock",
        "P3nst0ck2026!!",
        "C1tyl1ne#2026",
        "welcome2penstock",
        "anaruiz20262026",
        "ana.ruiz@penstock.example",
        "contraseña2026",
        "Péñstóck--2026",
        "26penstock20!",
        "telechargement",
        "ichliebedich",
        "IchLiebeDich",
        "polniypizdec1102",
        "jundian2011xr",
        "1q2w3e4r5t6y7u8i9o",
        "seniseviyorum",
        "gettherefast",
        "summer2026summer",
        "September2026!",
        "password1234",
        "123456789012",
        "qwertyuiopas",
        "aaaaaaaaaaaab",
    ],
)
def test_what_comes_to_mind_first_is_no_password(password):
    assert trouble_with_password(password, password, KNOWN) == {"password": "account.password_weak"}


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "eight red trams come",
        "penstock heron at the weir",
        "x9KqL0vTz2Pw",
        "las nubes bajan al rio",
        "  leading and trailing  ",
    ],
)
def test_what_only_one_person_would_put_together_is_one(password):
    assert trouble_with_password(password, password, KNOWN) == {}


def first_link(house: ConsoleHouse) -> str:
    said: list[str] = []
    tell_first_link(house.app, BASE, said.append)
    return re.sub(rf".* {HERE}", "", said[0])


def test_the_first_link_dies_with_the_first_account_however_it_was_made(house):
    link = first_link(house)
    house.hire("administrator")
    assert house.guest().get(link).status == 404
    with house.app.database.reading() as session:
        assert people.open_invitation(session, link.rpartition("/")[2], house.clock()) is None


def test_the_first_account_takes_every_first_link_with_it(house):
    link = first_link(house)
    with house.app.database.writing() as session:
        invited = people.Invited("ana@city.example", "Ana", ("administrator",))
        secret = people.make_invitation(session, invited, house.clock())
    ana = {"name": "Ana", "email": "ana@city.example", "password": PASSWORD, "again": PASSWORD}
    assert house.guest().get(f"/welcome/{secret}").submit("#welcome", **ana).status == 200
    assert house.guest().get(link).status == 404
    with house.app.database.reading() as session:
        assert session.scalars(select(InvitationRow)).all() == []


def test_the_first_link_is_good_for_a_day(house):
    link = first_link(house)
    house.clock.move(23 * 3600)
    assert house.guest().get(link).status == 200
    house.clock.move(3601)
    assert house.guest().get(link).status == 404


def session_of(house: ConsoleHouse, staff_id: str) -> Colleague:
    """A browser with a session of this person, as after it was stolen."""
    from tests.support.console import open_session

    colleague = house.guest()
    colleague.client.cookies.set(sessions.COOKIE, open_session(house.app, staff_id), domain="city.example")
    return colleague


@pytest.mark.parametrize(
    "proof",
    [
        {},
        {"now": "wrong wrong wrong"},
        {"now": PASSWORD},
        {"now": PASSWORD, "present": "000000"},
        {"present": "right"},
        {"now": "wrong wrong wrong", "present": "right"},
    ],
    ids=str,
)
@pytest.mark.parametrize("wish", ["factor", "password"])
def test_a_session_alone_changes_nothing_that_lets_people_in(house, wish, proof):
    secret = people.new_secret()
    staff_id = vera(house, secret)
    thief = session_of(house, staff_id)
    with house.app.database.reading() as session:
        before = session.get_one(StaffRow, staff_id)
    proof = {
        name: pyotp.TOTP(secret).at(house.clock()) if value == "right" else value
        for name, value in proof.items()
    }
    assert change(thief, house, wish, proof).status == 422
    with house.app.database.reading() as session:
        after = session.get_one(StaffRow, staff_id)
    assert (after.totp, after.password, after.recovery) == (before.totp, before.password, before.recovery)


def change(colleague: Colleague, house: ConsoleHouse, wish: str, proof: dict[str, str]):
    """Set up another second factor, or another password."""
    if wish == "factor":
        page = colleague.get("/account/second-factor")
        new = pyotp.TOTP(page.soup.select_one("ol code").get_text().replace(" ", ""))
        return page.submit("#factor", code=new.at(house.clock()), **proof)
    new = "eight red trams come"
    return colleague.get("/account").submit("#password-form", password=new, again=new, **proof)


@pytest.mark.parametrize("wish", ["factor", "password"])
def test_whoever_proves_it_changes_it_and_gets_a_new_session(house, wish):
    secret = people.new_secret()
    staff_id = vera(house, secret)
    colleague, elsewhere = session_of(house, staff_id), session_of(house, staff_id)
    old = colleague.client.cookies[sessions.COOKIE]
    proof = {"now": PASSWORD, "present": pyotp.TOTP(secret).at(house.clock())}
    page = change(colleague, house, wish, proof)
    assert page.status == 200
    assert colleague.client.cookies[sessions.COOKIE] != old
    with house.app.database.reading() as session:
        assert session.get(SessionRow, people.digest_of(old)) is None
    assert elsewhere.get("/account").path.startswith("/sign-in")
    assert colleague.get("/account").submit("#account", name="Vera").said == "Saved."
    assert page.submit("header form").path == "/sign-in"


def test_a_thief_does_not_guess_the_password_at_the_account_page_either(house):
    staff_id = vera(house)
    thief = session_of(house, staff_id)
    pages = [change(thief, house, "password", {"now": f"wrong guess {number}"}) for number in range(7)]
    errors = [page.soup.select_one("#now-error").get_text() for page in pages]
    assert len(set(errors[:5])) == 1
    assert set(errors[5:]) == {"There were too many attempts. Please wait a quarter of an hour."}


def test_a_first_factor_in_an_old_session_takes_the_password(house):
    staff_id = vera(house)
    colleague = session_of(house, staff_id)
    house.clock.move(16 * 60)
    assert change(colleague, house, "factor", {}).status == 422
    assert change(colleague, house, "factor", {"now": PASSWORD}).status == 200


def test_signing_in_ends_the_session_that_the_browser_had(house):
    vera(house)
    client = TestClient(house.web, base_url=BASE, headers=FROM_A_PAGE)
    data = {"email": EMAIL, "password": PASSWORD}
    client.post("/console/sign-in", data=data)
    old = client.cookies[sessions.COOKIE]
    client.post("/console/sign-in", data=data)
    assert client.cookies[sessions.COOKIE] != old
    with house.app.database.reading() as session:
        assert session.get(SessionRow, people.digest_of(old)) is None
