"""A colleague answers residents on the phone: through the conversation, the outbox, and the fakes of Twilio and Telegram."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from conversation.staff.takeover import Colleague, answer_resident, hand_back, take_over
from conversation.store.tables import Conversation
from knowledge.index.fake_embedder import FakeEmbedder
from nlu.fake import WordNluClient
from tests.integration.doors.phones import PhoneTalk, TelegramTalk, TextingTalk
from tests.integration.doors.town import Town, open_town
from tests.support.installation import House

ANA = Colleague("staff-1", "Ana")


@pytest.fixture(scope="module")
def small_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Both doors open, with an ear and an embedder that need no models."""
    data_dir = tmp_path_factory.mktemp("small-town") / "var"

    def make_house(**settings: object) -> House:
        return House(data_dir, WordNluClient(), [FakeEmbedder()], **settings)

    with open_town(make_house) as opened:
        yield opened


def do(talk: PhoneTalk, what, *more) -> None:
    """What a colleague does to this resident's conversation, until all of it has arrived."""
    app = talk.town.house.app
    with app.database.writing() as session:
        lane = app.memory.lane(talk.channel, talk.address)
        conversation_id = session.scalar(select(Conversation.id).where(Conversation.sender_key == lane))
        what(app.services, session, conversation_id, ANA, *more)
    talk.take_replies()


@pytest.mark.parametrize("phone", [TextingTalk, TelegramTalk])
def test_a_conversation_with_a_colleague_as_it_stands_on_the_phone(small_town, phone):
    talk = phone(small_town, "en")
    talk.say("help")
    talk.lines.clear()
    do(talk, take_over)
    do(talk, answer_resident, "Hello, this is about your street light?")
    talk.say("yes please")
    do(talk, answer_resident, "It will be mended on Friday.\n\nThank you for waiting.")
    do(talk, hand_back)
    assert talk.lines == [
        "< Ana from the city is here now and reads along. You can write to them right here.",
        "< Ana (city staff): Hello, this is about your street light?",
        "> yes please",
        "< Ana (city staff): It will be mended on Friday.\n    Thank you for waiting.",
        (
            "< Ana has left the conversation. I am the city's automatic assistant, and I am back to help you. "
            'Write "person" whenever you want to talk to somebody again.'
        ),
    ]


def test_who_has_sent_stop_gets_nothing_even_of_what_was_on_its_way(small_town):
    talk = TextingTalk(small_town, "en")
    talk.say("help")
    do(talk, take_over)
    talk.say("STOP")
    talk.lines.clear()
    do(talk, answer_resident, "Please wait a moment.")
    do(talk, hand_back)
    assert talk.lines == []
    talk.say("START")
    assert len(talk.lines) > 1
