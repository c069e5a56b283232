"""Which new password is good enough here, whose password it is, and who waits for a turn."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from console.accounts import passwords, proving, throttle
from console.accounts.passwords import (
    LONGEST_PASSWORD,
    Turns,
    knows_password,
    make_hash,
    trouble_with_password,
)
from console.shared.errors import Busy
from console.shared.tables import AuditRow, SignInTryRow, StaffRow
from core.database import Base, Database
from tests.support.builders import NOON
from tests.support.staff_visits import VAULT, visit_of

GOOD = "seven green buses wait"
KNOWN = ("ana.ruiz@springfield.example", "Ana Ruíz", "Cityline", "Springfield")
SHORT, WEAK, DIFFERS = ("account.password_short", "account.password_weak", "account.password_differs")


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch):
    """argon2 with little work."""
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", cheap)
    monkeypatch.setattr(passwords, "_nobodys", cheap.hash("nobody's"))
    monkeypatch.setattr(passwords, "turns", Turns())


@pytest.mark.parametrize(
    ("password", "said"),
    [
        (GOOD, ""),
        ("grüne Busse warten dort", ""),
        ("七辆绿色公交车在等着我们呢吗", ""),
        ("   spaces   around it   ", ""),
        ("", SHORT),
        ("x7#kQ9!pLw2", SHORT),
        ("x7#kQ9!pLw2z", ""),
        (GOOD + "x" * (LONGEST_PASSWORD - len(GOOD) + 1), SHORT),
        ("passwordpassword", WEAK),
        ("P4ssw0rd!2026!!", WEAK),
        ("Springfield2026!", WEAK),
        ("ana.ruiz.2026.!", WEAK),
        ("AnaRuiz-Cityline", WEAK),
        ("ruizruizruizruiz", WEAK),
        ("$pr1ngf13ld-2026", WEAK),
        ("summer2026summer", WEAK),
        ("aaaaaaaaaaaaaaaaaaaa", WEAK),
        ("123456789012", WEAK),
        ("qwertyuiopasdfgh", WEAK),
    ],
    ids=[
        "words of one's own", "with other letters", "without spaces, in Chinese", "blanks count", "nothing", "one sign too few",
        "as few as may be", "too long", "the first that is guessed", "in disguise", "the city", "one's own address",
        "name and program", "one's name again and again", "the city in disguise", "a season", "one letter", "digits in a row",
        "keys in a row",
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_new_password(password, said):
    assert trouble_with_password(password, password, KNOWN).get("password", "") == said


@pytest.mark.parametrize("again", ["", GOOD.upper(), f"{GOOD} ", "another one that is good"])
def test_a_password_is_typed_twice_alike(again):
    assert trouble_with_password(GOOD, again, KNOWN) == {"again": DIFFERS}


def test_a_password_that_is_no_good_is_said_before_that_they_differ():
    assert trouble_with_password("short", "other", KNOWN) == {"password": SHORT}


@pytest.mark.parametrize("word", ["gardener", "GARDENER", "gärdener"])
def test_a_word_of_ones_own_name_is_guessed_first_for_oneself_alone(word):
    assert trouble_with_password("gardener-1-2-3!", "gardener-1-2-3!", (word,)) == {"password": WEAK}


def ana(password: str = GOOD, *, active: bool = True) -> StaffRow:
    return StaffRow(
        staff_id="ana", email="ana@city.example", name="Ana", language="en", roles=["agent"], departments=[],
        password=make_hash(password), totp="", recovery=[], active=active, created_at=NOON,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        (GOOD, True),
        (f"{GOOD} ", False),
        (GOOD.upper(), False),
        (GOOD[:-1], False),
        ("", False),
        ("nobody's", False),
    ],
)
def test_a_password_is_right_exactly_as_it_is(typed, right):
    assert knows_password(ana(), typed) is right


def test_whoever_left_and_whoever_never_was_here_have_no_right_password():
    assert not knows_password(ana(active=False), GOOD)
    assert not knows_password(None, "nobody's")


@pytest.mark.parametrize("kept", ["-", "", "$argon2id$nonsense", "$2b$12$" + "x" * 53])
def test_what_is_no_hash_of_ours_fits_no_password(kept):
    person = ana()
    person.password = kept
    assert not knows_password(person, kept)


def test_two_hashes_of_one_password_differ():
    assert make_hash(GOOD) != make_hash(GOOD)


def test_whoever_finds_no_room_is_told_at_once_and_the_next_gets_in():
    turns = Turns(at_once=1, waiting=0)
    with turns.turn(), pytest.raises(Busy), turns.turn():
        pass
    with turns.turn():
        pass


def test_whoever_waits_too_long_is_told_and_gives_the_place_back():
    turns = Turns(at_once=1, waiting=1, patience=0)
    for _ in range(3):
        with turns.turn(), pytest.raises(Busy), turns.turn():
            pass


def test_whoever_waits_gets_in_when_somebody_leaves():
    turns, inside, leave = Turns(at_once=1, waiting=1, patience=60), threading.Event(), threading.Event()

    def first() -> None:
        with turns.turn():
            inside.set()
            leave.wait(60)

    thread = threading.Thread(target=first)
    thread.start()
    assert inside.wait(60)
    leave.set()
    with turns.turn():
        thread.join()


def test_a_turn_that_ends_in_an_error_is_over():
    turns = Turns(at_once=1, waiting=0)
    with pytest.raises(ValueError, match="broken"), turns.turn():
        raise ValueError("broken")
    with turns.turn():
        pass


@pytest.fixture
def database(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'console.sqlite'}")
    Base.metadata.create_all(database.engine)
    with database.writing() as session:
        session.add(ana())
    yield database
    database.dispose()


def counted(database: Database, table: type) -> int:
    with database.reading() as session:
        return len(session.scalars(select(table)).all())


def person_of(session: Session) -> StaffRow:
    return session.get_one(StaffRow, "ana")


def test_a_wrong_password_is_counted_and_the_sixth_not_even_looked_at(database):
    visit = visit_of("agent", database=database)
    with database.reading() as session:
        person = person_of(session)
    wrong = [proving.password_is_right(visit, person.email, person, "wrong").wrong for _ in range(6)]
    assert wrong == ["account.wrong"] * 5 + [proving.WAIT]
    assert proving.password_is_right(visit, person.email, person, GOOD).wrong == proving.WAIT


def test_nobody_learns_whether_an_address_has_an_account(database):
    visit = visit_of(database=database)
    wrong = [proving.password_is_right(visit, "nobody@city.example", None, GOOD).wrong for _ in range(6)]
    assert wrong == ["account.wrong"] * 5 + [proving.WAIT]


def test_whoever_is_told_to_come_back_has_not_spent_a_try(database, monkeypatch):
    monkeypatch.setattr(passwords, "turns", Turns(at_once=0, waiting=0))
    with database.reading() as session:
        person = person_of(session)
    with pytest.raises(Busy):
        proving.password_is_right(visit_of("agent", database=database), person.email, person, GOOD)
    assert counted(database, SignInTryRow) == 0


@pytest.mark.parametrize(
    ("password", "wrong"),
    [
        (GOOD, {}),
        ("wrong", {"now": "account.password_now_wrong"}),
        ("", {"now": "account.password_now_wrong"}),
    ],
)
def test_whoever_changes_what_lets_people_in_proves_it_again(password, wrong, database):
    visit = visit_of("agent", database=database)
    assert proving.proven_again(visit, password, "") == wrong
    assert counted(database, AuditRow) == len(wrong)
    assert (counted(database, SignInTryRow) == 0) is (not wrong)


def test_a_browser_that_was_remembered_goes_on_when_strangers_have_to_wait(database):
    visit = visit_of("agent", database=database)
    with database.reading() as session:
        person = person_of(session)
    for _ in range(6):
        proving.password_is_right(visit, person.email, person, "wrong")
    known = {throttle.cookie_name(VAULT, "ana"): throttle.new_cookie(VAULT, person, NOON)}
    visit.request = SimpleNamespace(client=None, cookies=known)
    assert proving.password_is_right(visit, person.email, person, GOOD).wrong == ""
