"""The audit log for whoever reads it: which days are meant, how one pages on, and what no address can break."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from console.audit_pages import _day_limit
from console.shared import audit
from console.shared.audit import AuditLog, Author, WantedEntries
from console.shared.tables import AuditRow
from core.database import Base, Database
from tests.support.builders import NOON
from tests.support.staff_visits import VAULT, open_memory_session, visit_of

ANA, BEN = Author("ana", "Ana"), Author("ben", "Ben 100% Kline")


@pytest.fixture
def session():
    with open_memory_session() as session:
        yield session


@pytest.fixture
def log():
    return AuditLog(VAULT)


@pytest.mark.parametrize(
    ("typed", "begins", "ends"),
    [
        ("2026-01-15", datetime(2026, 1, 14, 23, tzinfo=UTC), datetime(2026, 1, 15, 23, tzinfo=UTC)),
        ("2026-03-29", datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC)),
        ("2026-10-25", datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC)),
    ],
    ids=["a day", "the clocks go forward", "the clocks go back"],
)
def test_a_day_is_the_whole_day_in_the_city(typed, begins, ends):
    visit = visit_of("administrator")
    assert _day_limit(visit, typed) == begins
    assert _day_limit(visit, typed, days=1) == ends


@pytest.mark.parametrize(
    ("typed", "days"),
    [("", 0), ("soon", 0), ("2026-02-30", 0), ("9999-12-31", 1), ("0001-01-01", 0), ("0001-01-01", 1)],
)
@pytest.mark.parametrize("timezone", ["Europe/Berlin", "Pacific/Kiritimati", "America/Los_Angeles"])
def test_a_day_that_is_none_or_beyond_all_days_asks_for_nothing_or_breaks_nothing(
    typed, days, timezone, session
):
    limit = _day_limit(visit_of("administrator", timezone=timezone), typed, days)
    assert audit.search_entries(session, WantedEntries(since=limit), 10) == []


@pytest.mark.parametrize("before", [-1, 0, 2**63 - 1, 2**63, 10**30, -(10**30)])
def test_a_page_after_no_entry_breaks_nothing(before, session, log):
    log.add(session, ANA, "sign_in", "ana@city.example", {}, NOON)
    found = audit.search_entries(session, WantedEntries(before=before), 10)
    assert len(found) == (1 if before >= 2 or before == 0 else 0)


def write(session: Session, log: AuditLog) -> None:
    """Five entries, an hour apart."""
    entries = [
        (ANA, "sign_in", "ana@city.example", {}),
        (BEN, "case.status", "SR-00001", {"status": "fixed"}),
        (ANA, "case.status", "SR-00002", {"status": "closed"}),
        (ANA, "document.saved", "a_b", {"version": "2"}),
        (audit.COMMAND_LINE, "staff.invited", "axb", {}),
    ]
    for hours, (author, action, subject, details) in enumerate(entries):
        log.add(session, author, action, subject, details, NOON + timedelta(hours=hours))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (WantedEntries(), [5, 4, 3, 2, 1]),
        (WantedEntries(words="sr-0000"), [3, 2]),
        (WantedEntries(words="CASE."), [3, 2]),
        (WantedEntries(words="kline"), [2]),
        (WantedEntries(words="100%"), [2]),
        (WantedEntries(words="%"), [2]),
        (WantedEntries(words="a_b"), [4]),
        (WantedEntries(words="\\"), []),
        (WantedEntries(words="fixed"), []),
        (WantedEntries(staff_id="ana", action="case.status"), [3]),
        (WantedEntries(staff_id="nobody"), []),
        (WantedEntries(since=NOON + timedelta(hours=3)), [5, 4]),
        (WantedEntries(until=NOON + timedelta(hours=1)), [1]),
        (WantedEntries(before=3), [2, 1]),
        (WantedEntries(before=3, staff_id="ana"), [1]),
    ],
    ids=lambda value: (
        ", ".join(f"{name}={getattr(value, name)}" for name in value.__slots__ if getattr(value, name))
        if isinstance(value, WantedEntries)
        else ""
    ),
)
def test_entries_are_found_by_what_is_asked_the_newest_first(wanted, found, session, log):
    write(session, log)
    assert [row.id for row in audit.search_entries(session, wanted, 10)] == found


def test_a_page_is_no_longer_than_was_asked(session, log):
    write(session, log)
    assert [row.id for row in audit.search_entries(session, WantedEntries(), 2)] == [5, 4]


def test_what_can_be_chosen_is_what_was_done(session, log):
    write(session, log)
    assert audit.audit_actions(session) == ["case.status", "document.saved", "sign_in", "staff.invited"]


def test_what_was_written_holds(session, log):
    write(session, log)
    verdict = log.verify(session)
    assert (verdict.entries, verdict.broken_at) == (5, None)


def test_an_empty_log_holds(session, log):
    assert log.verify(session) == audit.AuditVerdict(0, audit.FIRST, None)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Somebody"), ("staff_id", "ben"), ("action", "case.note"), ("subject", "SR-00009"),
        ("details", {"status": "open"}), ("details", {}), ("at", NOON), ("digest", "0" * 64),
    ],
)  # fmt: skip
def test_whatever_is_changed_is_found_at_its_entry(field, value, session, log):
    write(session, log)
    setattr(session.get_one(AuditRow, 3), field, value)
    session.flush()
    verdict = log.verify(session)
    assert (verdict.entries, verdict.broken_at) == (2, 3)


def test_an_entry_that_is_taken_out_is_found_at_the_next(session, log):
    write(session, log)
    session.delete(session.get_one(AuditRow, 2))
    session.flush()
    assert log.verify(session).broken_at == 3


def test_more_entries_than_are_read_at_a_time_hold_too(session, log, monkeypatch):
    monkeypatch.setattr(audit, "BATCH", 2)
    write(session, log)
    assert (log.verify(session).entries, log.verify(session).broken_at) == (5, None)


@pytest.mark.parametrize("at", ["Europe/Berlin", "America/Los_Angeles"])
def test_an_entry_holds_in_whatever_zone_its_moment_was_told(at, session, log):
    log.add(session, ANA, "sign_in", "ana@city.example", {}, NOON.astimezone(ZoneInfo(at)))
    session.expire_all()
    assert log.verify(session).broken_at is None


@pytest.mark.parametrize(
    ("subject", "details"), [("a\0b", {}), ("x", {"title": "a\0b"}), ("é€😀", {"t": "\u202e<b>"})]
)
def test_an_entry_holds_though_a_database_keeps_not_every_sign(subject, details, tmp_path, log):
    database = Database(f"sqlite:///{tmp_path / 'log.sqlite'}")
    Base.metadata.create_all(database.engine)
    with database.writing() as session:
        log.add(session, ANA, "staff.invited", subject, details, NOON)
    with database.reading() as session:
        assert log.verify(session).broken_at is None
    database.dispose()
