"""Rasa's protocol in and out. The calls in rasa_calls.jsonl were made by Rasa 3.6.21; the domain and what no action server reads is left out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from actions.rasa_server import (
    WISHES,
    ActionRefusal,
    Answered,
    Call,
    EventLine,
    payload_of,
    read_body,
    read_call,
    take_call,
    to_rasa,
)
from actions.routes import INTENTS, MENU
from core.model import Choice

LINES = (Path(__file__).parent / "rasa_calls.jsonl").read_text(encoding="utf-8").splitlines()
CAPTURED = {line["name"]: line["call"] for line in map(json.loads, LINES)}
FORM_OPENS = [{"event": "active_loop", "name": "cityline_form"}]
THEN_LISTEN = [{"event": "followup", "name": "action_listen"}]
FORM_ENDS = [{"event": "active_loop", "name": None}]


def captured(name, **changes):
    return json.loads(json.dumps(CAPTURED[name])) | changes


READ = [
    (
        "a rule calls an action for a first message",
        {
            "action": "action_report_problem",
            "text": "there is a pothole on Main Street",
            "intent": "report_problem",
            "seen": None,
            "in_loop": False,
        },
    ),
    (
        "the form gets the next message",
        {"action": "cityline_form", "text": "12 Mill Road", "intent": "", "seen": 7, "in_loop": True},
    ),
    (
        "a pressed button within the form",
        {"action": "cityline_form", "text": "Here", "choice": "place.0", "intent": "", "in_loop": True},
    ),
    ("the form again after the rejection", {"action": "cityline_form", "text": "", "choice": "menu.go_on"}),
    (
        "a pressed button outside of the form",
        {"action": "action_cityline", "choice": "answer.helpful", "intent": "", "in_loop": False},
    ),
    (
        "a form of the assistant has collected the words",
        {"text": "corner of Mill, dark", "intent": "report_problem", "collected": True},
    ),
]


@pytest.mark.parametrize(("name", "expected"), READ, ids=[name for name, _ in READ])
def test_what_rasa_sends_is_read(name, expected):
    call = read_call(captured(name))
    assert call is not None
    assert call.sender == "ann"
    assert call.language == "es"
    assert {field: getattr(call, field) for field in expected} == expected


def test_every_message_has_an_identity_of_its_own_that_a_repeated_call_shares():
    ids = [read_call(captured(name)).message_id for name, _ in READ]
    assert len({*ids}) == len(ids)
    assert ids == [read_call(captured(name)).message_id for name, _ in READ]


def test_a_button_of_the_assistants_own_is_left_to_it():
    with pytest.raises(ActionRefusal) as refused:
        read_call(captured("a button of the assistant's own within the form"))
    assert (refused.value.status, refused.value.action) == (400, "cityline_form")


@pytest.mark.parametrize(
    ("action", "text", "entities", "expected"),
    [
        ("action_report_problem", "/report_problem", [], {"choice": "menu.report"}),
        ("action_ask_city", "/ask_city", [], {"choice": "menu.ask"}),
        ("action_take_survey", "/take_survey", [], {"choice": "menu.survey"}),
        ("action_check_request", "/check_request", [], {"choice": "menu.requests"}),
        ("action_cityline", "/city", [], {"choice": "menu.menu"}),
        (
            "action_take_survey",
            '/take_survey{"survey":"parks"}',
            [("survey", "parks")],
            {"start": "survey-parks"},
        ),
        (
            "action_check_request",
            '/check_request{"number":"KR-48213"}',
            [("number", "KR-48213")],
            {"start": "request-KR-48213"},
        ),
        ("action_take_survey", '/take_survey{"survey":5}', [("survey", 5)], {"choice": "menu.survey"}),
        ("action_ask_city", "/what is this", [], {"text": "/what is this", "intent": "ask_city"}),
    ],
)
def test_a_payload_without_words_leads_where_its_action_leads(action, text, entities, expected):
    call = captured("a rule calls an action for a first message", next_action=action)
    intent = text.removeprefix("/").split("{")[0] if " " not in text else "ask_city"
    message = call["tracker"]["latest_message"]
    message |= {"text": text, "intent": {"name": intent}}
    message["entities"] = [{"entity": name, "value": value} for name, value in entities]
    read = read_call(call)
    assert {field: getattr(read, field) for field in expected} == expected


def test_every_action_leads_to_something_that_there_is():
    assert {wish.intent for wish in WISHES.values()} - {""} <= set(INTENTS)
    assert {wish.menu for wish in WISHES.values()} <= set(MENU) | {"go_on"}


def changed(**changes):
    return captured("the form gets the next message", **changes)


def in_tracker(**changes):
    call = changed()
    call["tracker"] |= changes
    return call


@pytest.mark.parametrize(
    ("call", "status", "words"),
    [
        ({}, 400, "next_action"),
        (changed(next_action=""), 400, "next_action"),
        (changed(next_action="action_book"), 404, "action_book"),
        (changed(sender_id=""), 400, "sender_id"),
        (changed(sender_id=None), 400, "sender_id"),
        (changed(sender_id="a\ud800"), 400, "sender_id"),
        (changed(tracker=None), 400, "tracker"),
        (in_tracker(events="none"), 400, "tracker.events"),
        (in_tracker(latest_message=None), 400, "no message"),
        (in_tracker(latest_message={"text": "hi"}), 400, "no message"),
        (in_tracker(latest_message={"message_id": "1", "text": None}), 400, "no message"),
        (
            in_tracker(
                latest_message={
                    "message_id": "1",
                    "text": "/cityline_choice",
                    "intent": {"name": "cityline_choice"},
                }
            ),
            400,
            "choice",
        ),
    ],
)
def test_what_cannot_be_worked_on_is_refused_with_a_sentence(call, status, words):
    with pytest.raises(ActionRefusal) as refused:
        read_call(call)
    assert refused.value.status == status
    assert words in refused.value.error
    assert refused.value.error.endswith(".")
    assert "12 Mill Road" not in refused.value.error


@pytest.mark.parametrize("raw", [b"", b"null", b"[]", b"\xff", b"[" * 100_000, b'{"a":'])
def test_what_is_no_json_object_is_refused(raw):
    with pytest.raises(ActionRefusal):
        read_body(raw)


@pytest.mark.parametrize(
    "strange",
    [
        {"events": [{}, {"event": "bot"}, {"event": "bot", "metadata": {"cityline": 5}, "data": None}]},
        {"events": [{"event": "bot", "metadata": None, "data": {"buttons": ["?", {"title": 1}]}}]},
        {"slots": {"language": 5, "cityline_text": ["?"]}},
        {"active_loop": {}},
        {"active_loop": {"name": None, "rejected": None}},
    ],
)
def test_a_tracker_with_strange_things_in_it_is_read_all_the_same(strange):
    call = in_tracker(**strange)
    call["tracker"]["latest_message"] |= {"text": "/hello", "intent": {"name": "hello"}}
    read = read_call(call | {"next_action": "action_ask_city"})
    assert read.choice == "menu.ask"


@pytest.mark.parametrize(
    ("call", "holds", "events"),
    [
        (Call("action_ask_city", "1", "ann"), False, []),
        (Call("action_report_problem", "1", "ann"), True, FORM_OPENS + THEN_LISTEN),
        (Call("cityline_form", "1", "ann", in_loop=True), True, FORM_OPENS),
        (Call("cityline_form", "1", "ann", in_loop=True), False, FORM_ENDS),
        (Call("action_ask_city", "1", "ann", in_loop=True), False, FORM_ENDS),
        (
            Call("action_report_problem", "1", "ann", collected=True),
            True,
            [{"event": "slot", "name": "cityline_text", "value": None}, *FORM_OPENS, *THEN_LISTEN],
        ),
    ],
)
def test_the_line_is_kept_by_rasas_active_loop_while_the_city_asks(call, holds, events):
    assert to_rasa(call, Answered((), holds)) == {"events": events, "responses": []}


def test_lines_become_responses_with_buttons_and_pictures():
    choices = (Choice("report.yes", "Sí, envíelo"),)
    answered = Answered(
        (EventLine("¿Lo envío?", 8, choices), EventLine("", 9, image="https://city.example/p"))
    )
    assert to_rasa(Call("action_ask_city", "1", "ann"), answered)["responses"] == [
        {
            "text": "¿Lo envío?",
            "cityline": {"sequence": 8},
            "buttons": [{"title": "Sí, envíelo", "payload": '/cityline_choice{"choice":"report.yes"}'}],
        },
        {"text": "", "cityline": {"sequence": 9}, "image": "https://city.example/p"},
    ]


def test_payloads_fit_the_narrowest_channel():
    assert len(payload_of(Choice("place-of-news.everywhere", "")).encode()) <= 64


def test_a_message_that_another_action_has_answered_is_not_answered_again():
    call = captured("the form gets the next message")
    call["tracker"]["events"].append({"event": "action", "name": "action_report_problem"})
    raw = json.dumps(call).encode()
    assert take_call(lambda _call: pytest.fail("asked"), raw) == {"events": [], "responses": []}
