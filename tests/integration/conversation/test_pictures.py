"""A picture of the work on a case: beside the news on every channel, and the news complete without it."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from sqlalchemy import select
from starlette.testclient import TestClient

from actions.handlers.case_news import News, tell_reporters
from bot.web import web_app
from channels.sms.render import Style, split_reply
from city.requests.requests import find_row
from city.requests.tables import ServiceRequestRow
from conversation.delivery.fake_channel import LedgerChannel
from conversation.delivery.notices import send_notices
from conversation.store.tables import Conversation, PictureLink
from core.texts import load_texts
from knowledge.index.fake_embedder import FakeEmbedder
from nlu.fake import WordNluClient
from tests.support.installation import House

PUBLIC = "https://city.example"


class Texting(LedgerChannel):
    """Cuts replies as text messages are, and keeps what was sent."""

    def __init__(self, name: str, pictures: int = 0) -> None:
        super().__init__(name)
        self.style = Style(load_texts(), pictures=pictures)

    def split(self, reply):
        return split_reply(reply, self.style)


def house_of(tmp_path, channel, **settings):
    house = House(tmp_path / "var", WordNluClient(), [FakeEmbedder()], **settings)
    house.app.channels.update({channel.name: channel})
    return house


@pytest.fixture
def house(tmp_path):
    house = house_of(tmp_path, Texting("sms"), public_url=PUBLIC)
    yield house
    house.close()


@pytest.fixture
def browser(house):
    return TestClient(web_app(house.app), base_url=PUBLIC)


def picture(colour: str = "green") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "PNG")
    return out.getvalue()


def reported(house, language="en", channel="sms") -> tuple[str, object]:
    """The number of a case that somebody reported, and their conversation."""
    talk = house.talk(language, channel)
    talk.say("there is a huge pothole at 12 Mill Road")
    while True:
        with house.app.database.reading() as session:
            if number := session.scalar(select(ServiceRequestRow.number)):
                return number, talk
        talk.say("1")


def fixed(house, number: str, photos: int = 1) -> None:
    """Staff tell that it is fixed, with pictures."""
    taken = tuple(house.app.media.take(picture()) for _ in range(photos))
    with house.app.database.writing() as session:
        row = find_row(session, number)
        news = News("fixed", "All done.", photos=taken)
        assert (
            send_notices(
                house.app.services,
                session,
                tell_reporters(house.app.services.assistant.context, session, row, news),
            )
            == 1
        )
    house.work()


def delivered(house, name: str = "sms"):
    while claims := house.app.outbox_queue.claim(50):
        for claim in claims:
            house.app.outbox.deliver(claim)
    return [delivery.reply for delivery in house.app.channels[name].ledger]


def code_in(text: str) -> str:
    return re.search(rf"{PUBLIC}(/f/[\w-]+)", text)[1]


def test_a_text_message_says_all_and_links_to_a_page_with_the_photo_and_the_number_of_the_case(
    house, browser
):
    number, _ = reported(house)
    fixed(house, number, photos=2)
    said = delivered(house)[-1]
    assert "fixed" in said.text
    assert "1 Yes" in said.text
    link = code_in(said.text)
    assert len(f"{PUBLIC}{link}") < 45
    page = browser.get(link)
    assert page.status_code == 200
    assert f"<h1>Photo of the work on {number}</h1>" in page.text
    assert page.headers["x-robots-tag"] == "noindex"
    assert page.headers["referrer-policy"] == "same-origin"
    shown = re.findall(r'<img class="shown" src="([^"]+)" alt="([^"]+)"', page.text)
    assert [alt for _, alt in shown] == [f"Photo of the work on {number} ({at}/2)" for at in (1, 2)]
    for address, _ in shown:
        answer = browser.get(address)
        assert answer.headers["content-type"] == "image/jpeg"
        assert Image.open(io.BytesIO(answer.content)).size == (40, 30)


def test_the_page_and_its_words_are_in_the_language_of_the_conversation(house, browser):
    number, talk = reported(house)
    with house.app.database.writing() as session:
        session.scalars(select(Conversation)).one().language = "es"
    fixed(house, number)
    link = code_in(delivered(house)[-1].text)
    assert f"<h1>Foto del trabajo en {number}</h1>" in browser.get(link).text
    assert talk.sender not in link


def test_a_link_is_of_no_use_after_a_week_and_a_guessed_one_never(house, browser):
    number, _ = reported(house)
    fixed(house, number)
    link = code_in(delivered(house)[-1].text)
    house.clock.move(7 * 24 * 3600 + 1)
    for address in (link, "/f/AAAAAAAAAAAA"):
        gone = browser.get(address)
        assert gone.status_code == 404
        assert "This link is too old" in gone.text
        assert browser.get(f"{address}/1.jpg").status_code == 404
    fixed(house, number)
    with house.app.database.reading() as session:
        assert len(session.scalars(select(PictureLink)).all()) == 1


@pytest.mark.parametrize("number_asked", [0, 2, 10**9])
def test_only_the_pictures_of_the_link_are_shown(house, browser, number_asked):
    number, _ = reported(house)
    fixed(house, number)
    link = code_in(delivered(house)[-1].text)
    assert browser.get(f"{link}/{number_asked}.jpg").status_code == 404


def test_a_link_is_not_kept_where_somebody_who_reads_the_database_could_use_it(house):
    number, _ = reported(house)
    fixed(house, number)
    code = code_in(delivered(house)[-1].text).removeprefix("/f/")
    with house.app.database.reading() as session:
        link = session.scalars(select(PictureLink)).one()
        assert code not in repr([getattr(link, column.key) for column in PictureLink.__table__.columns])


def test_where_messages_carry_pictures_the_address_of_each_goes_along(tmp_path):
    house = house_of(tmp_path, Texting("sms", pictures=10), public_url=PUBLIC)
    number, _ = reported(house)
    fixed(house, number, photos=2)
    said = delivered(house)[-1]
    assert "/f/" not in said.text
    assert [re.sub(r"/f/[\w-]+", "/f/CODE", each.address) for each in said.pictures] == [
        f"{PUBLIC}/f/CODE/1.jpg",
        f"{PUBLIC}/f/CODE/2.jpg",
    ]
    browser = TestClient(web_app(house.app), base_url=PUBLIC)
    assert browser.get(said.pictures[1].address).headers["content-type"] == "image/jpeg"
    house.close()


def test_without_an_address_of_the_house_the_words_go_alone(tmp_path):
    house = house_of(tmp_path, Texting("sms"))
    number, _ = reported(house)
    fixed(house, number)
    said = delivered(house)[-1]
    assert "All done." in said.text
    assert "http" not in said.text
    house.close()


def test_a_channel_that_takes_files_gets_them_with_what_they_show(tmp_path):
    house = house_of(tmp_path, LedgerChannel("telegram"), public_url=PUBLIC)
    number, _ = reported(house, channel="telegram")
    fixed(house, number)
    said = delivered(house, "telegram")[-1]
    assert [(each.caption, each.page) for each in said.pictures] == [(f"Photo of the work on {number}", "")]
    assert house.app.media.read(said.pictures[0].media_id)
    house.close()


def test_the_web_chat_shows_them_in_the_line(house):
    number, talk = reported(house, channel="web")
    fixed(house, number)
    line = house.app.memory.after("web", talk.sender, 0)[-1]
    assert len(line.attachments) == 1
    assert number in line.reply.text
