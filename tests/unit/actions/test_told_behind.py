"""What is told behind a filed report goes to it, in whatever words; what is about something else does not."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from city.requests.tables import ServiceRequestRow
from core.model import Position
from tests.support.direct_talk import DirectTalk, House

NEAR_COURT_STREET = Position(41.652, -74.34)


def first_report(talk: DirectTalk) -> ServiceRequestRow:
    """The first report of this resident."""
    with talk.house.database.reading() as session:
        mine = select(ServiceRequestRow).where(ServiceRequestRow.person_id == talk.person)
        row = session.scalars(mine.order_by(ServiceRequestRow.id)).first()
        assert row is not None
        _ = row.updates, row.photos
        return row


def filed_then(house: House, said: str) -> ServiceRequestRow:
    talk = DirectTalk(house)
    talk.say("there is a pothole at 12 Mill Road")
    talk.say("2")
    talk.say(said)
    return first_report(talk)


@pytest.mark.parametrize(
    ("said", "size"),
    [
        ("bigger than a tire i guess", "large"),
        ("smaller than a plate", "small"),
        ("about three feet wide", "large"),
        ("two inches across", "small"),
        ("it's like 4 feet across now", "large"),
        ("how big can my shed be", "medium"),
        ("huge hole at 20 Elm Street too", "medium"),
        ("there is graffiti as big as a car", "medium"),
        ("huge help, thank you", "medium"),
        ("add to my report: it is getting bigger", "medium"),
        ("it is getting bigger", "medium"),
        ("it is 20 feet from the corner", "medium"),
        ("big thanks", "medium"),
    ],
)
def test_a_size_that_is_told_behind_the_report_belongs_to_it(house: House, said: str, size: str) -> None:
    assert filed_then(house, said).answers == {"SIZE": size}


@pytest.mark.parametrize(
    ("said", "answers", "kept"),
    [
        ("about a foot wide, started monday, no pic", {"SIZE": "medium"}, 1),
        ("a foot wide and in the bike lane", {"SIZE": "medium", "SPOT": "bike"}, 1),
        ("started monday", {"SIZE": "medium"}, 1),
        ("it is in the bike lane", {"SIZE": "medium", "SPOT": "bike"}, 0),
        ("sorry i can't take a picture", {"SIZE": "medium"}, 0),
        ("when is trash day", {"SIZE": "medium"}, 0),
    ],
)
def test_several_facts_are_taken_at_once(house: House, said: str, answers: dict[str, str], kept: int) -> None:
    row = filed_then(house, said)
    assert (row.answers, sum(each.kind == "comment" for each in row.updates)) == (answers, kept)


def test_a_phone_number_behind_the_report_is_how_to_reach_them(house: House) -> None:
    talk = DirectTalk(house, channel="sms")
    talk.say("there is a pothole at 12 Mill Road")
    talk.say("2")
    assert first_report(talk).contact == "here"
    talk.say("you can call me at 555-010-4477")
    assert first_report(talk).contact == "555-010-4477"


def test_a_position_behind_the_report_is_where_it_is(house: House) -> None:
    talk = DirectTalk(house)
    talk.say("there is a pothole at 12 Mill Road")
    talk.say("2")
    reply = talk.say(position=NEAR_COURT_STREET)[-1]
    row = first_report(talk)
    assert (row.latitude, row.longitude) == (NEAR_COURT_STREET.latitude, NEAR_COURT_STREET.longitude)
    assert "I have changed" in reply.text


def test_a_position_long_after_the_report_begins_another(house: House) -> None:
    talk = DirectTalk(house)
    talk.say("there is a pothole at 12 Mill Road")
    talk.say("2")
    talk.silence(120)
    talk.say(position=NEAR_COURT_STREET)
    assert first_report(talk).place_label == "12 Mill Road"
    assert talk.dialogue["flow"]["name"] == "report"
