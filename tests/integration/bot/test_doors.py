"""Doors are opened by settings: shut without an account, refused when half set up, and what was missed is fetched once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select

from channels.registry import open_doors
from channels.sms.fake import FakeTwilio, Record
from channels.vendor import ChannelContext
from conversation.store.tables import Conversation
from core.errors import SettingsError
from core.health import health_report
from core.model import Delivery, Receipt, Reply
from knowledge.index.fake_embedder import FakeEmbedder
from nlu.fake import WordNluClient
from tests.support.installation import House

TWILIO = {"twilio_account_sid": "AC1", "twilio_auth_token": "t", "twilio_from_number": "+15550100000"}
PUBLIC = {"public_url": "https://line.city.example"}


@pytest.fixture
def open_house(tmp_path):
    houses = []

    def open_house(**settings: object) -> House:
        houses.append(House(tmp_path / f"var{len(houses)}", WordNluClient(), [FakeEmbedder()], **settings))
        houses[-1].opened_again = []
        return houses[-1]

    yield open_house
    for house in houses:
        for door in house.opened_again:
            door.end()
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
        open_house(**settings)


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
    ready, whole = health_report([door.health])
    assert (ready, whole["look_at"]) == (True, [] if ok and not warning else ["sms"])


NUMBER = "+15550111111"


@pytest.fixture
def twilio():
    fake = FakeTwilio(account_sid="AC1", auth_token="t")
    with fake.serving() as base:
        fake.base = base
        yield fake


def look_at(house, twilio):
    """The look for missed texts of a process that begins now."""
    app = house.app
    twilio.clock = house.clock
    (door,) = open_doors(
        ChannelContext(app.settings, app.texts, app.inbox, app.deliveries, app.marks, app.media, app.now)
    )
    house.opened_again.append(door)
    return next(task for task in door.rounds if task.name == "sms_missed").do


def heard(house):
    lines = house.app.memory.after("sms", NUMBER, 0)
    return [line.reply.text for line in lines if line.sender == "resident"]


def said(house):
    return [line for line in house.app.memory.after("sms", NUMBER, 0) if line.sender == "city"]


def test_a_new_database_answers_nobody_out_of_the_blue(open_house, twilio):
    house = open_house(**TWILIO, **PUBLIC, twilio_api_base=twilio.base)
    for minutes in (1, 30, 59, 300):
        twilio.keep_inbound("hello", NUMBER, at=house.clock() - timedelta(minutes=minutes))
    look_at(house, twilio)()
    assert house.app.inbox_queue.counts() == {}
    assert house.app.marks.get("sms missed") == house.clock()
    assert twilio.requests == []


def test_texts_that_were_missed_are_fetched_once_and_from_where_the_last_look_ended(open_house, twilio):
    house = open_house(**TWILIO, **PUBLIC, twilio_api_base=twilio.base)
    look = look_at(house, twilio)
    look()
    twilio.keep_inbound("too old", NUMBER, at=house.clock() - timedelta(hours=5))
    for count in (1, 2):
        house.clock.move(600)
        twilio.keep_inbound("again", NUMBER)
        look()
        look()
        assert house.app.inbox_queue.counts() == {"waiting": count}
        assert house.app.marks.get("sms missed") == house.clock()


@dataclass
class Lost:
    """A house whose backup is two hours old; since then a resident wrote, and another life of the city answered."""

    house: House
    twilio: FakeTwilio

    def ago(self, minutes: float):
        return self.house.clock() - timedelta(minutes=minutes)

    def wrote(self, text: str, minutes: float, sender: str = NUMBER) -> None:
        self.twilio.keep_inbound(text, sender, at=self.ago(minutes))

    def answered(self, minutes: float, to: str = NUMBER, **more) -> str:
        sid = f"SMlost{len(self.twilio.ledger)}"
        sent = self.ago(minutes)
        fields = {"status": "delivered", "sender": TWILIO["twilio_from_number"]} | more
        self.twilio.ledger.append(
            Record(sid, to=to, body="An answer", direction="outbound-api", created=sent, sent=sent, **fields)
        )
        return sid

    def begin(self) -> None:
        self.house.app.marks.put("sms missed", self.ago(120))
        look_at(self.house, self.twilio)()
        self.house.work()


@pytest.fixture
def lost(open_house, twilio):
    return Lost(open_house(**TWILIO, **PUBLIC, twilio_api_base=twilio.base), twilio)


def test_what_was_answered_since_a_backup_is_written_down_and_not_answered_again(lost):
    lost.wrote("a pothole at 12 Mill Road", 90)
    lost.answered(89)
    lost.begin()
    assert (heard(lost.house), said(lost.house)) == (["a pothole at 12 Mill Road"], [])


def test_what_nobody_answered_since_a_backup_is_answered(lost):
    lost.wrote("hello", 90)
    lost.answered(89)
    lost.wrote("help", 5)
    lost.begin()
    assert heard(lost.house) == ["hello", "help"]
    assert said(lost.house)


@pytest.mark.parametrize("status", ["failed", "undelivered", "canceled"])
def test_an_answer_that_never_arrived_is_none(lost, status):
    lost.wrote("help", 90)
    lost.answered(89, status=status)
    lost.begin()
    assert said(lost.house)


def test_an_answer_to_somebody_else_is_none(lost):
    lost.wrote("help", 90)
    lost.wrote("help", 90, "+15550122222")
    lost.answered(89, to="+15550122222")
    lost.begin()
    assert said(lost.house)


@pytest.mark.parametrize("other", [{"sender": "+15550199999"}, {"sender": "+15550199999", "service": "MG2"}])
def test_what_another_number_of_the_account_wrote_is_no_answer(lost, other):
    lost.wrote("help", 90)
    lost.answered(89, **other)
    lost.begin()
    assert said(lost.house)


@pytest.mark.parametrize(("service", "is_answered"), [("MG1", True), ("MG2", False), (None, False)])
def test_what_a_messaging_service_wrote_is_an_answer_if_it_is_ours(open_house, twilio, service, is_answered):
    sends = {"twilio_from_number": "", "twilio_messaging_service_sid": "MG1"}
    house = open_house(**TWILIO | PUBLIC | sends, twilio_api_base=twilio.base)
    lost = Lost(house, twilio)
    lost.wrote("help", 90)
    lost.answered(89, sender="+15550177777", service=service)
    lost.begin()
    assert bool(said(house)) is not is_answered


def test_a_text_of_ours_that_our_records_know_answers_nothing_that_they_do_not(lost):
    """The process was only down: what it sent before and after says nothing about what it never saw."""
    lost.wrote("help", 90)
    sid = lost.answered(89)
    lost.house.talk(channel="sms").say("hello")
    with lost.house.app.database.writing() as session:
        conversation = session.scalars(select(Conversation.id)).first()
        delivery = Delivery("sms x 0", "sms", NUMBER, Reply("An answer"))
        lost.house.app.deliveries.took(session, delivery, conversation, Receipt(sid))
    lost.begin()
    assert said(lost.house)


@pytest.mark.parametrize(("word", "stopped"), [("STOP", True), ("stop", True), ("help", False)])
def test_a_wish_to_be_left_alone_holds_though_its_answer_was_lost(lost, word, stopped):
    lost.wrote("hello", 95)
    lost.wrote(word, 90)
    lost.answered(89)
    lost.begin()
    with lost.house.app.database.reading() as session:
        assert [row is not None for row in session.scalars(select(Conversation.stopped_at))] == [stopped]
    assert said(lost.house) == []
