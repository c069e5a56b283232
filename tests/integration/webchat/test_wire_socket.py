"""The wire over a WebSocket, against a real server: order, replay, proof of who speaks, and kind answers to mistakes."""

from __future__ import annotations

import json
import threading

import pytest
from structlog.testing import capture_logs
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from channels.web.limits import WebLimits
from channels.web.traits import CHANNEL
from core.model import Reply, Trouble
from tests.support.web_chat import Resident, build_chat, serving, wait_until

REFUSED = 403


def test_a_message_is_accepted_and_answered_in_order(resident):
    with resident.socket() as socket:
        socket.send(type="message", id="m1", text="hello")
        first, second = socket.lines(2)
    assert (first["sender"], first["answers"], first["sequence"]) == ("resident", "m1", 1)
    assert (second["sender"], second["answers"], second["text"]) == ("city", "m1", "You wrote: hello")


def test_the_promise_comes_only_after_the_inbox_has_the_message(city, resident):
    with resident.socket() as socket:
        socket.send(type="message", id="m1", text="hello")
        accepted = socket.until("accepted")[-1]
        assert accepted == {"type": "accepted", "id": "m1", "repeat": False}
        assert [message.text for message in city.accepted] == ["hello"]


def test_a_repeated_message_is_one_message(city, resident):
    for expected in (False, True):
        with resident.socket() as socket:
            socket.send(type="message", id="m1", text="hello")
            assert socket.until("accepted")[-1]["repeat"] is expected
    assert len(city.accepted) == 1


def test_the_same_id_of_two_residents_is_two_messages(city, base):
    for _ in range(2):
        Resident(base).say("m1", "hello")
    assert len({message.provider_id for message in city.accepted}) == 2


def numbers(frames):
    return [line["sequence"] for frame in frames if frame["type"] == "lines" for line in frame["lines"]]


def test_a_client_that_comes_back_gets_what_it_missed_and_nothing_twice(resident):
    for number in range(5):
        resident.say(f"m{number}", "hello")
    with resident.socket(last_sequence=4) as socket:
        frames = socket.until("caught_up")
    assert numbers(frames) == [5, 6, 7, 8, 9, 10]
    assert frames[-1]["last_sequence"] == 10


def test_more_than_a_page_of_lines_is_replayed_whole(city, resident):
    resident.say("m1", "hello")
    sender = city.accepted[0].sender
    for number in range(450):
        city.say(CHANNEL, sender, Reply(f"line {number}"))
    with resident.socket() as socket:
        frames = socket.until("caught_up")
    assert numbers(frames) == list(range(1, 453))


def test_the_city_may_speak_first_and_every_open_window_hears_it(city, resident):
    resident.say("m1", "hello")
    with resident.socket(last_sequence=2) as one, resident.socket(last_sequence=2) as other:
        city.say(CHANNEL, city.accepted[0].sender, Reply("Your street light was repaired."))
        assert [socket.lines(1)[0]["text"] for socket in (one, other)] == [
            "Your street light was repaired."
        ] * 2


