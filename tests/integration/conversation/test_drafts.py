"""A report that was begun and not finished: looked after once its writer has been silent, at whatever process, and never at night."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from city.requests.requests import requests_of
from city.requests.tables import ServiceRequestRow
from conversation.delivery.drafts import put_due_drafts
from conversation.delivery.fake_channel import LedgerChannel
from conversation.pipeline import handle_safely
from conversation.store.tables import Conversation
from core.segments import count_segments
from core.texts import load_texts
from knowledge.index.fake_embedder import FakeEmbedder
from nlu.fake import WordNluClient
from tests.support.installation import HallTalk, House

LANGUAGES = load_texts().languages
HOUR = 60
EVENING = datetime(2026, 6, 2, 0, 30, tzinfo=UTC)
"""Half past eight in the city."""
MORNING_MINUTES = 10.5 * HOUR
"""From an hour after that, when the quiet hours have begun, to eight o'clock."""
PLACE_KNOWN, PLACE_UNKNOWN = "there is a pothole at 20 Elm Street", "there is a pothole"


@pytest.fixture
def house(tmp_path) -> Iterator[House]:
    house = House(tmp_path / "var", WordNluClient(), [FakeEmbedder()], channels={"sms": LedgerChannel("sms")})
    yield house
    house.close()


def cases_of(house: House) -> list[ServiceRequestRow]:
    with house.app.database.reading() as session:
        return list(session.scalars(select(ServiceRequestRow)))


def words(replies) -> str:
    return "\n".join(reply.text for reply in replies)


def test_a_report_of_known_kind_and_place_is_filed_unfinished(house):
    talk = house.talk()
    talk.say(PLACE_KNOWN)
    assert talk.wait(59) == []
    said = words(talk.wait(1))
    (case,) = cases_of(house)
    assert case.number in said
    assert "sent as it is" in said
    assert (case.missing, case.status, case.answers) == (["SIZE"], "open", {})


def test_a_late_answer_finishes_it(house):
    talk = house.talk()
    talk.say(PLACE_KNOWN)
    talk.wait(HOUR)
    talk.say("bigger than a car tire")
    (case,) = cases_of(house)
    assert (case.missing, case.answers) == ([], {"SIZE": "large"})


def test_a_late_answer_that_means_danger_says_whom_to_call(house):
    talk = house.talk()
    talk.say(PLACE_KNOWN)
    talk.wait(HOUR)
    replies = talk.say("the road is caving in")
    assert replies[-1].urgent
    assert "911" in replies[-1].text


def test_what_was_answered_in_passing_is_not_missing(house):
    talk = house.talk()
    talk.say(PLACE_KNOWN)
    talk.say("it has been there for weeks")
    talk.wait(HOUR)
    (case,) = cases_of(house)
    assert case.missing == ["SIZE"]
    assert "for weeks" in case.description


def test_without_a_place_it_is_asked_for_once(house):
    talk = house.talk()
    talk.say(PLACE_UNKNOWN)
    assert words(talk.wait(HOUR)).startswith("Your report is not sent yet: Pothole or broken road.")
    assert talk.wait(48 * HOUR) == []
    talk.say("hold on")
    assert talk.wait(48 * HOUR) == []
    assert cases_of(house) == []


def test_without_a_kind_it_is_asked_for(house):
    talk = house.talk()
    talk.say("/report")
    assert words(talk.wait(HOUR)).startswith("Your report is not sent yet.")


@pytest.mark.parametrize("begun", ["hello", "/survey", "/person"])
def test_nothing_else_is_looked_after(house, begun):
    talk = house.talk()
    talk.say(begun)
    assert talk.wait(5 * HOUR) == []


def test_whoever_throws_it_away_is_left_alone(house):
    talk = house.talk()
    talk.say(PLACE_UNKNOWN)
    talk.say("never mind")
    assert talk.wait(5 * HOUR) == []


def test_whoever_asked_for_no_messages_gets_none(house):
    talk = house.talk(channel="sms")
    talk.say(PLACE_UNKNOWN)
    talk.say("STOP")
    with house.app.database.writing() as session:  # as if the stop had come between
        session.execute(update(Conversation).values(draft_due_at=house.clock()))
    assert talk.wait(HOUR) == []


