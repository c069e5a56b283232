"""How single wishes are read from words: a language, an answer about stopping, what a person is wanted for, a request's number."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from actions.handlers import check, emergency, language, optout, person
from actions.turn.state import Form, Offer
from actions.turn.turn import Rule, Turn
from core.model import Choice
from tests.support.builders import NOON, inbound
from tests.support.direct_talk import House

STOPPING = (Choice("yes", "Yes, stop"), Choice("no", "No, go on"))
ASKED = Offer("danger", [("yes", "Yes, there is"), ("no", "No, go on")], {"text": "smoke", "asked": True})


def turn_of(text: str = "", rule: Rule | None = None, **heard: Any) -> Turn:
    return Turn(inbound(text, **heard), "anna", "en", {}, Session(), NOON, rule=rule)


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("in spanish please", ["es"]),
        ("español", ["es"]),
        ("habla español?", ["es"]),
        ("can you write in french or spanish", ["es", "fr"]),
        ("中文", ["zh"]),
        ("بالعربية", ["ar"]),
        ("my mom doesn't speak english", []),
        ("my neighbor speaks spanish", []),
        ("klingon", []),
        ("", []),
    ],
)
def test_the_languages_that_somebody_wishes_to_be_written_to_in(
    house: House, text: str, languages: list[str]
) -> None:
    assert sorted(language.wished_languages(house.assistant.context, text)) == languages


@pytest.mark.parametrize(
    ("code", "spoken"), [("es", "es"), ("zh", "zh"), ("tlh", "en"), ("", "en"), ("english", "en")]
)
def test_only_a_language_that_is_offered_is_changed_to(house: House, code: str, spoken: str) -> None:
    turn = turn_of("x")
    (reply,) = language.change_language(house.assistant.context, turn, code)
    assert (turn.language, turn.state.language_chosen) == (spoken, spoken == code)
    assert bool(reply.choices) is (spoken != code)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("yes", "yes"),
        ("1", "yes"),
        ("Yes, stop", "yes"),
        ("ok", None),
        ("no", "no"),
        ("2", "no"),
        ("there is a pothole", None),
        ("", None),
    ],
)
def test_only_an_explicit_yes_stops_anything(house: House, text: str, key: str | None) -> None:
    assert optout.read_answer(house.assistant.context, inbound(text), STOPPING) == key


@pytest.mark.parametrize(
    ("channel", "text", "is_theirs"),
    [
        ("sms", "cancel", True),
        ("sms", "END", True),
        ("whatsapp", "quit", True),
        ("web", "cancel", False),
        ("telegram", "cancel", False),
        ("sms", "cancel my report", False),
    ],
)
def test_words_of_the_carriers_count_on_their_channels(
    house: House, channel: str, text: str, is_theirs: bool
) -> None:
    assert optout.is_carriers_word(house.assistant.context, turn_of(text, channel=channel)) is is_theirs


@pytest.mark.parametrize(
    ("message", "offer", "text"),
    [
        ({"text": "no"}, ASKED, "smoke"),
        ({"text": "2"}, ASKED, "smoke"),
        ({"text": "false alarm"}, ASKED, "smoke"),
        ({"choice": "danger.no"}, ASKED, "smoke"),
        ({"choice": "danger.yes"}, ASKED, None),
        ({"text": "yes"}, ASKED, None),
        ({"text": "hm"}, ASKED, None),
        ({"text": "no"}, Offer("danger", ASKED.choices, {"text": "smoke"}), None),
        ({"text": "no"}, Offer("menu", ASKED.choices, {"text": "smoke", "asked": True}), None),
        ({"text": "no"}, None, None),
    ],
)
def test_what_was_set_aside_goes_on_when_nobody_is_in_danger(
    house: House, message: dict[str, Any], offer: Offer | None, text: str | None
) -> None:
    assert emergency.set_aside(house.assistant.context, inbound(**message), offer) == text


@pytest.mark.parametrize("languages", [("en",), ("es",), ("zh", "en"), ("ar", "fr")])
def test_whom_to_call_is_said_in_each_language_and_belongs_to_the_last(
    house: House, languages: tuple[str, ...]
) -> None:
    context = house.assistant.context
    reply = emergency.reply_with_number(context, languages, "")
    assert [context.say("emergency.call", each) in reply.text for each in languages] == [True] * len(
        languages
    )
    assert (reply.language, reply.urgent, reply.phone) == (languages[-1], True, "911")


@pytest.mark.parametrize(
    ("form", "alarmed", "keys"),
    [
        (None, False, ["danger.report", "danger.person"]),
        (Form("report", asked="place"), False, ["danger.go_on"]),
        (None, True, ["danger.report", "danger.person"]),
    ],
)
def test_behind_a_warning_the_way_on_stays_open(
    house: House, form: Form | None, alarmed: bool, keys: list[str]
) -> None:
    context, turn = house.assistant.context, turn_of("fire", Rule("emergency", "fire"))
    turn.state.form, turn.alarmed = form, alarmed
    (reply,) = emergency.warn_of_danger(context, turn, "fire")
    assert [choice.key for choice in reply.choices] == keys
    assert reply.urgent is not alarmed
    offered = turn.state.offer
    assert offered is not None
    assert (offered.data["text"], offered.data["kind"]) == ("fire", "fire")


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("", "about"),
        ("I want to talk to a person", "about"),
        ("a person please", "about"),
        ("I need somebody about my water bill", "reach"),
    ],
)
def test_a_person_is_asked_for_with_what_it_is_about_if_that_is_said(
    house: House, text: str, asked: str
) -> None:
    turn = turn_of(text)
    person.begin_person_request(house.assistant.context, turn, text)
    form = turn.state.form
    assert form is not None
    assert form.asked == asked
    assert ("about" in form.values) is (asked == "reach")


@pytest.mark.parametrize(
    ("text", "is_there"),
    [
        ("how is KR-48213 doing", True),
        ("kr 48213", True),
        ("KR48213?", True),
        ("my bills", False),
        ("call 555-0142", False),
        ("XKR-482131", False),
        ("", False),
    ],
)
def test_a_requests_number_is_found_inside_a_sentence(text: str, is_there: bool) -> None:
    assert (check.number_in(text) is not None) is is_there
