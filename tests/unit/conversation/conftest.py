"""An empty database with all tables, for what staff do with conversations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from core.database import Database
from tests.support.databases import open_database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with open_database(f"sqlite:///{tmp_path / 'conversation.sqlite'}") as database:
        yield database


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """One open transaction."""
    with database.writing() as session:
        yield session
