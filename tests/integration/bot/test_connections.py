"""Connections that are many, slow, silent or too fast cost the others nothing, and health and webhooks always get an answer."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import InvalidStatus
from websockets.frames import Frame, Opcode
from websockets.sync.client import ClientConnection, connect

from bot.connections import Crowd, Patience, protocols_of, raise_file_limit
from channels.web.chat import WebChat
from channels.web.demo import demo_app
from channels.web.limits import WebLimits
from tests.support.loopback import serve_on_loopback
from tests.support.web_chat import Resident, ask, build_chat, wait_until

ALWAYS = "/chat/texts/en"
LONG = Patience(head=60, body=60)


@contextmanager
def serving(crowd: Crowd, chat: WebChat | None = None) -> Iterator[str]:
    """The web door behind connections that are held to this."""
    http, websocket = protocols_of(crowd)
    with serve_on_loopback(demo_app(chat or build_chat()), http=http, ws=websocket) as address:
        yield address


def raw(base: str) -> socket.socket:
    """A connection on which nothing was said yet."""
    found = urlsplit(base)
    return socket.create_connection((found.hostname, found.port), timeout=20)


def all_of(connection: socket.socket) -> bytes:
    """Everything until the other side closes; an abrupt end is an end too."""
    found = b""
    try:
        while piece := connection.recv(65536):
            found += piece
    except ConnectionResetError:
        pass
    return found


HEAD = b"POST /chat/messages HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"GET / HTTP/1.1\r\nhost: x\r\nx-slow: ",
        b"GET /chat/texts/en HTTP/1.1\r\nhost: x\r\n\r\nGET / HTTP/1.1\r\nhost",
        HEAD + b"content-length: 5000\r\n\r\n{",
        HEAD + b"transfer-encoding: chunked\r\n\r\n5\r\n",
        HEAD + b"content-length: 5000\r\nexpect: 100-continue\r\n\r\n",
    ],
    ids=["nothing", "half a head", "half a second head", "half a body", "half a chunk", "no body at all"],
)
def test_who_does_not_go_on_is_let_go(said):
    crowd = Crowd(400, patience=Patience(head=0.2, body=0.2))
    with serving(crowd) as base, raw(base) as connection:
        connection.sendall(said)
        all_of(connection)
        wait_until(lambda: crowd.count == 0)


def test_a_body_that_comes_along_is_waited_for_and_one_that_trickles_is_not():
    crowd = Crowd(400, patience=Patience(head=5, body=0.3, trickle=20_000))
    with serving(crowd) as base, raw(base) as steady, raw(base) as slow:
        slow.sendall(HEAD + b"content-length: 60000\r\n\r\n" + b"x" * 10)
        steady.sendall(HEAD + b"content-length: 60000\r\n\r\n")
        for _ in range(6):
            steady.sendall(b"x" * 10_000)
        assert steady.recv(100).startswith(b"HTTP/1.1 401")
        all_of(slow)


def test_a_head_without_end_is_cut_off():
    crowd = Crowd(400, patience=LONG)
    with serving(crowd) as base, raw(base) as connection:
        endless = b"".join(b"x-%d: %s\r\n" % (number, b"y" * 1000) for number in range(10_000))
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            connection.sendall(b"GET / HTTP/1.1\r\n" + endless)
        wait_until(lambda: crowd.count == 0)


def busy(base: str) -> socket.socket:
    """A connection that sends a form and is not done yet: nobody may take its place."""
    connection = raw(base)
    connection.sendall(HEAD + b"content-length: 5000\r\n\r\n{")
    return connection


def test_whoever_says_nothing_makes_room_for_those_who_do():
    crowd = Crowd(300, {ALWAYS}, patience=LONG)
    with serving(crowd) as base, ExitStack() as open_ones:
        for _ in range(3 * crowd.most):
            open_ones.enter_context(raw(base))
        resident = Resident(base)
        assert ask("GET", base + ALWAYS).status_code == 200
        assert ask("GET", base + "/chat/plain").status_code == 200
        with resident.socket() as talking:
            for _ in range(2 * crowd.most):
                open_ones.enter_context(raw(base))
            talking.send(type="message", id="m1", text="hello")
            assert talking.lines(2)
        assert crowd.count <= crowd.ordinary
    wait_until(lambda: crowd.count == 0 and not crowd.silent)


def test_health_and_webhooks_are_answered_when_nobody_else_finds_a_place():
    crowd = Crowd(300, {ALWAYS}, patience=LONG)
    with serving(crowd) as base, ExitStack() as open_ones:
        resident = Resident(base)
        ticket = resident.ticket()
        for _ in range(crowd.ordinary):
            open_ones.enter_context(busy(base))
        wait_until(lambda: crowd.count == crowd.ordinary and not crowd.silent)
        assert ask("GET", base + ALWAYS + "?language=es").status_code == 200
        refused = ask("GET", base + "/chat/plain")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "10")
        with pytest.raises(InvalidStatus) as no_socket, connect(**resident.opening(ticket)):
            pass
        assert no_socket.value.response.status_code == 503
        open_ones.close()
        wait_until(lambda: crowd.count == 0)
        assert ask("GET", base + "/chat/plain").status_code == 200


def test_a_crowd_of_busy_ones_leaves_health_its_places():
    crowd = Crowd(300, {ALWAYS}, patience=LONG)
    with serving(crowd) as base, ExitStack() as open_ones:
        for _ in range(2 * crowd.most):
            open_ones.enter_context(busy(base))
        wait_until(lambda: crowd.count <= crowd.ordinary)
        assert ask("GET", base + ALWAYS).status_code == 200
    wait_until(lambda: crowd.count == 0)


def test_a_socket_keeps_its_place_until_it_is_closed():
    crowd = Crowd(400)
    with serving(crowd) as base:
        resident = Resident(base)
        with resident.socket() as talking:
            talking.send(type="message", id="m1", text="hello")
            assert talking.lines(2)
            wait_until(lambda: crowd.count == 1)
        wait_until(lambda: crowd.count == 0)


@pytest.mark.parametrize(
    ("frame", "count"),
    [
        (Frame(Opcode.PING, b""), 5000),
        (Frame(Opcode.PING, b"x" * 100), 2000),
        (Frame(Opcode.PONG, b""), 5000),
        (Frame(Opcode.TEXT, b'{"type":"ping"}'), 3000),
        (Frame(Opcode.TEXT, b"2"), 5000),
        (Frame(Opcode.BINARY, b""), 5000),
    ],
    ids=["pings", "long pings", "pongs", "pings of ours", "one byte", "nothing"],
)
def test_a_flood_of_frames_is_held_up_and_a_neighbour_is_answered_meanwhile(frame, count):
    crowd = Crowd(400)
    with serving(crowd) as base:
        resident, neighbour = Resident(base), Resident(base)
        with (
            connect(**resident.opening()) as flooding,
            neighbour.socket() as talking,
        ):
            flood = frame.serialize(mask=True) * count
            sender = threading.Thread(target=_send_all, args=(flooding.socket, flood), daemon=True)
            sender.start()
            for number in range(3):
                talking.send(type="message", id=f"m{number}", text="hello")
                assert talking.until("accepted")
            assert ask("GET", base + ALWAYS).status_code == 200
            assert heard(flooding, 0) < count
            flooding.socket.shutdown(socket.SHUT_RDWR)
            sender.join(10)


def heard(connection: ClientConnection, seconds: float) -> int:
    """How many frames came until none did for so long."""
    count = 0
    with suppress(TimeoutError):
        while connection.recv(timeout=seconds):
            count += 1
    return count


def _send_all(connection: socket.socket, data: bytes) -> None:
    try:
        connection.sendall(data)
    except OSError:
        return


def test_of_a_flood_of_pings_only_as_many_are_answered_as_the_pace_allows():
    with serving(Crowd(400), build_chat(limits=WebLimits(frames_per_second=0.5, frame_burst=5))) as base:
        resident = Resident(base)
        with resident.socket() as talking:
            for _ in range(40):
                talking.send(type="ping")
            answered = heard(talking.connection, 1.0)
    assert answered < 40


def test_everything_that_came_in_time_is_read_in_order_however_it_is_cut():
    chat = build_chat()
    with serving(Crowd(400), chat) as base:
        resident = Resident(base)
        with resident.socket() as talking:
            frames = b"".join(
                Frame(
                    Opcode.TEXT, b'{"type":"message","id":"m%d","text":"%s"}' % (number, b"long " * 700)
                ).serialize(mask=True)
                for number in range(8)
            )
            for at in range(0, len(frames), 1777):
                talking.connection.socket.sendall(frames[at : at + 1777])
            wait_until(lambda: len(chat.inbox.accepted) == 8)
    assert [message.provider_id.rpartition(":")[2] for message in chat.inbox.accepted] == [
        f"m{number}" for number in range(8)
    ]


@pytest.mark.parametrize(
    ("addresses", "let_in"),
    [
        (["192.0.2.1"] * 40, 7 + 1),
        ([f"2001:db8::{number:x}" for number in range(40)], 7 + 1),
        (["::ffff:192.0.2.1", "192.0.2.1"] * 20, 7 + 1),
        (["127.0.0.1"] * 32, 32),
        (["10.0.0.9"] * 32, 32),
        (["fd00::9"] * 32, 32),
        ([f"192.0.2.{number}" for number in range(40)], 32),
    ],
)
def test_one_network_gets_its_share_and_a_trusted_proxy_stands_for_all(addresses, let_in):
    crowd = Crowd(256 + 32, trusted=("10.0.0.0/8", "fd00::9"), share=0.5)
    places = [crowd.enter(address) for address in addresses]
    assert sum(place is not None for place in places) == let_in
    for place in places:
        if place is not None:
            crowd.leave(place)
    assert (crowd.count, crowd.taken) == (0, {})


def test_a_process_may_open_as_many_files_as_the_machine_lets_it():
    import resource

    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        lowered = min(512, before[1])
        resource.setrlimit(resource.RLIMIT_NOFILE, (lowered, before[1]))
        assert raise_file_limit(1000) == min(1000, before[1])
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == min(1000, before[1])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
