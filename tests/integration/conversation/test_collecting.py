"""The whole album is there before a message is heard, and its files where they come promptly; else words are answered and files follow."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from conversation.delivery.fake_channel import LedgerChannel
from conversation.pipeline import handle_safely
from core.errors import SendCode, SendLater
from core.model import RemoteMedia
from knowledge.index.fake_embedder import FakeEmbedder
from nlu.fake import WordNluClient
from tests.support.builders import inbound
from tests.support.installation import House


class Post:
    """A house whose resident writes through a ledger channel; `work` is what the workers do now."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.channel = LedgerChannel("ledger")
        house.app.channels.update({"ledger": self.channel})
        house.app.late_files.prompt = 60.0

    def send(self, text: str = "", *files: str, **fields: object) -> None:
        media = tuple(RemoteMedia(file, "image/jpeg") for file in files)
        message = inbound(
            text, channel="ledger", received_at=self.house.clock(), remote_media=media, **fields
        )
        self.house.app.inbox.accept(message)

    def work(self, seconds: float = 0) -> None:
        self.house.clock.move(seconds)
        self.hear()
        app = self.house.app
        for claim in app.files_queue.claim(10):
            app.late_files.work(claim)
        self.hear()

    def hear(self) -> None:
        while claims := self.house.app.inbox_queue.claim(1):
            for claim in claims:
                handle_safely(self.house.app.services, claim)

    def idle(self) -> bool:
        return self.house.app.inbox_queue.counts() == self.house.app.files_queue.counts() == {}

    def say(self, name: str) -> str:
        return self.house.app.texts.say(f"unclear.{name}", "en")

    def city_said(self) -> list[str]:
        lines = self.house.app.memory.after("ledger", "anna", 0)
        return [line.reply.text for line in lines if line.sender == "city"]

    def residents_lines(self) -> list[tuple[str, int]]:
        lines = self.house.app.memory.after("ledger", "anna", 0)
        return [(line.reply.text, len(line.attachments)) for line in lines if line.sender == "resident"]

    def last_word(self) -> str:
        return self.house.app.memory.after("ledger", "anna", 0)[-1].reply.text


@pytest.fixture
def post(tmp_path, database_url):
    house = House(tmp_path / "var", WordNluClient(), [FakeEmbedder()], database_url)
    yield Post(house)
    house.close()


def photo(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "JPEG")
    return out.getvalue()


def test_an_album_is_one_message_once_it_is_complete(post):
    post.channel.files = {name: photo(name) for name in ("red", "green", "blue")}
    post.send("a pothole at 12 Mill Road", "red", album="holidays")
    post.work()
    assert post.residents_lines() == []
    post.house.clock.move(0.5)
    post.send("", "green", album="holidays")
    post.send("", "blue", album="holidays")
    post.send("and it is deep")
    post.work(0.6)
    assert post.residents_lines() == []
    post.work(1)
    assert post.residents_lines() == [("a pothole at 12 Mill Road", 3), ("and it is deep", 0)]
    assert post.house.app.inbox_queue.counts() == {}


def test_two_albums_stay_two(post):
    post.channel.files = {"red": photo("red"), "blue": photo("blue")}
    post.send("one", "red", album="first")
    post.send("two", "blue", album="second")
    post.work(2)
    post.work(2)
    assert [files for _, files in post.residents_lines()] == [1, 1]


def test_a_file_that_can_never_be_had_is_told_and_the_words_count(post):
    post.send("", "gone")
    post.work()
    assert post.residents_lines() == [("", 0)]
    sorry = post.house.app.texts.say("unclear.bad_file", "en")
    assert post.last_word() == sorry
    post.send("a pothole at 12 Mill Road", "gone")
    post.work()
    assert post.last_word().startswith(f"{sorry}\n\nThank you")


NOT_NOW = SendLater(SendCode.FILE_LATE, 5, detail="not now")


def test_words_are_answered_while_a_provider_is_in_trouble_and_the_file_follows(post):
    post.channel.files["red"] = NOT_NOW
    post.send("a pothole at 12 Mill Road", "red")
    post.send("help")
    post.work()
    assert post.residents_lines() == [("a pothole at 12 Mill Road", 0), ("help", 0)]
    assert post.city_said()[1].startswith(f"{post.say('file_late')}\n\nThank you")
    post.channel.files["red"] = photo("red")
    post.work(11)
    assert post.residents_lines()[2:] == [("", 1)]
    assert post.idle()


