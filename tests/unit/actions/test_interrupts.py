"""When a text that could be the answer to the open question is a wish of its own."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from actions.forms.fields import Field
from actions.interrupts import FREE, asks_aside, interrupts_at, interrupts_form
from actions.turn.route import Interrupts
from actions.turn.turn import Turn
from core.model import Intent, Understanding
from tests.support.builders import NOON, inbound
from tests.support.direct_talk import House

CLOSED = ("single", "several", "number", "scale", "photos", "summary")


def heard(text: str, intent: str = "", confidence: float = 0.0, choice: str | None = None) -> Turn:
    turn = Turn(inbound(text, choice=choice), "anna", "en", {}, Session(), NOON)
    if intent:
        turn.understanding = Understanding(text, (Intent(intent, confidence),))
    return turn


def is_interrupted(house: House, kind: str, turn: Turn) -> bool:
    return interrupts_form(house.assistant.context, turn, Field("it", kind, {}))


@pytest.mark.parametrize("kind", CLOSED)
@pytest.mark.parametrize(
    ("intent", "confidence", "is_wish"),
    [
        ("ask_city", 0.9, True),
        ("report_problem", 0.9, True),
        ("talk_to_person", 0.9, True),
        ("talk_to_person", 0.05, False),
        ("opt_out", 0.99, False),
        ("out_of_scope", 0.99, False),
        ("unheard_of", 0.9, True),
    ],
)
def test_where_only_certain_answers_count_all_counts_that_the_nlu_is_sure_of(
    house: House, kind: str, intent: str, confidence: float, is_wish: bool
) -> None:
    assert is_interrupted(house, kind, heard("blah", intent, confidence)) is is_wish


@pytest.mark.parametrize("kind", sorted(FREE))
@pytest.mark.parametrize(
    ("text", "intent", "confidence", "is_wish"),
    [
        ("when is my trash day?", "ask_city", 0.9, True),
        ("the trash day was missed", "ask_city", 0.9, False),
        ("blah", "talk_to_person", 0.95, True),
        ("blah", "talk_to_person", 0.75, False),
        ("blah", "report_problem", 0.99, False),
        ("blah", "greet", 0.99, False),
        ("blah?", "opt_out", 0.99, False),
    ],
)
def test_where_any_words_may_be_the_answer_only_something_clear_counts(  # noqa: PLR0917
    house: House, kind: str, text: str, intent: str, confidence: float, is_wish: bool
) -> None:
    assert is_interrupted(house, kind, heard(text, intent, confidence)) is is_wish


@pytest.mark.parametrize("kind", [*CLOSED, *sorted(FREE)])
def test_without_the_nlus_word_and_at_a_button_nothing_interrupts(house: House, kind: str) -> None:
    assert not is_interrupted(house, kind, heard("when is my trash day?"))
    assert not is_interrupted(house, kind, heard("person", "talk_to_person", 0.99, choice="it.a"))


@pytest.mark.parametrize(
    ("kind", "text", "choice", "aside"),
    [
        ("single", "when is my trash day?", None, True),
        ("single", "when is my trash day", None, True),
        ("single", "the second one", None, False),
        ("single", "what?", "it.a", False),
        ("text", "when is my trash day?", None, False),
        ("place", "where?", None, False),
    ],
)
def test_a_question_where_only_certain_answers_count_is_asked_of_the_library(
    house: House, kind: str, text: str, choice: str | None, aside: bool
) -> None:
    assert asks_aside(house.assistant.context, heard(text, choice=choice), Field("it", kind, {})) is aside


@pytest.mark.parametrize(
    ("intent", "at"),
    [
        ("ask_city", Interrupts.QUESTION),
        ("talk_to_person", Interrupts.ALWAYS),
        ("show_menu", Interrupts.ALWAYS),
        ("opt_out", Interrupts.NEVER),
        ("out_of_scope", Interrupts.NEVER),
        ("greet", Interrupts.NEVER),
        ("unheard_of", Interrupts.CLOSED),
    ],
)
def test_each_action_says_where_its_wish_counts(house: House, intent: str, at: Interrupts) -> None:
    assert interrupts_at(house.assistant.context, intent) is at
