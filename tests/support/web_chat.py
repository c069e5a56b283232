"""The web door on a loopback port, and clients that speak its wire; used by the wire's tests and the browser's."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from starlette.responses import HTMLResponse
from websockets.sync.client import ClientConnection, connect

from channels.web.chat import ProfileShown, WebChat
from channels.web.demo import demo_app
from channels.web.fake import EchoCity, MemoryMedia
from channels.web.limits import WebLimits
from core.texts import load_texts
from tests.support import loopback
from tests.support.loopback import serve_on_loopback

SECRET = "a secret of at least thirty-two characters"

PHONES_IN_TEXTS: list[tuple[str, list[str]]] = [
    ("Call 555-0142.", ["5550142"]),
    ("Call (555) 555-0142 or 555.555.0143, until 5 pm", ["5555550142", "5555550143"]),
    ("+1 555-555-0142", ["+15555550142"]),
    ("+49 30 5550142 und 030 5550142", ["+49305550142", "0305550142"]),
    ("拨打555-0142。", ["5550142"]),
    ("اتصل بـ 555-0142", ["5550142"]),
    ("See https://city.example/555-0142 or 555-0143", ["5550143"]),
    ("until 2025-11-30, from 10-12 and 1,000-2000", []),
    ("case 26-0000142, ordinance A-555-0142, order 2025-2026", []),
    ("12 Mill Road, 400-500 Elm, 5.5-6000 and $555-0142", []),
    ("in 2024 there were 15000 of 250 1200", []),
    ("911 and 311 have buttons", []),
]
"""What the city says, and the numbers in it that can be pressed; the widget and the plain page read them alike."""


def build_chat(city: EchoCity | None = None, **changes: Any) -> WebChat:
    """The web door of a city in memory, with every limit by address lifted unless `limits` says otherwise."""
    city = city or EchoCity()
    parts: dict[str, Any] = {
        "inbox": city,
        "transcript": city,
        "notifier": city,
        "media": MemoryMedia(),
        "texts": load_texts(),
        "profile": ProfileShown("Penstock", "555-0100", languages=("en", "es")),
        "secret": SECRET,
        "limits": WebLimits(typing_after_seconds=0.05, plain_wait_seconds=0.3),
    }
    return WebChat(**(parts | changes))


@contextmanager
def serving(chat: WebChat, port: int = 0, pages: dict[str, str] | None = None) -> Iterator[str]:
    """Serve the door, and pages of HTML beside it, until the block ends; yields its address."""
    app = demo_app(chat)
    for path, html in (pages or {}).items():
        app.add_route(path, lambda _request, html=html: HTMLResponse(html))
    options = {"ws": "websockets-sansio", "ws_max_size": 256 * 1024, "ws_per_message_deflate": False}
    with serve_on_loopback(app, port=port, **options) as address:
        yield address


def wait_until(happened: Callable[[], Any], seconds: float = 10) -> Any:
    """As everywhere, but the web door is to be done sooner."""
    return loopback.wait_until(happened, seconds)


def ask(method: str, url: str, **more: Any) -> httpx.Response:
    """One request. `verify=False` spares reading the certificates of the world: there is no TLS on loopback."""
    with httpx.Client(timeout=10, trust_env=False, verify=False) as client:
        return client.request(method, url, **more)


@dataclass
class Resident:
    """A client of the wire: one conversation over HTTP, and sockets on it."""

    base: str
    token: str = ""

    def __post_init__(self) -> None:
        self.token = self.token or self.call("POST", "/chat/session").json()["token"]

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        known = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers = known | more.pop("headers", {})
        return ask(method, self.base + path, headers=headers, **more)

    def say(self, message_id: str, text: str = "", **more: Any) -> httpx.Response:
        return self.call("POST", "/chat/messages", json={"id": message_id, "text": text} | more)

    def hear(self, after: int = 0, wait: int = 0) -> list[dict[str, Any]]:
        return self.call("GET", f"/chat/messages?after={after}&wait={wait}").json()["lines"]

    def ticket(self) -> str:
        return self.call("POST", "/chat/ticket").json()["ticket"]

    def opening(self, ticket: str | None = None) -> dict[str, Any]:
        """What a socket is opened with, for `connect`."""
        offered = ["cityline", f"ticket.{self.ticket() if ticket is None else ticket}"]
        return {
            "uri": f"{self.base.replace('http', 'ws')}/chat/socket",
            "subprotocols": offered,
            "proxy": None,
        }

    @contextmanager
    def socket(self, last_sequence: int | None = 0, **options: Any) -> Iterator[Socket]:
        with connect(**self.opening(), **options) as connection:
            socket = Socket(connection)
            if last_sequence is not None:
                socket.send(type="hello", last_sequence=last_sequence)
                assert socket.receive()["type"] == "welcome"
            yield socket


@dataclass
class Socket:
    """One open socket."""

    connection: ClientConnection

    def send(self, **frame: Any) -> None:
        self.connection.send(json.dumps(frame))

    def receive(self, seconds: float = 5) -> dict[str, Any]:
        return json.loads(self.connection.recv(timeout=seconds))

    def until(self, kind: str) -> list[dict[str, Any]]:
        """All frames up to the first one of this kind."""
        frames = [self.receive()]
        while frames[-1]["type"] != kind:
            frames.append(self.receive())
        return frames

    def lines(self, count: int) -> list[dict[str, Any]]:
        """The next lines, whatever else comes in between."""
        found: list[dict[str, Any]] = []
        while len(found) < count:
            frame = self.receive()
            if frame["type"] == "lines":
                found.extend(frame["lines"])
        return found
