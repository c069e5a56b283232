"""How often somebody may try to sign in: what is counted for whom, when it is forgotten, and which browser is known."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from console.accounts import throttle
from console.accounts.throttle import attempt_of, begin_attempt, forget_attempts, undo_attempt
from console.shared.tables import SignInTryRow, StaffRow
from core.vault import Vault
from tests.support.builders import NOON
from tests.support.staff_visits import VAULT, open_memory_session

ANA = StaffRow(staff_id="ana", password="hash")
HERE = "192.0.2.7"
QUARTER, DAY = timedelta(minutes=15), timedelta(hours=24)


@pytest.fixture
def session():
    with open_memory_session() as session:
        yield session


def tried(
    session, times: int, *, account: str = "ana@city.example", address: str = HERE, known: str = "", now=NOON
) -> int:
    """How many of so many tries were let through."""
    attempt = attempt_of(VAULT, account, address, known)
    return sum(begin_attempt(session, attempt, now) is not None for _ in range(times))


def test_the_sixth_try_of_a_quarter_of_an_hour_has_to_wait(session):
    assert tried(session, 8) == 5
    assert tried(session, 1, now=NOON + QUARTER - timedelta(seconds=1)) == 0
    assert tried(session, 8, now=NOON + QUARTER) == 5


def test_whoever_goes_on_trying_has_twenty_a_day(session):
    assert sum(tried(session, 8, now=NOON + QUARTER * turn) for turn in range(10)) == 20
    assert tried(session, 1, now=NOON + DAY - timedelta(seconds=1)) == 0
    assert tried(session, 8, now=NOON + DAY) == 5


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ({"account": " ANA@city.example "}, True),
        ({"account": "ben@city.example"}, False),
        ({"address": "192.0.2.8"}, False),
        ({"address": "::ffff:192.0.2.7"}, True),
        ({"known": "abc"}, False),
    ],
    ids=[
        "in capitals",
        "another colleague",
        "another network",
        "the same one written long",
        "a known browser",
    ],
)
def test_whom_five_wrong_tries_make_wait(other, same, session):
    tried(session, 5)
    assert tried(session, 1, **other) == (0 if same else 1)


def test_a_home_with_many_addresses_of_the_long_kind_is_one_network(session):
    assert sum(tried(session, 1, address=f"2001:db8:1:{number}::1") for number in range(20)) == 5
    assert tried(session, 1, address="2001:db8:2::1") == 1


def test_guesses_from_many_networks_end_and_the_own_browser_goes_on(session):
    assert sum(tried(session, 1, address=f"198.51.100.{number}") for number in range(60)) == 30
    assert tried(session, 1, known="abc") == 1


def test_one_network_may_not_go_through_all_colleagues(session):
    assert sum(tried(session, 1, account=f"colleague-{number}@city.example") for number in range(120)) == 100


def test_a_known_browser_has_a_few_tries_too(session):
    assert tried(session, 8, known="abc") == 5
    assert tried(session, 1, known="other") == 1


def test_a_try_that_was_refused_is_not_counted(session):
    tried(session, 50)
    assert session.scalar(select(func.count()).select_from(SignInTryRow)) == 5 * 3


def test_a_try_that_nobody_looked_at_is_taken_back(session):
    attempt = attempt_of(VAULT, "ana@city.example", HERE)
    for _ in range(9):
        undo_attempt(session, begin_attempt(session, attempt, NOON))
    assert tried(session, 8) == 5


def test_whoever_gets_in_starts_afresh_here(session):
    tried(session, 4)
    attempt = attempt_of(VAULT, "ana@city.example", HERE)
    forget_attempts(session, attempt, begin_attempt(session, attempt, NOON))
    assert tried(session, 8) == 5


def test_getting_in_forgets_no_guesses_from_elsewhere(session):
    for number in range(29):
        tried(session, 1, address=f"198.51.100.{number}")
    attempt = attempt_of(VAULT, "ana@city.example", HERE)
    forget_attempts(session, attempt, begin_attempt(session, attempt, NOON))
    assert tried(session, 5, address="203.0.113.1") == 1


def test_what_is_older_than_a_day_is_not_kept(session):
    tried(session, 5)
    tried(session, 1, account="ben@city.example", now=NOON + DAY)
    assert session.scalar(select(func.min(SignInTryRow.at))) == NOON + DAY


def test_nobodys_address_is_in_the_table(session):
    tried(session, 1)
    kept = " ".join(session.scalars(select(SignInTryRow.key)))
    assert "ana" not in kept
    assert HERE not in kept


def cookie() -> str:
    return throttle.new_cookie(VAULT, ANA, NOON)


def test_a_browser_is_known_for_half_a_year():
    made = cookie()
    number = throttle.number_of(VAULT, ANA, made, NOON)
    assert number
    assert throttle.number_of(VAULT, ANA, made, NOON + throttle.KNOWN_FOR - timedelta(seconds=1)) == number
    assert throttle.number_of(VAULT, ANA, made, NOON + throttle.KNOWN_FOR) == ""


def test_two_browsers_of_one_colleague_are_counted_apart():
    assert throttle.number_of(VAULT, ANA, cookie(), NOON) != throttle.number_of(VAULT, ANA, cookie(), NOON)


@pytest.mark.parametrize(
    ("person", "vault"),
    [
        (StaffRow(staff_id="ana", password="a new hash"), VAULT),
        (StaffRow(staff_id="ben", password="hash"), VAULT),
        (None, VAULT),
        (ANA, Vault("another secret that is long enough")),
    ],
    ids=["after a new password", "for a colleague", "for nobody", "in another installation"],
)
def test_a_browser_is_a_stranger(person, vault):
    assert throttle.number_of(vault, person, cookie(), NOON) == ""


def later(parts: list[str]) -> list[str]:
    return [str(int(parts[0]) + 1), *parts[1:]]


@pytest.mark.parametrize(
    "change",
    [
        later,
        lambda parts: [parts[0], "0" * 16, parts[2]],
        lambda parts: [*parts[:2], "0" * 64],
        lambda parts: [*parts[:2], ""],
        lambda parts: [*parts[:2], "é"],
        lambda parts: parts[:2],
        lambda parts: [*parts, ""],
        lambda parts: ["", *parts[1:]],
        lambda parts: ["9" * 5000, *parts[1:]],
        lambda parts: ["²", *parts[1:]],
        lambda parts: ["-1", *parts[1:]],
        lambda parts: ["1e9", *parts[1:]],
        lambda _parts: [""],
    ],
    ids=[
        "a longer time", "another number", "a guessed tag", "no tag", "a tag of other letters", "too short", "too long",
        "no time", "a time without end", "a raised digit", "a time before all times", "an exponent", "nothing",
    ],
)  # fmt: skip
def test_a_cookie_that_was_changed_makes_no_browser_known(change):
    assert throttle.number_of(VAULT, ANA, ".".join(change(cookie().split("."))), NOON) == ""


def test_each_colleague_has_a_cookie_of_their_own_which_names_nobody():
    first, second = (throttle.cookie_name(VAULT, staff_id) for staff_id in ("ana", "ben"))
    assert first != second
    assert first.startswith("__Host-")
    assert "ana" not in first.removeprefix(throttle.COOKIE)
