"""Databases that are filled already: to make all tables and load the sample city takes a second, to copy a file of SQLite hardly anything."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from bot.migrate import upgrade_database
from city.loading.load import load_city
from core.database import Database

SAMPLE = Path(__file__).parents[2] / "city" / "sample"
SQLITE = "sqlite:///"


def make_tables(url: str) -> None:
    """All tables, as the migrations make them."""
    if not copied(url, city=False):
        upgrade_database(url)


@contextmanager
def open_database(url: str) -> Iterator[Database]:
    """A database with all tables, closed when the block ends."""
    make_tables(url)
    database = Database(url)
    try:
        yield database
    finally:
        database.dispose()


def fill_database(url: str, city: Path = SAMPLE) -> None:
    """All tables, and the city in them."""
    if city != SAMPLE or not copied(url, city=True):
        fill(url, city)


def fill(url: str, city: Path) -> None:
    """The same without a copy."""
    upgrade_database(url)
    with open_database(url) as database, database.writing() as session:
        load_city(session, city)


def copied(url: str, *, city: bool) -> bool:
    """Whether this is a file of SQLite that was not there yet, and is now a copy of the one that is kept."""
    file = Path(url.removeprefix(SQLITE))
    if not url.startswith(SQLITE) or file.exists():
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(0o600)
    file.write_bytes(kept_file(city=city))
    return True


@cache
def kept_file(*, city: bool) -> bytes:
    """A file of SQLite with all tables; made once in a process."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"{SQLITE}{folder}/kept.sqlite"
        if city:
            fill(url, SAMPLE)
        else:
            upgrade_database(url)
        return Path(url.removeprefix(SQLITE)).read_bytes()
