"""The client against a real HTTP server that answers well, late, wrongly or not at all."""

from __future__ import annotations

import base64
import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from core.errors import NluUnavailable
from core.loopback import LoopbackAnswer, LoopbackRequest, serve_answers
from core.model import Intent
from nlu.breaker import CircuitBreaker
from nlu.client import LONGEST_TEXT, RasaNluClient

GOOD = {"intent_ranking": [{"name": "greet", "confidence": 0.9}, {"name": "thank", "confidence": 0.1}]}


class FakeRasa:
    """Answers every request with what `status`, `body`, and `delay` say, and remembers what it was asked."""

    def __init__(self) -> None:
        self.status = 200
        self.body = json.dumps(GOOD)
        self.delay = threading.Event()
        self.delay.set()
        self.drip = False
        self.url = ""
        self.asked: list[tuple[str, dict[str, str]]] = []

    def answer(self, request: LoopbackRequest) -> LoopbackAnswer:
        self.asked.append((request.path, json.loads(request.body)))
        self.delay.wait(10)
        return LoopbackAnswer(self.status, self.body.encode(), pause=0.02 if self.drip else 0)


@pytest.fixture
def rasa():
    fake = FakeRasa()
    with serve_answers(fake.answer) as fake.url:
        yield fake
        fake.delay.set()


@pytest.fixture
def nlu_client(rasa):
    nlu_client = RasaNluClient(
        rasa.url, "secret", timeout=0.5, breaker=CircuitBreaker(first_pause=0.01, longest_pause=0.01)
    )
    yield nlu_client
    nlu_client.close()


def test_it_hands_on_the_intents_likeliest_first(nlu_client, rasa):
    rasa.body = json.dumps({"intent_ranking": list(reversed(GOOD["intent_ranking"]))})

    assert nlu_client.parse("hi").intents == (Intent("greet", 0.9), Intent("thank", 0.1))


def test_it_asks_as_rasa_wants_to_be_asked(nlu_client, rasa):
    nlu_client.parse("what day is pickup?")

    assert rasa.asked == [("/model/parse?token=secret", {"text": "what day is pickup?"})]


def test_it_asks_without_a_token_when_there_is_none(rasa):
    nlu_client = RasaNluClient(rasa.url + "/")
    nlu_client.parse("hi")
    nlu_client.close()

    assert rasa.asked[0][0] == "/model/parse"


def test_a_long_text_is_cut_for_parsing_only(nlu_client, rasa):
    understanding = nlu_client.parse("x" * 5000)

    assert len(rasa.asked[0][1]["text"]) == LONGEST_TEXT
    assert len(understanding.text) == 5000


def test_a_leading_slash_is_never_an_order_to_rasa(nlu_client, rasa):
    nlu_client.parse(' //greet{"a": 1}')

    assert rasa.asked[0][1]["text"] == 'greet{"a": 1}'


@pytest.mark.parametrize("text", ["", "  ", "\n\t", "/", " // "])
def test_a_text_without_words_is_understood_as_nothing_without_asking(nlu_client, rasa, text):
    assert nlu_client.parse(text).intents == ()
    assert rasa.asked == []


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not json",
        "null",
        "[]",
        "{}",
        '{"intent_ranking": null}',
        '{"intent_ranking": []}',
        '{"intent_ranking": ["greet"]}',
        '{"intent_ranking": [{"confidence": 0.5}]}',
        '{"intent_ranking": [{"name": "", "confidence": 0.5}]}',
        '{"intent_ranking": [{"name": 7, "confidence": 0.5}]}',
        '{"intent_ranking": [{"name": "greet"}]}',
        '{"intent_ranking": [{"name": "greet", "confidence": "0.5"}]}',
        '{"intent_ranking": [{"name": "greet", "confidence": true}]}',
        '{"intent_ranking": [{"name": "greet", "confidence": NaN}]}',
        '{"intent_ranking": [{"name": "greet", "confidence": 1.5}]}',
        '{"intent_ranking": [{"name": "greet", "confidence": -0.5}]}',
        pytest.param(
            f'{{"intent_ranking": [{{"name": "greet", "confidence": 1{"0" * 400}}}]}}', id="no float"
        ),
        pytest.param(f'{{"intent_ranking": {"[" * 20_000}{"]" * 20_000}}}', id="too deep"),
    ],
)
def test_rubbish_counts_as_no_answer(nlu_client, rasa, body):
    rasa.body = body

    with pytest.raises(NluUnavailable):
        nlu_client.parse("hi")


