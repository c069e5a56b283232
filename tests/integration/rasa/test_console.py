"""What came through somebody's Rasa assistant stands in the console like everything else."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from conversation.store.tables import Conversation
from tests.support.console import ConsoleHouse


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    house = ConsoleHouse(tmp_path_factory.mktemp("house") / "var")
    yield house
    house.close()


@pytest.mark.parametrize(("language", "named"), [("en", "Rasa assistant"), ("es", "Asistente de Rasa")])
def test_a_case_and_its_conversation_name_the_assistant_as_their_channel(house, language, named):
    talk = house.talk(channel="rasa")
    answers = ("pothole in the road at 12 Mill Road", "1", "skip", "no photo", "skip", "send it")
    said = [reply.text for answer in answers for reply in talk.say(answer)]
    number = re.search(r"[A-Z]{2}-\d{5}", "\n".join(said))
    assert number
    with house.app.database.reading() as session:
        lane = house.app.memory.lane("rasa", talk.sender)
        conversation = session.scalar(select(Conversation.id).where(Conversation.sender_key == lane))
    administrator = house.sign_in("administrator", language=language)
    for path in (f"/cases/{number[0]}", "/cases", f"/conversations/{conversation}", "/conversations"):
        assert administrator.get(path).status == 200, path
    assert named in administrator.get(f"/cases/{number[0]}").main


def test_a_question_that_came_through_an_assistant_is_listed(house):
    talk = house.talk(channel="rasa")
    talk.say("hello")
    talk.say("how deep is the well of souls?")
    house.app.question_groups.group_all()
    page = house.sign_in("administrator").get("/questions")
    assert page.status == 200
    assert "well of souls" in page.main
