"""What every connection is held to before anything of it is read: places, patience, and pace.

Places: a process has only so many file handles, and its database, files and children need some. Where `Crowd.ordinary` connections are
taken, a new one takes the place of the one that has said nothing for the longest; where none is silent, only the reserved paths (health,
the providers' webhooks) are answered and the others told to come back; beyond `Crowd.most` a connection is closed at once. One network holds only its share, except a proxy that is trusted, which stands for everybody.
Patience: a request's head comes within `Patience.head` seconds and its body at no less than a trickle; an answer is taken.
Pace: frames of a WebSocket, pings too, are read a piece at a time and only so many a second.
"""

from __future__ import annotations

import asyncio
import ipaddress
import resource
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from channels.networks import is_loopback, prefix_of
from channels.web.limits import Bucket

MOST_FILES = 65_536
FOR_OURSELVES = 256
"""File handles for database, pictures, library, children and calls to providers."""
PIECE = 2048
"""Bytes of a WebSocket that are read at once: at most 341 frames."""
FRAMES_PER_SECOND, FRAME_BURST = 50.0, 200
LONGEST_HEAD = 64 * 1024
_PLAIN_HEADERS = (
    (b"content-type", b"text/plain; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"strict-transport-security", b"max-age=31536000"),
    (b"connection", b"close"),
)
_SORRY = b"Too many connections; try again in a moment."
_SORRY_HEADERS = (*_PLAIN_HEADERS, (b"retry-after", b"10"), (b"content-length", str(len(_SORRY)).encode()))


def _http_answer(status: bytes, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> bytes:
    lines = [b"HTTP/1.1 " + status, *(name + b": " + value for name, value in headers), b"", body]
    return b"\r\n".join(lines)


FULL = _http_answer(b"503 Service Unavailable", _SORRY_HEADERS, _SORRY)


def raise_file_limit(most: int = MOST_FILES) -> int:
    """Let this process open as many files as it may, up to `most`; how many that are."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = most if hard == resource.RLIM_INFINITY else min(hard, most)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return most if soft == resource.RLIM_INFINITY else soft
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds until a head must be whole, until a body must have begun, and that an answer may lie unread; bytes a second of a body."""

    head: float = 10.0
    body: float = 20.0
    answer: float = 60.0
    trickle: int = 2_000


@dataclass
class Crowd:
    """Who is connected. `files` is the number of file handles of the process, `reserved` the paths that always get an answer."""

    files: int
    reserved: Collection[str] = ()
    trusted: Iterable[str] = ()
    patience: Patience = field(default_factory=Patience)
    share: float = 0.25
    taken: dict[str, int] = field(default_factory=dict, init=False)
    count: int = field(default=0, init=False)
    silent: dict[PatientHttp, None] = field(default_factory=dict, init=False)
    """Those between two requests or before their first, the longest silent first."""

    def __post_init__(self) -> None:
        self.most = max(32, self.files - FOR_OURSELVES)
        self.ordinary = self.most - max(16, self.most // 8)
        self.of_one = max(8, int(self.ordinary * self.share))
        self._reserved = {path.encode() for path in self.reserved}
        self._trusted = [ipaddress.ip_network(one) for one in self.trusted if one != "*"]
        self._trusts_all = "*" in self.trusted

    def enter(self, address: str) -> str | None:
        """Take a place: what it is counted under, or None when there is none."""
        network = "" if self.stands_for_many(address) else prefix_of(address, 32, 64)
        if self.count >= self.most or (network and self.taken.get(network, 0) >= self.of_one):
            return None
        self.count += 1
        self.taken[network] = self.taken.get(network, 0) + 1
        return network

    def make_room(self) -> None:
        """Let go of the connection that has been silent for the longest, when the ordinary places are taken."""
        if self.count >= self.ordinary and self.silent:
            next(iter(self.silent)).let_go()

    def leave(self, network: str) -> None:
        """Give the place back."""
        self.count -= 1
        self.taken[network] -= 1
        if not self.taken[network]:
            del self.taken[network]

    def is_full_for(self, target: bytes) -> bool:
        """Whether a request for this target has to wait until there are fewer."""
        return self.count > self.ordinary and target.partition(b"?")[0] not in self._reserved

    def stands_for_many(self, address: str) -> bool:
        """Whether it is a proxy's, or this machine's own."""
        if self._trusts_all or is_loopback(address):
            return True
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._trusted if network.version == parsed.version)


async def answer_full(_scope: Any, _receive: Any, send: Any) -> None:
    """The answer to those who find no place."""
    await send({"type": "http.response.start", "status": 503, "headers": list(_SORRY_HEADERS)})
    await send({"type": "http.response.body", "body": _SORRY})


def protocols_of(crowd: Crowd) -> tuple[type[asyncio.Protocol], type[asyncio.Protocol]]:
    """What uvicorn speaks HTTP and WebSocket with."""
    http = type("Http", (PatientHttp,), {"crowd": crowd})
    return http, type("WebSocket", (PacedWebSocket,), {"crowd": crowd})


class PatientHttp(HttpToolsProtocol):
    """HTTP with places and patience. `crowd` is set by `protocols_of`."""

    crowd: Crowd
    place: str | None = None
    late: asyncio.TimerHandle | None = None
    unread: asyncio.TimerHandle | None = None
    stage = "head"
    begun = 0.0
    received = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.crowd.make_room()
        self.place = self.crowd.enter(self.client[0] if self.client else "")
        if self.place is None:
            transport.write(FULL)
            transport.close()
            return
        self._expect_stage("head", self.crowd.patience.head)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._stop_waiting()
        self._leave_connection()
        if self.unread:
            self.unread.cancel()

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        if self.stage == "idle":
            self._expect_stage("head", self.crowd.patience.head)
        if self.stage == "head":
            self.received += len(data)
        super().data_received(data)
        if self.stage == "head" and self.received > LONGEST_HEAD:
            self.transport.abort()

    def let_go(self) -> None:
        """Close it now: somebody who says something needs the place."""
        self.transport.abort()
        self._leave_connection()

    def on_headers_complete(self) -> None:
        self.app = answer_full if self.crowd.is_full_for(self.url) else self.config.loaded_app
        self._expect_stage("body", self.crowd.patience.body)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self.received += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self.stage = "idle"
        self._stop_waiting()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.stage == "idle" and self.place is not None:
            self.crowd.silent[self] = None

    def handle_websocket_upgrade(self) -> None:
        self._stop_waiting()
        self.crowd.silent.pop(self, None)
        if self.crowd.is_full_for(self.url):
            self.transport.write(FULL)
            self.transport.close()
            return
        super().handle_websocket_upgrade()
        protocol = self.transport.get_protocol()
        if isinstance(protocol, PacedWebSocket):
            protocol.place, self.place = self.place, None

    def send_400_response(self, msg: str) -> None:
        body = msg.encode("ascii", "replace")
        headers = (*_PLAIN_HEADERS, (b"content-length", str(len(body)).encode()))
        self.transport.write(_http_answer(b"400 Bad Request", headers, body))
        self.transport.close()

    def pause_writing(self) -> None:
        super().pause_writing()
        self.unread = self.loop.call_later(self.crowd.patience.answer, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self.unread:
            self.unread.cancel()

    def _expect_stage(self, stage: str, seconds: float) -> None:
        self._stop_waiting()
        self.stage, self.begun, self.received = stage, self.loop.time(), 0
        self.late = self.loop.call_later(seconds, self._look_at_time)
        if stage == "head":
            self.crowd.silent[self] = None
        else:
            self.crowd.silent.pop(self, None)

    def _look_at_time(self) -> None:
        """Time is up: go on waiting for a body that comes along, or that we do not read; else close."""
        due = self.begun + self.crowd.patience.body + self.received / self.crowd.patience.trickle
        now = self.loop.time()
        if self.stage == "body" and (self.flow.read_paused or due > now):
            self.late = self.loop.call_later(max(1.0, due - now), self._look_at_time)
            return
        self.transport.abort()

    def _stop_waiting(self) -> None:
        if self.late:
            self.late.cancel()
            self.late = None

    def _leave_connection(self) -> None:
        self.crowd.silent.pop(self, None)
        if self.place is not None:
            self.crowd.leave(self.place)
            self.place = None


class PacedWebSocket(WebSocketsSansIOProtocol):
    """WebSockets that are read at a pace. The place was taken by the request that became this."""

    crowd: Crowd
    place: str | None = None

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._waiting = bytearray()
        self._held: asyncio.TimerHandle | None = None
        self._bucket = Bucket(FRAMES_PER_SECOND, FRAME_BURST, self.loop.time)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._held:
            self._held.cancel()
        if self.place is not None:
            self.crowd.leave(self.place)
            self.place = None

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        if self._held is None:
            self._read_on()

    async def receive(self) -> Any:
        message = await super().receive()
        if self._held is not None and not self.transport.is_closing():
            self.transport.pause_reading()  # uvicorn reads on as soon as it has nothing left; here something is
        return message

    def handle_events(self) -> None:
        for _ in self.conn.events:
            self._bucket.spend()
        super().handle_events()

    def _read_on(self) -> None:
        """Read a piece, and the next one when it is time and the one before was taken."""
        self._held = None
        if self.read_paused:
            self._hold_messages(0.05)
            return
        if self._waiting and not self.transport.is_closing():
            piece = bytes(self._waiting[:PIECE])
            del self._waiting[:PIECE]
            super().data_received(piece)
        if self.transport.is_closing():
            return
        if self._waiting or self._bucket.owed:
            self._hold_messages(max(self._bucket.owed, 0.001))
        elif not self.read_paused:
            self.transport.resume_reading()

    def _hold_messages(self, seconds: float) -> None:
        self._held = self.loop.call_later(seconds, self._read_on)
        if not self.transport.is_closing():
            self.transport.pause_reading()
