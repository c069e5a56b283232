"""What belongs to a message is there before it is heard: the whole album, and the files that lie with the provider."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from bot.conversation import handle_safely
from bot.errors import SendLater
from bot.fake import LedgerChannel
from bot.model import RemoteMedia
from knowledge.fake import FakeEmbedder
from nlu.fake import WordEar
from tests.builders import inbound
from tests.hall import House


class Post:
    """A house whose resident writes through a ledger channel; `work` is what the workers do now."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.channel = LedgerChannel("ledger")
        house.app.channels_instead = {"ledger": self.channel}

    def send(self, text: str = "", *files: str, **fields: object) -> None:
        media = tuple(RemoteMedia(file, "image/jpeg") for file in files)
        message = inbound(
            text, channel="ledger", received_at=self.house.clock(), remote_media=media, **fields
        )
        self.house.app.inbox.accept(message)

    def work(self, seconds: float = 0) -> None:
        self.house.clock.move(seconds)
        while claims := self.house.app.inbox_queue.claim(1):
            for claim in claims:
                handle_safely(self.house.app.hall, claim)

    def residents_lines(self) -> list[tuple[str, int]]:
        lines = self.house.app.memory.after("ledger", "anna", 0)
        return [(line.reply.text, len(line.attachments)) for line in lines if line.sender == "resident"]

    def last_word(self) -> str:
        return self.house.app.memory.after("ledger", "anna", 0)[-1].reply.text


@pytest.fixture
def post(tmp_path, database_url):
    house = House(tmp_path / "var", WordEar(), [FakeEmbedder()], database_url)
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
    assert post.last_word().startswith(f"{sorry}\n\nThank you for telling us.")


def test_a_provider_in_trouble_is_asked_again_and_in_the_end_the_resident_is(post):
    post.channel.files["red"] = SendLater("not now", 5)
    post.send("", "red")
    post.send("help")
    post.work()
    assert post.residents_lines() == []
    post.channel.files["red"] = photo("red")
    post.work(6)
    assert post.residents_lines() == [("", 1), ("help", 0)]
    post.channel.files["red"] = SendLater("not now", 5)
    post.send("", "red")
    for _ in range(130):
        post.work(5)
    assert post.residents_lines()[2:] == [("", 0)]
