"""Whatever the NLU or the gate may say, there is an action for it, and it answers in every language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from actions.routes import INTENTS, MENU, RULES
from actions.turn.turn import Fit, Rule
from core.model import Intent, Understanding
from tests.support.builders import inbound
from tests.support.direct_talk import DirectTalk, House

DATA = Path(__file__).parents[3] / "nlu" / "data"
NAMES = {
    "report_problem", "ask_city", "take_survey", "check_request", "add_to_request", "talk_to_person", "show_menu", "greet",
    "thank", "goodbye", "bot_challenge", "change_language", "opt_out", "emergency", "unhappy", "out_of_scope",
}  # fmt: skip


def test_every_intent_of_the_training_data_has_an_action() -> None:
    written = {
        name
        for file in DATA.glob("*.yml")
        for name in re.findall(r"intent: (\w+)", file.read_text(encoding="utf-8"))
    }
    assert written | NAMES == set(INTENTS)


def test_every_rule_of_the_gate_has_an_action() -> None:
    from actions.routes import IN_FORM
    from conversation.understanding.rules import ALWAYS

    assert {*ALWAYS, "emergency", "language", "request_number", "survey"} - {*RULES, *IN_FORM} == set()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("in_form", [False, True], ids=["outside", "in a form"])
@pytest.mark.parametrize("name", sorted(INTENTS))
def test_every_intent_is_answered(name: str, in_form: bool, language: str, house: House) -> None:
    talk = DirectTalk(house, language)
    if in_form:
        talk.say("report a problem")
    understanding = Understanding("blah blah", (Intent(name, 0.99),))
    replies = talk._turn(inbound("blah blah blah"), house.assistant.respond, understanding=understanding)
    assert replies
    assert all(reply.text.strip() for reply in replies)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    "name", [*RULES, "back", "skip", "why", "repeat", "leave", "start_over", "deep_link", "unheard_of"]
)
def test_every_rule_is_answered_in_a_form_and_outside(name: str, language: str, house: House) -> None:
    talk = DirectTalk(house, language)
    for text in ("x", "report a problem"):
        talk.say(text)
        replies = talk._turn(
            inbound("x"), house.assistant.respond, rule=Rule(name, "en" if name == "language" else "zz")
        )
        assert replies
        assert all(reply.text.strip() for reply in replies)


@pytest.mark.parametrize("key", [*MENU, "go_on"])
def test_a_menu_button_works_at_any_time(key: str, talk: DirectTalk) -> None:
    message = inbound(choice=f"menu.{key}")
    assert talk.house.assistant.fit(message, {}, "en") is Fit.SURE
    assert talk.say(choice=f"menu.{key}")
