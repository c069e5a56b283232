"""A running web door for the tests of its wire."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from channels.web.fake import EchoCity
from tests.integration.webchat.running import Resident, build_chat, serving


@pytest.fixture
def city() -> EchoCity:
    return EchoCity()


@pytest.fixture
def base(city: EchoCity) -> Iterator[str]:
    with serving(build_chat(city)) as address:
        yield address


@pytest.fixture
def resident(base: str) -> Resident:
    return Resident(base)
