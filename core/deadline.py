"""A limit on the whole of an answer: httpx limits each step alone, and for that a server that drips is never too slow."""

from __future__ import annotations

import time
from typing import Any

import httpx


def ask_within(
    client: httpx.Client, method: str, address: str, *, seconds: float, **more: Any
) -> httpx.Response:
    """The whole answer, or an `httpx.ReadTimeout` when it has not come in within `seconds` from now."""
    ends = time.monotonic() + seconds
    parts = []
    with client.stream(method, address, **more) as response:
        for part in response.iter_raw():
            if time.monotonic() > ends:
                raise httpx.ReadTimeout("The answer came in too slowly.", request=response.request)
            parts.append(part)
    return httpx.Response(
        response.status_code, headers=response.headers, content=b"".join(parts), request=response.request
    )
