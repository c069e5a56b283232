"""One house with a console for the tests of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.console import ConsoleHouse


@pytest.fixture
def house(tmp_path) -> Iterator[ConsoleHouse]:
    """An installation with the sample city and its console, on SQLite."""
    house = ConsoleHouse(tmp_path / "var")
    yield house
    house.close()
