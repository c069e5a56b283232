"""A photo by a link in a text message: into the right conversation, once, and of no use to anybody else."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from starlette.testclient import TestClient

from bot.web import web_app
from conversation.delivery.fake_channel import LedgerChannel
from knowledge.index.fake_embedder import FakeEmbedder
from nlu.fake import WordNluClient
from tests.support.installation import House

PUBLIC = "https://city.example"


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path / "var", WordNluClient(), [FakeEmbedder()], public_url=PUBLIC)
    house.app.channels.update({"sms": LedgerChannel("sms")})
    yield house
    house.close()


@pytest.fixture
def browser(house):
    return TestClient(web_app(house.app), base_url=PUBLIC)


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG")
    return out.getvalue()


def sent(house) -> list[str]:
    while claims := house.app.outbox_queue.claim(50):
        for claim in claims:
            house.app.outbox.deliver(claim)
    return [delivery.reply.text for delivery in house.app.channels["sms"].ledger]


def link_of(house, talk) -> str:
    talk.say("there is a pothole at 12 Mill Road")
    for answer in ("1", "2"):
        talk.say(answer)
        texts = sent(house)
        if found := re.search(rf"{PUBLIC}(/p/\S+)", texts[-1]):
            return found[1]
    raise AssertionError(texts)


def test_the_photo_goes_to_the_conversation_that_the_link_was_sent_to_and_only_once(house, browser):
    talk = house.talk(channel="sms")
    link = link_of(house, talk)
    assert len(f"{PUBLIC}{link}") < 45
    page = browser.get(link)
    assert page.status_code == 200
    assert 'type="file"' in page.text
    assert browser.post(link, files={"photo": ("a.jpg", photo(), "image/jpeg")}).status_code == 200
    assert talk.replies()
    lines = house.app.memory.after("sms", talk.sender, 0)
    assert [len(line.attachments) for line in lines if line.sender == "resident"][-1] == 1
    again = browser.post(link, files={"photo": ("a.jpg", photo(), "image/jpeg")})
    assert (again.status_code, talk.replies()) == (404, [])


@pytest.mark.parametrize(
    "files", [{}, {"photo": ("a.jpg", b"", "image/jpeg")}, {"photo": ("a.jpg", b"no picture", "image/jpeg")}]
)
def test_what_is_no_photo_is_told_kindly_and_the_link_stays_good(house, browser, files):
    talk = house.talk(channel="sms")
    link = link_of(house, talk)
    refused = browser.post(link, files=files or None, data={"x": "1"})
    assert refused.status_code == 400
    assert "could not be read" in refused.text
    assert browser.get(link).status_code == 200


def test_a_link_that_is_unknown_or_a_day_old_opens_nothing(house, browser):
    assert browser.get("/p/AAAAAAAAAAAA").status_code == 404
    link = link_of(house, house.talk(channel="sms"))
    house.clock.move(24 * 3600 + 1)
    gone = browser.get(link)
    assert gone.status_code == 404
    assert "used or is more than a day old" in gone.text


def test_whoever_sends_pictures_gets_no_link_and_whoever_used_one_gets_another(house, browser):
    talk = house.talk(channel="sms")
    link = link_of(house, talk)
    browser.post(link, files={"photo": ("a.jpg", photo(), "image/jpeg")})
    talk.replies()
    talk.say("2")
    assert f"{PUBLIC}/p/" in sent(house)[-1]
    talk.say(photo=True)
    assert f"{PUBLIC}/p/" not in sent(house)[-1]
