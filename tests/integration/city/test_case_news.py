"""News of a case reaches whoever reported it, where they want it, and the reporters of its duplicates."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from actions.handlers.case_news import News, tell_reporters, words_of_news
from city.people.identities import prefer_place
from city.records.model import NewRequest, PlaceMatch
from city.requests.casework import Act, CaseWorker, set_status
from city.requests.duplicates import merge_case
from city.requests.followup import FollowupOutcome, dispute_fixed
from city.requests.messages import keep_message
from city.requests.requests import file_request, find_row
from conversation.delivery.notices import send_notices
from conversation.store.tables import Conversation
from core.model import Attachment
from knowledge.index.fake_embedder import FakeEmbedder
from nlu.fake import WordNluClient
from tests.support.builders import link_people
from tests.support.installation import House

ANA = CaseWorker("staff-ana", "Ana")
PHOTO = Attachment("f" * 32, "image/jpeg", 1000)


@pytest.fixture
def house(database_url, tmp_path):
    house = House(tmp_path / "var", WordNluClient(), [FakeEmbedder()], database_url)
    yield house
    house.close()


def person(house, talk):
    with house.app.database.reading() as session:
        key = house.app.memory.lane(talk.channel, talk.sender)
        return session.scalars(select(Conversation.person_id).where(Conversation.sender_key == key)).one()


def report(house, talk):
    """A pothole that this resident reports; its number."""
    talk.say("hola" if talk.language == "es" else "hello")
    new = NewRequest(
        "pothole",
        person(house, talk),
        talk.channel,
        talk.language,
        talk.sender,
        "a hole",
        PlaceMatch("12 Mill Road", None, "address"),
    )
    with house.app.database.writing() as session:
        return file_request(session, new, house.clock()).number


def settle(house, number, status="fixed", reason="Filled.", **news):
    services = house.app.services
    with services.database.writing() as session:
        row = find_row(session, number)
        set_status(session, row, Act(ANA, house.clock(), reason), status)
        return send_notices(
            services,
            session,
            tell_reporters(services.assistant.context, session, row, News(status, reason, **news)),
        )


def first_line(talk):
    return [reply.text.splitlines()[0] for reply in talk.replies()]


def test_the_reporter_is_told_in_their_language(house):
    talk = house.talk("es")
    number = report(house, talk)
    settle(house, number)
    assert first_line(talk)[0].startswith(f"Buenas noticias de su reporte {number} (Bache o calle rota)")


def test_staffs_own_words_go_before_the_usual_ones(house):
    talk = house.talk()
    number = report(house, talk)
    with house.app.database.writing() as session:
        keep_message(session, "fixed", "pothole", "en", "{department} filled {number} at {place}.")
    settle(house, number)
    assert first_line(talk) == [f"Public Works filled {number} at 12 Mill Road."]


def test_words_written_for_this_one_time_are_said_as_they_are(house):
    talk = house.talk()
    number = report(house, talk)
    settle(house, number, edited={"en": "Done, with {love}."})
    assert first_line(talk) == ["Done, with {love}."]


def test_the_photo_of_the_fix_comes_with_the_news(house):
    talk = house.talk()
    number = report(house, talk)
    settle(house, number, photos=(PHOTO,))
    talk.replies()
    lines = house.app.memory.after("web", talk.sender, 0)
    assert lines[-1].attachments == (PHOTO,)


def test_news_goes_where_the_person_wants_it(house):
    web, phone = house.talk(), house.talk(channel="sms")
    number = report(house, web)
    phone.say("hello")
    with house.app.database.writing() as session:
        here, there = person(house, web), person(house, phone)
        link_people(session, here, there, house.clock())
        prefer_place(session, here, there)
    assert settle(house, number) == 1
    assert web.replies() == []
    assert len(phone.replies()) == 1


def test_reporters_of_duplicates_hear_the_main_cases_news_under_their_own_number(house):
    anna, bert = house.talk(), house.talk("es")
    main, duplicate = report(house, anna), report(house, bert)
    services = house.app.services
    with services.database.writing() as session:
        one, two = find_row(session, main), find_row(session, duplicate)
        act = Act(ANA, house.clock(), "same hole")
        merge_case(session, two, one, act)
        send_notices(
            services,
            session,
            tell_reporters(services.assistant.context, session, two, News("duplicate", "same hole")),
        )
    assert duplicate in first_line(bert)[0]
    assert anna.replies() == []
    assert settle(house, main) == 2
    assert main in first_line(anna)[0]
    told = bert.replies()[0]
    assert duplicate in told.text
    assert main not in told.text
    assert [choice.key for choice in told.choices] == ["followup.yes", "followup.no", "followup.later"]
    assert "abierto otra vez" in bert.say("no, sigue igual")[0].text
    with services.database.reading() as session:
        assert find_row(session, main).status == "open"


def test_somebody_who_reported_both_is_told_once(house):
    talk = house.talk()
    first = report(house, talk)
    with house.app.database.writing() as session:
        new = NewRequest("pothole", person(house, talk), "web", "en", "again", "a hole")
        second = file_request(session, new, house.clock()).number
        merge_case(
            session, find_row(session, second), find_row(session, first), Act(ANA, house.clock(), "same")
        )
    assert settle(house, first) == 1


def test_who_said_stop_gets_no_text(house):
    talk = house.talk(channel="sms")
    number = report(house, talk)
    talk.say("STOP")
    with house.app.database.reading() as session:
        assert session.scalars(select(Conversation.stopped_at)).one() is not None
    settle(house, number)
    house.work()
    waiting = house.app.outbox_queue.counts().get("waiting", 0)
    assert waiting == 0


def test_another_day_is_told_and_none_is_admitted(house):
    number = report(house, house.talk())
    desk = house.app.services.assistant.context
    with house.app.database.reading() as session:
        row = find_row(session, number)
        promised = words_of_news(desk, session, row, News("due", "Frost.", due=house.clock()), "en")
        admitted = words_of_news(desk, session, row, News("due", "Frost."), "en")
    assert "It should be done by Monday, June 1" in promised
    assert admitted.endswith("We cannot promise a day. Frost.")


def test_a_word_from_a_stranger_opens_nothing(house):
    talk, stranger = house.talk(), house.talk()
    number = report(house, talk)
    settle(house, number)
    stranger.say("hello")
    with house.app.database.writing() as session:
        outcome = dispute_fixed(
            session, number, person(house, stranger), "mine too", (), dedupe_key="word", now=house.clock()
        )
        assert outcome is FollowupOutcome.NOT_YOURS
        assert find_row(session, number).status == "fixed"
