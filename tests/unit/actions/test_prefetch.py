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


@pytest.mark.parametrize("intent", ["report_problem", "ask_city", "out_of_scope", "greet", "unheard_of"])
def test_outside_of_a_form_everything_is_searched_for_every_text(house: House, intent: str) -> None:
    prepared = looked(house, TEXT, understanding=understood((intent, 0.9)))
    assert searches(prepared) == (True, True)
    assert prepared is not None
    assert sum(meaning.probability for meaning in prepared.meanings) == pytest.approx(1)
    assert prepared.clues is not None
    assert not prepared.clues.is_question


@pytest.mark.parametrize(
    ("text", "place"),
    [("Mill Road", "Mill Road"), ("a problem at Mill Road", "Mill Road"), ("a hole in Mill Road", "")],
)
def test_a_text_that_names_a_place_alone_is_told_from_one_that_says_more(
    house: House, text: str, place: str
) -> None:
    prepared = looked(house, text, understanding=understood(("out_of_scope", 0.9)))
    assert prepared is not None
    assert prepared.clues is not None
    assert prepared.clues.place == place


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
