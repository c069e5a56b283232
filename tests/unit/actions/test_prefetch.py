"""Which of the slow searches are done before the transaction opens, for what was heard and what stands open."""

from __future__ import annotations

from typing import Any

import pytest

from actions.prefetch import look_ahead
from actions.turn.state import DialogueState, Form, Offer
from actions.turn.turn import Fit, PreparedSearches, Rule
from core.model import Intent, Understanding
from tests.support.builders import inbound
from tests.support.direct_talk import House

TEXT = "the lamp is dark"
QUESTION = "when is my trash day?"
INSTEAD = Offer("instead", [("report", "Report"), ("ask", "Read"), ("person", "A person")], {"text": TEXT})


def looked(
    house: House, text: str, state: DialogueState | None = None, **heard: Any
) -> PreparedSearches | None:
    choice = heard.pop("choice", None)
    usual: dict[str, Any] = {"rule": None, "fit": Fit.NO, "understanding": None}
    return look_ahead(
        house.assistant.context,
        inbound(text, choice=choice),
        state or DialogueState(),
        language="en",
        **{**usual, **heard},
    )


def searches(prepared: PreparedSearches | None) -> tuple[bool, bool]:
    """Whether the library and the service list were searched."""
    if prepared is None:
        return False, False
    return prepared.answer is not None, prepared.suggestions is not None


def understood(*intents: tuple[str, float]) -> Understanding:
    return Understanding(TEXT, tuple(Intent(*intent) for intent in intents))


@pytest.mark.parametrize(
    ("intents", "searched"),
    [
        ([("report_problem", 0.9)], (False, True)),
        ([("ask_city", 0.9)], (True, False)),
        ([("out_of_scope", 0.9)], (True, False)),
        ([("greet", 0.9)], (False, False)),
        ([("ask_city", 0.9), ("report_problem", 0.05)], (True, False)),
        ([("greet", 0.1), ("ask_city", 0.08), ("report_problem", 0.05)], (True, True)),
        ([("greet", 0.1), ("thank", 0.08), ("unhappy", 0.05), ("ask_city", 0.04)], (False, False)),
        ([("unheard_of", 0.9)], (False, False)),
    ],
)
def test_outside_of_a_form_what_the_likely_wishes_need_is_searched(
    house: House, intents: list[tuple[str, float]], searched: tuple[bool, bool]
) -> None:
    assert searches(looked(house, TEXT, understanding=understood(*intents))) == searched


@pytest.mark.parametrize("text", ["", "...", "\u200b"])
def test_nothing_is_searched_without_words(house: House, text: str) -> None:
    assert looked(house, text, understanding=understood(("ask_city", 0.9))) is None


def test_nothing_is_searched_for_an_exact_rule_or_without_the_nlus_word(house: House) -> None:
    assert looked(house, "help", rule=Rule("help"), understanding=understood(("ask_city", 0.9))) is None
    assert looked(house, TEXT) is None


@pytest.mark.parametrize(
    ("name", "asked", "fit", "searched"),
    [
        ("report", "description", Fit.MAYBE, (False, True)),
        ("report", "description", Fit.SURE, (False, True)),
        ("report", "description", Fit.NO, (False, False)),
        ("report", "service", Fit.MAYBE, (False, True)),
        ("report", "place", Fit.MAYBE, (False, False)),
        ("survey", "description", Fit.MAYBE, (False, False)),
    ],
)
def test_in_a_report_its_first_answers_are_searched_for_the_service(
    house: House, name: str, asked: str, fit: Fit, searched: tuple[bool, bool]
) -> None:
    state = DialogueState(form=Form(name, asked=asked))
    assert searches(looked(house, TEXT, state, fit=fit)) == searched


@pytest.mark.parametrize(
    ("text", "expects", "fit", "is_searched"),
    [
        (QUESTION, False, Fit.MAYBE, True),
        (QUESTION, False, Fit.SURE, False),
        (TEXT, False, Fit.MAYBE, False),
        (TEXT, True, Fit.MAYBE, True),
        (TEXT, True, Fit.SURE, False),
    ],
)
def test_a_question_beside_the_open_one_is_searched_for_in_the_library(
    house: House, text: str, expects: bool, fit: Fit, is_searched: bool
) -> None:
    state = DialogueState(form=Form("survey", asked="HOW"), expects_question=expects)
    assert searches(looked(house, text, state, fit=fit)) == (is_searched, False)


@pytest.mark.parametrize(
    ("text", "choice", "searched"),
    [
        ("", "instead.report", (False, True)),
        ("", "instead.ask", (True, False)),
        ("", "instead.person", (False, False)),
        ("1", None, (False, True)),
        ("2.", None, (True, False)),
        ("#2)", None, (True, False)),
        ("3", None, (False, False)),
        ("4", None, (False, False)),
        ("0", None, (False, False)),
        ("²", None, (False, False)),
    ],
)
def test_what_was_meant_by_an_earlier_text_is_searched_with_that_text(
    house: House, text: str, choice: str | None, searched: tuple[bool, bool]
) -> None:
    prepared = looked(house, text, DialogueState(offer=INSTEAD), choice=choice, fit=Fit.SURE)
    assert searches(prepared) == searched
    assert prepared is None or prepared.text == TEXT


def test_choices_of_another_offer_search_nothing(house: House) -> None:
    state = DialogueState(offer=Offer("menu", [("report", "Report")], {"text": TEXT}))
    assert looked(house, "1", state, fit=Fit.SURE) is None
