"""How the answer to "is it really fixed?" is read, in the words that people use."""

from __future__ import annotations

import pytest

from actions.handlers.case_news import CHOICES
from actions.handlers.followup import read_answer, reason_in
from core.model import Attachment, Choice
from tests.support.builders import inbound
from tests.support.direct_talk import House

PHOTO = (Attachment("photo", "image/jpeg", 1000),)


@pytest.fixture
def desk(house: House):
    return house.assistant.context


def choices(desk, language):
    return [Choice(key, desk.say(label, language)) for key, label in CHOICES.items()]


@pytest.mark.parametrize(
    ("language", "text", "key"),
    [
        ("en", "yes", "yes"),
        ("en", "1", "yes"),
        ("en", "Yes, it's fixed!", "yes"),
        ("en", "yes thank you so much", "yes"),
        ("en", "it is fixed", "yes"),
        ("en", "fixed", "yes"),
        ("en", "all good", "yes"),
        ("en", "yes but now the curb is broken", "no"),
        ("en", "no", "no"),
        ("en", "2", "no"),
        ("en", "2. nobody came", "no"),
        ("en", "No, it is still there", "no"),
        ("en", "nope it came back", "no"),
        ("en", "The light is still broken", "no"),
        ("en", "it is not fixed", "no"),
        ("en", "later", "later"),
        ("en", "3", "later"),
        ("en", "I haven't looked", "later"),
        ("en", "when is my trash day?", None),
        ("en", "there is graffiti at 20 Elm Street", None),
        ("en", "", None),
        ("es", "sí", "yes"),
        ("es", "si, gracias", "yes"),
        ("es", "ya quedó", "yes"),
        ("es", "sí pero falta la mitad", "no"),
        ("es", "no, sigue igual", "no"),
        ("es", "Todavía no", "no"),
        ("es", "nadie vino", "no"),
        ("es", "más tarde", "later"),
        ("es", "no lo he visto", "later"),
    ],
)
def test_an_answer_is_read_in_the_words_of_residents(desk, language, text, key):
    assert read_answer(desk, inbound(text), choices(desk, language)) == key


def test_a_photo_without_words_is_its_own_answer(desk):
    assert read_answer(desk, inbound("", attachments=PHOTO), choices(desk, "en")) == "photo"
    assert read_answer(desk, inbound("no", attachments=PHOTO), choices(desk, "en")) == "no"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("no", ""),
        ("No.", ""),
        ("2", ""),
        ("2)", ""),
        ("no it is not", ""),
        ("No, no lo está", ""),
        ("no thanks", ""),
        ("no, it is still there", "it is still there"),
        ("2 nobody came", "nobody came"),
        ("No: sigue igual", "sigue igual"),
        ("still leaking", "still leaking"),
        ("nope - worse", "worse"),
    ],
)
def test_the_reason_is_what_a_no_says_beyond_no(desk, text, reason):
    assert reason_in(desk, text) == reason
