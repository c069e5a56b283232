"""A revision makes today what it made on its own day: it imports nothing of the house, whose code goes on changing."""

from __future__ import annotations

import re
import shutil

import pytest
from sqlalchemy import Column, Integer, Table

from bot import migrate
from core.database import Base, UtcDateTime
from tests.integration.city.test_migrations import MODULES
from tests.unit.test_house import ROOMS, imports_of, room_of

FROZEN = "bot.migrations"
FILES = sorted(path for path in migrate.FOLDER.rglob("*.py") if path.name != "env.py")
"""The revisions and what is frozen for them; `env.py` runs them, and is of today."""


def of_the_house(path):
    return [name for name in imports_of(path) if room_of(name) in ROOMS and not name.startswith(FROZEN)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_revision_imports_nothing_of_the_house(path):
    assert of_the_house(path) == []


def test_what_is_frozen_belongs_to_one_revision():
    revisions = migrate.known_revisions()
    for path in migrate.FOLDER.glob("frozen_*.py"):
        number = path.stem.removeprefix("frozen_")
        (revision,) = [name for name in revisions if name.startswith(number)]
        importing = [other.stem for other in FILES if f"{FROZEN}.{path.stem}" in imports_of(other)]
        assert importing == [revision]


@pytest.fixture
def new_table():
    """A table that no revision makes yet."""
    table = Table(
        "lanterns",
        Base.metadata,
        Column("id", Integer, primary_key=True),
        Column("lit_at", UtcDateTime, nullable=False),
    )
    yield table
    Base.metadata.remove(table)


def test_a_draft_makes_the_new_table_alone_and_imports_nothing_of_the_house(new_table, tmp_path, monkeypatch):
    folder = tmp_path / "migrations"
    shutil.copytree(migrate.FOLDER, folder)
    monkeypatch.setattr(migrate, "FOLDER", folder)
    known = migrate.known_revisions()
    newest = migrate.newest_revision()

    path = migrate.draft_revision("light the lanterns", MODULES)

    assert of_the_house(path) == []
    written = path.read_text(encoding="utf-8")
    assert "sa.Column('lit_at', sa.DateTime(timezone=True), nullable=False)" in written
    assert re.findall(r"op\.(\w{2,})", written) == ["create_table", "drop_table"]
    drafted = migrate.newest_revision()
    assert migrate.known_revisions()[drafted] == newest
    assert drafted > max(known)
