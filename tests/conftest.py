"""Fixtures that more than one ring of tests uses; each plugin module says what it brings."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import structlog

os.environ.setdefault("CITYLINE_FRAGMENT_SILENCE", "0")
"""Tests wait for nobody who might write more; those of just that set the seconds themselves."""

if TYPE_CHECKING:
    from core.database import Database

pytest_plugins = (
    "tests.support.postgresql",
    "tests.support.rasa",
    "tests.support.browser",
    "tests.support.system",
)


@cache
def use_steady_examples() -> None:
    """The same examples in every run: what fails must fail again; and no limit of time, which a busy machine would break."""
    from hypothesis import settings

    settings.register_profile("steady", deadline=None, derandomize=True)
    settings.load_profile("steady")


def pytest_pycollect_makemodule(module_path: Path) -> None:
    """Before a module is read that draws examples; other runs need not load the library, which takes as long as many a file of tests."""
    if b"hypothesis" in module_path.read_bytes():
        use_steady_examples()


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
    from tests.support.databases import open_database

    with open_database(database_url) as database:
        yield database


@pytest.fixture(autouse=True)
def _own_log() -> Iterator[None]:
    """A command that was run in a test leaves no log behind that writes to its closed output."""
    yield
    structlog.reset_defaults()
