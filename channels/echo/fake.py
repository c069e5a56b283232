"""The other side, for tests: takes what is posted on loopback, keeps it once by its id, and fails as it is told."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from channels.echo.door import PATH
from channels.echo.wire import is_genuine, signed_headers
from core.loopback import LoopbackAnswer, LoopbackRequest, serve_answers


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

    def take(self, headers: Mapping[str, str], body: bytes) -> EchoTrouble:
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
        with serve_answers(self._answer) as address:
            yield f"{address}/"

    def _answer(self, request: LoopbackRequest) -> LoopbackAnswer:
        trouble = self.take(request.headers, request.body)
        return LoopbackAnswer(trouble.status, headers={"Retry-After": trouble.after} if trouble.after else {})
