"""The example channel through real HTTP on loopback: a message in, a reply out, and what happens when the other side fails."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from channels.echo.door import PATH, EchoChannel
from channels.echo.fake import EchoTrouble, FakeEcho
from core.errors import BadUpload, SendLater, SendRefused, SendUnknown, SettingsError
from core.model import Delivery, RemoteMedia, Reply
from knowledge.index.fake_embedder import FakeEmbedder
from nlu.fake import WordNluClient
from tests.integration.doors.town import serving
from tests.support.builders import NOON
from tests.support.installation import House

SECRET = "a-secret-of-at-least-thirty-two-characters"
REPLY = Delivery("echo one 0", "echo", "ana", Reply("Hello"))


def house_with(folder, **settings: object) -> House:
    return House(folder, WordNluClient(), [FakeEmbedder()], **settings)


@pytest.fixture
def other_side() -> FakeEcho:
    return FakeEcho(SECRET, lambda: NOON)


@pytest.fixture
def channel(other_side) -> Iterator[EchoChannel]:
    with other_side.serving() as address:
        opened = EchoChannel(address, SECRET, lambda: NOON)
        yield opened
        opened.close()


def test_a_message_is_answered_once_by_http_both_ways(tmp_path, other_side):
    with other_side.serving() as address:
        house = house_with(tmp_path, echo_secret=SECRET, echo_send_url=address)
        other_side.now = house.clock
        with serving(house) as base, httpx.Client(trust_env=False) as http:
            said = {"id": "m1", "sender": "ana", "text": "menu"}
            answers = [http.send(other_side.request(base, said)) for _ in range(2)]
            unsigned = http.post(base + PATH, json=said)
            unread = http.send(other_side.request(base, {"id": "m2"}))
            endless = http.send(other_side.request(base, said | {"text": "x" * 70_000}))
            house.work()
            for claim in house.app.outbox_queue.claim(10):
                house.app.outbox.deliver(claim)
        house.close()
    assert [answer.json() for answer in answers] == [
        {"accepted": "m1", "repeat": False},
        {"accepted": "m1", "repeat": True},
    ]
    assert [answer.status_code for answer in (unsigned, unread, endless)] == [403, 400, 413]
    assert unread.json() == {"error": "text or choice: one of them was expected"}
    (reply,) = other_side.taken.values()
    assert reply["recipient"] == "ana"
    assert "menu.report" in [choice["key"] for choice in reply["choices"]]


def test_a_message_that_cannot_be_stored_is_not_promised(tmp_path, other_side, monkeypatch):
    house = house_with(tmp_path, echo_secret=SECRET, echo_send_url="http://127.0.0.1:9")
    other_side.now = house.clock

    def accept_all(_messages):
        raise OSError("the disk is full")

    monkeypatch.setattr(house.app.inbox, "accept_all", accept_all)
    with serving(house) as base, httpx.Client(trust_env=False) as http:
        answer = http.send(other_side.request(base, {"id": "m1", "sender": "ana", "text": "menu"}))
    house.close()
    assert (answer.status_code, answer.content) == (503, b"")


def test_a_reply_is_taken_with_its_own_key_as_receipt(channel, other_side):
    assert channel.send(REPLY).provider_id == REPLY.key
    assert other_side.taken[REPLY.key]["text"] == "Hello"


def test_what_was_cut_is_posted_again_and_taken_once(channel, other_side):
    other_side.troubles.append(EchoTrouble(0))
    with pytest.raises(SendUnknown):
        channel.send(REPLY)
    assert channel.find(REPLY) is None
    channel.send(REPLY)
    assert (other_side.asked, len(other_side.taken)) == (2, 1)


@pytest.mark.parametrize(("after", "wait"), [("7", 7.0), ("", 5.0), ("soon", 5.0)])
@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_other_side_is_asked_later(channel, other_side, status, after, wait):
    other_side.troubles.append(EchoTrouble(status, after))
    with pytest.raises(SendLater) as later:
        channel.send(REPLY)
    assert later.value.after == wait


@pytest.mark.parametrize("status", [302, 400, 404])
def test_a_no_of_the_other_side_is_final(channel, other_side, status):
    other_side.troubles.append(EchoTrouble(status))
    with pytest.raises(SendRefused, match=str(status)):
        channel.send(REPLY)


def test_nobody_there_is_asked_later():
    channel = EchoChannel("http://127.0.0.1:9/", SECRET, lambda: NOON)
    with pytest.raises(SendLater):
        channel.send(REPLY)
    channel.close()


def test_it_brings_no_files_and_divides_no_reply(channel):
    with pytest.raises(BadUpload):
        channel.fetch(RemoteMedia("x"))
    assert channel.split(REPLY.reply) == (REPLY.reply,)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"echo_secret": "short", "echo_send_url": "https://gateway.example"}, "CITYLINE_ECHO_SECRET"),
        ({"echo_secret": SECRET}, "CITYLINE_ECHO_SEND_URL"),
        ({"echo_secret": SECRET, "echo_send_url": "http://gateway.example"}, "CITYLINE_ECHO_SEND_URL"),
        ({"echo_secret": SECRET, "echo_send_url": "file:///etc"}, "CITYLINE_ECHO_SEND_URL"),
    ],
)
def test_half_a_set_up_stops_the_start(tmp_path, settings, words):
    with pytest.raises(SettingsError, match=words):
        house_with(tmp_path, **settings)
