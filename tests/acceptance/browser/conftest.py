"""A running web door for the browser, with a new city in it for every test."""

from __future__ import annotations

import pytest

from tests.integration.webchat.conftest import base, city, door

__all__ = ["base", "city", "door"]


@pytest.fixture
def sent(city):
    """The texts that the city has received so far."""
    return lambda: [message.text for message in city.accepted]
