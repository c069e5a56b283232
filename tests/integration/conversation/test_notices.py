"""What the city or one of its people says unasked: a sentence of the catalogue or staff's own words, with choices or without."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from actions.turn.turn import Notice, NoticeOffer
from conversation.delivery.notices import send_notices
from conversation.store.tables import Conversation
from knowledge.index.fake_embedder import FakeEmbedder
from nlu.fake import WordNluClient
from tests.support.installation import HallTalk, House

WORDS = {"en": "The hole is closed.", "es": "El hoyo ya está tapado."}


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path / "var", WordNluClient(), [FakeEmbedder()])
    yield house
    house.close()


def told(house: House, talk: HallTalk, notice: Notice) -> list[tuple[str, str]]:
    """Who says what in the transcript when this notice is given to the person behind a talk."""
    with house.app.database.writing() as session:
        conversation = session.scalars(select(Conversation)).one()
        assert (
            send_notices(house.app.services, session, [replace(notice, person_id=conversation.person_id)])
            == 1
        )
    seen = talk.seen
    house.work()
    lines = house.app.memory.after(talk.channel, talk.sender, seen)
    talk.seen = lines[-1].sequence
    return [(line.sender, line.reply.text) for line in lines]


@pytest.mark.parametrize(
    ("language", "notice", "line"),
    [
        ("en", Notice(text=WORDS), ("city", "The hole is closed.")),
        ("es", Notice(text=WORDS), ("city", "El hoyo ya está tapado.")),
        ("es", Notice(text={"": "Ana: KR-48213"}), ("city", "Ana: KR-48213")),
        ("en", Notice(text={"": "I am looking."}, by="Ana"), ("staff", "I am looking.")),
        ("en", Notice(key="ask.glad"), ("city", "Good to hear. Thank you for telling me.")),
    ],
)
def test_a_notice_is_told_in_the_language_of_the_conversation(house, language, notice, line):
    talk = house.talk(language)
    talk.say("hola" if language == "es" else "hello")
    assert told(house, talk, notice) == [line]


def test_the_choices_beside_a_notice_can_be_chosen(house):
    talk = house.talk()
    talk.say("hello")
    offer = NoticeOffer("menu", {"requests": "menu.requests"})
    assert told(house, talk, Notice(text=WORDS, offer=offer))
    assert "no reports" in talk.say("1")[-1].text


def test_a_notice_in_the_middle_of_a_form_does_not_take_its_answers(house):
    talk = house.talk()
    talk.say("/report")
    offer = NoticeOffer("menu", {"requests": "menu.requests"})
    assert told(house, talk, Notice(text=WORDS, offer=offer)) == [("city", "The hole is closed.")]
    assert "no reports" not in talk.say("a very big pothole")[-1].text


def test_a_notice_for_nobody_goes_nowhere(house):
    with house.app.database.writing() as session:
        assert send_notices(house.app.services, session, [Notice("nobody", "ask.glad")]) == 0
