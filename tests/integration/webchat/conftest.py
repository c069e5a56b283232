"""A running web door for the tests of its wire; started once, with a new city in it for every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from channels.web.chat import WebChat
from channels.web.fake import EchoCity, MemoryMedia
from tests.support.web_chat import Resident, build_chat, serving


@pytest.fixture(scope="session")
def door() -> Iterator[tuple[WebChat, str]]:
    chat = build_chat()
    with serving(chat) as address:
        yield chat, address


@pytest.fixture
def city() -> EchoCity:
    return EchoCity()


@pytest.fixture
def base(door: tuple[WebChat, str], city: EchoCity) -> str:
    chat, address = door
    chat.inbox = chat.transcript = chat.notifier = city
    chat.media = MemoryMedia()
    return address


@pytest.fixture
def resident(base: str) -> Resident:
    return Resident(base)
