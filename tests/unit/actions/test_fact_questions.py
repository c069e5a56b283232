"""Questions of fact in residents' words are answered from the city's fields, in six languages, or left to the library."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from actions.handlers.facts import named_fact
from tests.support.direct_talk import DirectTalk, House

FILE = Path(__file__).with_name("fact_questions.txt")
ROWS = [
    tuple(part.strip() for part in line.split("|", 2))
    for line in FILE.read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.fixture
def now(house: House) -> datetime:
    """The Tuesday before Thanksgiving, in the afternoon."""
    return datetime(2026, 11, 24, 15, tzinfo=house.city.profile.zone)


def ask(house: House, now: datetime, language: str, text: str) -> str:
    """What is said of facts, with the choices; empty where the library is asked instead."""
    talk = DirectTalk(house)
    talk.first, talk.language, talk.now = False, language, now
    if named_fact(house.assistant.context, text, now, language):
        return " ".join(
            part for reply in talk.say(text) for part in (reply.text, *(each.label for each in reply.choices))
        )
    return ""


@pytest.mark.parametrize(("language", "text", "expected"), ROWS, ids=[row[1] for row in ROWS])
def test_a_question_of_fact_is_answered(house, now, language, text, expected):
    said = ask(house, now, language, text).casefold().replace("\u200e", "")
    if expected == "library":
        assert not said
        return
    wanted = [part.strip().casefold() for part in expected.removeprefix("ask:").split(";")]
    assert [part for part in wanted if part not in said] == []


@pytest.mark.parametrize(
    "text",
    [
        "the gate at heron park is broken and won't close",
        "there is a pothole in front of city hall",
        "how do i get a library card",
        "someone painted graffiti on the library at night",
        "is there school tomorrow",
        "where do i sign up to speak at the school board",
        "the phone booth by the library has no phone in it anymore",
        "I want to open a restaurant next to the market",
        "the light in front of the police station is out since monday",
        "my water was shut off today",
        "can I bring my dog to the farmers market",
        "swing broken at the playground, a kid got hurt yesterday",
        "hay un hueco enfrente de la biblioteca desde el lunes",
        "quiero abrir un negocio cerca del mercado",
        "le portail du parc ne ferme plus depuis lundi",
        "quero abrir um restaurante perto do mercado",
        "图书馆门口有一个大坑",
        "توجد حفرة أمام المكتبة",
    ],
)
def test_what_tells_of_something_else_is_no_question_of_fact(house, now, text):
    assert named_fact(house.assistant.context, text, now, "en") is None


def test_the_answer_names_its_page_and_the_number_can_be_pressed(house, now):
    talk = DirectTalk(house)
    talk.first, talk.now = False, now
    (hours,) = talk.say("what are the hours of the recycling center")
    assert hours.source
    assert (hours.source.url, hours.source.reviewed) == (
        "https://penstock.example/trash/recycling-center",
        "2026-03-02",
    )
    (phone,) = talk.say("phone number of the animal shelter")
    assert phone.phone == "555-0185"
    assert phone.source


def test_police_and_fire_numbers_come_with_the_number_for_danger(house, now):
    assert "911" in ask(house, now, "en", "phone number of the fire station")


def test_of_many_things_one_is_asked_for_and_its_name_is_an_answer(house, now):
    talk = DirectTalk(house)
    talk.first, talk.now = False, now
    (asked,) = talk.say("what time does the park close today")
    assert asked.text == "Which one do you mean?"
    assert 3 < len(asked.choices) <= 6
    (answer,) = talk.say("Orchard Park")
    assert answer.text.startswith("Orchard Park, today, Tuesday, November 24: 7 am to 9 pm.")


def test_anything_else_after_which_one_is_a_message_of_its_own(house, now):
    talk = DirectTalk(house)
    talk.first, talk.now = False, now
    talk.say("what time does the park close today")
    (answer,) = talk.say("phone number of city hall")
    assert answer.text == "City Hall: 555-0100"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("is city hall open at 6pm on tuesday", "Not open at 6 pm."),
        ("is city hall open at 6pm on december 3", "Open at 6 pm."),
        ("is the museum open this weekend", "Saturday, November 28: 10 am to 4 pm; Sunday, November 29"),
        ("city hall friday", "closed (Day after Thanksgiving)"),
        ("is the ferry open on thanksgiving, what are the hours", "closed"),
        ("when is christmas", "Friday, December 25"),
        ("is the clinic open now", "Open now, until 6 pm."),
    ],
)
def test_days_and_times_are_those_to_come(house, now, text, said):
    assert said in ask(house, now, "en", text)


@pytest.mark.parametrize(
    ("hour", "said"), [(6, "Opens today at 8:30 am."), (20, "Closed now. Opens tomorrow")]
)
def test_the_state_is_that_of_the_citys_clock(house, now, hour, said):
    assert said in ask(house, now.replace(hour=hour), "en", "when is city hall open")


def test_a_fact_that_nobody_knows_is_left_to_the_library(house, now):
    assert named_fact(house.assistant.context, "phone number of the museum", now, "en") is None
    assert named_fact(house.assistant.context, "address of sanitation and recycling", now, "en") is None


def test_inside_a_form_the_fact_is_told_and_the_question_stays(house, now):
    talk = DirectTalk(house)
    talk.first, talk.now = False, now
    talk.say("pothole")
    before = talk.dialogue["flow"]["asked"]
    replies = talk.say("when is city hall open?")
    assert "8:30 am to 4:30 pm" in replies[0].text
    assert talk.dialogue["flow"]["asked"] == before
