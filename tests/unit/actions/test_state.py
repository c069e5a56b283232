"""A conversation's memory survives anything that may stand in it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from actions.turn.state import (
    AnswerPage,
    DialogueState,
    Form,
    LastAnswer,
    Offer,
    Topic,
    read_state,
    without_offer,
)

FORM: dict[str, Any] = {"name": "report", "values": {"description": "a hole"}, "asked": "place"}
OFFER: dict[str, Any] = {"name": "menu", "choices": [["report", "Report a problem"]]}
EVERYTHING = DialogueState(
    form=Form(
        "report",
        values={"place": {"label": "1 Mill Road", "kind": "address"}},
        trail=["place"],
        asked="photos",
    ),
    offer=Offer("answer", [("more", "More")], {"kept": 3}),
    last_answer=LastAnswer("when?", "p1", "Trash", [AnswerPage("p1", "On Mondays.", "Trash")], unsure=True),
    topic=Topic(
        "2026-06-01T16:00:00+00:00",
        "trash",
        "Trash",
        [("place", "city-hall")],
        ["hours"],
        ["2026-06-02"],
        is_shown=False,
    ),
    expects_question=True,
    waiting=2,
    introduced=False,
    language_chosen=True,
    said=[("m1", "description")],
    wrong_codes=["2026-06-01T16:00:00+00:00"],
    codes_given=["2026-06-01T16:01:00+00:00"],
    strange_numbers={"KR48213": "2026-06-01T16:02:00+00:00"},
    address="1 Mill Road",
)


def test_everything_is_kept_as_json_and_read_again() -> None:
    assert read_state(json.loads(json.dumps(EVERYTHING.to_json()))) == EVERYTHING


def test_what_is_empty_is_not_stored() -> None:
    assert DialogueState().to_json() == {"version": 1}
    assert read_state({}) == DialogueState()


@pytest.mark.parametrize(
    ("stored", "lost"),
    [
        ({}, False),
        ({"flow": FORM}, False),
        ({"version": 99, "flow": FORM}, True),
        ({"version": 99}, False),
        ({"flow": "rubbish"}, True),
        ({"flow": {"values": 3}}, True),
        ({"flow": {"name": "report", "trail": "x"}}, True),
        ({"offer": 7}, False),
        ({"offer": {"name": "menu", "choices": [1, 2]}}, False),
        ({"last_answer": []}, False),
        ({"topic": {"at": 3}}, False),
        ({"topic": {"at": "now", "subjects": "library"}}, False),
    ],
)
def test_what_cannot_be_read_is_dropped(stored: dict[str, Any], lost: bool) -> None:
    before = json.dumps(stored)
    state = read_state(stored)
    dialogue = state.to_json()
    assert state.lost_form is lost
    assert (state.form is not None) is isinstance(dialogue.get("flow"), dict)
    assert read_state(dialogue).lost_form is lost
    assert (state.offer is not None) is (dialogue.get("offer") is not None)
    assert dialogue["version"] == 1
    assert json.dumps(stored) == before


@pytest.mark.parametrize(
    ("key", "value", "name", "read"),
    [
        ("waiting", "many", "waiting", 0),
        ("waiting", 3, "waiting", 3),
        ("expects", "question", "expects_question", True),
        ("expects", "", "expects_question", False),
        ("introduced", True, "introduced", True),
        ("introduced", False, "introduced", False),
        ("said", [["m1", "place"]], "said", [("m1", "place")]),
        ("said", "m1", "said", []),
        ("codes_given", {"a": 1}, "codes_given", []),
        ("wrong_codes", ["2026-06-01"], "wrong_codes", ["2026-06-01"]),
        ("strange_numbers", ["KR48213"], "strange_numbers", {}),
        ("last_answer", {"question": "when?", "pages": [{"rubbish": 1}]}, "last_answer", None),
        ("last_answer", {"question": "when?", "newer": 1}, "last_answer", LastAnswer("when?")),
    ],
)
def test_each_part_is_read_by_itself(key: str, value: object, name: str, read: object) -> None:
    state = read_state({key: value, "offer": OFFER})
    assert getattr(state, name) == read
    assert state.offer == Offer("menu", [("report", "Report a problem")])


def test_a_form_that_is_lost_stays_lost_until_its_writer_is_told() -> None:
    stored = without_offer({"version": 99, "flow": FORM, "offer": OFFER})
    state = read_state(stored)
    assert state.lost_form
    state.lost_form = False
    assert state.to_json() == {"version": 1}


@pytest.mark.parametrize("stored", [{"offer": OFFER}, {"last_answer": {"question": "when?"}}])
def test_another_version_keeps_what_means_the_same_in_all(stored: dict[str, Any]) -> None:
    dialogue = read_state({**stored, "version": 99, "introduced": True, "said": [["m1", ""]]}).to_json()
    assert dialogue == {"version": 1, "introduced": True, "said": [("m1", "")]}


def test_a_key_of_a_newer_release_is_kept_as_it_is() -> None:
    dialogue = read_state({"version": 1, "mood": {"seen": [1, 2]}, "flow": {**FORM, "newer": 1}}).to_json()
    assert dialogue["mood"] == {"seen": [1, 2]}
    assert dialogue["flow"]["values"] == FORM["values"]


def test_choices_are_taken_back_and_all_else_stays() -> None:
    assert without_offer({"offer": OFFER, "waiting": 1, "mood": "calm"}) == {
        "version": 1,
        "waiting": 1,
        "mood": "calm",
    }
