"""The one way to the database: engine, tables' base, and short transactions. SQLite and PostgreSQL.

SQLite runs with WAL, `synchronous=FULL`, `secure_delete` and `BEGIN IMMEDIATE`; its writers of one process queue on a lock here,
because SQLite's own waiting sleeps in steps of many milliseconds.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    Table,
    TypeDecorator,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session

from core.private import private_database

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


Statements = Session | Connection
"""Whatever runs statements within a transaction: the queue's and the memory's need no objects, and are half as dear without."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: always aware and in UTC in Python, whatever the database keeps."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive instant; SQLite gets UTC without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(
                "An instant without a time zone was about to be stored; give it one, e.g. datetime.now(UTC)."
            )
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  SQLAlchemy's signature
        """Give back an aware instant in UTC; PostgreSQL answers in the zone of the connection."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables of the house share this metadata, so that one set of migrations serves them."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012  SQLAlchemy's own contract


def table_of(mapped: type[Base]) -> Table:
    """The table of a mapped class, for statements that are built once and need no objects."""
    assert isinstance(mapped.__table__, Table)  # noqa: S101  for the type checker
    return mapped.__table__


class NestedWrite(RuntimeError):  # noqa: N818  named for what was tried
    """A thread that is writing began a second write, which would wait for the first, and the first for it, until the database gives
    up; nobody else writes meanwhile. A fault of the code, never of a user.
    """

    def __init__(self) -> None:
        super().__init__(
            "This thread is within Database.writing() or noting() already. Hand on the session that is open, or leave the block first "
            "and write again, or render the page, after it."
        )


class Database:
    """An engine and the ways to use it, each one short transaction: `reading()` and `writing()` with objects, and `looking()` and
    `noting()` for statements alone, where speed counts.

    Within a write the same thread may begin no other: `NestedWrite`.
    """

    def __init__(self, url: str) -> None:
        self.engine = _make_engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._one_writer = threading.Lock() if self.is_sqlite else nullcontext()
        self._here = threading.local()

    def insert(self, table: Table) -> Any:
        """An INSERT of this database that can say what happens ON CONFLICT."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for looking only; nothing is committed."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that commits at the end, or rolls back on any error. Never hold it while talking to the world."""
        with self._as_the_writer(), Session(self.engine, expire_on_commit=False) as session:
            if self.is_sqlite:
                session.connection(execution_options={"cityline_write": True})
            yield session
            session.commit()

    @contextmanager
    def looking(self) -> Iterator[Connection]:
        """A connection for looking only; nothing is committed."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def noting(self) -> Iterator[Connection]:
        """A connection that commits at the end, or rolls back on any error."""
        with self._as_the_writer(), self.engine.connect() as connection:
            if self.is_sqlite:
                connection = connection.execution_options(cityline_write=True)  # noqa: PLW2901
            yield connection
            connection.commit()

    @contextmanager
    def _as_the_writer(self) -> Iterator[None]:
        self.refuse_within_a_write()
        with self._one_writer:
            self._here.is_writing = True
            try:
                yield
            finally:
                self._here.is_writing = False

    def refuse_within_a_write(self) -> None:
        """`NestedWrite` when this thread is writing: for what may write in the end, such as a page."""
        if getattr(self._here, "is_writing", False):
            raise NestedWrite

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def without_nul(value: Any) -> Any:
    """The value without NUL characters in any of its strings: PostgreSQL keeps none, and SQLite's own functions end a text there."""
    if isinstance(value, str):
        return value.replace("\0", "") if "\0" in value else value
    if isinstance(value, dict):
        return {without_nul(key): without_nul(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        each_one = map(without_nul, value)
        return list(each_one) if isinstance(value, list) else tuple(each_one)
    return value


def _to_json(value: Any) -> str:
    written = json.dumps(value)
    return json.dumps(without_nul(value)) if "\\u0000" in written else written


def _make_engine(url: str) -> Engine:
    engine = _sqlite_engine(url) if url.startswith("sqlite") else _postgresql_engine(url)

    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def _bound(
        _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: Any
    ) -> tuple[str, Any]:
        return statement, without_nul(parameters)

    return engine


def _postgresql_engine(url: str) -> Engine:
    return create_engine(
        url,
        pool_size=20,
        max_overflow=20,
        pool_pre_ping=True,
        hide_parameters=True,
        json_serializer=_to_json,
    )


def _sqlite_engine(url: str) -> Engine:
    path = make_url(url).database
    if path and path != ":memory:":
        private_database(Path(path))
    engine = create_engine(
        url,
        connect_args={"timeout": 30, "check_same_thread": False},
        pool_size=64,
        max_overflow=20,
        hide_parameters=True,  # what residents wrote; an error would tell it to the log
        json_serializer=_to_json,
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy's BEGIN below is ours
        cursor = connection.cursor()
        for pragma in (
            "busy_timeout=30000",
            "journal_mode=WAL",
            "synchronous=FULL",
            "secure_delete=ON",
            "foreign_keys=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        writing = connection.get_execution_options().get("cityline_write")
        connection.connection.dbapi_connection.execute("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine
