"""A resident links a second door: one list of reports, one answer to a survey, a word to the first door, and undo."""

from __future__ import annotations

import re

import pytest

from knowledge.fake import FakeEmbedder
from nlu.fake import WordEar
from tests.hall import HallTalk, House


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path / "var", WordEar(), [FakeEmbedder()])
    yield house
    house.close()


def code_of(replies) -> str:
    found = re.search(r"(?:LINK|VINCULAR) (\w{3} \w{3})", replies[-1].text)
    assert found
    return found[1]


def file_report(talk: HallTalk) -> str:
    talk.say("/report")
    for answer in ("a very big pothole", "1", "12 Mill Road", "1", "1", "skip", "skip", "1", "1", "1"):
        replies = talk.say(answer)
        if found := re.search(r"[A-Z]{2}-\d{5}", replies[-1].text):
            return found[0]
    raise AssertionError([reply.text for reply in replies])


def test_both_doors_show_the_same_reports_until_it_is_undone(house):
    web, phone = house.talk(), house.talk(channel="sms")
    number = file_report(web)
    assert number not in phone.say("my reports")[-1].text
    linked = phone.say(f"link {code_of(web.say('link my phone')).lower()}")
    assert linked[-1].text.startswith("Linked.")
    assert number in phone.say("my reports")[-1].text
    assert "was just linked" in web.replies()[-1].text
    assert phone.say("unlink")[-1].text.startswith("Undone.")
    assert number not in phone.say("my reports")[-1].text
    assert "was undone there" in web.replies()[-1].text
    assert number in web.say("my reports")[-1].text


def test_a_survey_counts_once(house):
    web, phone = house.talk(), house.talk(channel="sms")
    web.say(start="survey-parks")
    for _ in range(12):
        if "Thank" in web.say("1")[-1].text:
            break
    phone.say(f"LINK {code_of(web.say('link'))}")
    assert "already" in phone.say("parks")[-1].text


def test_whoever_guesses_codes_has_to_wait(house):
    thief = house.talk()
    told = [thief.say("link KR3 7MW")[-1].text for _ in range(6)]
    assert all(text.startswith("That code is not right") for text in told[:5])
    assert told[5].startswith("Several codes were not right")
    right = code_of(house.talk().say("link"))
    assert thief.say(f"link {right}")[-1].text.startswith("Several codes were not right")
    house.clock.move(3700)
    assert thief.say("link KR3 7MW")[-1].text.startswith("That code is not right")


def test_the_notice_speaks_the_language_of_its_place(house):
    web, phone = house.talk("es"), house.talk()
    phone.say(f"link {code_of(web.say('vincular mi teléfono'))}")
    assert web.replies()[-1].text.startswith("Se acaba de vincular")


def test_a_link_with_the_code_does_the_same(house):
    web, telegram = house.talk(), house.talk(channel="telegram")
    code = code_of(web.say("link")).replace(" ", "")
    assert telegram.say(start=f"link-{code}")[-1].text.startswith("Linked.")
