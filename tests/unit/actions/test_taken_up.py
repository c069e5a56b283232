"""What is taken up by an answer: words that a machine heard, and those that may have told of danger."""

from __future__ import annotations

from typing import Any

import pytest

from actions.taken_up import TakenUp, take_up
from actions.turn.state import DialogueState, Offer
from tests.support.builders import inbound
from tests.support.direct_talk import DirectTalk, House

WHICH = Offer("instead", [("report", "Report this"), ("ask", "Look it up")], {"text": "a hole"})
HEARD = Offer("voice", [("yes", "Yes"), ("no", "No, I will write it")], {"text": "the first one"})
ASKED = Offer("danger", [("yes", "Yes"), ("no", "No")], {"text": "smoke", "asked": True})


def taken(house: House, offer: Offer | None, **message: Any) -> TakenUp | None:
    return take_up(house.assistant.context, inbound(**message), DialogueState(offer=offer).to_json())


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"text": "yes"}, "the first one"),
        ({"text": "Yes."}, "the first one"),
        ({"text": "1"}, "the first one"),
        ({"text": "sí"}, "the first one"),
        ({"choice": "voice.yes"}, "the first one"),
        ({"text": "yes", "spoken": True}, "the first one"),
        ({"text": "no"}, None),
        ({"text": "2"}, None),
        ({"choice": "voice.no"}, None),
        ({"text": "the street is Elm"}, None),
        ({"text": "the street is Elm", "spoken": True}, None),
        ({"choice": "instead.report"}, None),
    ],
)
def test_what_was_heard_counts_after_a_yes_alone(
    house: House, message: dict[str, Any], text: str | None
) -> None:
    found = taken(house, HEARD, **message)
    assert (found and found.message.text) == text
    if found:
        assert (found.message.choice, found.message.spoken, found.calm) == (None, False, False)


def test_a_spoken_no_is_a_no(house: House) -> None:
    found = taken(house, HEARD, text="No.", spoken=True)
    assert found is not None
    assert (found.message.text, found.message.spoken) == ("No.", False)


@pytest.mark.parametrize(
    ("message", "text", "spoken"),
    [
        ({"text": "no"}, "smoke", False),
        ({"text": "yes"}, None, None),
        ({"text": "yes", "spoken": True}, "yes", False),
        ({"text": "no", "spoken": True}, None, None),
        ({"text": "what", "spoken": True}, None, None),
    ],
)
def test_of_danger_a_spoken_yes_counts_at_once_and_a_spoken_no_is_said_back(
    house: House, message: dict[str, Any], text: str | None, spoken: bool | None
) -> None:
    found = taken(house, ASKED, **message)
    assert (found and (found.message.text, found.message.spoken)) == (text and (text, spoken))


def test_what_may_have_told_of_danger_and_was_heard_is_still_to_be_said_back(house: House) -> None:
    heard = Offer(ASKED.name, ASKED.choices, {**ASKED.data, "spoken": True})
    found = taken(house, heard, text="no")
    assert found is not None
    assert (found.message.text, found.message.spoken, found.calm) == ("smoke", True, True)


def test_nothing_is_taken_up_where_nothing_was_set_aside(house: House) -> None:
    assert taken(house, None, text="yes") is None
    assert taken(house, WHICH, text="yes") is None


def test_an_open_form_waits_until_what_was_heard_is_right(house: House) -> None:
    talk = DirectTalk(house)
    talk.say("report a pothole")
    (heard,) = talk.say("twenty Elm Street", spoken=True)
    assert heard.text.startswith("I heard")
    assert talk.say("no")[-1].text.startswith("Where is it?")
    talk.say("20 Elm Street", spoken=True)
    assert talk.say("yes")[0].text.startswith("How big is it?")


def test_a_choice_that_was_spoken_is_made_after_the_yes(house: House) -> None:
    talk = DirectTalk(house)
    talk.say("blue elephants sing")
    talk.say("talk to a person", spoken=True)
    talk.say("once more: talk to a person", spoken=True)
    assert talk.dialogue["offer"]["data"]["before"]["name"] == "instead"


def test_who_chooses_to_report_what_sounded_like_danger_confirms_it_and_reports(house: House) -> None:
    talk = DirectTalk(house)
    talk.say("my house is on fire", spoken=True)
    asked = talk.say("report it")[-1]
    assert asked.text.startswith('I heard: "my house is on fire"')
    talk.say("yes")
    assert talk.dialogue["flow"]["name"] == "report"


@pytest.mark.parametrize("language", ["en", "es", "fr", "pt", "zh", "ar"])
def test_what_was_heard_is_said_back_in_each_language(house: House, language: str) -> None:
    reply = DirectTalk(house, language).say("Elm Street 20", spoken=True)[-1]
    assert "Elm Street 20" in reply.text
    assert len(reply.choices) == 2
