"""The understanding that ships for tests."""

from __future__ import annotations

import pytest

from core.errors import NluUnavailable
from nlu.fake import WordNluClient


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("there is a pothole on Mill Rd", "report_problem"),
        ("Hay un BACHE en la calle", "report_problem"),
        ("when is bulk pickup", "ask_city"),
        ("¿cuándo pasa el camión?", "ask_city"),
        ("hi", "greet"),
        ("hola", "greet"),
        ("what's the status of my report", "check_request"),
        ("i want to talk to a human", "talk_to_person"),
        ("my house is on fire", "emergency"),
        ("purple monkeys", "out_of_scope"),
        ("this", "out_of_scope"),
        ("", "out_of_scope"),
    ],
)
def test_it_understands_by_whole_words(text, intent):
    assert WordNluClient().parse(text).best.name == intent


def test_confidences_fall_and_the_best_is_sure():
    confidences = [intent.confidence for intent in WordNluClient().parse("hello, when is trash day?").intents]

    assert confidences[0] > 0.9
    assert confidences == sorted(confidences, reverse=True)


def test_it_can_be_switched_off_and_on():
    nlu_client = WordNluClient()
    nlu_client.up = False
    assert not nlu_client.is_up()
    with pytest.raises(NluUnavailable):
        nlu_client.parse("hi")

    nlu_client.up = True
    assert nlu_client.is_up()
    assert nlu_client.parse("hi").best.name == "greet"


def test_the_words_can_be_replaced():
    assert WordNluClient({"moo": ("cow",)}).parse("a cow").best.name == "moo"