def test_a_colleague_who_has_the_conversation_is_not_interrupted(house):
    talk = house.talk()
    talk.say(PLACE_UNKNOWN)
    with house.app.database.writing() as session:
        session.execute(update(Conversation).values(bot_silent=True))
    assert talk.wait(HOUR) == []


def test_what_was_said_meanwhile_counts(house):
    talk = house.talk()
    talk.say(PLACE_UNKNOWN)
    house.clock.move(61 * 60)
    put_due_drafts(house.app.services)  # it stands in the lane when the answer comes
    with house.app.database.writing() as session:
        session.execute(update(Conversation).values(heard_at=house.clock()))
    assert talk.replies() == []


def test_it_is_put_into_the_lane_once_however_many_look(house):
    talk = house.talk()
    talk.say(PLACE_KNOWN)
    house.clock.move(61 * 60)
    assert [put_due_drafts(house.app.services) for _ in range(3)] == [1, 0, 0]
    assert len(talk.replies()) == 1
    assert len(cases_of(house)) == 1


def test_by_text_message_it_waits_for_the_morning(house):
    house.clock.now = EVENING
    talk = house.talk(channel="sms")
    talk.say(PLACE_KNOWN)
    assert talk.wait(HOUR) == []
    assert cases_of(house) == []
    assert talk.wait(MORNING_MINUTES - 1) == []
    assert "sent as it is" in words(talk.wait(1))


def test_where_nothing_rings_it_does_not_wait_for_the_morning(house):
    house.clock.now = EVENING
    talk = house.talk()
    talk.say(PLACE_KNOWN)
    assert "sent as it is" in words(talk.wait(HOUR))


def test_beyond_the_budget_nothing_is_sent(tmp_path):
    house = House(
        tmp_path / "var",
        WordNluClient(),
        [FakeEmbedder()],
        channels={"sms": LedgerChannel("sms")},
        sender_messages_per_day=1,
    )
    talk = house.talk(channel="sms")
    talk.say(PLACE_UNKNOWN)
    assert talk.wait(HOUR) == []
    assert talk.wait(24 * HOUR) != []  # a new day
    house.close()


def test_a_city_may_leave_it_to_the_writer(tmp_path):
    house = House(tmp_path / "var", WordNluClient(), [FakeEmbedder()], unfinished_after_minutes=0)
    talk = house.talk()
    talk.say(PLACE_KNOWN)
    assert talk.wait(48 * HOUR) == []
    house.close()


def test_my_reports_finds_it(house):
    talk = house.talk()
    talk.say(PLACE_KNOWN)
    talk.wait(HOUR)
    with house.app.database.reading() as session:
        person = session.scalars(select(Conversation.person_id)).one()
        (view,) = requests_of(session, person)
    assert view.number in words(talk.say("my reports"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reminder_by_text_message_is_short(house, language):
    texts, service = load_texts(), house.app.city.services.by_code("pothole")
    name = service.name.get(language) or service.name["en"]
    draft = texts.say("drafts.not_sent", language, what=name)
    said = f"{draft}\n\n{texts.say('report.ask_place_again', language)}"
    assert count_segments(said).count <= 3


def test_each_in_their_own_language(house):
    first, second = HallTalk(house, "en", "web"), HallTalk(house, "es", "web")
    first.say(PLACE_UNKNOWN)
    second.say("hay un bache en 20 Elm Street")
    assert words(first.wait(HOUR)).startswith("Your report is not sent yet")
    assert words(second.replies()).startswith("Su reporte va tal como")


def test_nobody_is_told_of_a_fault_of_ours_who_said_nothing(house, monkeypatch):
    def fail(_context, _turn):
        raise RuntimeError("no disk")

    talk = house.talk()
    talk.say(PLACE_KNOWN)
    monkeypatch.setattr("conversation.delivery.drafts.settle_silence", fail)
    talk.silence(HOUR)
    put_due_drafts(house.app.services)
    for _ in range(3):
        (claim,) = house.app.inbox_queue.claim(1)
        handle_safely(house.app.services, claim)
        talk.silence(1)
    assert house.app.inbox_queue.counts() == {"failed": 1}
    assert talk.replies() == []
