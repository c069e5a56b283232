"""Words that take something back, and several facts at once: which answer they change or give, and that it is said back."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from actions.reading.corrections import LONGEST, Correction, CorrectionReader, split_parts
from city.requests.tables import ServiceRequestRow
from core.texts import load_texts
from tests.support.direct_talk import DirectTalk, House

READER = CorrectionReader(load_texts())


@pytest.mark.parametrize(
    ("text", "value", "is_plain"),
    [
        ("no, 27", "27", False),
        ("oops Harbor Street", "harbor street", False),
        ("I meant the bench", "the bench", True),
        ("sorry, make that 3", "3", True),
        ("not the bench, the fence", "the fence", False),
        ("it is 9 not 6", "it is 9", False),
        ("that address is wrong", "", True),
        ("perdón, 27", "27", False),
        ("je voulais dire la barrière", "la barriere", True),
        ("na verdade 27", "27", True),
        ("我是说27号", "27号", True),
        ("قصدي 27", "27", True),
    ],
)
def test_what_is_right_instead(text: str, value: str, is_plain: bool) -> None:
    assert READER.read(text) == Correction(value, is_plain)


@pytest.mark.parametrize(
    "text", ["", "no", "27 Harbor Street", "the bench is broken", "no, " + "x" * LONGEST]
)
def test_most_texts_correct_nothing(text: str) -> None:
    assert READER.read(text) is None


def test_a_text_tells_several_things_one_after_the_other() -> None:
    assert split_parts("the bench, broken. since May 3") == ["the bench", "broken", "since May 3"]
    assert split_parts("1,200 bags") == ["1,200 bags"]


def said(house: House, *texts: str) -> tuple[list[str], dict[str, Any]]:
    """What is replied to the last of these texts, and the form that is open then."""
    talk = DirectTalk(house)
    talk.first = False
    replies = [talk.say(text) for text in texts][-1]
    return [reply.text for reply in replies], talk.dialogue["flow"]


SEWER = ("report", "sewer backup at 20 Elm Street", "inside a building")


@pytest.mark.parametrize(
    ("text", "value", "shown"),
    [
        ("no, 16", "16 Elm Street", "Changed: Where: 16 Elm Street"),
        ("sorry, 30 Mill Road", "30 Mill Road", "Changed: Where: 30 Mill Road"),
        ("it is 16 elm street not 20", "16 Elm Street", "Changed: Where: 16 Elm Street"),
    ],
)
def test_a_correction_changes_the_answer_that_it_reads_as(
    house: House, text: str, value: str, shown: str
) -> None:
    replies, form = said(house, "pothole at 20 Elm Street", text)
    assert form["values"]["place"]["label"] == value
    assert replies[0].startswith(shown)
    assert form["asked"] == "q-SIZE"


def test_an_answer_that_is_called_wrong_is_asked_anew(house: House) -> None:
    _, form = said(house, *SEWER, "the address is wrong")
    assert form["asked"] == "place"
    assert form["values"]["q-WHERE"] == "inside"


def test_another_kind_of_problem_takes_the_place_of_the_first(house: House) -> None:
    _, form = said(house, "pothole at 20 Elm Street", "i meant a traffic light")
    assert form["values"]["service"] == "traffic-signal"


def test_what_a_part_of_an_answer_tells_is_not_asked_again(house: House) -> None:
    talk = DirectTalk(house)
    replies = [talk.say(text) for text in ("there is a pothole", "20 Elm Street, it is huge, be careful")][-1]
    assert replies[0].text.startswith("Reported: Pothole or broken road, 20 Elm Street")
    with house.database.reading() as session:
        found = select(ServiceRequestRow.answers).where(ServiceRequestRow.person_id == talk.person)
        assert session.scalar(found) == {"SIZE": "large"}


def test_what_is_no_answer_goes_along_with_the_report(house: House) -> None:
    replies, form = said(house, "pothole at 20 Elm Street", "my neighbour fell there")
    assert form["remarks"] == ["my neighbour fell there"]
    assert form["asked"] == "q-SIZE"
    assert replies[0].startswith("I have noted that for the team.")
