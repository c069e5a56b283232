"""One fake Bot API for the whole folder, and for each test a city in memory behind a bot of its own."""

from __future__ import annotations

import pytest

from channels.telegram.fake import FakeTelegram, serving_fake
from tests.support.telegram import Line, line_to


@pytest.fixture(scope="session")
def server():
    fake = FakeTelegram()
    with serving_fake(fake) as base:
        yield fake, base


@pytest.fixture
def line(server) -> Line:
    fake, base = server
    fake.forget()
    with line_to(fake, base) as made:
        yield made
