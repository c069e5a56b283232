"""A wish to be left alone is never guessed: exact words stop at once, what is only understood is asked back, and each stop says goodbye once."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import select

from conversation.delivery.fake_channel import LedgerChannel
from conversation.store.tables import Conversation
from knowledge.index.fake_embedder import FakeEmbedder
from nlu.fake import WordNluClient
from tests.support.builders import inbound
from tests.support.installation import House

HEARS_ONLY_STOP = WordNluClient({"opt_out": ("",)})
"""The worst ear of all: it takes every text for the wish to be left alone, and is sure of it."""


class Phone:
    """Somebody who writes by text message to a city whose channel keeps a ledger."""

    def __init__(self, house: House, language: str = "en") -> None:
        self.house, self.language = house, language
        self.number = f"+1{uuid.uuid4().int % 10**10}"
        self.sms = house.app.channels["sms"]

    def text(self, words: str) -> list[str]:
        """What comes back by text message."""
        self.sms.ledger.clear()
        message = inbound(words, channel="sms", sender=self.number, language_hint=self.language)
        self.house.app.inbox.accept(message)
        self.house.work()
        while claims := self.house.app.outbox_queue.claim(5):
            for claim in claims:
                self.house.app.outbox.deliver(claim)
        return [delivery.reply.text for delivery in self.sms.ledger]

    @property
    def is_stopped(self) -> bool:
        lane = self.house.app.memory.lane("sms", self.number)
        with self.house.app.database.reading() as session:
            found = session.scalar(select(Conversation).where(Conversation.sender_key == lane))
            return found is not None and found.stopped_at is not None


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    house = House(tmp_path_factory.mktemp("optout"), HEARS_ONLY_STOP, [FakeEmbedder()])
    house.app.channels.update({"sms": LedgerChannel("sms")})
    yield house
    house.close()


@pytest.fixture
def phone(house):
    return Phone(house)


def in_a_form(phone: Phone) -> Phone:
    phone.text("report a problem")
    phone.text("there is a big hole in the road")
    return phone


FROM_THE_FIELD = [
    "stop sign is down",
    "text me back",
    "cancel my bulk pickup",
    "can you sign me up for text alerts",
    "I never got a message",
    "puede escribirme a este numero",
    "no more",
    "cancel it",
    "Notice to Quit",
    "我没收到短信",
    "the music does not stop",
    "end of Mill Road",
    "quiten el carro abandonado",
    "arrêt de bus cassé",
    "a parada de ônibus está quebrada",
    "请停止隔壁的噪音",
    "وقفوا الضجيج عند الجيران",
    "dont text my husband he is at work",
    "please stop",
    "stop sending the truck at 5 am",
]


@pytest.mark.parametrize("text", FROM_THE_FIELD)
def test_no_look_alike_silences_anybody_even_if_the_nlu_is_sure_of_it(phone, text):
    assert phone.text(text)
    assert not phone.is_stopped
    assert phone.text("hello")


@pytest.mark.parametrize("text", FROM_THE_FIELD)
def test_nor_in_the_middle_of_a_form(phone, text):
    in_a_form(phone)
    assert phone.text(text)
    assert not phone.is_stopped
    assert phone.text("hello")


WISHES = {
    "please don't text me any more": "en",
    "take my number off your list": "en",
    "i am tired of your texts": "en",
    "ya no me manden mensajes": "es",
    "quiten mi número": "es",
    "arrêtez de m'envoyer des SMS": "fr",
    "não quero mais receber mensagens": "pt",
    "别再给我发短信了": "zh",
    "لا أريد رسائل منكم": "ar",
}


@pytest.mark.parametrize(("text", "language"), WISHES.items())
def test_a_wish_in_other_words_is_asked_back_and_an_explicit_yes_stops_with_one_farewell(
    house, text, language
):
    phone, say = Phone(house, language), house.app.services.assistant.context.say
    *_, question = phone.text(text)
    assert question == say("optout.ask", language)
    assert not phone.is_stopped
    assert phone.text(say("optout.yes_label", language)) == [say("optout.stopped", language)]
    assert "START" in say("optout.stopped", language)
    assert phone.is_stopped
    assert phone.text("and another thing") == []


@pytest.mark.parametrize("answer", ["YES STOP", "Yes", "1", "yes please", "yes stop texting me", "sí", "oui"])
def test_what_counts_as_an_explicit_yes(phone, answer):
    phone.text("please don't text me any more")
    assert phone.text(answer) == [phone.house.app.services.assistant.context.say("optout.stopped", "en")]
    assert phone.is_stopped


@pytest.mark.parametrize(
    "answer",
    [
        "no",
        "2",
        "NO",
        "ok",
        "sure",
        "thanks",
        "what?",
        "there is a pothole",
        "yesterday",
        "yes stop sign",
        "👍",
    ],
)
def test_anything_else_leaves_everything_as_it_was(phone, answer):
    phone.text("please don't text me any more")
    assert phone.text(answer)
    assert not phone.is_stopped


@pytest.mark.parametrize(
    "text",
    ["STOP", "stop.", "Unsubscribe", "stopall", "REVOKE", "opt-out", "Cancel", "END", "quit", "ALTO", "darme de baja",
     "désabonner", "descadastrar", "退订", "توقف", "إلغاء الاشتراك"],
)  # fmt: skip
def test_exact_words_stop_at_once_with_one_farewell(phone, text):
    phone.text("hello")
    (farewell,) = phone.text(text)
    assert "START" in farewell
    assert phone.is_stopped
    assert phone.text(text) == []
    assert len(phone.text("START")) == 1
    assert not phone.is_stopped


@pytest.mark.parametrize("text", ["STOP", "stop texting me", "ALTO", "no me escriban más", "停止", "توقف"])
def test_exact_words_stop_in_the_middle_of_a_form_too(phone, text):
    (farewell,) = in_a_form(phone).text(text)
    assert "START" in farewell
    assert phone.is_stopped


def test_the_first_word_of_somebody_may_be_stop(phone):
    assert len(phone.text("STOP")) == 1
    assert phone.is_stopped


@pytest.mark.parametrize("word", ["CANCEL", "End", "quit"])
def test_a_carriers_word_that_answers_the_open_question_says_how_to_stop_everything(phone, word):
    left, how = in_a_form(phone).text(word)
    say = phone.house.app.services.assistant.context.say
    assert (left, how) == (say("forms.left", "en"), say("optout.hint", "en"))
    assert not phone.is_stopped


def test_a_clear_wish_that_answers_nothing_gets_one_line_and_the_question_again(phone):
    phone.text("report a problem")
    phone.text("there is a big hole in the road")
    lines = phone.text("please do not send me any more texts")
    assert lines[0] == phone.house.app.services.assistant.context.say("optout.hint", "en")
    assert len(lines) == 2
    assert not phone.is_stopped


def test_no_says_that_nothing_changes_and_asks_what_was_meant(phone):
    phone.text("please don't text me any more")
    (reply,) = phone.text("no")
    assert phone.house.app.services.assistant.context.say("optout.kept", "en") in reply
    assert phone.house.app.services.assistant.context.say("unclear.openly", "en") in reply


def test_on_the_web_a_wish_is_asked_back_too_and_the_farewell_says_how_to_come_back(house):
    talk, say = house.talk(), house.app.services.assistant.context.say
    talk.say("hello")
    (question,) = talk.say("please stop sending me messages")
    assert question.text == say("optout.ask_web", "en")
    (farewell,) = talk.say("Yes, stop", choice="optout.yes")
    assert farewell.text == say("optout.stopped_web", "en")
    assert "START" in farewell.text
    (back,) = talk.say("START")
    assert back.text == say("optout.started", "en")
