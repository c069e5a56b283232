"""Where and when somebody votes is answered from the city's elections, in six languages; an election that is over is said to be over."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.actions.test_facts_by_address import ask, talk_on

FILE = Path(__file__).with_name("polling_questions.txt")
ROWS = [
    tuple(part.strip() for part in line.split("|", 3))
    for line in FILE.read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize(
    ("day", "language", "text", "expected"), ROWS, ids=[f"{row[0]} {row[2]}" for row in ROWS]
)
def test_a_question_about_an_election_is_answered(house, day, language, text, expected):
    said = ask(talk_on(house, day, language), text).casefold().replace("\u200e", "")
    if expected == "library":
        assert not said
        return
    wanted = [part.strip().casefold() for part in expected.removeprefix("ask:").split(";")]
    assert [part for part in wanted if part not in said] == []


def test_the_address_is_asked_for_and_heard(house):
    talk = talk_on(house, "2026-06-01")
    (asked,) = talk.say("where do i vote")
    assert asked.text.startswith("Which address do you live at?")
    (answer,) = talk.say("22 cedar st")
    assert answer.text == (
        "22 Cedar Street, Precinct 5: you vote at Westhill Middle School (150 Park Street). "
        "Primary election: Tuesday, June 23. The polls are open 6 am to 9 pm."
    )
    assert answer.source.reviewed == "2026-08-17"
    (again,) = talk.say("what's my polling place")
    assert "Westhill Middle School" in again.text


def test_no_place_is_told_of_an_election_that_is_over(house):
    (answer,) = talk_on(house, "2026-11-30").say("where do i vote, 22 Cedar Street")
    assert answer.text == (
        "General election was on Tuesday, November 3 and is over. "
        "I do not know the date of the next election yet, nor where you will vote then.\n"
        "Elections: 555-0112"
    )


def test_after_the_polls_have_closed_that_is_said(house):
    talk = talk_on(house, "2026-11-03")
    talk.now = talk.now.replace(hour=21, minute=5)
    (answer,) = talk.say("where do i vote, 22 Cedar Street")
    assert answer.text.endswith("General election is today, and the polls are closed by now.")
