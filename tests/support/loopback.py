"""A web application served on a free loopback port, and waiting for what another thread does."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn


@contextmanager
def serve_on_loopback(app: Any, **options: Any) -> Iterator[str]:
    """Serve until the block ends; yields the address. `options` are uvicorn's, such as a `port` of one's own."""
    given = {"port": 0, "log_config": None, "timeout_graceful_shutdown": 1} | options
    server = uvicorn.Server(uvicorn.Config(app, **given))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


def wait_until(happened: Callable[[], Any], seconds: float = 20) -> Any:
    """Wait for something to become true; what it was, or a failure of the test."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value := happened():
            return value
        time.sleep(0.002)
    raise AssertionError(f"did not happen within {seconds} seconds")
