"""A report is filed once, with what was said, and nothing dangerous is ever filed."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from actions.turn.turn import Fit
from city.requests.tables import ServiceRequestRow
from core.model import Attachment, Intent, Position, Understanding
from tests.support.builders import inbound
from tests.support.direct_talk import DirectTalk, House

CENTRE = Position(41.652, -74.34)
POTHOLE = "there is a pothole at 20 Elm Street"


def rows(talk: DirectTalk) -> list[ServiceRequestRow]:
    with talk.house.database.reading() as session:
        found = session.scalars(
            select(ServiceRequestRow).where(ServiceRequestRow.person_id == talk.person)
        ).all()
        for row in found:
            _ = row.photos
        return list(found)


def say(talk: DirectTalk, *texts: str) -> str:
    """The last reply's text after these messages."""
    replies = [reply for text in texts for reply in talk.say(text)]
    return replies[-1].text


def test_what_is_filed_is_what_was_said(talk: DirectTalk) -> None:
    talk.say(POTHOLE, photo=True)
    say(talk, "2", "bike lane", "anna@example.org")
    row = rows(talk)[0]
    assert (row.service_code, row.description, row.contact) == ("pothole", POTHOLE, "anna@example.org")
    assert row.answers == {"SIZE": "medium", "SPOT": "bike"}
    assert row.place_label == "20 Elm Street"
    assert row.latitude is not None
    assert len(row.photos) == 1
    assert row.channel == "web"


def test_sending_the_same_message_twice_files_one_request(talk: DirectTalk) -> None:
    talk.say(POTHOLE)
    before = dict(talk.dialogue)
    message = inbound("2", sender=talk.person, provider_id=f"{talk.person}-same")
    first = talk.hear(message)
    talk.dialogue = before
    second = talk.hear(message)
    assert first[0].text == second[0].text
    assert len(rows(talk)) == 1


def test_a_dangerous_answer_files_nothing_and_gives_the_number(talk: DirectTalk) -> None:
    talk.say(POTHOLE)
    reply = talk.say("the road is caving in")[-1]
    assert reply.urgent
    assert reply.phone == "911"
    assert "flow" not in talk.dialogue
    assert rows(talk) == []


def test_the_photos_own_position_is_offered_and_not_taken_unasked(talk: DirectTalk) -> None:
    talk.say("there is a pothole", photo=True, photo_position=CENTRE)
    assert "place" not in talk.dialogue["flow"]["values"]
    talk.say("no")
    assert "place" not in talk.dialogue["flow"]["values"]
    talk.say("20 Elm Street")
    assert talk.dialogue["flow"]["values"]["place"]["label"] == "20 Elm Street"


def test_a_shared_position_is_kept_exactly(talk: DirectTalk) -> None:
    talk.say("there is a pothole")
    talk.say(position=CENTRE)
    place = talk.dialogue["flow"]["values"]["place"]
    assert (place["latitude"], place["longitude"], place["kind"]) == (41.652, -74.34, "position")


def test_a_position_outside_the_city_is_used_only_when_insisted_on(talk: DirectTalk) -> None:
    talk.say("there is a pothole")
    assert "outside" in talk.say(position=Position(10.0, 10.0))[-1].text
    talk.say("use it anyway")
    assert talk.dialogue["flow"]["values"]["place"]["latitude"] == 10.0


def test_no_more_photos_than_can_be_taken(talk: DirectTalk) -> None:
    say(talk, POTHOLE)
    photos = tuple(Attachment(f"m{number}", "image/jpeg", 9) for number in range(9))
    talk.hear(inbound(attachments=photos))
    assert len(talk.dialogue["flow"]["hints"]["photos"]) == 5


def test_a_service_that_is_gone_is_asked_for_again(talk: DirectTalk) -> None:
    talk.say(POTHOLE)
    talk.dialogue["flow"]["values"]["service"] = "no-such-service"
    assert talk.say("2")
    assert (
        talk.dialogue["flow"]["asked"] == "service"
        or talk.dialogue["flow"]["values"].get("service") == "pothole"
    )


@pytest.mark.parametrize(
    ("text", "fit"),
    [
        ("2", Fit.SURE),
        ("two", Fit.SURE),
        ("smaller than a dinner plate", Fit.SURE),
        ("when is my trash day?", Fit.MAYBE),
        ("blah", Fit.MAYBE),
    ],
)
def test_how_surely_a_text_answers_a_choice(talk: DirectTalk, text: str, fit: Fit) -> None:
    talk.say(POTHOLE)
    assert talk.house.assistant.fit(inbound(text), talk.dialogue, "en") is fit


@pytest.mark.parametrize(
    ("text", "fit"),
    [
        ("20 Elm Street", Fit.SURE),
        ("corner of Mill Road and Union Street", Fit.SURE),
        ("next to the big tree behind my house", Fit.SURE),
        ("next to the big tree", Fit.MAYBE),
        ("why do you need the address?", Fit.MAYBE),
    ],
)
def test_how_surely_a_text_is_a_place(talk: DirectTalk, text: str, fit: Fit) -> None:
    talk.say("there is a pothole")
    assert talk.house.assistant.fit(inbound(text), talk.dialogue, "en") is fit


def test_an_old_button_never_answers_the_open_question(talk: DirectTalk) -> None:
    talk.say(POTHOLE)
    assert talk.house.assistant.fit(inbound(choice="summary.send"), talk.dialogue, "en") is Fit.NO


def test_the_searches_are_done_ahead(house: House, talk: DirectTalk) -> None:
    heard = Understanding(POTHOLE, (Intent("report_problem", 0.9),))
    prepared = house.assistant.look_ahead(inbound(POTHOLE), {}, "en", None, Fit.NO, heard)
    assert prepared is not None
    assert prepared.suggestions
    assert prepared.suggestions[0].service.code == "pothole"
    assert prepared.answer is not None
    assert prepared.meanings[0].act == "report_problem"
    asked = Understanding("x", (Intent("ask_city", 0.9),))
    prepared = house.assistant.look_ahead(inbound("when is my trash day"), {}, "en", None, Fit.NO, asked)
    assert prepared is not None
    assert prepared.answer is not None
    assert prepared.answer.confident
    talk.say(POTHOLE)
    assert house.assistant.look_ahead(inbound("2"), talk.dialogue, "en", None, Fit.SURE, None) is None
