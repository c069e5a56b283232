"""The other side, for tests: takes what is posted on loopback, keeps it once by its id, and fails as it is told."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

from channels.echo.door import PATH
from channels.echo.wire import is_genuine, signed_headers


@dataclass(frozen=True, slots=True)
class EchoTrouble:
    """An answer other than yes: a status (0 takes the message and hangs up), perhaps with `Retry-After` in seconds."""

    status: int
    after: str = ""


@dataclass
class FakeEcho:
    """`taken` are the replies by id; `asked` counts all that came; `troubles` are the next answers."""

    secret: str
    now: Callable[[], datetime]
    taken: dict[str, dict[str, Any]] = field(default_factory=dict)
    troubles: deque[EchoTrouble] = field(default_factory=deque)
    asked: int = 0

    def request(self, base: str, message: dict[str, Any]) -> httpx.Request:
        """A message as it is posted to the door of an installation at `base`."""
        body = json.dumps(message).encode()
        headers = signed_headers(self.secret, self.now(), body)
        return httpx.Request("POST", base + PATH, content=body, headers=headers)

    def answer(self, headers: dict[str, str], body: bytes) -> EchoTrouble:
        """Take a reply; what is answered."""
        self.asked += 1
        if not is_genuine(self.secret, headers, body, self.now()):
            return EchoTrouble(403)
        trouble = self.troubles.popleft() if self.troubles else EchoTrouble(200)
        if trouble.status in {0, 200}:
            said = json.loads(body)
            self.taken.setdefault(said["id"], said)
        return trouble

    @contextmanager
    def serving(self) -> Iterator[str]:
        """On a port of loopback until the block ends; yields the address."""
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                trouble = fake.answer(dict(self.headers.items()), body)
                if trouble.status:
                    self.send_response(trouble.status)
                    self.send_header("Content-Length", "0")
                    if trouble.after:
                        self.send_header("Retry-After", trouble.after)
                    self.end_headers()

            def log_message(self, *_: object) -> None:
                """Tests need no log."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
