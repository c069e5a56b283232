"""Short texts in a row are read as one story; what must not wait does not."""

from __future__ import annotations

import pytest

from conversation.delivery.fake_channel import LedgerChannel
from conversation.pipeline import handle_safely
from core.model import Attachment
from knowledge.index.fake_embedder import FakeEmbedder
from nlu.fake import WordNluClient
from tests.support.builders import inbound
from tests.support.installation import House


class Phone:
    """A resident who writes in pieces; `pass_seconds` is what the workers do after so many seconds."""

    def __init__(self, house: House, channel: str) -> None:
        self.house, self.channel = house, channel
        house.app.channels.update({channel: LedgerChannel(channel)})

    def send(self, text: str = "", **fields: object) -> None:
        now = self.house.clock()
        self.house.app.inbox.accept(inbound(text, channel=self.channel, received_at=now, **fields))

    def pass_seconds(self, seconds: float = 0) -> None:
        self.house.clock.move(seconds)
        while claims := self.house.app.inbox_queue.claim(1):
            for claim in claims:
                handle_safely(self.house.app.services, claim)

    def lines(self, sender: str) -> list[str]:
        lines = self.house.app.memory.after(self.channel, "anna", 0)
        return [line.reply.text for line in lines if line.sender == sender]

    @property
    def written(self) -> list[str]:
        return self.lines("resident")


@pytest.fixture
def open_phone(tmp_path):
    houses = []

    def phone(channel: str = "telegram", seconds: float = 3) -> Phone:
        house = House(tmp_path / "var", WordNluClient(), [FakeEmbedder()], fragment_silence=seconds)
        houses.append(house)
        return Phone(house, channel)

    yield phone
    for house in houses:
        house.close()


@pytest.mark.parametrize("channel", ["telegram", "sms", "whatsapp"])
def test_five_short_texts_are_one_story(open_phone, channel):
    phone = open_phone(channel)
    texts = ["hello there again", "pothole", "pothole i mean", "12 mill road", "pothole"]
    for text in texts:
        phone.send(text)
        phone.pass_seconds(2)
        assert phone.written == []
    phone.pass_seconds(1)
    assert phone.written == ["\n".join(texts)]
    assert "12 Mill Road" in " ".join(phone.lines("city"))
    assert phone.house.app.inbox_queue.counts() == {}


def test_a_pause_parts_two_stories(open_phone):
    phone = open_phone()
    phone.send("when does the library open")
    phone.pass_seconds(3)
    phone.send("and the pool please tell me")
    phone.pass_seconds(3)
    assert phone.written == ["when does the library open", "and the pool please tell me"]


@pytest.mark.parametrize(
    "at_once",
    [
        {"text": "STOP"},
        {"text": "help"},
        {"text": "there is a fire in my house"},
        {"text": "Liked “hello”"},
        {"text": "", "choice": "menu"},
        {"text": "", "start": "survey-parks"},
        {"text": "look at this", "attachments": (Attachment("a" * 32, "image/jpeg", 1000),)},
    ],
    ids=["stop", "help", "danger", "reaction", "button", "deep link", "picture"],
)
def test_what_must_not_wait_ends_the_story_before_it(open_phone, at_once):
    phone = open_phone()
    phone.send("there is this pothole")
    phone.pass_seconds()
    assert phone.written == []
    phone.send(**at_once)
    phone.pass_seconds(1)
    assert phone.written[-1] == at_once["text"]
    phone.pass_seconds(2)
    assert len(phone.written) == 2
    assert "there is this pothole" in phone.written


def test_an_answer_to_the_open_question_does_not_wait(open_phone):
    phone = open_phone()
    phone.send("there is a pothole")
    phone.pass_seconds(3)
    asked = len(phone.lines("city"))
    phone.send("12 Mill Road")
    phone.pass_seconds()
    assert len(phone.lines("city")) > asked


@pytest.mark.parametrize(("channel", "seconds"), [("web", 3), ("telegram", 0)])
def test_nobody_waits_where_it_is_off_or_people_see_what_they_type(open_phone, channel, seconds):
    phone = open_phone(channel, seconds)
    phone.send("there is this pothole")
    phone.pass_seconds()
    assert phone.written == ["there is this pothole"]


def test_a_story_that_fails_is_tried_again_as_one(open_phone, monkeypatch):
    phone = open_phone()
    assistant = phone.house.app.services.assistant
    fails = [True]
    respond = assistant.respond

    def failing(turn):
        if fails.pop() if fails else False:
            raise RuntimeError("once")
        return respond(turn)

    monkeypatch.setattr(assistant, "respond", failing)
    phone.send("there is this pothole")
    phone.send("on mill road")
    phone.pass_seconds(3)
    assert phone.written == []
    phone.pass_seconds(5)
    assert phone.written == ["there is this pothole\non mill road"]
