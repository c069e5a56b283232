"""One house with open doors for a module, emptied before each test; on PostgreSQL too where a test asks for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.webhooks.running import Doors, open_doors


@pytest.fixture(scope="module")
def house_with_doors(tmp_path_factory) -> Iterator[Doors]:
    with open_doors(tmp_path_factory.mktemp("doors")) as doors:
        yield doors


@pytest.fixture
def doors(house_with_doors: Doors) -> Doors:
    house_with_doors.forget()
    return house_with_doors


@pytest.fixture
def either(database_url: str, tmp_path) -> Iterator[Doors]:
    """On each kind of database."""
    with open_doors(tmp_path, database_url) as doors:
        yield doors
