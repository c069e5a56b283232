"""Rasa's Socket.IO protocol at `/socket.io`, so that web widgets made for Rasa work against Cityline.

A session id is a token of `channels.web.keys`: nobody can guess or choose one, and a client that brings an id we did not make
gets a new conversation of its own. A `user_uttered` is acknowledged only when it is durable; its events are taken one after the
other, and too many are held up rather than lost. docs/webchat.md describes it; `channels.web.rasa` translates.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import socketio
import structlog
from engineio.payload import Payload
from starlette.datastructures import Headers, QueryParams
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from channels.web.chat import LINES_AT_ONCE, WebChat, news_waker
from channels.web.errors import WebRefusal
from channels.web.frames import ClientMessage
from channels.web.limits import MAX_KEPT, Bucket, Buckets, RequestPace, Seat
from channels.web.rasa import bot_uttered, read_session_request, read_utterance
from channels.web.traits import CHANNEL
from core.model import Accepted

PACKETS_AT_ONCE = 64
HANDSHAKES_PER_SECOND = 2.0
HANDSHAKE_BURST = 40
SEPARATOR = b"\x1e"
"""Stands between the packets of one poll."""
TRIES = 4
PASSING = {"too_fast", "not_saved"}
log = structlog.get_logger(__name__)


class Json:
    """JSON for the library, which takes `ValueError` from a bad frame and nothing else."""

    @staticmethod
    def loads(raw: str | bytes, **options: Any) -> Any:
        """The value in `raw`; a `ValueError` also for what is nested too deep."""
        try:
            return json.loads(raw, **options)
        except RecursionError:
            raise ValueError("the JSON is nested too deep") from None

    @staticmethod
    def dumps(value: Any, **options: Any) -> str:
        """The value as JSON, letters of every script as they are."""
        return json.dumps(value, **({"ensure_ascii": False} | options))


def silent_logger() -> logging.Logger:
    """The library's own log would tell what residents wrote; this one tells nothing."""
    logger = logging.getLogger("cityline.socketio")
    logger.disabled = True
    return logger


@dataclass
class Caller:
    """One open connection: the conversation it reads, and how far."""

    sid: str
    address: str
    language: str
    bucket: Bucket
    sender: str | None = None
    plain: bool = False
    seat: Seat = field(default_factory=dict)
    last_sequence: int = 0
    pump: asyncio.Task[None] | None = None


