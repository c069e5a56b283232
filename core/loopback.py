"""Requests answered by a function on a free loopback port: how the fakes of services outside are served."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx


@dataclass(frozen=True, slots=True)
class LoopbackRequest:
    """What was asked: the path with its query, the headers by name in any case, the whole body."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class LoopbackAnswer:
    """What is answered; status 0 hangs up without a word, `pause` are seconds after each byte of the body."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    pause: float = 0.0


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *where: Any) -> None:
        """A client that hung up is part of what is tried; any other fault is a bug of the fake."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(*where)


@contextmanager
def serve_answers(answer: Callable[[LoopbackRequest], LoopbackAnswer]) -> Iterator[str]:
    """Answer GET and POST until the block ends; yields the address without a slash at its end."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply()

        def do_POST(self) -> None:
            self.reply()

        def reply(self) -> None:
            headers = httpx.Headers(list(self.headers.items()))
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            self.send(answer(LoopbackRequest(self.path, headers, body)))

        def send(self, answered: LoopbackAnswer) -> None:
            if not answered.status:
                self.close_connection = True
                return
            self.send_response(answered.status)
            for name, value in {"Content-Length": str(len(answered.body)), **answered.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            parts = [bytes([byte]) for byte in answered.body] if answered.pause else [answered.body]
            for part in parts:
                self.wfile.write(part)
                time.sleep(answered.pause)

        def log_message(self, *_: object) -> None:
            """What was asked stands in the fake, not on the terminal."""

    server = _Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
