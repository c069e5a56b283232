"""A fake Twilio and a door for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from channels.sms.fake import FakeTwilio
from channels.sms.fake_phone import Phone
from tests.support.loopback import serve_on_loopback
from tests.support.sms import PUBLIC, RESIDENT, MemoryHall, door_app


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    fake = FakeTwilio()
    with fake.serving():
        yield fake


@pytest.fixture
def services() -> MemoryHall:
    return MemoryHall()


@pytest.fixture
def phone(twilio: FakeTwilio, services: MemoryHall) -> Iterator[Phone]:
    with serve_on_loopback(door_app(services, twilio)) as base:
        yield Phone(twilio, base, PUBLIC, RESIDENT)