@dataclass
class SocketDoor:
    """Answers the protocol's events for all connections."""

    chat: WebChat
    server: socketio.AsyncServer
    callers: dict[str, Caller] = field(default_factory=dict)
    shown: OrderedDict[str, int] = field(default_factory=OrderedDict)
    """By conversation, the last line that was sent to a client which does not keep count itself."""

    def listen(self) -> None:
        """Put the handlers on the server."""
        for event in ("connect", "disconnect", "session_request", "user_uttered"):
            self.server.on(event, getattr(self, event))

    async def connect(self, sid: str, *_: object) -> None:
        """Take a connection, unless its network has too many. A client may send an event of this name, so its arguments say nothing."""
        if sid in self.callers:
            return
        environ = self.server.get_environ(sid)
        chat, address = self.chat, _client_address(environ["asgi.scope"])
        seat = chat.seat(address)
        if not chat.connections.enter(seat):
            raise socketio.exceptions.ConnectionRefusedError("too_many")
        limits = chat.limits
        self.callers[sid] = Caller(
            sid,
            address,
            chat.language(environ.get("HTTP_ACCEPT_LANGUAGE")),
            Bucket(limits.messages_per_second, limits.message_burst, chat.ticking),
            seat=seat,
        )

    async def disconnect(self, sid: str, *_: object) -> None:
        """Forget a connection; its conversation stays."""
        caller = self.callers.pop(sid, None)
        if caller is None:
            return
        if caller.pump:
            caller.pump.cancel()
        self.chat.connections.leave(caller.seat)

    async def session_request(self, sid: str, *data: Any) -> None:
        """Confirm the conversation that the client proves to have, or begin one; then send what it missed."""
        await self.guarded(sid, self.begin, data)

    async def user_uttered(self, sid: str, *data: Any) -> dict[str, Any]:
        """Take a message; what is returned is the acknowledgement, if the client asked for one."""
        return await self.guarded(sid, self.take, data)

    async def guarded(
        self,
        sid: str,
        work: Callable[[Caller, Any], Awaitable[dict[str, Any]]],
        data: tuple[Any, ...],
    ) -> dict[str, Any]:
        """Do the work at the pace that one client may have; a refusal is told in words, and to clients that ask, by its code."""
        caller = self.callers.get(sid)
        if caller is None:
            return {"accepted": False}
        if not caller.bucket.take():
            await asyncio.sleep((1 - caller.bucket.tokens) / caller.bucket.rate)
            caller.bucket.take()
        try:
            return await work(caller, data[0] if data else None)
        except WebRefusal as refusal:
            frame = self.chat.error_frame(refusal, caller.language)
            await self.server.emit("bot_uttered", {"text": frame["text"]}, to=sid)
            return frame | {"accepted": False}

    async def begin(self, caller: Caller, value: Any) -> dict[str, Any]:
        """Answer a session request."""
        request = read_session_request(value)
        caller.plain = request.plain
        token = request.session_id or ""
        sender = self.chat.keys.sender(token)
        if sender is None:
            token, sender = self.new_conversation(caller)
        await self.server.emit("session_confirm", token, to=caller.sid)
        await self.read_from(caller, sender, request.last_sequence)
        return {"accepted": True}

    def new_conversation(self, caller: Caller) -> tuple[str, str]:
        """Token and address of a new conversation; a `WebRefusal` when this network began too many."""
        self.chat.count_session(caller.address)
        token = self.chat.keys.new_token()
        sender = str(self.chat.keys.sender(token))
        self.remember(sender, 0)
        return token, sender

    async def take(self, caller: Caller, value: Any) -> dict[str, Any]:
        """Put a message into the inbox of the conversation that it proves to belong to, else of the connection's own."""
        utterance = read_utterance(value)
        named = self.chat.keys.sender(utterance.session_id or "")
        sender = named or caller.sender
        if sender is None:
            token, sender = self.new_conversation(caller)
            await self.server.emit("session_confirm", token, to=caller.sid)
        if sender != caller.sender:
            await self.read_from(caller, sender, None)
        message = utterance.message
        caller.language = self.chat.language(message.language, caller.language)
        accepted = await self.keep(caller, sender, message)
        return {"accepted": True, "id": message.id, "repeat": accepted.repeat}

    async def keep(self, caller: Caller, sender: str, message: ClientMessage) -> Accepted:
        """Make the message durable. Rasa's widgets never try again, so what passes by itself is waited for here."""
        for _ in range(TRIES - 1):
            try:
                return await self.chat.accept(sender, message, caller.language, address=caller.address)
            except WebRefusal as refusal:
                if refusal.code not in PASSING:
                    raise
                await asyncio.sleep(refusal.retry_after)
        return await self.chat.accept(sender, message, caller.language, address=caller.address)

    async def read_from(self, caller: Caller, sender: str, last_sequence: int | None) -> None:
        """(Re)start sending the lines of a conversation: after the one the client names, else after what was sent before."""
        if caller.pump and caller.sender == sender and last_sequence is None:
            return
        if caller.pump:
            caller.pump.cancel()
        if last_sequence is None:
            last_sequence = self.shown[sender] if sender in self.shown else await self.last_said(sender)
        caller.sender, caller.last_sequence = sender, last_sequence
        caller.pump = asyncio.create_task(self.send_lines(caller, sender))

    async def last_said(self, sender: str) -> int:
        """The resident's last line: where nobody knows what a client has seen, it gets the last answer rather than none."""
        last = seen = 0
        while lines := await self.chat.lines(sender, seen):
            seen = lines[-1].sequence
            last = max([last, *(line.sequence for line in lines if line.sender == "resident")])
        return last

    def remember(self, sender: str, sequence: int) -> None:
        """Note how far a conversation was sent, the longest unused forgotten first."""
        self.shown[sender] = max(sequence, self.shown.pop(sender, 0))
        while len(self.shown) > MAX_KEPT:
            self.shown.popitem(last=False)

    async def send_lines(self, caller: Caller, sender: str) -> None:
        """Send what is new whenever the bell rings, and look again now and then in case it did not."""
        news = asyncio.Event()
        stop = self.chat.notifier.listen(CHANNEL, sender, news_waker(asyncio.get_running_loop(), news))
        try:
            while True:
                news.clear()
                while await self.send_new(caller, sender) >= LINES_AT_ONCE:
                    continue
                try:
                    await asyncio.wait_for(news.wait(), self.chat.limits.look_again_seconds)
                except TimeoutError:
                    continue
        except Exception:
            # The edge of the process towards the conversation: the client comes back and gets what it missed.
            log.exception("socketio_lines_not_read")
            await self.server.disconnect(caller.sid)
        finally:
            stop()

    async def send_new(self, caller: Caller, sender: str) -> int:
        """Send the lines that the city said since; how many lines there were."""
        lines = await self.chat.lines(sender, caller.last_sequence)
        for line in lines:
            caller.last_sequence = line.sequence
            if line.sender != "resident":
                say = partial(self.chat.say, language=self.chat.language(line.reply.language))
                frame = bot_uttered(line, say, plain=caller.plain)
                await self.server.emit("bot_uttered", frame, to=caller.sid)
        if lines:
            self.remember(sender, lines[-1].sequence)
        return len(lines)


