"""Several processes may start at once on one data folder or one database: each prepares in its turn, the others wait and find it done."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

LOCK = 311_312
"""Key of PostgreSQL's advisory lock, for processes on several machines; `bot.migrate` has one of its own."""
WAITING = "Another Cityline is being started on the same {what}; waiting until it is prepared."


@contextmanager
def my_turn(data_dir: Path, database_url: str, tell: Callable[[str], None]) -> Iterator[None]:
    """One at a time of all processes with this data folder or this database; `tell` is told once what is waited for.

    A process that dies gives its turn back. Not to be entered twice by one process.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "start.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell(WAITING.format(what="data folder"))
            fcntl.flock(file, fcntl.LOCK_EX)
        with _turn_at_database(database_url, tell):
            yield


@contextmanager
def _turn_at_database(url: str, tell: Callable[[str], None]) -> Iterator[None]:
    if url.startswith("sqlite"):  # lies in one folder, and that folder has its turn
        yield
        return
    engine = create_engine(url, isolation_level="AUTOCOMMIT", hide_parameters=True)
    try:
        with engine.connect() as connection:
            if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": LOCK}):
                tell(WAITING.format(what="database"))
                connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
            yield
    finally:
        engine.dispose()  # the lock is the connection's, and goes with it
