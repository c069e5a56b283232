"""An empty city, and somebody of staff who works in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.database import Database
from tests.support.databases import open_database
from tests.unit.console.clerk import Clerk


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with open_database(f"sqlite:///{tmp_path / 'console.sqlite'}") as database:
        yield database


@pytest.fixture
def clerk(database: Database) -> Clerk:
    return Clerk(database)
