"""Sending through a Twilio that fails in every way: no text twice, none lost, and never earlier than asked."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from channels.sms.api import Account
from channels.sms.codes import CODES, CodeMeaning
from channels.sms.fake import FakeTrouble, FakeTwilio
from channels.sms.limits import MemorySpend, SmsLimits
from channels.sms.render import Style
from core.errors import SendCode, SendLater, SendRefused, SendUnknown, SettingsError
from core.model import Choice, DeliveryReport, DeliveryStatus, Picture, Reply
from core.texts import load_texts
from tests.support.sms import RESIDENT, Clock, MemoryHall, account_of, channel_to, delivery


class Receipts:
    """Provider ids and the deliveries they belong to, as the outbox keeps them."""

    def __init__(self, **keys: str) -> None:
        self.keys = keys

    def belongs_to_another(self, provider_id: str, key: str) -> bool:
        return self.keys.get(provider_id, key) != key


def test_a_text_is_sent_once_with_its_words(twilio):
    reply = Reply("¿Qué pasa?", "es", choices=(Choice("a", "Bache"), Choice("b", "Luz")))
    with channel_to(twilio) as channel:
        receipt = channel.send(delivery(reply=reply))
    (record,) = twilio.ledger
    assert receipt.provider_id == record.sid
    assert (record.to, record.sender, record.body) == (RESIDENT, twilio.number, "¿Qué pasa?\n1 Bache\n2 Luz")


def test_a_messaging_service_sends_in_place_of_a_number(twilio):
    with channel_to(twilio, account={"messaging_service_sid": "MG1"}) as channel:
        channel.send(delivery())
    assert (twilio.ledger[0].service, twilio.ledger[0].sender) == ("MG1", "")


def test_whatsapp_goes_the_same_way(twilio):
    with channel_to(twilio, name="whatsapp") as channel:
        channel.send(delivery("word " * 150, channel="whatsapp"))
        assert channel.find(delivery("word " * 150, channel="whatsapp")) is not None
    assert twilio.ledger[0].to == f"whatsapp:{RESIDENT}"
    assert twilio.ledger[0].sender == f"whatsapp:{twilio.number}"


@pytest.mark.parametrize(
    "number", [code for code, known in CODES.items() if known.meaning is CodeMeaning.REFUSED]
)
def test_a_permanent_error_closes_the_delivery(twilio, number):
    twilio.refusals[RESIDENT] = number
    with channel_to(twilio) as channel, pytest.raises(SendRefused, match=str(number)):
        channel.send(delivery())
    assert twilio.ledger == []


@pytest.mark.parametrize(
    "number",
    [code for code, known in CODES.items() if known.meaning in {CodeMeaning.LATER, CodeMeaning.SETUP}],
)
def test_an_error_that_passes_or_that_staff_can_mend_waits(twilio, number):
    twilio.refusals[RESIDENT] = number
    with channel_to(twilio) as channel, pytest.raises(SendLater) as raised:
        channel.send(delivery())
    assert raised.value.after >= 60


def test_who_said_stop_is_not_written_to_and_the_hall_hears_of_it(twilio, services):
    twilio.keep_inbound("Stop", RESIDENT)
    with channel_to(twilio, services) as channel:
        with pytest.raises(SendRefused) as refused:
            channel.send(delivery(key="sms SM1 0"))
        assert refused.value.failure.code == SendCode.OPTED_OUT
        assert services.reports == [
            DeliveryReport("sms", "sms SM1 0", DeliveryStatus.FAILED, "21610", opted_out=True)
        ]
        twilio.keep_inbound("START", RESIDENT)
        channel.send(delivery())
    assert len(twilio.ledger) == 1


@pytest.mark.parametrize("after", ["7", "0.5", "120"])
def test_retry_after_is_never_undercut_by_any_text(twilio, after):
    clock = Clock()
    twilio.tell(FakeTrouble(status=429, after=after))
    with channel_to(twilio, ticking=clock) as channel:
        with pytest.raises(SendLater) as raised:
            channel.send(delivery(key="one"))
        assert raised.value.after == float(after)
        asked = len(twilio.requests)
        clock.seconds += float(after) - 0.1
        with pytest.raises(SendLater) as raised:
            channel.send(delivery(key="two"))
        assert raised.value.after == pytest.approx(0.1)
        assert len(twilio.requests) == asked
        clock.seconds += 0.1
        channel.send(delivery(key="one"))
        channel.send(delivery(key="two"))
    assert len(twilio.ledger) == 2


@pytest.mark.parametrize(
    "trouble",
    [
        FakeTrouble(status=500),
        FakeTrouble(status=503, after="3"),
        FakeTrouble("cut"),
        FakeTrouble("rubbish"),
        FakeTrouble("half"),
        FakeTrouble("slow"),
    ],
    ids=lambda trouble: f"{trouble.kind}-{trouble.status}",
)
@pytest.mark.parametrize("accepts", [True, False], ids=["taken", "not taken"])
def test_an_answer_that_did_not_come_is_unknown_and_then_looked_up(twilio, trouble, accepts):
    twilio.tell(replace(trouble, accepts=accepts))
    with channel_to(twilio, account={"timeout": 0.5}) as channel:
        with pytest.raises(SendUnknown):
            channel.send(delivery())
        twilio.release()
        found = channel.find(delivery())
        if found is None:
            found = channel.send(delivery())
    (record,) = twilio.ledger
    assert found.provider_id == record.sid


def test_nobody_there_means_not_sent(services):
    gone = FakeTwilio()
    with gone.serving():
        pass
    with channel_to(gone, services) as channel:
        with pytest.raises(SendLater):
            channel.send(delivery())
        with pytest.raises(SendLater):
            channel.find(delivery())
        with pytest.raises(SendLater):
            channel.missed(datetime.now(UTC))


def test_after_a_kill_the_next_process_finds_what_was_taken(twilio):
    with channel_to(twilio) as before:
        before.send(delivery())
    with channel_to(twilio) as after:
        found = after.find(delivery())
    assert found is not None
    assert found.provider_id == twilio.ledger[0].sid


def test_of_two_equal_texts_each_finds_its_own(twilio):
    twilio.tell(FakeTrouble("cut", accepts=True), FakeTrouble("cut", accepts=True))
    with channel_to(twilio) as channel:
        for key in ("one", "two"):
            with pytest.raises(SendUnknown):
                channel.send(delivery(key=key))
        found = [channel.find(delivery(key=key)) for key in ("one", "two", "one")]
    assert [receipt.provider_id for receipt in found] == [
        twilio.ledger[0].sid,
        twilio.ledger[1].sid,
        twilio.ledger[0].sid,
    ]


def test_an_earlier_equal_text_with_a_receipt_is_not_taken_for_this_one(twilio):
    with channel_to(twilio) as before:
        earlier = before.send(delivery(key="earlier"))
    with channel_to(twilio, known=Receipts(**{earlier.provider_id: "earlier"})) as channel:
        assert channel.find(delivery(key="this")) is None


def test_only_a_text_of_that_time_to_that_number_with_those_words_counts(twilio):
    now = datetime.now(UTC)
    twilio.clock = lambda: now - timedelta(days=3)
    with channel_to(twilio) as channel:
        channel.send(delivery(key="long ago"))
        twilio.clock = lambda: now
        channel.send(delivery("Other words.", key="other words"))
        channel.send(delivery(recipient="+15550999999", key="another number"))
    twilio.keep_inbound("Your report is in.", RESIDENT)
    with channel_to(twilio) as channel:
        assert channel.find(delivery()) is None


def test_a_text_in_the_middle_of_a_long_list_is_found(twilio):
    with channel_to(twilio) as channel:
        for number in range(250):
            channel.send(delivery(f"text {number}", key=str(number)))
    with channel_to(twilio) as channel:
        found = channel.find(delivery("text 17", key="17"))
    assert found.provider_id == twilio.ledger[17].sid


def test_a_trial_accounts_own_words_do_not_hide_the_text(twilio):
    with channel_to(twilio) as channel:
        channel.send(delivery())
        twilio.ledger[0].body = "Sent from your Twilio trial account - Your report is in."
        assert channel.find(delivery()) is not None


@pytest.mark.parametrize(
    "trouble",
    [
        FakeTrouble(status=429, after="9"),
        FakeTrouble(status=500),
        FakeTrouble("cut"),
        FakeTrouble("half"),
        FakeTrouble("rubbish"),
    ],
)
def test_while_twilio_cannot_say_nothing_is_decided(twilio, trouble):
    clock = Clock()
    twilio.list_troubles.append(trouble)
    with channel_to(twilio, ticking=clock) as channel:
        for _ in range(2 if trouble.after else 1):
            with pytest.raises(SendLater) as raised:
                channel.find(delivery())
            assert raised.value.after >= (9 if trouble.after else 1)
        clock.seconds += 9
        assert channel.find(delivery()) is None


def test_twilios_list_gets_time_to_show_a_text(twilio):
    clock = Clock()
    twilio.tell(FakeTrouble("cut", accepts=True))
    with channel_to(twilio, ticking=clock, settle_seconds=5.0) as channel:
        with pytest.raises(SendUnknown):
            channel.send(delivery())
        with pytest.raises(SendLater) as raised:
            channel.find(delivery())
        assert raised.value.after == 5
        clock.seconds += 5
        assert channel.find(delivery()) is not None


def test_the_rate_of_the_number_is_kept_with_an_exact_wait(twilio):
    clock = Clock()
    with channel_to(
        twilio, ticking=clock, limits=SmsLimits(segments_per_second=1, burst=1, cap=0)
    ) as channel:
        channel.send(delivery(key="one"))
        with pytest.raises(SendLater) as raised:
            channel.send(delivery("x" * 300, key="two"))
        assert raised.value.after == 2
        clock.seconds += 2
        channel.send(delivery("x" * 300, key="two"))
    assert len(twilio.ledger) == 2


def test_a_part_of_the_days_money_is_kept_for_danger_and_no_more_than_the_whole_is_spent(twilio):
    now = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
    spend = MemorySpend(lambda: now)
    limits = SmsLimits(segments_per_second=1000, burst=1000, price=0.01, cap=0.05, danger_share=0.4)
    danger = Reply("Call 911 now.", urgent=True)
    with channel_to(twilio, limits=limits, spend=spend, now=lambda: now) as channel:
        channel.send(delivery("x" * 400, key="one"))
        for key, reply in (("two", None), ("three", danger), ("four", danger), ("five", danger)):
            if key in {"three", "four"}:
                channel.send(delivery(key=key, reply=reply))
                continue
            with pytest.raises(SendLater) as raised:
                channel.send(delivery(key=key, reply=reply))
            assert raised.value.after == 3600
    assert [(key, segments) for _, key, segments, _ in spend.entries] == [
        ("one", 3),
        ("three", 1),
        ("four", 1),
    ]


def test_danger_goes_before_what_waits_for_the_rate_of_the_number(twilio):
    clock = Clock()
    with channel_to(
        twilio, ticking=clock, limits=SmsLimits(segments_per_second=1, burst=1, cap=0)
    ) as channel:
        channel.send(delivery(key="one"))
        for number in range(50):
            with pytest.raises(SendLater):
                channel.send(delivery(key=f"waits {number}"))
        channel.send(delivery(key="danger", reply=Reply("Call 911 now.", urgent=True)))
    assert [sent.body for sent in twilio.ledger] == ["Your report is in.", "Call 911 now."]


def test_what_may_have_gone_out_is_paid_for_and_what_did_not_is_not(twilio):
    spend = MemorySpend()
    twilio.tell(FakeTrouble("cut", accepts=True), FakeTrouble(status=429, after="0"))
    with channel_to(twilio, spend=spend) as channel:
        with pytest.raises(SendUnknown):
            channel.send(delivery(key="one"))
        with pytest.raises(SendLater):
            channel.send(delivery(key="two"))
    assert [key for _, key, _, _ in spend.entries] == ["one"]


def test_other_countries_are_not_written_to(twilio):
    with channel_to(twilio) as channel:
        for number in ("+22670123456", "+18765550123", "+19005551234"):
            with pytest.raises(SendRefused, match="TWILIO_COUNTRIES"):
                channel.send(delivery(recipient=number))
    assert twilio.requests == []


@pytest.mark.parametrize("missing", ["sid", "auth_token", "from_number"])
def test_without_an_account_there_is_no_channel(missing):
    twilio = FakeTwilio(base="http://127.0.0.1:1")
    with pytest.raises(SettingsError, match="CITYLINE_TWILIO_"):
        account_of(twilio, **{missing: ""})


def test_an_address_of_the_api_that_is_none():
    with pytest.raises(SettingsError, match="API_BASE"):
        Account("AC1", "token", "+1555", api_base="localhost:1")


def test_no_phone_number_reaches_a_log(twilio, caplog):
    caplog.set_level(logging.INFO)
    twilio.tell(FakeTrouble("cut", accepts=True))
    with channel_to(twilio) as channel:
        with pytest.raises(SendUnknown):
            channel.send(delivery())
        channel.find(delivery())
    assert "Messages.json" in caplog.text
    assert RESIDENT.removeprefix("+") not in caplog.text


def test_the_token_is_in_no_word_that_could_be_logged(twilio):
    services = MemoryHall()
    with channel_to(twilio, services) as channel:
        assert twilio.auth_token not in repr(channel)
    with channel_to(twilio, services, account={"auth_token": "another-secret-token"}) as channel:
        with pytest.raises(SendLater) as raised:
            channel.send(delivery())
        assert "another-secret-token" not in f"{raised.value!r}{raised.value.__cause__!r}"


def with_picture() -> Reply:
    page = "https://city.example/f/abcdefghijkl"
    return Reply("It is fixed.", pictures=(Picture("m", "image/jpeg", "Photo", page, f"{page}/1.jpg"),))


def test_a_picture_is_named_by_its_address_and_counts_as_three_texts(twilio):
    spend = MemorySpend()
    with channel_to(twilio, style=Style(load_texts(), pictures=10), spend=spend) as channel:
        channel.send(delivery(reply=with_picture()))
    assert [(sent.body, sent.media_urls) for sent in twilio.ledger] == [
        ("It is fixed.", ["https://city.example/f/abcdefghijkl/1.jpg"])
    ]
    assert spend.spent_today() == pytest.approx(3 * SmsLimits().price)


def test_where_pictures_cannot_reach_a_phone_the_words_go_with_a_link(twilio):
    twilio.picture_refusals[RESIDENT] = 21612
    with channel_to(twilio, style=Style(load_texts(), pictures=10)) as channel:
        receipt = channel.send(delivery(reply=with_picture()))
        said = "It is fixed.\nSee the photo: https://city.example/f/abcdefghijkl"
        assert [(sent.body, sent.media_urls) for sent in twilio.ledger] == [(said, [])]
        assert channel.find(delivery(reply=with_picture())) == receipt


def test_whatsapp_carries_the_picture_itself(twilio):
    with channel_to(twilio, name="whatsapp", account={"whatsapp_from": "+15550100001"}) as channel:
        channel.send(delivery(channel="whatsapp", reply=with_picture()))
    assert twilio.ledger[0].media_urls == ["https://city.example/f/abcdefghijkl/1.jpg"]
    assert twilio.ledger[0].sender == "whatsapp:+15550100001"
