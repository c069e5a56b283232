"""An empty city, and somebody of staff who works in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.database import Database
from tests.support.databases import make_tables
from tests.unit.console.clerk import Clerk


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path / 'console.sqlite'}"
    make_tables(url)
    database = Database(url)
    yield database
    database.dispose()


@pytest.fixture
def clerk(database: Database) -> Clerk:
    return Clerk(database)
