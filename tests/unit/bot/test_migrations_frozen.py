"""A revision makes today what it made on its own day: it imports nothing of the house, whose code goes on changing."""

from __future__ import annotations

import pytest

from bot import migrate
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
