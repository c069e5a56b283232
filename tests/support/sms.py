"""The SMS door on a loopback port between a fake Twilio and a hall in memory; used by the tests of this folder."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI

from channels.sms.api import Account
from channels.sms.door import SmsDoor
from channels.sms.fake import FakeTwilio
from channels.sms.limits import MemorySpend, SmsLimits
from channels.sms.render import Style
from channels.sms.routes import sms_router
from channels.sms.signature import Signatures
from channels.sms.twilio import TwilioSms
from core.model import Accepted, Delivery, DeliveryReport, InboundMessage, Reply
from core.texts import load_texts

PUBLIC = "https://city.example"
RESIDENT = "+15550123456"


@dataclass
class MemoryHall:
    """Inbox and delivery reports in memory, in which one key is one message. `broken` refuses to store."""

    messages: dict[tuple[str, str], InboundMessage] = field(default_factory=dict)
    reports: list[DeliveryReport] = field(default_factory=list)
    broken: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def accept(self, message: InboundMessage) -> Accepted:
        if self.broken:
            raise OSError("the disk is full")
        with self._lock:
            key = (message.channel, message.provider_id)
            repeat = key in self.messages
            self.messages.setdefault(key, message)
        return Accepted(message.provider_id, repeat)

    def note(self, report: DeliveryReport) -> None:
        if self.broken:
            raise OSError("the disk is full")
        with self._lock:
            self.reports.append(report)


class Clock:
    """Seconds that only the test moves."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def account_of(twilio: FakeTwilio, **changes: Any) -> Account:
    known: dict[str, Any] = {
        "sid": twilio.account_sid,
        "auth_token": twilio.auth_token,
        "from_number": twilio.number,
        "api_base": twilio.base,
        "status_url": f"{PUBLIC}/channels/sms/status",
        "timeout": 5.0,
    }
    return Account(**(known | changes))


@contextmanager
def channel_to(twilio: FakeTwilio, services: MemoryHall | None = None, **changes: Any) -> Iterator[TwilioSms]:
    """A channel that sends through the fake, fast and without a cap unless `changes` say otherwise."""
    known: dict[str, Any] = {
        "account": account_of(twilio, **changes.pop("account", {})),
        "style": Style(load_texts()),
        "spend": MemorySpend(),
        "reports": services or MemoryHall(),
        "limits": SmsLimits(segments_per_second=1000, burst=1000, cap=0),
        "ticking": Clock(),
        "settle_seconds": 0.0,
    }
    channel = TwilioSms(**(known | changes))
    try:
        yield channel
    finally:
        channel.close()


def delivery(text: str = "Your report is in.", key: str = "sms SM1 0", **more: Any) -> Delivery:
    reply = more.pop("reply", None) or Reply(text)
    return Delivery(key, more.pop("channel", "sms"), more.pop("recipient", RESIDENT), reply, **more)


def door_app(services: MemoryHall, twilio: FakeTwilio, public: str = PUBLIC) -> FastAPI:
    app = FastAPI()
    app.include_router(sms_router(SmsDoor(services, services, Signatures(twilio.auth_token, public))))
    return app