def test_lines_written_from_many_threads_arrive_once_and_in_order(city, resident):
    resident.say("m0", "hello")
    sender = city.accepted[0].sender
    with resident.socket(last_sequence=2) as socket:
        threads = [
            threading.Thread(target=lambda: [city.say(CHANNEL, sender, Reply("news")) for _ in range(25)])
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        sequences = [line["sequence"] for line in socket.lines(100)]
        for thread in threads:
            thread.join()
    assert sequences == list(range(3, 103))


def test_a_slow_answer_is_announced_as_being_written(city, resident):
    city.hold()
    with resident.socket() as socket:
        socket.send(type="message", id="m1", text="hello")
        assert socket.until("typing")[-1] == {"type": "typing"}
        city.release()
        assert [line["sender"] for line in socket.lines(2)] == ["resident", "city"]


def test_a_quick_answer_is_not(resident):
    with resident.socket() as socket:
        socket.send(type="message", id="m1", text="hello")
        socket.lines(2)
        socket.send(type="ping")
        assert "typing" not in {frame["type"] for frame in socket.until("pong")}


MISTAKES = {
    "not JSON": "hello",
    "an array": "[]",
    "a number": "12",
    "null": "null",
    "nothing": "",
    "a bare NaN": '{"type":"message","id":"a","position":{"latitude":NaN,"longitude":0}}',
    "unknown type": '{"type":"shout"}',
    "type as a list": '{"type":[]}',
    "no type": "{}",
    "text as a number": '{"type":"message","id":"a","text":5}',
    "id missing": '{"type":"message","text":"hi"}',
    "id too long": json.dumps({"type": "message", "id": "x" * 65, "text": "hi"}),
    "id with a colon": '{"type":"message","id":"a:b","text":"hi"}',
    "a place off the earth": '{"type":"message","id":"a","position":{"latitude":91,"longitude":0}}',
    "a place in infinity": '{"type":"message","id":"a","position":{"latitude":1e999,"longitude":0}}',
    "an attachment of nobody": '{"type":"message","id":"a","attachments":["abc"]}',
    "too many attachments": json.dumps({"type": "message", "id": "a", "attachments": ["x"] * 21}),
    "a link with a path": '{"type":"message","id":"a","start":"../x"}',
    "sequence below zero": '{"type":"hello","last_sequence":-1}',
    "sequence as true": '{"type":"hello","last_sequence":true}',
    "deep lists": '{"type":"message","id":"a","more":' + "[" * 3000 + "]" * 3000 + "}",
    "deep objects": '{"a":' * 2500 + "1" + "}" * 2500,
    "a number of 5000 digits": '{"type":"hello","last_sequence":' + "9" * 5000 + "}",
    "an empty message": '{"type":"message","id":"a","text":""}',
    "only spaces and marks": json.dumps({"type": "message", "id": "a", "text": " \u200b\u202e\x00\n"}),
    "binary": b"\x00\xff",
    "a frame of 100 KB": json.dumps({"type": "message", "id": "a", "text": "x" * 100_000}),
}


@pytest.mark.parametrize("frame", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_answered_in_words_and_costs_nothing_else(city, resident, frame):
    with resident.socket() as socket:
        socket.connection.send(frame)
        error = socket.until("error")[-1]
        assert error["text"]
        socket.send(type="message", id="after", text="still here")
        assert socket.until("accepted")[-1]["id"] == "after"
    assert [message.text for message in city.accepted] == ["still here"]


def test_an_error_names_the_message_that_it_is_about(resident):
    with resident.socket() as socket:
        socket.send(type="message", id="big", text="x" * 20_000)
        error = socket.until("error")[-1]
    assert (error["id"], error["code"]) == ("big", "too_big")


def test_errors_come_in_the_language_of_the_resident(resident):
    with resident.socket() as socket:
        socket.send(type="hello", last_sequence=0, language="es-MX")
        socket.send(type="message", id="m", text="")
        assert "mensaje" in socket.until("error")[-1]["text"]


def test_a_long_text_is_kept_cut_and_marked(city, resident):
    with resident.socket() as socket:
        socket.send(type="message", id="m", text="x" * 5000)
        socket.until("accepted")
    assert (len(city.accepted[0].text), city.accepted[0].trouble) == (4096, Trouble.TOO_LONG)


def test_too_many_messages_at_once_are_slowed_down_not_lost(city, resident):
    with resident.socket() as socket:
        for number in range(15):
            socket.send(type="message", id=f"m{number}", text="hi")
        wait_until(lambda: len(city.accepted) >= 10)
        socket.send(type="ping")
        errors = [frame for frame in socket.until("pong") if frame["type"] == "error"]
        assert {error["code"] for error in errors} == {"too_fast"}
        assert all(error["id"] and error["retry_after"] for error in errors)
        assert len(errors) + len(city.accepted) == 15


@pytest.mark.parametrize("ticket", ["", "nonsense", "AAAA", "~"])
def test_a_socket_without_a_true_ticket_is_refused(resident, ticket):
    with pytest.raises(InvalidStatus) as refused, connect(**resident.opening(ticket)):
        pass
    assert refused.value.response.status_code == REFUSED


def test_a_ticket_in_the_address_opens_nothing(resident):
    address = f"{resident.base.replace('http', 'ws')}/chat/socket?ticket={resident.ticket()}"
    for offered in (None, ["cityline"], [f"ticket.{resident.ticket()}"]):
        with pytest.raises(InvalidStatus), connect(address, subprotocols=offered, proxy=None):
            pass


def test_a_ticket_opens_one_socket(resident):
    ticket = resident.ticket()
    with connect(**resident.opening(ticket)):
        pass
    with pytest.raises(InvalidStatus), connect(**resident.opening(ticket)):
        pass


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [("https://www.city.example", True), ("https://evil.example", False), ("null", False), (None, True)],
)
def test_only_the_citys_own_websites_may_open_a_socket(origin, allowed):
    with serving(build_chat(allowed_origins=("https://www.city.example",))) as base:
        resident = Resident(base)
        try:
            with connect(**resident.opening(), origin=origin):
                opened = True
        except InvalidStatus as refused:
            opened = refused.response.status_code != REFUSED
        assert opened is allowed


def test_the_own_website_is_always_allowed(resident):
    with connect(**resident.opening(), origin=resident.base):
        pass


def test_a_silent_socket_is_closed(city):
    with (
        serving(build_chat(city, limits=WebLimits(idle_seconds=0.1))) as base,
        Resident(base).socket() as socket,
    ):
        with pytest.raises(ConnectionClosed) as closed:
            socket.until("never")
        assert closed.value.rcvd.code == 4000


def test_one_address_holds_only_so_many_sockets(city):
    limits = WebLimits(connections_per_address=2, spare_loopback=False)
    with serving(build_chat(city, limits=limits)) as base:
        resident = Resident(base)
        with resident.socket(), resident.socket(), resident.socket(last_sequence=None) as third:
            assert third.receive()["code"] == "too_many"
            with pytest.raises(ConnectionClosed):
                third.receive()


def test_a_place_is_free_again_when_a_socket_closes(city):
    limits = WebLimits(connections_per_address=1, spare_loopback=False)
    chat = build_chat(city, limits=limits)
    with serving(chat) as base:
        resident = Resident(base)
        for _ in range(3):
            with resident.socket():
                pass
            wait_until(lambda: not chat.connections.taken)


class FailingOnce:
    """An inbox whose first transaction fails."""

    def __init__(self, city):
        self.city = city
        self.failed = False

    def accept(self, message):
        if not self.failed:
            self.failed = True
            raise OSError("disk full")
        return self.city.accept(message)


def test_a_message_that_could_not_be_kept_is_not_promised_and_can_be_sent_again(city):
    with (
        capture_logs() as logs,
        serving(build_chat(city, inbox=FailingOnce(city))) as base,
        Resident(base).socket() as socket,
    ):
        socket.send(type="message", id="m1", text="hello")
        error = socket.until("error")[-1]
        assert (error["code"], error["id"]) == ("not_saved", "m1")
        socket.send(type="message", id="m1", text="hello")
        assert socket.until("accepted")[-1]["repeat"] is False
    assert [(line["event"], line["exc_info"]) for line in logs if line["log_level"] == "error"] == [
        ("web_message_not_saved", True)
    ]


def test_nobody_listens_any_more_when_the_socket_is_closed(city, resident):
    with resident.socket() as socket:
        socket.send(type="message", id="m1", text="hello")
        socket.lines(2)
    wait_until(lambda: not any(city._listeners.values()))
