"""The wire over a WebSocket: one connection, one conversation, lines pushed in order as they are said."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect

from channels.web.chat import LINES_AT_ONCE, WebChat, news_waker
from channels.web.clean import read_object
from channels.web.errors import WebRefusal
from channels.web.frames import ClientMessage, Hello, Ping, id_of, line_of, read_frame
from channels.web.limits import Bucket
from channels.web.traits import CHANNEL
from core.model import TranscriptEntry

PROTOCOL, TICKET = "cityline", "ticket."
CLOSE_IDLE = 4000
CLOSE_TOO_MANY = 4029
CLOSE_OUR_FAULT = 1011
CLOSE_POLICY = 1008
log = structlog.get_logger(__name__)


async def serve_socket(chat: WebChat, websocket: WebSocket) -> None:
    """Check who knocks, then talk until one side leaves."""
    if not chat.origin_allowed(websocket.headers.get("origin"), websocket.headers.get("host", "")):
        await websocket.close(CLOSE_POLICY)
        return
    sender = chat.keys.redeem_ticket(ticket_of(websocket), chat.clock())
    if sender is None:
        await websocket.close(CLOSE_POLICY)
        return
    await websocket.accept(PROTOCOL)
    address = websocket.client.host if websocket.client else ""
    seat = chat.seat(address)
    language = chat.language(websocket.headers.get("accept-language"))
    if not chat.connections.enter(seat):
        refusal = WebRefusal("too_many", detail="too many open connections from this network", retry_after=30)
        await websocket.send_text(_parsed_json(chat.error_frame(refusal, language)))
        await websocket.close(CLOSE_TOO_MANY)
        return
    try:
        await Connection(chat, websocket, sender, language, address).run()
    except WebSocketDisconnect:
        log.debug("web_socket_left")
    finally:
        chat.connections.leave(seat)


def ticket_of(websocket: WebSocket) -> str:
    """The ticket, which comes among the subprotocols: browsers send no other header of ours, and an address gets into logs."""
    offered: list[str] = websocket.scope.get("subprotocols", [])
    if PROTOCOL not in offered:
        return ""
    return next((one.removeprefix(TICKET) for one in offered if one.startswith(TICKET)), "")


def _parsed_json(frame: dict[str, Any]) -> str:
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))


class Connection:
    """One open socket. The reader answers frames; the pump sends every new line once, in order."""

    def __init__(self, chat: WebChat, websocket: WebSocket, sender: str, language: str, address: str) -> None:
        self.chat = chat
        self.websocket = websocket
        self.sender = sender
        self.language = language
        self.address = address
        self.pace = chat.pace(address)
        self.news = asyncio.Event()
        self.last_sequence = 0
        self.pump: asyncio.Task[None] | None = None
        self.typing: asyncio.Task[None] | None = None
        self.unanswered: dict[str, asyncio.TimerHandle] = {}
        limits = chat.limits
        self.bucket = Bucket(limits.messages_per_second, limits.message_burst, chat.ticking)

    async def run(self) -> None:
        """Talk until the client leaves or falls silent."""
        try:
            while True:
                async with asyncio.timeout(self.chat.limits.idle_seconds):
                    event = await self.websocket.receive()
                if event["type"] == "websocket.disconnect":
                    return
                await self.pace.keep()
                await self.take(event)
        except TimeoutError:
            await self.websocket.close(CLOSE_IDLE, "idle")
        finally:
            if self.pump:
                self.pump.cancel()
            for timer in self.unanswered.values():
                timer.cancel()

    async def take(self, event: Any) -> None:
        """Answer one frame; a mistake in it gets an error frame and costs nothing else."""
        try:
            await self.answer(event.get("text"))
        except WebRefusal as refusal:
            await self.send(self.chat.error_frame(refusal, self.language))

    async def answer(self, text: str | None) -> None:
        """Do what a text frame asks."""
        if text is None:
            raise WebRefusal("bad_frame", detail="a text frame with JSON was expected, not a binary one")
        if len(text.encode("utf-8", "surrogatepass")) > self.chat.limits.frame_bytes:
            detail = f"a frame has at most {self.chat.limits.frame_bytes} bytes"
            raise WebRefusal("too_big", detail=detail, about=id_of(read_object(text)))
        frame = read_frame(read_object(text))
        if isinstance(frame, Hello):
            await self.greet(frame)
        elif isinstance(frame, ClientMessage):
            await self.receive(frame)
        elif isinstance(frame, Ping):
            await self.send({"type": "pong"})

    async def greet(self, hello: Hello) -> None:
        """Welcome the client and begin to send it the conversation after the line that it knows."""
        self.language = self.chat.language(hello.language, self.language)
        await self.send({"type": "welcome", "language": self.language, "last_sequence": hello.last_sequence})
        self.start_pump(hello.last_sequence)

    async def receive(self, message: ClientMessage) -> None:
        """Put a message into the inbox, and say so only after it is there."""
        self.language = self.chat.language(message.language, self.language)
        if not self.bucket.take():
            raise WebRefusal("too_fast", about=message.id, retry_after=self.bucket.wait)
        if self.pump is None:
            self.start_pump(0)
        self.unanswered[message.id] = asyncio.get_running_loop().call_later(
            self.chat.limits.typing_after_seconds, self.say_typing, message.id
        )
        try:
            accepted = await self.chat.accept(self.sender, message, self.language, address=self.address)
        except WebRefusal:
            self.stop_waiting(message.id)
            raise
        if accepted.repeat:
            self.stop_waiting(message.id)
        await self.send({"type": "accepted", "id": message.id, "repeat": accepted.repeat})

    def stop_waiting(self, message_id: str | None) -> None:
        """The answer to this message is there, or will not come."""
        if timer := self.unanswered.pop(message_id or "", None):
            timer.cancel()

    def say_typing(self, message_id: str) -> None:
        """The answer takes a moment: let the client show that it is being written."""
        if self.unanswered.pop(message_id, None):
            self.typing = asyncio.create_task(self.send_typing())

    async def send_typing(self) -> None:
        """Nobody is waiting any more when the client has left."""
        with suppress(WebSocketDisconnect, RuntimeError):
            await self.send({"type": "typing"})

    def start_pump(self, last_sequence: int) -> None:
        """(Re)start sending lines after this one; a second hello starts over from where it says."""
        if self.pump:
            self.pump.cancel()
        self.last_sequence = last_sequence
        self.pump = asyncio.create_task(self.send_lines())

    async def send_lines(self) -> None:
        """Send what is new whenever the bell rings, and look again now and then in case it did not."""
        wake = news_waker(asyncio.get_running_loop(), self.news)
        stop = self.chat.notifier.listen(CHANNEL, self.sender, wake)
        caught_up = False
        try:
            while True:
                self.news.clear()
                await self.send_new()
                if not caught_up:
                    await self.send({"type": "caught_up", "last_sequence": self.last_sequence})
                    caught_up = True
                try:
                    await asyncio.wait_for(self.news.wait(), self.chat.limits.look_again_seconds)
                except TimeoutError:
                    continue
        except (WebSocketDisconnect, RuntimeError):
            log.debug("web_socket_left_while_sending")
        except Exception:
            # The edge of the process towards the conversation: the client comes back and gets what it missed.
            log.exception("web_lines_not_read")
            await self.websocket.close(CLOSE_OUR_FAULT)
        finally:
            stop()

    async def send_new(self) -> None:
        """Send all lines that stand after the last one sent."""
        more = True
        while more:
            entries = await self.chat.lines(self.sender, self.last_sequence)
            more = len(entries) >= LINES_AT_ONCE
            if entries:
                await self.send_together(entries)

    async def send_together(self, entries: list[TranscriptEntry]) -> None:
        """Send lines in one frame: each frame costs both sides more than what is in it."""
        lines = [line_of(entry, self.sender, self.chat.keys) for entry in entries]
        for line in (
            lines
        ):  # the resident's own too: it comes with its answer, or there is none because a person will give it
            self.stop_waiting(line["answers"])
        await self.send({"type": "lines", "lines": lines})
        self.last_sequence = entries[-1].sequence

    async def send(self, frame: dict[str, Any]) -> None:
        """Put a frame on the wire."""
        await self.websocket.send_text(_parsed_json(frame))
