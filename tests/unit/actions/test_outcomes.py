"""Every reply says what the message came to, whatever its words and its language."""

from __future__ import annotations

import pytest

from actions.handlers import unclear
from core.model import Outcome, Trouble
from tests.support.direct_talk import DirectTalk


def outcomes(replies):
    return [reply.outcome for reply in replies]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("help", Outcome.ANSWERED),
        ("hello", Outcome.ANSWERED),
        ("who can have a library card", Outcome.ANSWERED),
        ("when is trash pickup", Outcome.ANSWERED),
        ("when do zebras whistle", Outcome.UNKNOWN),
        ("blue elephants sing", Outcome.UNCLEAR),
        ("there is a fire in my house", Outcome.WARNED),
        ("I want to report a problem", Outcome.ASKED),
        ("stop", Outcome.OPTED_OUT),
        ("please stop texting me", Outcome.ASKED_BACK),
        ("?!", Outcome.UNREADABLE),
        ("", Outcome.UNREADABLE),
        ("помогите мне пожалуйста", Outcome.UNREADABLE),
    ],
)
def test_what_is_said_came_to_something(talk, text, expected):
    assert outcomes(talk.say(text))[0] is expected


@pytest.mark.parametrize("trouble", list(Trouble))
def test_a_file_that_cannot_be_taken_is_told_from_what_cannot_be_read(talk, trouble):
    unread = {Trouble.TOO_LONG, Trouble.STICKER} | unclear.OF_VOICE
    expected = Outcome.UNREADABLE if trouble in unread else Outcome.FILE_REFUSED
    assert outcomes(talk.say(trouble=trouble)) == [expected]


@pytest.mark.parametrize("language", ["en", "es", "fr", "pt", "zh", "ar"])
def test_it_does_not_depend_on_the_language(house, language):
    talk = DirectTalk(house, language)
    talk.first = False
    assert outcomes(talk.say(trouble=Trouble.VOICE)) == [Outcome.UNREADABLE]


def test_an_introduction_is_told_and_answers_nothing(house):
    assert outcomes(DirectTalk(house).say("blue elephants sing")) == [Outcome.TOLD, Outcome.UNCLEAR]


def test_what_is_answered_beside_a_form_and_its_question_are_told_apart(talk):
    talk.say("I want to report a problem")
    assert outcomes(talk.say(trouble=Trouble.STICKER)) == [Outcome.UNREADABLE, Outcome.ASKED]


def test_a_text_that_waits_says_so_each_time(talk):
    talk.ear_up = False
    assert [outcomes(talk.say(text)) for text in ("is there a parade", "and a market")] == [
        [Outcome.WAITING],
        [Outcome.WAITING],
    ]


def test_to_ask_for_a_person_asks_for_what_is_missing_and_hands_over(talk):
    assert outcomes(talk.say("I want to talk to a person")) == [Outcome.ASKED]
    talk.say("my trash was not picked up for weeks")
    assert outcomes(talk.say("skip")) == [Outcome.HANDED_OVER]
