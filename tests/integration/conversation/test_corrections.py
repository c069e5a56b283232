"""Telegram's residents change what they sent: the draft follows, and nothing is filed or answered twice."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from core.model import InboundMessage
from knowledge.index.fake_embedder import FakeEmbedder
from nlu.fake import WordNluClient
from tests.support.installation import House

_updates = itertools.count(100)


class Chat:
    """One Telegram chat; `write` gives back the message, `change` changes its words."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.seen = 0

    def write(self, text: str) -> InboundMessage:
        number = next(_updates)
        message = InboundMessage("telegram", f"{number}.{number + 5000}", "77", self.house.clock(), text)
        self.house.app.inbox.accept(message)
        return message

    def change(self, message: InboundMessage, text: str) -> list[str]:
        edits = message.provider_id.partition(".")[2]
        changed = replace(message, provider_id=f"{next(_updates)}.{edits}", text=text, edits=edits)
        self.house.app.inbox.accept(changed)
        return self.heard()

    def heard(self) -> list[str]:
        self.house.work()
        lines = self.house.app.memory.after("telegram", "77", self.seen)
        self.seen = lines[-1].sequence if lines else self.seen
        return [line.reply.text for line in lines if line.sender == "city"]


@pytest.fixture
def chat(tmp_path):
    house = House(tmp_path / "var", WordNluClient(), [FakeEmbedder()])
    yield Chat(house)
    house.close()


def test_the_number_of_the_house_is_corrected_in_the_first_message(chat):
    message = chat.write("there is a pothole at 12 Mill Road")
    assert "12 Mill Road" in chat.heard()[-1]
    told = chat.change(message, "there is a pothole at 21 Mill Road")
    assert told[-1].startswith("Changed:")
    assert "21 Mill Road" in told[-1]
    for _ in range(12):
        chat.write("1")
        if "21 Mill Road" in (said := chat.heard()[-1]):
            break
        assert "12 Mill Road" not in said


def test_an_answer_is_corrected_and_the_open_question_asked_again(chat):
    for text in ("there is a pothole at 12 Mill Road", "1", "yes"):
        chat.write(text)
        question = chat.heard()[-1]
    assert "Where on the road is it?" in question
    answer = chat.write("1")
    second = chat.heard()[-1]
    assert second != question
    told = chat.change(answer, "3")
    assert told[-1].startswith("Changed:")
    assert told[-1].endswith(second.rpartition("\n\n")[2])
    told = chat.change(answer, "no such answer at all")
    assert told[-1].startswith("I saw that you changed an earlier message")


def test_the_last_question_is_answered_anew(chat):
    message = chat.write("helo")
    chat.heard()
    assert chat.change(message, "help")[-1].startswith("Write as you would")


def test_what_was_used_long_ago_changes_nothing(chat):
    message = chat.write("help")
    chat.heard()
    chat.write("menu")
    chat.heard()
    assert chat.change(message, "there is a pothole at 12 Mill Road") == [
        "I have already used that message. If something should change, please write it again."
    ]
