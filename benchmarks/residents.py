"""Simulated residents: they talk over the web chat's socket as docs/webchat.md describes, and never lose a message of theirs.

A resident who is cut off comes back, repeats what was not accepted under the same id, and says which line it saw last.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets import Subprotocol
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

Line = dict[str, Any]
LOST = (OSError, httpx.HTTPError, WebSocketException, TimeoutError)


@dataclass
class Resident:
    """One resident at one browser. `lines` is all that was said, by sequence number; `sent` the ids in order."""

    base_url: str
    name: str
    language: str = "en"
    patience: float = 120.0
    lines: dict[int, Line] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)
    accepted: set[str] = field(default_factory=set)
    seconds: list[float] = field(default_factory=list)
    reconnects: int = 0
    token: str = ""
    socket: ClientConnection | None = None
    reader: asyncio.Task[None] | None = None
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def say(self, text: str = "", **fields: Any) -> list[Line]:
        """Say something and wait for the city's answer to it; returns the lines of the first answer."""
        message = {
            "type": "message",
            "id": uuid.uuid4().hex,
            "text": text,
            "language": self.language,
            **fields,
        }
        self.sent.append(message["id"])
        begun = time.perf_counter()
        deadline = begun + self.patience
        while message["id"] not in self.accepted:
            await self._send_once(message, deadline)
        while not (answer := self.answers_to(message["id"])):
            await self._wait(deadline, f"{self.name} got no answer")
        self.seconds.append(time.perf_counter() - begun)
        return answer

    def answers_to(self, message_id: str) -> list[Line]:
        """The city's lines that belong to this message."""
        lines = (self.lines[number] for number in sorted(self.lines))
        return [line for line in lines if line["sender"] == "city" and line["answers"] == message_id]

    async def close(self) -> None:
        """Leave."""
        if self.reader:
            self.reader.cancel()
        if self.socket:
            await self.socket.close()

    async def _send_once(self, message: dict[str, Any], deadline: float) -> None:
        try:
            if self.socket is None:
                await self._connect()
            assert self.socket is not None
            await self.socket.send(json.dumps(message))
            async with asyncio.timeout(5):
                while message["id"] not in self.accepted and self.socket is not None:
                    self.news.clear()
                    if message["id"] not in self.accepted:
                        await self.news.wait()
        except LOST:
            await self._leave()
            if time.perf_counter() > deadline:
                raise TimeoutError(f"{self.name} could not get a message accepted") from None
            await asyncio.sleep(random.uniform(0.05, 0.3))

    async def _wait(self, deadline: float, complaint: str) -> None:
        self.news.clear()
        if self.socket is None:
            with suppress(*LOST):
                await self._connect()
        with suppress(TimeoutError):
            async with asyncio.timeout(0.5):
                await self.news.wait()
        if time.perf_counter() > deadline:
            raise TimeoutError(complaint)

    async def _connect(self) -> None:
        async with httpx.AsyncClient(base_url=self.base_url, timeout=5) as client:
            if not self.token:
                session = await client.post("/chat/session", params={"language": self.language})
                self.token = session.raise_for_status().json()["token"]
            ticket = await client.post("/chat/ticket", headers={"Authorization": f"Bearer {self.token}"})
        offered = [
            Subprotocol("cityline"),
            Subprotocol(f"ticket.{ticket.raise_for_status().json()['ticket']}"),
        ]
        address = self.base_url.replace("http", "ws", 1)
        self.socket = await connect(
            f"{address}/chat/socket", subprotocols=offered, compression=None, open_timeout=5
        )
        self.reconnects += 1
        await self.socket.send(json.dumps({"type": "hello", "last_sequence": max(self.lines, default=0)}))
        self.reader = asyncio.create_task(self._read(self.socket))

    async def _leave(self) -> None:
        if self.reader:
            self.reader.cancel()
        if self.socket:
            with suppress(*LOST):
                await self.socket.close()
        self.socket = None

    async def _read(self, socket: ClientConnection) -> None:
        with suppress(*LOST):
            async for raw in socket:
                self._take(json.loads(raw))
        if self.socket is socket:
            self.socket = None
        self.news.set()

    def _take(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "lines":
            for line in frame["lines"]:
                if line["sequence"] in self.lines:
                    raise AssertionError(f"{self.name} got line {line['sequence']} twice")
                self.lines[line["sequence"]] = line
        elif frame["type"] == "accepted":
            self.accepted.add(frame["id"])
        elif frame["type"] == "error" and frame["code"] != "too_fast":
            raise AssertionError(f"{self.name} was refused: {frame}")
        self.news.set()


async def all_of(residents: list[Resident], life: Callable[[Resident], Any]) -> None:
    """Let all residents live at once, and leave."""
    try:
        await asyncio.gather(*(life(resident) for resident in residents))
    finally:
        await asyncio.gather(*(resident.close() for resident in residents))
