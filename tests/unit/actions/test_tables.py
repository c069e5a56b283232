"""Whatever the NLU or the gate may say, there is an action for it, and it answers in every language; and what actions declare fits together."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from actions.handlers import menu
from actions.handlers.declaration import Action
from actions.routes import (
    ACTIONS,
    IN_FORM,
    INTENTS,
    LINKS,
    MENU,
    OFFERS,
    PUT_OFF,
    RASA_ACTIONS,
    RULES,
    by_name,
)
from actions.turn.route import BesideForm, LinkRoute, OfferRoute, Route
from actions.turn.turn import Fit, Rule
from conversation.understanding.rules import ALWAYS, BETWEEN_FORMS
from core.model import Intent, Understanding
from core.texts import load_texts, plain_words
from tests.support.builders import inbound
from tests.support.direct_talk import DirectTalk, House

NLU = Path(__file__).parents[3] / "nlu"
TEXTS = load_texts()
EVERY_LANGUAGE = pytest.mark.parametrize("language", TEXTS.languages)


def test_every_intent_of_rasas_domain_has_an_action() -> None:
    domain = yaml.safe_load((NLU / "domain.yml").read_text(encoding="utf-8"))
    assert set(domain["intents"]) == set(INTENTS)


def test_every_rule_of_the_gate_has_an_action() -> None:
    """Those that it finds in its own way; the others are what actions declare."""
    found = {
        "emergency",
        "ask_danger",
        "stop",
        "ask_stop",
        "start",
        "privacy",
        "language",
        "join_code",
        "survey",
    }
    assert found | {"request_number"} <= set(RULES)


@EVERY_LANGUAGE
def test_every_word_of_the_gate_leads_to_one_rule(language: str) -> None:
    lists = [*ALWAYS, *BETWEEN_FORMS, "begin", "choose_language", "to_this_language"]
    leads = Counter(
        word
        for name in lists
        for word in {plain_words(word) for word in TEXTS.words(f"gate.{name}", language)}
    )
    assert [word for word, rules in leads.items() if rules > 1] == []


def test_two_actions_may_not_declare_the_same() -> None:
    twice = (LinkRoute("parks", menu.show_menu), LinkRoute("parks", menu.show_help))
    with pytest.raises(ValueError, match="parks"):
        by_name(twice)


def test_no_two_actions_share_a_name() -> None:
    assert len(by_name(ACTIONS)) == len(ACTIONS)


def test_every_label_is_a_text() -> None:
    suggested = [route.suggestion.label for route in INTENTS.values() if route.suggestion]
    assert {*suggested, *(route.label for route in MENU.values())} <= set(TEXTS.sentences["en"])


def test_every_suggestion_is_a_button_of_the_menu() -> None:
    assert {route.suggestion.button for route in INTENTS.values() if route.suggestion} <= set(MENU)


def put_off(action: Action) -> list[Route | OfferRoute]:
    routes = [*action.intents, *action.rules, *action.menu, *action.links, *action.offers]
    return [route for route in routes if route.beside is BesideForm.ASK_FIRST]


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_what_may_be_put_off_begins_a_form_and_is_found_again(action: Action) -> None:
    routes = put_off(action)
    assert bool(action.forms) or not routes
    assert {route.name for route in routes} <= set(PUT_OFF)


def test_what_rasa_can_call_leads_to_something_that_there_is() -> None:
    for action in ACTIONS:
        if action.rasa:
            assert action.rasa.intent in {route.name for route in action.intents}
            assert action.rasa.menu in {route.name for route in action.menu}
    assert {wish.link for wish in RASA_ACTIONS.values()} - {""} <= set(LINKS)


def test_offers_of_the_assistant_itself_are_not_declared() -> None:
    assert {"menu", "instead", "busy"} & set(OFFERS) == set()


@EVERY_LANGUAGE
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


@EVERY_LANGUAGE
@pytest.mark.parametrize("name", [*RULES, *IN_FORM, "deep_link", "unheard_of"])
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
