"""All of a report once more before it is sent: what stands in it, what can be changed, and what an answer does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from actions.forms.engine import KINDS
from actions.forms.fields import Field, Option
from actions.forms.kind import QuestionContext, Step
from actions.turn.state import Form
from tests.support.builders import NOON, inbound
from tests.support.direct_talk import House

SUMMARY = Field("summary", "summary", {"en": "Send?"})
FIELDS = (
    Field("description", "story", {"en": "What?"}, {"en": "What it is"}),
    Field("notice", "notice", {"en": "Good to know."}),
    Field(
        "size",
        "single",
        {"en": "How big?"},
        {"en": "How big is it?"},
        options=(Option("big", {"en": "Big"}),),
    ),
    Field("depth", "number", {"en": "How deep?"}, {"en": "Depth"}, only_if={"size": ["big"]}),
    Field("photos", "photos", {"en": "A photo?"}, {"en": "Photos"}),
    SUMMARY,
)
Asked = Callable[..., QuestionContext]


@pytest.fixture
def asked(house: House) -> Asked:
    def ask(values: dict[str, Any] | None = None, mode: str = "") -> QuestionContext:
        form = Form("report", values=values or {}, asked="summary", sub={"mode": mode} if mode else {})
        return QuestionContext(house.assistant.context, form, "en", "web", NOON, FIELDS)

    return ask


def lines(question: QuestionContext) -> list[str]:
    return KINDS["summary"].phrase_question(question, SUMMARY).text.split("\n")[1:-1]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, []),
        ({"description": "a hole", "notice": True}, ["What it is: a hole"]),
        ({"size": "big"}, ["How big is it? Big"]),
        ({"size": "big", "depth": 3}, ["How big is it? Big", "Depth: 3"]),
        ({"size": "small", "depth": 3}, ["How big is it? small"]),
        ({"photos": []}, []),
        ({"photos": ["a", "b"]}, ["Photos: 2"]),
        ({"description": None}, []),
    ],
)
def test_what_was_answered_and_still_applies_is_told(
    asked: Asked, values: dict[str, Any], told: list[str]
) -> None:
    assert lines(asked(values)) == told


@pytest.mark.parametrize(
    ("text", "choice", "step", "mode"),
    [
        ("", "summary.send", Step.TOOK, None),
        ("yes", None, Step.TOOK, None),
        ("1", None, Step.TOOK, None),
        ("", "summary.drop", Step.DROP, None),
        ("3", None, Step.DROP, None),
        ("", "summary.change", Step.AGAIN, "change"),
        ("2", None, Step.AGAIN, "change"),
        ("no", None, Step.AGAIN, "change"),
        ("hm", None, Step.PROBLEM, None),
        ("", "summary.nothing", Step.PROBLEM, None),
        ("", "other.send", Step.PROBLEM, None),
    ],
)
def test_it_is_sent_changed_or_thrown_away(
    asked: Asked, text: str, choice: str | None, step: Step, mode: str | None
) -> None:
    answer = KINDS["summary"].read(asked({"description": "a hole"}), SUMMARY, inbound(text, choice=choice))
    assert (answer.step, answer.sub.get("mode")) == (step, mode)


@pytest.mark.parametrize(
    ("choice", "step", "value"),
    [
        ("summary.f-description", Step.CHANGE, "description"),
        ("summary.f-size", Step.CHANGE, "size"),
        ("summary.f-depth", Step.PROBLEM, None),
        ("summary.f-notice", Step.PROBLEM, None),
        ("summary.nothing", Step.AGAIN, None),
        ("summary.send", Step.PROBLEM, None),
    ],
)
def test_what_can_be_changed_is_what_applies(
    asked: Asked, choice: str, step: Step, value: str | None
) -> None:
    answer = KINDS["summary"].read(asked({"size": "small"}, "change"), SUMMARY, inbound(choice=choice))
    assert (answer.step, answer.value) == (step, value)


def test_labels_of_what_can_be_changed_are_short_and_no_questions(asked: Asked) -> None:
    question = asked({"size": "big"}, "change")
    labels = [choice.label for choice in KINDS["summary"].choices(question, SUMMARY)]
    nothing = question.say("report.change_nothing")
    assert labels == ["What it is", "How big is it", "Depth", "Photos", nothing]
    assert KINDS["summary"].phrase_question(question, SUMMARY).text == question.say("report.change_what")


@pytest.mark.parametrize(("mode", "back"), [("", None), ("change", {})])
def test_the_way_back_from_choosing_is_to_the_summary(asked: Asked, mode: str, back: Any) -> None:
    assert KINDS["summary"].back(asked({}, mode)) == back
