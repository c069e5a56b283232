"""A write stands or falls as a whole, instants have a zone, and nobody waits for themselves."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, StatementError

from core.database import Base, Database, NestedWrite, table_of, without_nul
from core.tables import Checkpoint
from tests.support.builders import NOON


@pytest.fixture
def database(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'a.sqlite'}")
    Base.metadata.create_all(database.engine, [table_of(Checkpoint)])
    yield database
    database.dispose()


def names(database: Database) -> list[str]:
    with database.looking() as connection:
        return sorted(connection.scalars(text("SELECT name FROM marks")))


def test_what_was_written_together_is_there_together(database):
    with database.writing() as session:
        session.add_all([Checkpoint(name="a", at=NOON), Checkpoint(name="b", at=NOON)])
    assert names(database) == ["a", "b"]


def put(database: Database, way: str, name: str, times: int = 1, *, fault: Exception | None = None) -> None:
    with getattr(database, way)() as session:
        for _ in range(times):
            session.execute(table_of(Checkpoint).insert(), {"name": name, "at": NOON})
        if fault:
            raise fault


@pytest.mark.parametrize("way", ["writing", "noting"])
def test_an_error_leaves_nothing_behind_and_the_next_write_finds_the_way_free(database, way):
    with pytest.raises(ZeroDivisionError):
        put(database, way, "lost", fault=ZeroDivisionError())
    put(database, way, "kept")
    assert names(database) == ["kept"]


@pytest.mark.parametrize("outer", ["writing", "noting"])
@pytest.mark.parametrize("inner", ["writing", "noting"])
def test_a_second_write_within_a_write_is_refused_instead_of_waited_for(database, outer, inner):
    with getattr(database, outer)():
        with pytest.raises(NestedWrite), getattr(database, inner)():
            pass
        with pytest.raises(NestedWrite):
            database.refuse_within_a_write()
    database.refuse_within_a_write()
    assert names(database) == []


@pytest.mark.parametrize("way", ["reading", "looking"])
def test_who_writes_may_look_meanwhile_and_sees_what_stands(database, way):
    with database.writing() as session:
        session.add(Checkpoint(name="a", at=NOON))
        session.flush()
        with getattr(database, way)() as beside:
            assert beside.execute(text("SELECT count(*) FROM marks")).scalar() == 0


def test_another_thread_may_write_when_this_one_has_ended(database):
    def write() -> None:
        with database.writing() as session:
            session.add(Checkpoint(name="theirs", at=NOON))

    with database.writing() as session:
        thread = threading.Thread(target=write)
        thread.start()
        session.add(Checkpoint(name="ours", at=NOON))
    thread.join()
    assert names(database) == ["ours", "theirs"]


def test_looking_changes_nothing(database):
    with database.reading() as session:
        session.add(Checkpoint(name="a", at=NOON))
        session.flush()
    assert names(database) == []


@pytest.mark.parametrize(
    "at",
    [
        NOON,
        NOON.astimezone(timezone(timedelta(hours=9))),
        NOON.astimezone(timezone(timedelta(hours=-5, minutes=-30))),
    ],
    ids=["UTC", "east", "west"],
)
def test_an_instant_comes_back_as_the_same_one_in_utc(database, at):
    with database.writing() as session:
        session.add(Checkpoint(name="a", at=at))
    with database.reading() as session:
        (kept,) = session.query(Checkpoint.at).one()
    assert kept == NOON
    assert kept.tzinfo is UTC


def test_an_instant_without_a_zone_is_a_mistake_that_says_what_to_do(database):
    with pytest.raises(StatementError, match=r"datetime\.now\(UTC\)"), database.writing() as session:
        session.add(Checkpoint(name="a", at=datetime(2026, 6, 1, 12)))  # noqa: DTZ001
    assert names(database) == []


def test_an_error_of_the_database_does_not_tell_what_was_to_be_written(database):
    with pytest.raises(IntegrityError) as refused:
        put(database, "writing", "+15550100", times=2)
    assert "+15550100" not in str(refused.value)


def test_the_file_is_for_its_user_alone(tmp_path):
    Database(f"sqlite:///{tmp_path / 'deep' / 'own.sqlite'}").dispose()
    assert (tmp_path / "deep" / "own.sqlite").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("value", "left"),
    [
        ("a\0b", "ab"),
        ("plain", "plain"),
        (["a\0", ("b\0", 1)], ["a", ("b", 1)]),
        ({"k\0": {"deep": "\0"}}, {"k": {"deep": ""}}),
        (b"a\0b", b"a\0b"),
        (None, None),
        (7, 7),
    ],
    ids=["a text", "one without", "lists", "keys and what is deep", "bytes stay", "nothing", "a number"],
)
def test_nul_is_left_out_wherever_it_stands(value, left):
    assert without_nul(value) == left
