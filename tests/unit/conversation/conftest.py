"""An empty database with all tables, for what staff do with conversations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from core.database import Database
from tests.support.databases import make_tables


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path / 'conversation.sqlite'}"
    make_tables(url)
    database = Database(url)
    yield database
    database.dispose()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """One open transaction."""
    with database.writing() as session:
        yield session
