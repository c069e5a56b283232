"""What only the encoder takes for danger, in a language that is not offered, is no question in English: its writer is told in their own whom to call."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from actions.turn.state import DialogueState, Form
from actions.turn.turn import Fit, Rule
from conversation.hearing import match_rule
from conversation.understanding.danger.detector import Danger, Detector, Level
from conversation.understanding.language import OfferedLanguages
from conversation.understanding.rules import RuleMatcher
from core.texts import load_texts
from tests.support.builders import inbound

CREOLE = "gen yon gwo pyebwa ki tonbe nan lari a"
TEXTS = load_texts()


def heard(danger: Danger, text: str = CREOLE, *, form: bool = False, **known: Any) -> Rule | None:
    services: Any = SimpleNamespace(
        rule_matcher=RuleMatcher(TEXTS, lambda _: None, lambda _: None, danger_of=lambda _: danger),
        language_of=OfferedLanguages(lambda: ("en", "es"), TEXTS),
        assistant=SimpleNamespace(fit=lambda *_: Fit.MAYBE),
    )
    dialogue = DialogueState(form=Form("report") if form else None).to_json()
    state: Any = SimpleNamespace(
        **{"dialogue": dialogue, "stopped": False, "with_staff": False, "language": "en"} | known
    )
    return match_rule(services, inbound(text), state, calm=False)


@pytest.mark.parametrize("form", [False, True], ids=["outside", "in a form"])
def test_who_only_may_mean_danger_is_answered_in_their_language(form):
    assert heard(Danger(Level.PERHAPS), form=form) == Rule("not_offered", "ht")


@pytest.mark.parametrize(
    ("danger", "text", "known"),
    [
        (Danger(Level.PERHAPS, "fire", ("en",)), CREOLE, {}),
        (Danger(Level.PERHAPS), "there is a big tree down in the road", {}),
        (Danger(Level.PERHAPS), CREOLE, {"stopped": True}),
        (Danger(Level.PERHAPS), CREOLE, {"with_staff": True}),
    ],
    ids=["words say so", "our language", "stopped", "with staff"],
)
def test_all_else_that_may_be_danger_is_asked_about_as_before(danger, text, known):
    assert heard(danger, text, **known) == Rule("ask_danger", danger.kind, danger.languages)


def test_sure_danger_is_danger_in_any_language():
    assert heard(Danger(Level.SURE)) == Rule("emergency", "unknown")


@pytest.mark.parametrize("text", ["od poniedziałku nie ma prądu", "sklep czynny od ósmej do szóstej"])
def test_a_small_word_of_another_language_is_no_overdose(text):
    assert Detector()(text) is None


@pytest.mark.parametrize("text", ["il fait une od", "mon ami est en od", "il a fait une overdose"])
def test_an_overdose_is_heard_by_its_short_name(text):
    assert Detector().is_sure(text)
