"""What an answer to a warning, or to the question whether there is danger, is heard as."""

from __future__ import annotations

import pytest

from actions.handlers.emergency import read_answer
from core.model import Choice
from tests.support.builders import inbound

WARNED = (Choice("report", "It is not an emergency, report it"), Choice("person", "Talk to a person"))
ASKED = (Choice("yes", "Yes, somebody is in danger"), Choice("no", "No, go on"))
IN_A_FORM = (Choice("go_on", "It is not an emergency, go on"),)

OVER = [
    "it's over",
    "false alarm she is ok",
    "they already came",
    "no its over now",
    "yes the ambulance came",
    "Everyone is fine, thanks",
    "the fire is out",
    "falsa alarma",
    "sí, ya llegó la ambulancia",
    "fausse alerte, tout va bien",
    "já passou",
    "没事了",
    "وصل الإسعاف",
]


@pytest.mark.parametrize("text", OVER)
def test_it_is_over(house, text):
    desk = house.assistant.context
    assert read_answer(desk, inbound(text), WARNED) == "over"
    assert read_answer(desk, inbound(text), ASKED) == "no"
    assert read_answer(desk, inbound(text), IN_A_FORM) == "go_on"


@pytest.mark.parametrize(
    "text", ["not an emergency", "no", "no es una emergencia", "pas une urgence", "不紧急"]
)
def test_it_is_none(house, text):
    desk = house.assistant.context
    assert read_answer(desk, inbound(text), WARNED) == "report"
    assert read_answer(desk, inbound(text), ASKED) == "no"


@pytest.mark.parametrize(
    "text", ["no its outside by the meter", "in the kitchen", "hurry", "he is on the floor"]
)
def test_more_about_the_same(house, text):
    assert read_answer(house.assistant.context, inbound(text), WARNED) == "more"
