"""A running web door for the browser, with a new city in it for every test; or a whole installation with its console."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.webchat.conftest import base, city, door
from tests.support.console_server import RunningOffice, open_office

__all__ = ["base", "city", "door"]


@pytest.fixture
def sent(city):
    """The texts that the city has received so far."""
    return lambda: [message.text for message in city.accepted]


@pytest.fixture
def console(tmp_path) -> Iterator[RunningOffice]:
    """An installation of one's own, chat and console, being served."""
    with open_office(tmp_path / "var") as running:
        yield running


@pytest.fixture
def open_to_all(tmp_path) -> Iterator[RunningOffice]:
    """The same with a public address, so that links can be sent."""
    with open_office(tmp_path / "public", public_url="https://city.example") as running:
        yield running
