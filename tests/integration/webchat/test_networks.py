"""A network around many homes gets so many new conversations, and what it is known by tells nobody which it is."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from channels.web.demo import demo_app
from tests.support.web_chat import build_chat


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("2001:db8:1:{number:x}::7", 100),
        ("2001:db8:1::{number:x}", 20),
        ("192.0.2.{number}", 100),
        ("::ffff:192.0.2.{number}", 100),
        ("192.0.2.1", 20),
        ("10.{number}.0.1", 250),
    ],
)
def test_three_hundred_ballots_find_no_way_in(address, most):
    chat = build_chat(ticking=lambda: 0.0)
    app = demo_app(chat)
    statuses = [
        TestClient(app, client=(address.format(number=number), 5)).post("/chat/session").status_code
        for number in range(250)
    ]
    assert statuses == [201] * most + [429] * (250 - most)


def test_a_message_carries_opaque_keys_of_where_it_came_from():
    chat = build_chat()
    app = demo_app(chat)

    def networks(address: str) -> tuple[str, ...]:
        client = TestClient(app, client=(address, 5))
        token = client.post("/chat/session").json()["token"]
        message = {"id": f"m{len(chat.inbox.accepted)}", "text": "hello"}
        client.post("/chat/messages", json=message, headers={"Authorization": f"Bearer {token}"})
        return chat.inbox.accepted[-1].networks

    one, neighbour, other = networks("2001:db8:1::1"), networks("2001:db8:1:9::1"), networks("2001:db8:2::1")
    assert one == networks("2001:db8:1::2")
    assert (one[1], one[0]) == (neighbour[1], one[0])
    assert len({*one, *neighbour, *other}) == 5
    assert "2001" not in "".join(one)
    assert networks("127.0.0.1") == ()
