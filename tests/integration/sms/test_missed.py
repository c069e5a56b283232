"""What came while nobody answered is fetched afterwards: every message, once, in order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from channels.sms.fake import FakeTrouble
from channels.sms.fake_phone import inbound_form
from channels.sms.inbound import read_message
from core.errors import SendLater
from tests.support.sms import RESIDENT, MemoryHall, channel_to, delivery

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def test_500_of_500_texts_are_there_after_ten_minutes_down_and_none_twice(twilio):
    services = MemoryHall()
    for number in range(500):
        twilio.keep_inbound(f"text {number}", RESIDENT, at=NOW + timedelta(seconds=number))
    for record in twilio.received[:20]:
        services.accept(read_message(inbound_form(twilio, record), NOW))
    with channel_to(twilio) as channel:
        channel.send(delivery())
        found = channel.missed(NOW)
        for message in [*found, *channel.missed(NOW)]:
            services.accept(message)
    assert [message.text for message in found] == [f"text {number}" for number in range(500)]
    assert len(services.messages) == 500


def test_older_ones_and_those_of_other_numbers_are_left_alone(twilio):
    twilio.keep_inbound("old", RESIDENT, at=NOW - timedelta(hours=1))
    twilio.keep_inbound("not ours", RESIDENT, at=NOW, to="+15550777777")
    twilio.keep_inbound("new", RESIDENT, at=NOW)
    with channel_to(twilio) as channel:
        assert [message.text for message in channel.missed(NOW)] == ["new"]


def test_of_a_messaging_service_all_numbers_count(twilio):
    twilio.service = "MG1"
    twilio.keep_inbound("new", RESIDENT, at=NOW, to="+15550777777")
    with channel_to(twilio, account={"messaging_service_sid": "MG1"}) as channel:
        assert [message.text for message in channel.missed(NOW)] == ["new"]


def test_a_missed_picture_can_be_fetched(twilio):
    record = twilio.keep_inbound(
        "", RESIDENT, [("image/jpeg", b"\xff\xd8\xff1"), ("image/png", b"2")], at=NOW
    )
    with channel_to(twilio) as channel:
        (message,) = channel.missed(NOW)
        assert [channel.fetch(media) for media in message.remote_media] == [b"\xff\xd8\xff1", b"2"]
    webhook = read_message(inbound_form(twilio, record), message.received_at)
    assert message == webhook


def test_a_missed_message_is_the_same_as_its_webhook(twilio):
    record = twilio.keep_inbound("¡Hola! ¿Qué tal? 👍", RESIDENT, at=NOW)
    with channel_to(twilio) as channel:
        assert channel.missed(NOW) == [read_message(inbound_form(twilio, record), NOW)]


def test_who_cannot_be_answered_does_not_stop_the_rest(twilio):
    twilio.keep_inbound("spam", "BANK", at=NOW)
    twilio.keep_inbound("hi", RESIDENT, at=NOW)
    with channel_to(twilio) as channel:
        assert [message.text for message in channel.missed(NOW)] == ["hi"]


@pytest.mark.parametrize("trouble", [FakeTrouble(status=500), FakeTrouble("cut"), FakeTrouble("half")])
def test_when_twilio_cannot_be_asked_it_is_asked_later(twilio, trouble):
    twilio.list_troubles.append(trouble)
    with channel_to(twilio) as channel:
        with pytest.raises(SendLater):
            channel.missed(NOW)
        assert channel.missed(NOW) == []


def test_when_twilio_asks_for_a_rest_it_is_not_asked_again_before_its_end(twilio):
    twilio.list_troubles.append(FakeTrouble(status=429, after="3"))
    with channel_to(twilio) as channel:
        for _ in range(2):
            with pytest.raises(SendLater) as later:
                channel.missed(NOW)
            assert 0 < later.value.after <= 3
    assert len(twilio.requests) == 1
