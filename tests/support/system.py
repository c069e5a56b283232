"""The whole system for acceptance tests: `cityline serve` as a process, with its real Rasa and the sample city."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from benchmarks.machine import Cityline


@pytest.fixture(scope="session")
def cityline(rasa_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cityline]:
    """One running Cityline for the session; tests talk to it as residents who do not know each other."""
    from benchmarks.machine import Cityline

    assert rasa_model.is_file()
    city = Cityline(tmp_path_factory.mktemp("cityline"), log_level="warning")
    city.start(prepare=True)
    try:
        city.wait_until_ready(within=170)
        yield city
    finally:
        city.stop()
