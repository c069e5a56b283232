"""What one sender may ask of the city: so much is answered, then one word about it, then silence; nothing is lost, danger is heard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from channels.sms.fake import FakeTwilio
from conversation.staff.transcript import SentState, read_piece
from conversation.store.tables import Conversation, UsageCount
from conversation.store.usage import Usage, Used, Window
from core.model import Reply
from core.tables import QueueItem
from knowledge.index.fake_embedder import FakeEmbedder
from nlu.fake import WordNluClient
from tests.support.builders import NOON, inbound
from tests.support.installation import House

PHONE, OTHER = "+15550123456", "+15550123999"


@pytest.fixture
def open_house(tmp_path):
    houses = []

    def open_house(database_url: str = "", **settings: object) -> House:
        house = House(
            tmp_path / f"var{len(houses)}", WordNluClient(), [FakeEmbedder()], database_url, **settings
        )
        houses.append(house)
        return house

    yield open_house
    for house in houses:
        house.close()


class Town:
    """A house with the door for texts open to a fake Twilio, worked by hand."""

    def __init__(self, house: House, twilio: FakeTwilio) -> None:
        self.house, self.twilio = house, twilio

    def text(self, words: str, sender: str = PHONE, *, every: float = 0) -> None:
        """A text comes, and all that follows from it is done."""
        self.house.clock.move(every)
        message = inbound(words, sender, channel="sms", received_at=self.house.clock())
        self.house.app.inbox.accept(message)
        self.house.work()
        self.send()

    def send(self) -> None:
        app = self.house.app
        while claims := app.outbox_queue.claim(1):
            for claim in claims:
                app.outbox.deliver(claim)

    def heard(self, number: str = PHONE) -> list[str]:
        return [sent.body for sent in self.twilio.ledger if sent.to == number]

    def written(self, number: str = PHONE) -> int:
        """Lines of this resident that staff can read."""
        lines = self.house.app.memory.after("sms", number, 0, limit=1000)
        return sum(line.sender == "resident" for line in lines)

    def say(self, key: str) -> str:
        return self.house.app.assistant.context.say(key, "en")


@pytest.fixture
def open_town(open_house) -> Iterator[object]:
    twilio = FakeTwilio()
    with twilio.serving() as base:

        def open_town(**settings: object) -> Town:
            known = {
                "public_url": "https://city.example",
                "twilio_account_sid": twilio.account_sid,
                "twilio_auth_token": twilio.auth_token,
                "twilio_from_number": twilio.number,
                "twilio_api_base": base,
                "twilio_segments_per_second": 1000,
                "twilio_burst": 1000,
            }
            house = open_house(**(known | settings))
            twilio.clock = house.clock
            return Town(house, twilio)

        yield open_town


@pytest.mark.parametrize("channel", ["web", "telegram", "sms"])
def test_the_twenty_first_message_of_a_minute_is_told_so_once_and_kept(open_house, channel):
    house = open_house()
    talk = house.talk(channel=channel)
    answers = [talk.say("help") for _ in range(30)]
    assert all(answers[:20])
    assert [reply.text for reply in answers[20]] == [house.app.assistant.context.say("limits.hour", "en")]
    assert answers[21:] == [[]] * 9
    lines = house.app.memory.after(channel, talk.sender, 0, limit=500)
    assert sum(line.sender == "resident" for line in lines) == 30
    with house.app.database.reading() as session:
        assert session.scalar(select(Conversation.unanswered)) is True
    talk.silence(1)
    assert talk.say("help")


def test_who_writes_on_and_on_is_told_once_an_hour_and_once_for_the_day(open_house):
    house = open_house(sender_messages_per_day=60)
    talk, said = house.talk(), house.app.assistant.context.say
    told = []
    for _ in range(5):
        told += [reply.text for _ in range(30) for reply in talk.say("help")]
        talk.silence(1)
    assert told.count(said("limits.hour", "en")) == 1
    assert told.count(said("limits.day", "en")) == 1
    talk.silence(24 * 60)
    assert talk.say("help")


@pytest.mark.parametrize(
    ("setting", "used"), [("sender_messages_per_minute", 25), ("sender_messages_per_day", 25)]
)
def test_a_limit_of_nothing_is_none(open_house, setting, used):
    house = open_house(**{"sender_messages_per_minute": 1000, "sender_messages_per_day": 1000, setting: 0})
    talk = house.talk()
    assert all(talk.say("help") for _ in range(used))


def test_others_are_answered_while_one_is_not(open_house):
    house = open_house()
    flood, other = house.talk(), house.talk()
    for _ in range(40):
        flood.say("help")
    assert other.say("help")


def test_a_limit_holds_after_a_restart_and_over_processes(open_house, database_url):
    house = open_house(database_url, secret_key="s" * 32)
    talk = house.talk()
    for _ in range(21):
        talk.say("help")
    again = open_house(database_url, secret_key="s" * 32)
    again.app.inbox.accept(inbound("help", talk.sender, received_at=NOON))
    again.work()
    lines = again.app.memory.after("web", talk.sender, talk.seen)
    assert [line.sender for line in lines] == ["resident"]


def test_messages_count_by_when_they_came_not_by_when_they_are_worked_on(open_house):
    house = open_house()
    for minute in range(30):
        house.app.inbox.accept(inbound("help", "anna", received_at=NOON + timedelta(minutes=minute)))
    house.clock.move(3600)
    house.work()
    lines = house.app.memory.after("web", "anna", 0, limit=500)
    assert house.app.assistant.context.say("limits.hour", "en") not in [line.reply.text for line in lines]


def test_stop_counts_whatever_limit_is_reached(open_house):
    house = open_house()
    talk = house.talk(channel="sms")
    for _ in range(25):
        talk.say("help")
    assert talk.say("STOP")
    with house.app.database.reading() as session:
        assert session.scalar(select(Conversation.stopped_at)) is not None


def test_danger_is_answered_in_full_a_few_times_and_then_in_the_shortest_words_now_and_then(open_house):
    house = open_house()
    talk = house.talk(channel="sms")
    full = house.app.assistant.context.say("emergency.call", "en")
    short = house.app.assistant.context.say("limits.danger", "en")
    said = [[reply for reply in talk.say("the house is on fire") if reply.urgent] for _ in range(40)]
    assert all(full in replies[0].text for replies in said[:5])
    assert [[reply.text for reply in replies] for replies in said[5:]] == [[short]] + [[]] * 34
    talk.silence(5)
    assert [reply.text for reply in talk.say("the house is on fire")] == [short]
    talk.silence(60)
    assert full in talk.say("the house is on fire")[0].text


def test_one_phone_that_cries_danger_all_day_leaves_most_of_the_reserve_to_others(open_town):
    town = open_town()
    for _ in range(24 * 6):  # every ten minutes, more than a text is worth
        town.text("the house is on fire", every=600)
    settings = town.house.app.settings
    reserve = settings.twilio_daily_cap * settings.twilio_danger_share
    assert 0 < town.house.app.deliveries.spent_on(conversation_of(town)) <= reserve / 4
    heard = town.heard()
    assert 15 < len(heard) < 100
    assert all("911" in words for words in heard)


def conversation_of(town: Town) -> str:
    with town.house.app.database.reading() as session:
        return session.scalar(select(Conversation.id))


def test_danger_is_heard_of_somebody_who_has_written_too_much(open_house):
    talk = open_house().talk(channel="sms")
    for _ in range(30):
        talk.say("help")
    assert [reply.urgent for reply in talk.say("the house is on fire")] == [True]


def test_one_phone_spends_what_one_phone_may_and_others_are_answered(open_town):
    town = open_town(twilio_number_segments_per_hour=30, twilio_number_segments_per_day=60)
    for _ in range(180):
        town.text("help", every=60)
    segments = town.house.app.deliveries.spent_today() / town.house.app.settings.twilio_segment_price
    assert 50 <= segments <= 70
    assert town.heard().count(town.say("limits.hour")) == 1
    assert town.heard().count(town.say("limits.day")) == 1
    assert town.written() == 180
    town.text("hello", OTHER)
    assert town.heard(OTHER)


def test_a_long_report_in_the_dearest_script_never_meets_the_budget(open_town):
    town = open_town()
    usage = Usage(town.house.app.database)
    town.text("你好")
    conversation = conversation_of(town)
    for words in ("路上有个坑", "12 Mill Road", "没有了", "跳过", "跳过", "跳过", "是", "谢谢"):
        town.text(words, every=20)
    used = usage.of(conversation, town.house.clock())
    assert used[Used.SEGMENTS, Window.HOUR] < town.house.app.settings.twilio_number_segments_per_hour / 2
    assert (Used.NOTICES, Window.HOUR) not in used


def test_answers_over_the_budget_are_closed_and_what_staff_and_danger_bring_about_is_sent(open_town):
    town = open_town()
    town.text("hello")
    usage, services = Usage(town.house.app.database), town.house.app.services
    with town.house.app.database.writing() as session:
        conversation = session.scalar(select(Conversation.id))
        usage.add(session, conversation, Used.SEGMENTS, NOON, (Window.HOUR,), 100)
        for key, reply, lasting in (
            ("answer", Reply("An answer."), False),
            ("danger", Reply("Danger.", urgent=True), False),
            ("news", Reply("News."), True),
        ):
            services.post(session, "sms", conversation, key, [reply], though_stopped=False, lasting=lasting)
    town.send()
    assert town.heard()[-2:] == ["Danger.", "News."]
    assert states(town) == {"sms answer 0": "expired"}


def states(town: Town) -> dict[str, str]:
    with town.house.app.database.reading() as session:
        items = session.scalars(select(QueueItem).where(QueueItem.queue == "outbox"))
        return {item.key: item.state for item in items if item.state != "done"}


def test_without_money_answers_expire_and_danger_has_a_reserve(open_town):
    town = open_town(twilio_daily_cap=0.05, twilio_segment_price=0.01, twilio_danger_share=0.4)
    for number in range(3):
        town.text("help", f"+1555012300{number}", every=1)
    assert town.house.app.deliveries.spent_today() <= 0.03
    assert set(states(town).values()) == {"expired"}
    with town.house.app.database.reading() as session:
        unanswered = session.scalars(select(Conversation).where(Conversation.unanswered)).all()
        lines = read_piece(session, unanswered[-1]).lines
    assert [(line.sender, line.sent) for line in lines[:2]] == [
        ("resident", None),
        ("city", SentState.FAILED),
    ]
    assert lines[1].failure.code == "would_be_late"
    assert lines[1].failure.cause.code == "no_money"
    town.text("the house is on fire", OTHER)
    assert len(town.heard(OTHER)) == 1
    sent = len(town.twilio.ledger)
    town.house.clock.move(24 * 3600)
    town.send()
    assert len(town.twilio.ledger) == sent


def test_danger_does_not_wait_behind_an_answer_that_cannot_be_sent(open_town):
    town = open_town(twilio_daily_cap=0.02, twilio_segment_price=0.01, twilio_danger_share=0.5)
    town.house.clock.move(9 * 3600)  # three hours before midnight an answer waits
    town.text("help")
    assert "waiting" in states(town).values()
    town.text("the house is on fire", every=1)
    assert any("911" in body for body in town.heard())


def test_old_counts_are_forgotten(open_house):
    house = open_house()
    house.talk().say("help")
    house.app.rate_limits.usage.forget_old(house.clock)
    house.clock.move(3 * 86_400)
    house.talk().say("help")
    house.app.rate_limits.usage.forget_old(house.clock)
    with house.app.database.reading() as session:
        begins = session.scalars(select(UsageCount.begins)).all()
    assert len(begins) == 2
    assert min(begins) >= house.clock().timestamp() - 86_400
