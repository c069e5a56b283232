"""What "my house" and "the same place" mean to somebody who has said so or reported before."""

from __future__ import annotations

from sqlalchemy import select

from city.records.model import NewRequest, PlaceMatch
from city.requests.requests import file_request, last_place_of
from city.requests.tables import ServiceRequestRow
from core.model import Position
from tests.support.builders import NOON, inbound
from tests.support.direct_talk import DirectTalk, House

POTHOLE = "there is a pothole"


def place_of(talk: DirectTalk) -> dict[str, object]:
    """The place in the open report."""
    place: dict[str, object] = talk.dialogue["flow"]["values"]["place"]
    return place


def test_my_house_is_remembered_only_for_those_who_say_so(talk: DirectTalk) -> None:
    talk.hear(inbound(f"{POTHOLE} in front of my house", talk.person))
    talk.hear(inbound("20 Elm Street", talk.person))
    assert "home" not in talk.dialogue

    talk.hear(inbound("", talk.person, choice="place.remember_yes"))

    assert talk.dialogue["home"]["label"] == "20 Elm Street"
    assert place_of(talk)["label"] == "20 Elm Street"
    assert "remember" not in place_of(talk)


def test_the_same_place_is_that_of_the_newest_report_of_the_person(house: House, talk: DirectTalk) -> None:
    with house.database.writing() as session:
        assert last_place_of(session, talk.person) is None
        spot = PlaceMatch("55 Loom Street", Position(41.6545, -74.3345), "address")
        new = NewRequest("pothole", talk.person, "web", "en", f"last-place-{talk.person}", place=spot)
        file_request(session, new, NOON)
        assert last_place_of(session, talk.person) == spot

    talk.hear(inbound(POTHOLE, talk.person))
    talk.hear(inbound("same place as last time", talk.person))

    assert place_of(talk)["label"] == "55 Loom Street"


def test_a_place_without_a_position_is_known_by_its_label(house: House) -> None:
    with house.database.writing() as session:
        spot = PlaceMatch("behind the shed", None, "text")
        file_request(session, NewRequest("pothole", "zoe", "web", "en", "last-place-zoe", place=spot), NOON)
        assert last_place_of(session, "zoe") == spot
        assert (
            session.scalar(select(ServiceRequestRow.latitude).where(ServiceRequestRow.person_id == "zoe"))
            is None
        )
