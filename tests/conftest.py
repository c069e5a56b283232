"""Fixtures that more than one ring of tests uses; each plugin module says what it brings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from core.database import Database

settings.register_profile("steady", derandomize=True)
settings.load_profile("steady")  # the same examples in every run: what fails must fail again

pytest_plugins = (
    "tests.support.postgresql",
    "tests.support.rasa",
    "tests.support.browser",
    "tests.support.system",
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind, one after the other."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'cityline.sqlite'}"
    url: str = request.getfixturevalue("postgresql_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database of each kind with all tables, made by the migrations."""
    from bot.migrate import upgrade

    upgrade(database_url)
    database = Database(database_url)
    yield database
    database.dispose()
