"""The short way of plain words ends where the long way does, whatever is in the payload."""

from __future__ import annotations

import random
from contextlib import suppress

import pytest

from channels.telegram.incoming import Unreadable, plain_words, read_update
from tests.support import telegram_updates as payloads
from tests.support.builders import NOON
from tests.support.mutations import HOSTILE, mutated


@pytest.mark.parametrize("text", ["hello", " ¡Hay un bache! 👍\r\n", "x" * 4096, "a/b", "@penstock_bot hi"])
def test_words_take_the_short_way_and_arrive_the_same(text):
    payload = payloads.said(text)
    assert plain_words(payload, at=NOON) == read_update(payload, "", at=NOON)
    assert plain_words(payload, at=NOON) is not None


@pytest.mark.parametrize(
    "payload",
    [
        payloads.said("/start survey-parks"),
        payloads.said("/help"),
        payloads.said(" "),
        payloads.said("x" * 5000),
        payloads.said("hi", reply_to_message=payloads.message(text="?")),
        payloads.in_group("hi"),
        payloads.update(message=payloads.message(location=payloads.POINT)),
    ],
)
def test_everything_else_takes_the_long_way(payload):
    assert plain_words(payload, at=NOON) is None


def test_of_two_thousand_mutations_none_arrives_differently():
    rng = random.Random("plain words")
    short = 0
    for _ in range(2000):
        payload = payloads.said(rng.choice((*HOSTILE, "hello")))
        payload = mutated(payload, rng) if rng.random() < 0.8 else payload
        said = plain_words(payload, at=NOON) if isinstance(payload, dict) else None
        if said is None:
            continue
        short += 1
        with suppress(Unreadable):  # the long way also wants what nobody needs, such as a first name
            assert said == read_update(payload, "", at=NOON), payload
    assert short > 300
