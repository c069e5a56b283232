"""The joined hall with its doors open by settings, spoken to over ASGI; its workers' work is done by the test, at once."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
from sqlalchemy import delete, select

from bot.web import web_app
from channels.echo.door import PATH as ECHO_PATH
from channels.echo.wire import signed_headers
from channels.sms.fake import FakeTwilio
from channels.sms.fake_phone import Pairs, sign_request
from channels.sms.routes import INBOUND_PATH, STATUS_PATH
from channels.telegram.routes import PATH as TELEGRAM_PATH
from channels.telegram.routes import SECRET_HEADER
from conversation.store.tables import Conversation, DeliveryFateRow, TranscriptLine
from core.database import Base
from core.tables import QueueItem
from knowledge.index.fake_embedder import FakeEmbedder
from nlu.fake import WordNluClient
from tests.support.installation import House

PUBLIC = "https://city.example"
SECRET = "a-secret-of-at-least-thirty-two-characters"
FORM = "application/x-www-form-urlencoded; charset=utf-8"
OURS = (
    "queue_items",
    "queue_lanes",
    "conversations",
    "turn_traces",
    "transcript_lines",
    "deliveries",
    "delivery_fates",
    "delivery_costs",
)
numbers = itertools.count(1)


class Doors:
    """A house with open doors. `post` and its like give (status, body)."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.web = web_app(house.app)
        self.twilio = FakeTwilio()

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.web, raise_app_exceptions=False), base_url=PUBLIC
        )

    def at_once(self, requests: list[httpx.Request]) -> list[httpx.Response]:
        """Send them all before the first is answered."""

        async def send() -> list[httpx.Response]:
            async with self.client() as client:
                return await asyncio.gather(*(client.send(request) for request in requests))

        return asyncio.run(send())

    def post(self, path: str, content: bytes, **headers: str) -> httpx.Response:
        (answer,) = self.at_once([httpx.Request("POST", PUBLIC + path, content=content, headers=headers)])
        return answer

    def text(self, pairs: Pairs, path: str = INBOUND_PATH, **headers: str) -> httpx.Request:
        """A form as Twilio sends it, signed unless `headers` say otherwise."""
        signed = {
            "Content-Type": FORM,
            "X-Twilio-Signature": sign_request(self.twilio.auth_token, PUBLIC + path, pairs),
        }
        return httpx.Request("POST", PUBLIC + path, content=urlencode(pairs), headers=signed | headers)

    def update(self, payload: Any, **headers: str) -> httpx.Request:
        """An update as Telegram sends it."""
        signed = {"Content-Type": "application/json", SECRET_HEADER: SECRET}
        return httpx.Request(
            "POST", PUBLIC + TELEGRAM_PATH, content=json.dumps(payload), headers=signed | headers
        )

    def note(self, payload: Any, **headers: str) -> httpx.Request:
        """A message as the example channel's other side sends it."""
        body = json.dumps(payload).encode()
        signed = signed_headers(SECRET, self.house.clock(), body)
        return httpx.Request("POST", PUBLIC + ECHO_PATH, content=body, headers=signed | headers)

    def rows(self, queue: str = "inbox") -> list[str]:
        """The keys of what was put into a queue, in order."""
        with self.house.app.database.reading() as session:
            query = select(QueueItem.key).where(QueueItem.queue == queue).order_by(QueueItem.id)
            return list(session.scalars(query))

    def fates(self) -> list[str]:
        """What is known of each message of ours."""
        with self.house.app.database.reading() as session:
            return list(session.scalars(select(DeliveryFateRow.fate)))

    def count(self) -> int:
        """Everything that a webhook could have left behind."""
        with self.house.app.database.reading() as session:
            return sum(
                len(session.scalars(select(table)).all())
                for table in (QueueItem, Conversation, TranscriptLine, DeliveryFateRow)
            )

    def transcript(self, channel: str, sender: str) -> list[tuple[str, str]]:
        """(who, which message) of each line of a conversation."""
        return [(line.sender, line.answers or "") for line in self.house.app.memory.after(channel, sender, 0)]

    def forget(self) -> None:
        """Begin again with an empty hall."""
        with self.house.app.database.writing() as session:
            for table in reversed(Base.metadata.sorted_tables):
                if table.name in OURS:
                    session.execute(delete(table))


@contextmanager
def open_doors(folder: Path, database_url: str = "", **settings: object) -> Iterator[Doors]:
    """SMS, Telegram and the example set up; nobody listens where they would send."""
    twilio = FakeTwilio()
    known = {
        "public_url": PUBLIC,
        "twilio_account_sid": twilio.account_sid,
        "twilio_auth_token": twilio.auth_token,
        "twilio_from_number": twilio.number,
        "twilio_api_base": "http://127.0.0.1:9",
        "telegram_token": "700:fake-token_for-tests",
        "telegram_secret": SECRET,
        "telegram_api_base": "http://127.0.0.1:9",
        "echo_secret": SECRET,
        "echo_send_url": "http://127.0.0.1:9",
    }
    house = House(folder, WordNluClient(), [FakeEmbedder()], database_url, **(known | settings))
    try:
        yield Doors(house)
    finally:
        house.close()


PATHS = {"sms": INBOUND_PATH, "status": STATUS_PATH, "telegram": TELEGRAM_PATH}
