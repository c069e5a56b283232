"""Why the bot answered as it did, in staff's words: everything that can be decided has some."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace

import pytest

from actions.routes import ACTIONS, FLOWS, IN_FORM, INTENTS, MENU, OFFERS, RULES
from actions.turn.decision import CandidateKind, Lead, TurnCandidate
from console.conversations.why import ACTION_OF, OF_THEIR_OWN, SHARED, explain_line
from console.shared.pages import HERE, LANGUAGES
from conversation.staff.traces import ShownTrace
from conversation.staff.transcript import ShownLine
from core.model import Outcome, Reply, Source
from core.texts import load_texts
from tests.support.builders import NOON

TEXTS = load_texts(HERE / "catalogue")


def explain(
    lead, action="", outcome=Outcome.ANSWERED, candidates=(), *, language="en", source=None, **fields
):
    visit = SimpleNamespace(say=lambda key, **values: TEXTS.say(key, language, **values))
    trace = ShownTrace(1, NOON, str(lead), action, str(outcome), tuple(candidates), **fields)
    line = ShownLine(2, "city", NOON, Reply("words", source=source), trace=trace)
    return explain_line(visit, line)


intent = partial(TurnCandidate, CandidateKind.INTENT)


def test_what_was_heard_by_meaning_comes_with_what_else_it_may_have_been():
    heard = [intent("report_problem", 0.834), intent("ask_city", 0.111), intent("greet", 0.01)]
    assert explain(Lead.NLU, "report_problem", Outcome.ASKED, heard) == [
        "Heard as: report a problem (0.83).",
        "Next: ask a question (0.11).",
        "Result: asked the next question.",
    ]


def test_what_was_hardly_heard_is_not_said():
    heard = [intent("ask_city", 0.97), intent("greet", 0.02)]
    assert explain(Lead.NLU, "ask_city", candidates=heard)[1:] == ["Result: answered."]


def test_an_unclear_message_shows_the_two_likeliest():
    heard = [intent("take_survey", 0.31), intent("greet", 0.28), intent("thank", 0.2)]
    assert explain(Lead.UNCLEAR, "", Outcome.UNCLEAR, heard) == [
        "It was not clear what was meant.",
        "Closest: take a survey (0.31).",
        "Closest: a greeting, thanks or goodbye (0.28).",
        "Result: asked what was meant.",
    ]


@pytest.mark.parametrize(
    ("section", "score", "expected"),
    [
        ("Putting the cart out", 0.712, "Answered from: Trash, Putting the cart out (0.71)."),
        ("", 0.712, "Answered from: Trash (0.71)."),
        ("", None, "Answered from: Trash."),
    ],
)
def test_a_quotation_names_its_source(section, score, expected):
    said = explain(Lead.QUESTION, "ask_city", source=Source("Trash", section), score=score, passage_id="p1")
    assert expected in said


@pytest.mark.parametrize("action", ["emergency", "ask_danger"])
def test_danger_is_called_danger(action):
    assert explain(Lead.RULE, action, Outcome.WARNED) == [
        "It speaks of danger.",
        "Result: said whom to call in danger.",
    ]


def test_what_took_no_time_says_no_time():
    assert explain(Lead.RULE, "help", milliseconds={"waited": 40.0}) == [
        "Known words: help.",
        "Result: answered.",
    ]


def test_how_long_it_took_is_said_in_seconds():
    assert explain(Lead.RULE, "stop", Outcome.OPTED_OUT, milliseconds={"waited": 1234.0, "act": 20.0}) == [
        "Known words: get no more messages.",
        "Result: no more messages are sent.",
        "Seconds from the message to the answer: 1.2.",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("lead", list(Lead))
def test_every_lead_has_its_words(lead, language):
    assert explain(lead, "report", language=language)
    assert explain(lead, language=language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_has_its_words(outcome, language):
    assert explain(Lead.RULE, "menu", outcome, language=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_action_has_its_words(language):
    keys = {*(action.name for action in ACTIONS), *OF_THEIR_OWN, *SHARED.values()}
    assert {f"why.what_{key}" for key in keys} - TEXTS.sentences[language].keys() == set()


def test_everything_that_can_lead_has_a_name():
    names = {*INTENTS, *RULES, *IN_FORM, *MENU, *OFFERS, *FLOWS}
    assert names - {*ACTION_OF, *SHARED, *OF_THEIR_OWN} == set()


def test_a_button_from_before_was_one_of_the_things_that_were_offered():
    assert explain(Lead.CHOICE)[0] == "Chosen: one of the things that were offered."


def test_a_name_that_we_do_not_know_stands_for_itself():
    assert explain(Lead.RULE, "something_new")[0] == "Known words: something new."


def test_a_line_without_a_trace_needs_no_words():
    assert explain_line(None, ShownLine(1, "resident", NOON, Reply("hello"))) == []


def test_words_of_another_release_stand_for_themselves():
    assert explain("of_next_year", outcome="came_to_tea") == ["of next year", "came to tea"]
