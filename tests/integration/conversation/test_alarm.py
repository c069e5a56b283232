"""Danger is heard at the door: no lane, picture or open form delays it, and the number is said once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from conversation.pipeline import handle_message
from core.model import Consent, RemoteMedia
from core.tables import QueueItem
from knowledge.index.fake_embedder import FakeEmbedder
from nlu.fake import WordNluClient
from tests.support.builders import inbound
from tests.support.installation import House

PHONE = "+15550123456"
CALL = "Call 911 now."


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path / "var", WordNluClient(), [FakeEmbedder()], sender_dangers_per_hour=2)
    yield house
    house.close()


def come(house, text, number, **fields):
    message = inbound(text, PHONE, provider_id=f"m{number}", received_at=house.clock(), **fields)
    return house.app.inbox.accept(message)


def lines(house):
    return [(line.sender, line.reply.text) for line in house.app.memory.after("web", PHONE, 0)]


def alarms(house):
    return [text for sender, text in lines(house) if sender == "city" and CALL in text]


def test_behind_a_message_that_is_still_worked_on_the_number_is_said_at_once_and_once(house):
    come(house, "help", 1)
    house.work()
    come(house, "when is city hall open", 2)
    (stuck,) = house.app.inbox_queue.claim(1)
    before = len(lines(house))
    come(house, "my house is on fire", 3)
    (resident, city) = lines(house)[before:]
    assert resident == ("resident", "my house is on fire")
    assert city[0] == "city"
    assert CALL in city[1]
    handle_message(house.app.services, stuck)
    house.work()
    assert len(alarms(house)) == 1
    assert lines(house)[-1][1] == house.app.assistant.context.say("emergency.besides", "en")
    assert sum(text == "my house is on fire" for _, text in lines(house)) == 1


def test_a_repeat_of_the_same_message_says_nothing_again(house):
    come(house, "help", 1)
    house.work()
    come(house, "when is city hall open", 2)
    assert come(house, "my house is on fire", 3).repeat is False
    assert come(house, "my house is on fire", 3).repeat is True
    assert len(alarms(house)) == 1


def test_in_a_free_lane_its_turn_says_it_with_the_ways_on(house):
    come(house, "help", 1)
    house.work()
    come(house, "my house is on fire", 2)
    assert alarms(house) == []
    house.work()
    assert len(alarms(house)) == 1


def test_the_form_stays_open_behind_an_alarm(house):
    come(house, "there is a pothole", 1)
    house.work()
    come(house, "hm", 2)
    come(house, "i smell gas", 3)
    assert len(alarms(house)) == 1
    house.work()
    known = house.app.memory.recall(inbound("", PHONE), "en")
    assert known.dialogue["flow"]


def test_it_is_claimed_before_all_that_waits_and_its_pictures_follow(house):
    come(house, "help", 1)
    message = inbound("hello", "+15550123999", provider_id="other", received_at=house.clock())
    house.app.inbox.accept(message)
    house.work()
    other = inbound("help", "+15550123999", provider_id="other2", received_at=house.clock())
    house.app.inbox.accept(other)
    come(house, "someone was shot", 2, remote_media=(RemoteMedia("https://files.example/1", "image/jpeg"),))
    (first,) = house.app.inbox_queue.claim(1)
    assert first.key == "web m2"
    handle_message(house.app.services, first)
    assert len(alarms(house)) == 1
    with house.app.database.reading() as session:
        assert session.scalar(select(QueueItem.queue).where(QueueItem.queue == "files")) == "files"


def test_who_wants_no_texts_or_writes_with_staff_hears_the_number_and_nothing_else(house):
    come(house, "help", 1, channel="sms")
    house.work()
    come(house, "STOP", 2, channel="sms")
    house.work()
    come(house, "hm", 3, channel="sms")
    come(house, "my house is on fire", 4, channel="sms")
    house.work()
    said = [line.reply.text for line in house.app.memory.after("sms", PHONE, 0) if line.sender == "city"]
    assert CALL in said[-1]


def test_told_often_enough_in_an_hour_the_turn_measures_it_out(house):
    come(house, "help", 1)
    house.work()
    for number in range(2, 10):
        come(house, "hm", number * 10)
        come(house, "my house is on fire", number * 10 + 1)
        house.work()
    full = house.app.assistant.context.say("emergency.call", "en")
    assert sum(full in text for text in alarms(house)) == 2
    assert alarms(house)[-1] == house.app.assistant.context.say("limits.danger", "en")


@pytest.mark.parametrize("what", [{"choice": "menu.report"}, {"consent": Consent.STOP}, {"answered": True}])
def test_what_is_no_text_of_theirs_or_was_answered_long_ago_is_not_listened_to(house, what):
    come(house, "help", 1)
    house.work()
    come(house, "hm", 2)
    come(house, "fire", 3, **what)
    assert alarms(house) == []
