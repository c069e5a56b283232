"""Four hundred ordinary answers in six languages, written before their readers, and what each is to be read as.

`short_answers.txt` has a line for each: the question, the language, the answer, and what may become of it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from actions.forms.engine import KINDS
from actions.forms.fields import Field, Option, of_attribute
from actions.forms.kind import ParsedAnswer, QuestionContext, Step
from actions.turn.state import Form
from tests.support.builders import inbound
from tests.support.direct_talk import House

NOW = datetime(2026, 6, 17, 19, tzinfo=UTC)
"""A Wednesday, in the afternoon where the city is."""
LINES = [
    tuple(part.strip() for part in line.split("|"))
    for line in Path(__file__).with_name("short_answers.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
LEFT_OUT = {"none", "no", "unknown", "later"}


def fields_of(house: House) -> dict[str, Field]:
    context = house.assistant.context
    pothole = context.city.services.by_code("pothole")
    assert pothole is not None
    yes_or_no = (Option("yes", {"en": "Yes"}), Option("no", {"en": "No"}))
    carts = (
        Option("trash", {"en": "Trash"}),
        Option("recycling", {"en": "Recycling"}),
        Option("yard", {"en": "Yard waste"}),
    )
    return {
        "yesno": Field("it", "single", {"en": "Is it blocking the road?"}, options=yes_or_no, required=False),
        "size": of_attribute(pothole.attributes[0]),
        "which": Field("it", "single", {"en": "Which pickup was missed?"}, options=carts),
        "when": Field("it", "when", {"en": "Since when?"}, required=False),
        "many": Field("it", "number", {"en": "How many?"}, required=False),
        "contact": Field("it", "contact", {"en": "May we write to you?"}, required=False),
        "photo": Field("it", "photos", {"en": "Do you have a photo?"}, required=False),
        "place": Field("place", "place", {"en": "Where is it?"}),
        "text": Field("it", "story", {"en": "What is the matter?"}),
        "else": Field("it", "text", {"en": "Anything else?"}, required=False),
    }


def outcomes(answer: ParsedAnswer) -> set[str]:
    """What may be called of an answer: its step, its value, and that it leaves the question out."""
    named = {answer.step.value}
    if answer.step is Step.SKIPPED or answer.value == []:
        named |= LEFT_OUT
    if answer.step is Step.TOOK:
        named |= {str(answer.value), str(answer.value)[:10], "text"}
    if answer.step in {Step.TOOK, Step.AGAIN} and isinstance(answer.value or {}, dict):
        named.add("place")
    return named


@pytest.mark.parametrize(("asked", "language", "text", "wanted"), LINES)
def test_an_ordinary_answer_is_read(house: House, asked: str, language: str, text: str, wanted: str) -> None:
    field = fields_of(house)[asked]
    channel = "sms" if asked == "contact" else "web"
    question = QuestionContext(
        house.assistant.context, Form("report", asked=field.name), language, channel, NOW, (field,)
    )
    message = replace(inbound(text, channel=channel), received_at=NOW)
    answer = KINDS[field.kind].read(question, field, message)
    assert outcomes(answer) & set(wanted.split(" or "))
