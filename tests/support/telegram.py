"""The parts of a Telegram door on the fake Bot API, and what tests need to look at them."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from channels.telegram.api import BotApi
from channels.telegram.bot import TelegramBot, TelegramPace
from channels.telegram.door import TelegramDoor
from channels.telegram.fake import FakeTelegram
from core.model import Accepted, Choice, Delivery, DeliveryReport, InboundMessage, Reply, Want
from core.texts import load_texts
from tests.support.builders import Clock

SECRET = "a-secret-of-at-least-thirty-two-characters"
TEXTS = load_texts()
ABOUT = (Choice("menu.report", "Report a problem"), Choice("menu.ask", "Ask a question"))
_keys = itertools.count(1)


@dataclass
class MemoryInbox:
    """An inbox that keeps each message once, in order; `failures` are raised first, one a call."""

    accepted: list[InboundMessage] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def accept(self, message: InboundMessage) -> Accepted:
        with self._lock:
            if self.failures:
                raise self.failures.pop()
            repeat = any(known.provider_id == message.provider_id for known in self.accepted)
            if not repeat:
                self.accepted.append(message)
            return Accepted(message.provider_id, repeat)


@dataclass
class MemoryReports:
    """Keeps delivery reports."""

    kept: list[DeliveryReport] = field(default_factory=list)

    def note(self, report: DeliveryReport) -> None:
        self.kept.append(report)


class Seconds:
    """A clock that stands still; sleeping moves it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class Line:
    """A door and a bot on one fake."""

    fake: FakeTelegram
    base: str
    bot: TelegramBot
    door: TelegramDoor
    inbox: MemoryInbox
    reports: MemoryReports
    seconds: Seconds

    def send(self, reply: Reply | str, chat: str = "5001", key: str = "", attempt: int = 1):
        """Send a reply as the outbox would, a second after the one before."""
        self.seconds.now += 1.5
        reply = Reply(reply) if isinstance(reply, str) else reply
        return self.bot.send(Delivery(key or f"key-{next(_keys)}", "telegram", chat, reply, attempt))

    @property
    def sent(self) -> list[str]:
        return [sent.text for sent in self.fake.ledger]


@contextmanager
def line_to(fake: FakeTelegram, base: str, timeout: float = 5.0) -> Iterator[Line]:
    """The parts, joined; closed at the end."""
    seconds, inbox, reports = Seconds(), MemoryInbox(), MemoryReports()
    api = BotApi(fake.token, base, timeout=timeout)
    bot = TelegramBot(api, TEXTS, reports, pace=TelegramPace(seconds, seconds.sleep))
    door = TelegramDoor(inbox, bot, SECRET, clock=Clock())
    try:
        yield Line(fake, base, bot, door, inbox, reports, seconds)
    finally:
        door.close()
        api.close()


PLACE = Reply("Where is it?", wants=(Want.POSITION,))
