"""A resident links a second door: both prove that they read what is sent to them; then one list of reports, and undo."""

from __future__ import annotations

import re

import pytest

from core.model import Reply
from knowledge.index.fake_embedder import FakeEmbedder
from nlu.fake import WordNluClient
from tests.support.installation import HallTalk, House


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path / "var", WordNluClient(), [FakeEmbedder()])
    yield house
    house.close()


def code_of(replies) -> str:
    found = re.search(r"(?:LINK|VINCULAR|LIER) \u200e?(\w{3} \w{3})", replies[-1].text)
    assert found, replies[-1].text
    return found[1]


def link(first: HallTalk, second: HallTalk, word: str = "link") -> list[Reply]:
    """Link two doors to the end; what the first one is told last."""
    there = second.say(f"{word} {code_of(first.say(word))}")
    first.replies()
    return first.say(f"{word} {code_of(there)}")


def is_linked(house: House, replies: list[Reply]) -> bool:
    """Whether it says so, in whatever language."""
    joined = [house.app.texts.say("join.joined", language) for language in house.app.texts.languages]
    return replies[-1].text in joined


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
    half = phone.say(f"link {code_of(web.say('link my phone')).lower()}")
    assert half[-1].text.startswith("Almost done.")
    assert "was written on another phone" in web.replies()[-1].text
    assert number not in phone.say("my reports")[-1].text
    assert is_linked(house, web.say(f"link {code_of(half).lower()}"))
    assert number in phone.say("my reports")[-1].text
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
    link(web, phone)
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


def test_a_text_in_somebody_elses_name_links_nothing_and_shows_nothing(house):
    """The thief sends texts that seem to come from the phone, but cannot read what is sent to it."""
    thief, phone = house.talk(channel="telegram"), house.talk(channel="sms")
    number = file_report(phone)
    sent_to_the_phone = phone.say(f"link {code_of(thief.say('link'))}")
    code = code_of(sent_to_the_phone)
    assert "do not pass it on" in sent_to_the_phone[-1].text
    for pretended in ("yes", "1", "link", f"link {code}"):  # the second code does not count where it is shown
        phone.say(pretended)
    told = [*thief.replies(), *thief.say("my reports")]
    assert not any(number in reply.text or code in reply.text for reply in told)
    assert thief.say("yes")
    assert number not in thief.say("my reports")[-1].text


def test_the_phones_own_code_asked_for_in_its_name_is_seen_by_the_phone_alone(house):
    thief, phone = house.talk(), house.talk(channel="sms")
    code = code_of(phone.say("link"))
    assert not any(code in reply.text for reply in thief.say("link KR3 7MW"))


def test_the_second_code_counts_at_the_first_door_alone(house):
    first, second, thief = house.talk(), house.talk(channel="sms"), house.talk(channel="telegram")
    code = code_of(second.say(f"link {code_of(first.say('link'))}"))
    assert thief.say(f"link {code}")[-1].text.startswith("That code is not right")
    assert second.say(f"link {code}")[-1].text.startswith("That is the code of this conversation")
    first.replies()
    assert is_linked(house, first.say(f"link {code}"))
    assert "was just linked" in second.replies()[-1].text


@pytest.mark.parametrize("late", ["first", "second"])
def test_both_codes_are_good_for_ten_minutes(house, late):
    first, second = house.talk(), house.talk(channel="sms")
    code = code_of(first.say("link"))
    second.silence(9 if late == "second" else 11)
    replies = second.say(f"link {code}")
    if late == "second":
        first.silence(11)
        replies = first.say(f"link {code_of(replies)}")
    assert "older than 10 minutes" in replies[-1].text


def test_codes_are_given_five_times_an_hour(house):
    talk = house.talk(channel="sms")
    told = [talk.say("link")[-1].text for _ in range(7)]
    assert all("second code" in text for text in told[:5])
    assert [text.startswith("You have been given several codes") for text in told[5:]] == [True, True]
    talk.silence(61)
    assert "second code" in talk.say("link")[-1].text


def test_the_notices_speak_the_language_of_their_place(house):
    web, phone = house.talk("es"), house.talk()
    half = phone.say(f"link {code_of(web.say('vincular mi teléfono'))}")
    assert web.replies()[-1].text.startswith("Su código se escribió")
    assert is_linked(house, web.say(f"vincular {code_of(half)}"))
    assert "was just linked" in phone.replies()[-1].text


@pytest.mark.parametrize(
    ("language", "word"),
    [("en", "link"), ("es", "vincular"), ("fr", "lier"), ("pt", "vincular"), ("zh", "关联"), ("ar", "ربط")],
)
def test_linking_is_done_in_every_language(house, language, word):
    first, second = house.talk(language), house.talk(language, channel="sms")
    assert is_linked(house, link(first, second, word))


def test_a_link_with_the_code_does_the_same(house):
    web, telegram = house.talk(), house.talk(channel="telegram")
    code = code_of(web.say("link")).replace(" ", "")
    half = telegram.say(start=f"link-{code}")
    web.replies()
    assert is_linked(house, web.say(f"link {code_of(half)}"))
