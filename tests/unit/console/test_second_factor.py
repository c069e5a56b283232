"""The second factor: which code is right when, that each serves once, and how people really type it."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest

from console.accounts import people
from console.shared.tables import StaffRow
from tests.support.builders import NOON
from tests.support.staff_visits import VAULT

SECRET = "JBSWY3DPEHPK3PXP" * 2
STEP = int(NOON.timestamp()) // 30
CODE = pyotp.TOTP(SECRET).generate_otp(STEP)


def ana() -> tuple[StaffRow, list[str]]:
    """Somebody whose second factor was turned on long ago, and their recovery codes."""
    person = StaffRow(staff_id="ana", email="ana@city.example")
    return person, people.begin_second_factor(person, VAULT, SECRET, STEP - 100)


def in_digits_of(zero: str) -> str:
    return "".join(chr(ord(zero) + int(digit)) for digit in CODE)


@pytest.mark.parametrize(
    ("seconds", "right"),
    [(-60, False), (-30, True), (0, True), (29, True), (30, True), (60, False), (3600, False)],
)
def test_a_code_is_good_for_a_step_before_and_a_step_behind(seconds, right):
    found = people.right_step(SECRET, CODE, NOON + timedelta(seconds=seconds), 0)
    assert found == (STEP if right else None)


@pytest.mark.parametrize(
    "typed",
    [
        f"{CODE[:3]} {CODE[3:]}",
        f" {CODE}\n",
        f"{CODE[:3]}-{CODE[3:]}",
        "\u200b".join(CODE),
        in_digits_of("٠"),
        in_digits_of("۰"),
        in_digits_of("０"),
        in_digits_of("०"),
    ],
    ids=[
        "in two groups",
        "blanks around it",
        "a hyphen",
        "signs without width",
        "arabic",
        "persian",
        "wide",
        "hindi",
    ],
)
def test_a_code_counts_however_its_digits_are_typed(typed):
    assert people.right_step(SECRET, typed, NOON, 0) == STEP


@pytest.mark.parametrize(
    "typed", ["", "000000", CODE[:5], f"{CODE}1", "code", "²²²²²²", "①②③④⑤⑥", "é", "\ud83d"]
)
def test_what_is_no_code_of_now_is_wrong(typed):
    assert people.right_step(SECRET, typed, NOON, 0) is None


def test_a_code_that_was_used_is_used_up_and_those_before_it_too():
    person, _ = ana()
    totp = pyotp.TOTP(SECRET)
    assert people.take_code(person, VAULT, totp.generate_otp(STEP), NOON)
    assert not people.take_code(person, VAULT, totp.generate_otp(STEP), NOON)
    assert not people.take_code(person, VAULT, totp.generate_otp(STEP - 1), NOON)
    assert people.take_code(person, VAULT, totp.generate_otp(STEP + 1), NOON)


def test_a_recovery_code_takes_the_place_of_a_lost_phone_once():
    person, codes = ana()
    assert people.take_code(person, VAULT, codes[3], NOON)
    assert not people.take_code(person, VAULT, codes[3], NOON)
    assert people.take_code(person, VAULT, codes[4], NOON)
    assert len(person.recovery) == people.RECOVERY_CODES - 2


@pytest.mark.parametrize("write", [str.upper, lambda code: code.replace("-", " "), lambda code: f" {code} "])
def test_a_recovery_code_from_paper_may_be_written_otherwise(write):
    person, codes = ana()
    assert people.take_code(person, VAULT, write(codes[0]), NOON)


@pytest.mark.parametrize("typed", ["", "-", "00000-00000", "не код"])
def test_no_other_words_are_a_recovery_code(typed):
    person, _ = ana()
    assert not people.take_code(person, VAULT, typed, NOON)
    assert len(person.recovery) == people.RECOVERY_CODES


def test_recovery_codes_are_all_different_and_kept_as_digests():
    person, codes = ana()
    assert len(set(codes)) == people.RECOVERY_CODES
    assert not set(codes) & set(person.recovery)
    assert SECRET not in person.totp


def test_a_second_factor_that_was_turned_off_leaves_no_code_behind():
    person, _ = ana()
    people.end_second_factor(person)
    assert (person.totp, person.totp_step, person.recovery) == ("", 0, [])


def test_another_phone_makes_the_codes_on_paper_void():
    person, before = ana()
    people.begin_second_factor(person, VAULT, people.new_secret(), 0)
    assert not people.take_code(person, VAULT, before[0], NOON)


@pytest.mark.parametrize(("city", "issuer"), [("Springfield", "Cityline%20Springfield"), ("", "Cityline")])
def test_the_app_shows_which_city_the_code_is_for(city, issuer):
    person, _ = ana()
    address = people.provisioning_address(person, SECRET, city)
    assert address.startswith("otpauth://totp/")
    assert f"issuer={issuer}" in address
    assert "ana%40city.example" in address


@pytest.mark.parametrize(
    ("roles", "needed"),
    [([], False), (["viewer"], False), (["agent", "editor"], False), (["viewer", "administrator"], True)],
)
def test_who_may_do_everything_needs_a_second_factor(roles, needed):
    assert people.needs_second_factor(StaffRow(roles=roles)) is needed
