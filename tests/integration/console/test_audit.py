"""The audit log: written with what it tells of, only added to, whole or not, searchable."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from console.shared.audit import AuditLog, Author, WantedEntries, search_entries
from console.shared.tables import AuditRow
from core.vault import Vault
from tests.support.builders import Clock

ANA = Author("a" * 32, "Ana")


@pytest.fixture
def log() -> AuditLog:
    return AuditLog(Vault("a secret of more than thirty-two characters"))


def write(database, log: AuditLog, *actions: str) -> None:
    clock = Clock()
    for action in actions:
        with database.writing() as session:
            log.add(session, ANA, action, "KR-48213", {"status": "fixed"}, clock())
        clock.move(60)


def verdict(database, log: AuditLog):
    with database.reading() as session:
        return log.verify(session)


def unguarded(database, statement: str) -> None:
    """What somebody with all rights on the database could do."""
    drop = (
        ["DROP TRIGGER audit_log_keeps_rows", "DROP TRIGGER audit_log_keeps_words"]
        if database.is_sqlite
        else ["DROP TRIGGER audit_log_only_added_to ON audit_log"]
    )
    with database.noting() as connection:
        for line in [*drop, statement]:
            connection.execute(text(line))


def test_what_was_written_is_whole(database, log):
    write(database, log, "case.status", "case.note", "sign_out")
    found = verdict(database, log)
    assert (found.entries, found.broken_at) == (3, None)


@pytest.mark.parametrize(
    ("statement", "entries"),
    [
        ("UPDATE audit_log SET name = 'Eve' WHERE id = 2", 1),
        ("UPDATE audit_log SET details = '{}' WHERE id = 2", 1),
        ("UPDATE audit_log SET at = '2026-06-02 12:00:00' WHERE id = 2", 1),
        ("DELETE FROM audit_log WHERE id = 2", 1),
        ("DELETE FROM audit_log WHERE id = 1", 0),
    ],
)
def test_a_change_behind_its_back_is_found(database, log, statement, entries):
    write(database, log, "case.status", "case.note", "sign_out")
    unguarded(database, statement)
    found = verdict(database, log)
    assert found.broken_at is not None
    assert found.entries == entries


def test_the_end_cut_off_shows_in_the_last_digest(database, log):
    write(database, log, "case.status", "case.note")
    before = verdict(database, log)
    unguarded(database, "DELETE FROM audit_log WHERE id = 2")
    after = verdict(database, log)
    assert after.broken_at is None
    assert (after.entries, after.last) != (before.entries, before.last)


def test_whoever_lacks_the_key_cannot_write_an_entry_that_holds(database, log):
    write(database, log, "case.status")
    write(database, AuditLog(Vault("another secret of more than thirty-two characters")), "case.note")
    assert verdict(database, log).broken_at == 2


@pytest.mark.parametrize("statement", ["UPDATE audit_log SET name = 'Eve'", "DELETE FROM audit_log"])
def test_the_database_refuses_to_change_or_remove_entries(database, log, statement):
    write(database, log, "case.status")
    with pytest.raises(DatabaseError, match="only added to"), database.noting() as connection:
        connection.execute(text(statement))


def test_what_is_not_done_is_not_in_the_log(database, log):
    def fail() -> None:
        with database.writing() as session:
            log.add(session, ANA, "case.status", "", {}, Clock()())
            raise RuntimeError("no power")

    with pytest.raises(RuntimeError):
        fail()
    assert verdict(database, log).entries == 0


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (WantedEntries(), ["sign_out", "case.note", "case.status"]),
        (WantedEntries(action="case.note"), ["case.note"]),
        (WantedEntries(words="kr-482"), ["sign_out", "case.note", "case.status"]),
        (WantedEntries(words="%"), []),
        (WantedEntries(staff_id="b" * 32), []),
        (WantedEntries(before=2), ["case.status"]),
    ],
    ids=str,
)
def test_the_log_is_searched(database, log, wanted, found):
    write(database, log, "case.status", "case.note", "sign_out")
    with database.reading() as session:
        rows: list[AuditRow] = list(search_entries(session, wanted, 10))
    assert [row.action for row in rows] == found


def test_staff_read_it_a_page_at_a_time_and_check_it(house):
    chief = house.sign_in("administrator", name="Chief")
    for _ in range(60):
        chief.get("/account").submit("#account", name="Chief")
    page = chief.get("/audit")
    assert len(page.soup.select("tbody tr")) == 50
    older = page.follow("Older")
    assert 10 <= len(older.soup.select("tbody tr")) < 50
    assert "as they were written" in page.follow("Check the log").main


def test_who_signs_in_wrongly_is_in_it(house):
    house.guest().get("/sign-in").submit("#sign-in", email="eve@city.example", password="a wrong password")
    page = house.sign_in("administrator").get("/audit?action=sign_in.wrong")
    assert "sign_in.wrong" in page.main
    assert "eve@" not in page.main
