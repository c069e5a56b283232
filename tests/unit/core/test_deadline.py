"""A whole answer has a limit: a server that drips is too slow even though no single byte is."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import httpx
import pytest

from core.deadline import ask_within


class Dripping(httpx.SyncByteStream):
    """A body without an end."""

    def __init__(self) -> None:
        self.dripped = 0

    def __iter__(self) -> Iterator[bytes]:
        while True:
            self.dripped += 1
            yield b"."


def client(response: httpx.Response) -> httpx.Client:
    return httpx.Client(transport=httpx.MockTransport(lambda _request: response))


def test_a_body_that_never_ends_is_given_up():
    body = Dripping()
    with client(httpx.Response(200, stream=body)) as http, pytest.raises(httpx.ReadTimeout):
        ask_within(http, "GET", "https://provider.example/", seconds=0.05)
    assert body.dripped > 1


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_whole_answer_is_what_it_was(encoding):
    said = b'{"ok": true}'
    body = gzip.compress(said) if encoding == "gzip" else said
    headers = {"Content-Encoding": encoding, "Retry-After": "3"}
    with client(httpx.Response(429, headers=headers, stream=httpx.ByteStream(body))) as http:
        answer = ask_within(http, "POST", "https://provider.example/", seconds=60.0, json={"a": 1})
    assert (answer.status_code, answer.json(), answer.headers["retry-after"]) == (429, {"ok": True}, "3")