@pytest.mark.parametrize("status", [204, 302, 400, 401, 404, 500, 503])
def test_any_status_but_200_counts_as_no_answer(nlu_client, rasa, status):
    rasa.status = status

    with pytest.raises(NluUnavailable):
        nlu_client.parse("hi")


def test_a_hung_server_costs_no_more_than_the_time_limit(nlu_client, rasa):
    rasa.delay.clear()
    started = time.monotonic()

    with pytest.raises(NluUnavailable):
        nlu_client.parse("hi")

    assert time.monotonic() - started < 3


def test_an_answer_in_drops_costs_no_more_than_about_the_time_limit(nlu_client, rasa):
    rasa.drip = True
    rasa.body = json.dumps({"padding": "x" * 1000, **GOOD})
    started = time.monotonic()

    with pytest.raises(NluUnavailable):
        nlu_client.parse("hi")

    assert time.monotonic() - started < 3


def test_a_refused_connection_is_known_at_once_afterwards(rasa):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nlu_client = RasaNluClient(
            f"http://127.0.0.1:{unused.getsockname()[1]}", breaker=CircuitBreaker(first_pause=60)
        )
        with pytest.raises(NluUnavailable):
            nlu_client.parse("hi")

        assert not nlu_client.is_up()
        with pytest.raises(NluUnavailable, match="known to be down"):
            nlu_client.parse("hi")
        nlu_client.close()


def test_nobody_is_made_to_wait_after_repeated_failures(rasa):
    nlu_client = RasaNluClient(
        rasa.url, timeout=0.5, breaker=CircuitBreaker(failures_to_open=2, first_pause=60)
    )
    rasa.status = 500
    for _ in range(5):
        with pytest.raises(NluUnavailable):
            nlu_client.parse("hi")
    nlu_client.close()

    assert len(rasa.asked) == 2
    assert not nlu_client.is_up()


def test_it_is_up_again_soon_after_rasa_is_back(nlu_client, rasa):
    rasa.status = 500
    while nlu_client._breaker.is_closed:
        with pytest.raises(NluUnavailable):
            nlu_client.parse("hi")
    rasa.status = 200

    deadline = time.monotonic() + 10
    while not nlu_client.is_up():
        assert time.monotonic() < deadline
    assert nlu_client.parse("hi").best.name == "greet"


def test_asking_whether_it_is_up_never_raises(nlu_client, rasa):
    rasa.body = "rubbish"
    for _ in range(20):
        nlu_client.is_up()
        try:
            nlu_client.parse("hi")
        except NluUnavailable:
            continue
    assert not nlu_client._breaker.is_closed


def test_many_threads_share_one_ear(nlu_client, rasa):
    def ask(number: int) -> str:
        return nlu_client.parse(f"text {number}").text

    with ThreadPoolExecutor(8) as pool:
        texts = list(pool.map(ask, range(100)))

    assert texts == [f"text {number}" for number in range(100)]
    assert {asked[1]["text"] for asked in rasa.asked} == set(texts)


def test_neither_token_nor_text_reaches_a_log(nlu_client, rasa, caplog):
    caplog.set_level("DEBUG")
    nlu_client.parse("my very private words")
    rasa.status = 500
    with pytest.raises(NluUnavailable) as raised:
        nlu_client.parse("my very private words")

    said = caplog.text + str(raised.value)
    assert "secret" not in said
    assert "private" not in said


def packed(*values: float) -> str:
    return base64.b64encode(np.asarray(values, dtype="<f4").tobytes()).decode()


@pytest.mark.parametrize(
    ("handed", "taken"),
    [
        ({"use": packed(0.6, 0.8), "minilm": packed(1.0)}, {"use": [0.6, 0.8], "minilm": [1.0]}),
        ({"use": packed(3.0, 4.0), "minilm": packed(1.0)}, {"minilm": [1.0]}),
        ({"use": packed(float("nan"), 1.0)}, {}),
        ({"use": "not base64!", "minilm": 7, "x": "AAA="}, {}),
        (None, {}),
        ("vectors", {}),
    ],
)
def test_sentence_vectors_are_handed_on_and_those_that_are_none_left_out(rasa, handed, taken):
    heard = {}
    rasa.body = json.dumps(GOOD | {"sentence_vectors": handed})
    nlu_client = RasaNluClient(rasa.url, hand_on=lambda text, vectors: heard.update({text: vectors}))
    assert nlu_client.parse(" a hole in the road").best == Intent("greet", 0.9)
    nlu_client.close()
    (vectors,) = heard.values()
    assert list(heard) == ["a hole in the road"]
    assert {name: vector.tolist() for name, vector in vectors.items()} == {
        name: pytest.approx(values) for name, values in taken.items()
    }