def _client_address(scope: MutableMapping[str, Any]) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""


class SocketIo:
    """The ASGI application: refuses what is too big, too often or from elsewhere before the library sees it."""

    def __init__(self, chat: WebChat) -> None:
        self.chat = chat
        Payload.max_decode_packets = PACKETS_AT_ONCE
        self.server = socketio.AsyncServer(
            async_mode="asgi",
            cors_allowed_origins=self.origin_allowed,
            cors_credentials=False,
            max_http_buffer_size=chat.limits.body_bytes,
            http_compression=False,
            async_handlers=False,
            logger=silent_logger(),
            engineio_logger=silent_logger(),
            json=Json,
        )
        self.door = SocketDoor(chat, self.server)
        self.door.listen()
        self.handshakes = Buckets(HANDSHAKES_PER_SECOND, HANDSHAKE_BURST, chat.ticking)
        self.polls = Buckets(chat.limits.frames_per_second, chat.limits.frame_burst, chat.ticking)
        self.app = socketio.ASGIApp(self.server, socketio_path=None)

    def origin_allowed(self, origin: str | None, environ: dict[str, Any]) -> bool:
        """Whether a page of this origin may talk to us."""
        return self.chat.origin_allowed(origin, environ.get("HTTP_HOST", ""))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or one socket from its opening to its close."""
        refused = self.refused(scope)
        if refused is None:
            await self.app(scope, self.paced(scope, receive), send)
        elif scope["type"] == "http":
            await PlainTextResponse(refused[1], refused[0])(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    def paced(self, scope: Scope, receive: Receive) -> Receive:
        """What the client sends, at the pace that one may have; a poll brings several packets at once."""
        pace = self.pace_of(scope)

        async def receive_at_pace() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive":
                await pace.keep()
            elif message["type"] == "http.request":
                await pace.keep(1 + message.get("body", b"").count(SEPARATOR))
            return message

        return receive_at_pace

    def pace_of(self, scope: Scope) -> RequestPace:
        """The pace of a socket is its own; that of polls is their session's, which is many requests."""
        sid = QueryParams(scope.get("query_string", b"")).get("sid", "")
        pace = self.chat.pace(_client_address(scope))
        if scope["type"] == "http" and sid:
            return RequestPace([self.polls.of(sid[:64]), *pace.buckets[1:]])
        return pace

    def refused(self, scope: Scope) -> tuple[int, str] | None:
        """Status and reason of a request that goes no further."""
        headers, query = Headers(scope=scope), QueryParams(scope.get("query_string", b""))
        if not self.chat.origin_allowed(headers.get("origin"), headers.get("host", "")):
            return 403, "bad_origin"
        if "j" in query:
            return 400, "JSONP is not spoken here"
        length = headers.get("content-length", "")
        if scope.get("method") == "POST" and not (
            length.isascii() and length.isdecimal() and int(length) <= self.chat.limits.body_bytes
        ):
            return 413, "too_big"
        network = self.chat.network(_client_address(scope))
        if network and "sid" not in query and not self.handshakes.of(network).take():
            return 429, "too_many"
        return None