@pytest.mark.parametrize(
    "text",
    ["STOP", "stop", "help", "menu", "person", "I smell gas", "there is a fire at my house", "12 Mill Road"],
)
def test_nothing_that_is_said_waits_behind_a_picture(post, text):
    post.channel.files["red"] = NOT_NOW
    post.send("", "red")
    post.send(text)
    post.send(text, "red")
    post.work()
    # Danger goes first, also before what somebody new has just said.
    assert sorted(post.residents_lines()) == [("", 0), (text, 0), (text, 0)]


def test_words_about_danger_do_not_wait_for_their_picture_and_nothing_is_said_about_it(post):
    post.channel.files["red"] = NOT_NOW
    post.send("there is a fire at my house", "red")
    post.work()
    said = post.city_said()
    assert "911" in said[0]
    assert post.say("file_late") not in said
    post.channel.files["red"] = photo("red")
    post.work(11)
    assert post.residents_lines() == [("there is a fire at my house", 0), ("", 1)]


def test_a_file_alone_that_is_late_is_said_so_and_heard_as_a_photo_when_it_comes(post):
    post.channel.files["red"] = NOT_NOW
    post.send("", "red")
    post.work()
    assert post.last_word() == post.say("file_late")
    post.channel.files["red"] = photo("red")
    post.work(11)
    assert post.residents_lines() == [("", 0), ("", 1)]
    assert post.house.app.texts.say("photo.thanks", "en") in "\n".join(post.city_said())


def test_a_late_file_belongs_to_the_form_that_is_open(post):
    post.channel.files["red"] = NOT_NOW
    post.send("a pothole at 12 Mill Road", "red")
    post.work()
    question = post.last_word()
    post.channel.files["red"] = photo("red")
    post.work(11)
    assert post.residents_lines()[1:] == [("", 1)]
    assert question.splitlines()[-1] in post.last_word()


def test_words_that_answer_a_question_answer_it_though_their_picture_is_late(post):
    post.send("a pothole")
    post.work()
    where = post.last_word()
    post.channel.files["red"] = NOT_NOW
    post.send("12 Mill Road", "red")
    post.work()
    assert post.last_word() != where
    assert post.last_word().startswith(post.say("file_late"))


def test_a_file_that_never_comes_is_said_so_once(post):
    post.channel.files["red"] = NOT_NOW
    post.send("", "red")
    for _ in range(61):
        post.work(11)
    assert post.residents_lines() == [("", 0), ("", 0)]
    assert post.last_word() == post.say("file_lost")
    assert post.idle()


def test_of_several_files_those_that_come_are_kept_while_the_others_are_fetched(post):
    post.channel.files = {"red": photo("red"), "green": NOT_NOW, "blue": photo("blue")}
    post.send("a pothole at 12 Mill Road", "red", "green", "blue")
    post.work()
    assert post.residents_lines() == [("a pothole at 12 Mill Road", 2)]
    post.channel.files["green"] = photo("green")
    post.work(11)
    assert post.residents_lines()[1:] == [("", 1)]


def test_a_provider_that_had_trouble_is_left_alone_before_the_next_words_are_answered(post):
    post.channel.files["red"] = NOT_NOW
    for _ in range(5):
        post.send("help", "red")
    post.hear()
    assert len(post.channel.fetched) == 1
    assert len(post.residents_lines()) == 5


def test_a_message_that_waits_for_the_nlu_fetches_its_file_once(post):
    post.channel.files["red"] = NOT_NOW
    post.house.nlu_client.up = False
    post.send("where do I borrow a tent", "red")
    post.work()
    post.channel.files["red"] = photo("red")
    post.house.nlu_client.up = True
    post.house.app.inbox_queue.unpark()
    post.work(11)
    assert post.residents_lines() == [("where do I borrow a tent", 0), ("", 1)]
    assert post.say("file_late") not in post.last_word()
    assert post.idle()


def test_a_file_that_silences_its_worker_is_told_and_not_fetched_a_third_time(post):
    post.channel.files["red"] = NOT_NOW
    post.send("", "red")
    post.hear()
    for _ in range(2):
        assert len(post.house.app.files_queue.claim()) == 1
        post.house.clock.move(31)
    before = len(post.channel.fetched)
    post.work()
    assert len(post.channel.fetched) == before
    assert post.last_word() == post.say("bad_file")


def test_a_file_of_a_channel_that_was_closed_meanwhile_is_said_to_be_lost(post):
    post.channel.files["red"] = NOT_NOW
    post.send("", "red")
    post.hear()
    post.house.app.late_files.channels = {}
    for _ in range(61):
        post.work(11)
    assert post.last_word() == post.say("file_lost")
