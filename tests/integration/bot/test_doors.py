"""Doors are opened by settings: shut without an account, refused when half set up, and what was missed is fetched once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.errors import SettingsError
from bot.health import report
from channels.sms.fake import FakeTwilio
from knowledge.fake import FakeEmbedder
from nlu.fake import WordEar
from tests.hall import House

TWILIO = {"twilio_account_sid": "AC1", "twilio_auth_token": "t", "twilio_from_number": "+15550100000"}
PUBLIC = {"public_url": "https://line.city.example"}


@pytest.fixture
def open_house(tmp_path):
    houses = []

    def open_house(**settings: object) -> House:
        houses.append(House(tmp_path / f"var{len(houses)}", WordEar(), [FakeEmbedder()], **settings))
        return houses[-1]

    yield open_house
    for house in houses:
        house.app.__dict__.setdefault("doors", ())
        house.close()


def test_without_an_account_every_vendors_door_is_shut(open_house):
    assert open_house().app.doors == ()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (TWILIO, "CITYLINE_PUBLIC_URL"),
        (TWILIO | PUBLIC | {"twilio_auth_token": ""}, "CITYLINE_TWILIO_AUTH_TOKEN"),
        (TWILIO | PUBLIC | {"twilio_from_number": ""}, "CITYLINE_TWILIO_FROM_NUMBER"),
        ({"telegram_token": "1:x"}, "CITYLINE_TELEGRAM_SECRET"),
        ({"telegram_token": "1:x", "telegram_secret": "short"}, "CITYLINE_TELEGRAM_SECRET"),
        ({"telegram_token": "nonsense", "telegram_polling": True}, "CITYLINE_TELEGRAM_TOKEN"),
    ],
)
def test_half_a_set_up_stops_the_start_with_what_is_missing(open_house, settings, words):
    with pytest.raises(SettingsError, match=words):
        _ = open_house(**settings).app.doors


@pytest.mark.parametrize(
    ("spent", "ok", "warning", "words"),
    [
        (0, True, False, ""),
        (0.63, True, False, ""),
        (0.65, True, True, "nearly spent"),
        (0.795, False, False, "but for words about danger"),
        (0.9, False, False, "but for words about danger"),
        (0.995, False, False, "nobody gets a text"),
        (1.2, False, False, "nobody gets a text"),
    ],
)
def test_the_money_spent_stands_in_the_health(open_house, spent, ok, warning, words):
    app = open_house(**TWILIO, **PUBLIC, twilio_daily_cap=1, twilio_segment_price=0.01).app
    (door,) = app.doors
    app.deliveries.add("a", 6, spent)
    told = door.health()
    assert (told.ok, told.warning, told.facts["spent_today"]) == (ok, warning, spent)
    assert words in told.detail
    assert told.needed is False
    ready, whole = report([door.health])
    assert (ready, whole["look_at"]) == (True, [] if ok and not warning else ["sms"])


def test_texts_that_were_missed_are_fetched_once_and_from_where_the_last_look_ended(open_house):
    twilio = FakeTwilio(account_sid="AC1", auth_token="t")
    with twilio.serving() as base:
        house = open_house(**TWILIO, **PUBLIC, twilio_api_base=base)
        twilio.clock = house.clock
        (door,) = house.app.doors
        (look,) = door.rounds
        twilio.keep_inbound("hello", "+15550111111")
        twilio.keep_inbound("too old", "+15550111111", at=house.clock() - timedelta(hours=5))
        look.do()
        look.do()
        assert house.app.inbox_queue.counts() == {"waiting": 1}
        assert house.app.marks.get("sms missed") == house.clock()
        house.clock.move(600)
        twilio.keep_inbound("again", "+15550111111")
        look.do()
        assert house.app.inbox_queue.counts() == {"waiting": 2}
