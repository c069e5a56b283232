"""Rasa's Socket.IO protocol, spoken by python-socketio's own client over real HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Self

import httpx
import pytest
import socketio
from structlog.testing import capture_logs

from channels.web.fake import EchoCity
from channels.web.keys import Keys
from channels.web.limits import WebLimits
from channels.web.traits import CHANNEL
from core.model import Reply
from tests.support.web_chat import SECRET, ask, build_chat, serving

TRANSPORTS = ["polling", "websocket"]


@dataclass
class Widget:
    """A widget made for Rasa: asks for a session, speaks, and keeps what it hears."""

    base: str
    transports: list[str] = field(default_factory=lambda: ["websocket"])
    heard: list[dict[str, Any]] = field(default_factory=list)
    confirmed: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.client = socketio.AsyncClient(reconnection=False)
        self.client.on("bot_uttered", self.heard.append)
        self.client.on("session_confirm", self.confirmed.append)

    async def __aenter__(self) -> Self:
        await self.client.connect(
            self.base, headers=self.headers, transports=self.transports, socketio_path="socket.io"
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        # Over polling, a whole disconnect of this client would wait for the answer to its last question.
        await self.client.eio.disconnect(abort=self.client.transport() == "polling")
        await self.forget()

    async def is_refused(self) -> None:
        """Knock, and be refused."""
        with pytest.raises(socketio.exceptions.ConnectionError):
            await self.client.connect(self.base, headers=self.headers, transports=self.transports)
        await self.client.disconnect()
        await self.forget()

    async def forget(self) -> None:
        """Close what the client leaves open after an abort."""
        if self.client.eio.http:
            await self.client.eio.http.close()

    async def session(self, session_id: str | None = None, **more: Any) -> str:
        """Ask for a session; the id that was confirmed."""
        before = len(self.confirmed)
        await self.client.emit("session_request", {"session_id": session_id} | more)
        await until(lambda: len(self.confirmed) > before)
        return self.confirmed[-1]

    async def say(self, message: Any, **more: Any) -> dict[str, Any]:
        """Say something; the acknowledgement."""
        return await self.client.call("user_uttered", {"message": message} | more, timeout=20)

    async def hears(self, count: int) -> list[str]:
        """The texts, when there are so many."""
        await until(lambda: len(self.heard) >= count)
        return [frame["text"] for frame in self.heard]


async def until(happened: Callable[[], Any], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not happened():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def run(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(story)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_widget_made_for_rasa_gets_a_session_and_an_answer(base, city, transport):
    async def story():
        async with Widget(base, [transport]) as widget:
            session_id = await widget.session()
            await widget.client.emit(
                "user_uttered",
                {"message": "hola", "customData": {"language": "es"}, "session_id": session_id},
            )
            assert await widget.hears(1) == ["You wrote: hola"]

    run(story())
    assert [(message.text, message.language_hint) for message in city.accepted] == [("hola", "es")]


def test_a_button_comes_back_as_the_choice_it_was(base, city):
    async def story():
        async with Widget(base) as widget:
            await widget.session()
            await widget.say("Report a problem")
            await widget.hears(1)
            first = widget.heard[0]["quick_replies"][0]
            assert first["title"] == "Pothole"
            await widget.say(first["payload"])
            assert "Where is the pothole?" in (await widget.hears(2))[1]

    run(story())
    assert (city.accepted[1].choice, city.accepted[1].text) == ("pothole", "Pothole")


@pytest.mark.parametrize(
    "wish",
    [
        None,
        "",
        "5073c5a1",
        "x" * 64,
        pytest.param(Keys("another secret, as long as it should be").new_token(), id="another city's"),
    ],
)
def test_an_id_that_we_did_not_make_opens_a_new_conversation_and_never_an_old_one(base, city, wish):
    async def story():
        async with Widget(base) as widget:
            assert await widget.session(wish) != wish

    run(story())


def test_the_same_id_is_confirmed_again_and_what_came_meanwhile_is_told_once(base, city):
    async def story():
        async with Widget(base) as widget:
            session_id = await widget.session()
            await widget.say("hello")
            await widget.hears(1)
        city.say(CHANNEL, city.accepted[0].sender, Reply("Your street light was repaired."))
        async with Widget(base) as widget:
            assert await widget.session(session_id) == session_id
            assert await widget.hears(1) == ["Your street light was repaired."]
            await widget.session(session_id)
            await widget.say("again")
            assert (await widget.hears(2))[1] == "You wrote: again"

    run(story())


def test_a_client_that_keeps_count_gets_exactly_what_it_missed(base, city):
    async def story():
        async with Widget(base) as widget:
            session_id = await widget.session()
            await widget.say("one")
            await widget.say("two")
            await widget.hears(2)
            seen = widget.heard[0]["metadata"]["sequence"]
        async with Widget(base) as widget:
            await widget.session(session_id, last_sequence=seen)
            assert await widget.hears(1) == ["You wrote: two"]

    run(story())


def test_after_a_restart_a_widget_gets_its_last_answer_rather_than_none():
    city = EchoCity()

    async def before(base: str, kept: list[str]) -> None:
        async with Widget(base) as widget:
            kept.append(await widget.session())
            await widget.say("one")
            await widget.say("two")
            await widget.hears(2)

    async def after(base: str, kept: list[str]) -> None:
        async with Widget(base) as widget:
            assert await widget.session(kept[0]) == kept[0]
            assert await widget.hears(1) == ["You wrote: two"]

    kept: list[str] = []
    for story in (before, after):
        with serving(build_chat(city)) as base:
            run(story(base, kept))


def test_knowing_the_id_of_a_connection_opens_nothing(base, city):
    async def story():
        async with Widget(base) as anna, Widget(base) as eve:
            await anna.session()
            await anna.say("my name is Anna")
            await anna.hears(1)
            taken = await eve.session(anna.client.get_sid())
            assert taken != anna.confirmed[0]
            await eve.say("hello", session_id=anna.client.get_sid())
            assert await eve.hears(1) == ["You wrote: hello"]
            assert len(anna.heard) == 1

    run(story())
    assert len({message.sender for message in city.accepted}) == 2


def test_without_a_session_request_the_first_word_begins_one(base, city):
    async def story():
        async with Widget(base) as widget:
            await widget.say("hello")
            assert await widget.hears(1) == ["You wrote: hello"]
            assert len(widget.confirmed) == 1

    run(story())


def test_a_message_is_acknowledged_only_when_it_is_kept_and_a_repeat_counts_once(base, city):
    async def story():
        async with Widget(base) as widget:
            await widget.session()
            told = [await widget.say("hello", id="one") for _ in range(2)]
            assert told == [
                {"accepted": True, "id": "one", "repeat": False},
                {"accepted": True, "id": "one", "repeat": True},
            ]

    run(story())
    assert len(city.accepted) == 1


class FailingInbox:
    """An inbox that fails the first time."""

    def __init__(self, city: EchoCity, failures: int) -> None:
        self.city, self.failures = city, failures

    def accept(self, message):
        if self.failures:
            self.failures -= 1
            raise OSError("disk full")
        return self.city.accept(message)


@pytest.mark.parametrize(("failures", "kept"), [(1, True), (99, False)])
def test_what_cannot_be_kept_is_tried_again_and_then_said(failures, kept):
    city = EchoCity()

    async def story(base: str) -> None:
        async with Widget(base) as widget:
            await widget.session()
            told = await widget.say("hello")
            assert told["accepted"] is kept
            assert ("could not keep that" in (await widget.hears(1))[0]) is not kept

    with capture_logs(), serving(build_chat(city, inbox=FailingInbox(city, failures))) as base:
        run(story(base))
    assert len(city.accepted) == kept


def test_thirty_messages_in_one_breath_all_arrive_in_order():
    city = EchoCity()

    async def story(base: str) -> None:
        async with Widget(base) as widget:
            await widget.session()
            for number in range(30):
                await widget.client.emit("user_uttered", {"message": str(number)})
            await widget.hears(30)

    with serving(build_chat(city, limits=WebLimits(messages_per_second=20, message_burst=5))) as base:
        run(story(base))
    assert [message.text for message in city.accepted] == [str(number) for number in range(30)]


@pytest.mark.parametrize(
    "value", [None, 7, [], {}, {"message": 7}, {"message": ""}, {"message": "a", "id": "!"}]
)
def test_a_mistake_is_answered_in_words_and_costs_nothing(base, city, value):
    async def story():
        async with Widget(base) as widget:
            await widget.session()
            told = await widget.client.call("user_uttered", value)
            assert told["accepted"] is False
            assert told["code"] in {"bad_frame", "empty"}
            await widget.say("hello")
            assert (await widget.hears(2))[1] == "You wrote: hello"

    run(story())


@pytest.mark.parametrize("event", ["connect", "disconnect", "message", "nonsense"])
def test_events_that_are_not_of_the_protocol_change_nothing(base, city, event):
    async def story():
        async with Widget(base) as widget, Widget(base) as other:
            await other.session()
            await widget.client.emit(event, {"asgi.scope": {"client": ["192.0.2.1", 1]}})
            await other.say("hello")
            assert await other.hears(1) == ["You wrote: hello"]

    run(story())


@pytest.mark.parametrize("frame", ["4" + "2" + "[" * 5000, "42[]", "4", "9", "45", "451-[", "42[7]", "4{"])
def test_frames_that_are_not_socket_io_harm_nobody_else(base, city, frame):
    async def story():
        async with httpx.AsyncClient(base_url=base, trust_env=False, verify=False) as client:
            opened = await client.get("/socket.io/?EIO=4&transport=polling")
            sid = json.loads(opened.text[1:])["sid"]
            path = f"/socket.io/?EIO=4&transport=polling&sid={sid}"
            assert (await client.post(path, content="40")).status_code == 200
            assert (await client.post(path, content=frame)).status_code < 500
        async with Widget(base) as widget:
            await widget.say("hello")
            assert await widget.hears(1) == ["You wrote: hello"]

    run(story())


HANDSHAKE = "/socket.io/?EIO=4&transport=polling"


@pytest.mark.parametrize(
    ("method", "path", "more", "status"),
    [
        ("GET", HANDSHAKE, {}, 200),
        ("GET", HANDSHAKE, {"headers": {"Origin": "https://evil.example"}}, 403),
        ("GET", HANDSHAKE + "&j=0", {}, 400),
        ("POST", HANDSHAKE, {"content": b"x" * 70_000}, 413),
        ("POST", HANDSHAKE, {"content": iter([b"x"])}, 413),
        ("GET", HANDSHAKE + "&sid=guess", {}, 400),
    ],
)
def test_requests_from_elsewhere_or_too_big_go_no_further(base, method, path, more, status):
    assert ask(method, base + path, **more).status_code == status


def test_an_allowed_website_may_read_the_answer_and_no_cookie_is_set(base, door):
    chat, _ = door
    chat.allowed_origins = ("https://www.city.example",)
    answer = ask("GET", base + HANDSHAKE, headers={"Origin": "https://www.city.example"})
    chat.allowed_origins = ()
    assert answer.headers["access-control-allow-origin"] == "https://www.city.example"
    assert "access-control-allow-credentials" not in answer.headers
    assert "set-cookie" not in answer.headers


def test_a_website_that_is_not_allowed_gets_no_socket_either(base):
    async def story():
        await Widget(base, headers={"Origin": "https://evil.example"}).is_refused()

    run(story())


def test_one_network_may_not_begin_conversations_without_end():
    limits = WebLimits(spare_loopback=False, session_burst=2, sessions_per_hour=1)

    async def story(base: str) -> None:
        async with Widget(base) as widget:
            for _ in range(2):
                await widget.session()
            await widget.client.emit("session_request", {"session_id": None})
            assert "Many people on your network" in (await widget.hears(1))[0]
            assert len(widget.confirmed) == 2

    with serving(build_chat(limits=limits)) as base:
        run(story(base))


def test_one_network_may_not_hold_connections_without_end():
    limits = WebLimits(spare_loopback=False, connections_per_address=1)

    async def story(base: str) -> None:
        async with Widget(base) as widget:
            await Widget(base).is_refused()
            await widget.client.emit("connect", {})
        async with Widget(base) as widget:
            await widget.session()

    with serving(build_chat(limits=limits)) as base:
        run(story(base))


def test_a_session_of_the_wire_is_a_session_here(base, city):
    token = ask("POST", f"{base}/chat/session").json()["token"]
    assert Keys(SECRET).sender(token)

    async def story():
        async with Widget(base) as widget:
            assert await widget.session(token) == token

    run(story())
