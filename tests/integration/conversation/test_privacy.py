"""What is kept and who reads it is said plainly, and a wish about one's own data reaches staff as such and stays until it is done."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from actions.turn.state import read_state
from city.people.tables import PersonRequestRow
from conversation.staff.conversation_list import WantedConversations as WantedList
from conversation.staff.conversation_list import Which, list_page
from conversation.staff.takeover import Colleague, TakeoverOutcome, settle_otherwise, take_over
from conversation.store.tables import Conversation
from knowledge.index.fake_embedder import FakeEmbedder
from nlu.fake import WordNluClient
from tests.support.installation import House

ANA = Colleague("staff-1", "Ana")
FIRST = {"en": "hello", "es": "hola", "fr": "bonjour", "pt": "oi", "zh": "你好", "ar": "مرحبا"}


@pytest.fixture
def house(database_url, tmp_path):
    house = House(tmp_path / "var", WordNluClient(), [FakeEmbedder()], database_url)
    yield house
    house.close()


def requests(house) -> list[PersonRequestRow]:
    with house.app.database.reading() as session:
        return list(session.scalars(select(PersonRequestRow)))


def say(house, key: str, language: str = "en") -> str:
    return house.app.services.assistant.context.say(key, language)


WISHES = [
    ("en", "delete my data", "delete"),
    ("en", "please erase everything you know about me", "delete"),
    ("en", "what do you know about me", "access"),
    ("es", "borren mis datos", "delete"),
    ("fr", "que savez-vous sur moi ?", "access"),
    ("pt", "apague meus dados", "delete"),
    ("zh", "删除我的数据", "delete"),
    ("ar", "ماذا تعرفون عني؟", "access"),
]


@pytest.mark.parametrize(("language", "text", "kind"), WISHES)
def test_a_wish_about_one_s_data_is_answered_honestly_and_kept_for_staff_as_such(house, language, text, kind):
    talk = house.talk(language)
    talk.say(FIRST[language])
    (reply,) = talk.say(text)
    for key in (f"privacy.{kind}_asked", "privacy.kept", "privacy.how_long"):
        assert say(house, key, language) in reply.text
    assert [(row.kind, row.reason, row.state) for row in requests(house)] == [(kind, text, "open")]


@pytest.mark.parametrize("text", ["who can read this", "is this confidential"])
def test_a_question_is_answered_and_leads_on_to_both_wishes(house, text):
    talk = house.talk()
    talk.say("hello")
    (reply,) = talk.say(text)
    assert reply.text == " ".join(say(house, f"privacy.{each}") for each in ("kept", "how_long", "no_news"))
    assert requests(house) == []
    (asked,) = talk.say(reply.choices[1].label, choice=reply.choices[1].key)
    assert say(house, "privacy.delete_asked") in asked.text
    assert [row.kind for row in requests(house)] == ["delete"]


def test_in_a_form_it_is_answered_beside_the_open_question_which_is_asked_again(house):
    talk = house.talk()
    *_, question = talk.say("there is a big hole in the road")
    answer, again = talk.say("who can read this")
    assert say(house, "privacy.kept") in answer.text
    assert question.text.endswith(again.text)
    with house.app.database.reading() as session:
        assert read_state(session.scalar(select(Conversation)).dialogue).form


def test_asked_twice_it_is_one_wish_and_deletion_is_not_lost_behind_other_wishes(house):
    talk = house.talk()
    talk.say("hello")
    talk.say("what do you know about me")
    talk.say("delete my data")
    (again,) = talk.say("delete my data")
    assert say(house, "privacy.asked_before") in again.text
    talk.say("what do you know about me")
    assert [row.kind for row in requests(house)] == ["delete"]


def test_staff_see_it_and_it_stays_open_until_they_say_that_it_is_done(house):
    talk = house.talk()
    talk.say("hello")
    talk.say("delete my data")
    with house.app.database.writing() as session:
        (card,) = list_page(session, WantedList(which=Which.WAITING)).cards
        assert card.wish_kind == "delete"
        assert take_over(house.app.services, session, card.conversation_id, ANA) is TakeoverOutcome.DONE
    assert [row.state for row in requests(house)] == ["open"]
    with house.app.database.writing() as session:
        assert settle_otherwise(house.app.services, session, card.conversation_id, ANA)
    assert [(row.state, row.closed_by) for row in requests(house)] == [("closed", "Ana")]
