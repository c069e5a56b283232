"""What a resident who asks for a person is told, by the hours of the desk and those on duty: at once, without a restart."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from city.people.person_desk import Hours, Span, come_on_duty, go_off_duty, set_hours
from knowledge.index.fake_embedder import FakeEmbedder
from nlu.fake import WordNluClient
from tests.support.installation import House

EVERY_DAY = Hours({day: (Span(time(6), time(20)),) for day in range(7)})
AT_NIGHT = Hours({day: (Span(time(22), time(23)),) for day in range(7)})


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path / "var", WordNluClient(), [FakeEmbedder()])
    yield house
    house.close()


def told(house, language="en"):
    """What somebody new is told who asks for a person at noon in UTC, which is morning in Penstock."""
    talk = house.talk(language, "sms")
    asks = {"en": "I want to talk to a person about my water bill", "es": "quiero hablar con una persona"}
    replies = talk.say(asks[language])
    if "?" in replies[-1].text:
        replies = talk.say("omitir" if language == "es" else "skip")
    return replies[-1].text


def change(house, what, *more):
    with house.app.database.writing() as session:
        what(session, *more)


def test_without_hours_the_citys_own_words_are_used(house):
    assert "by the end of the next working day. Hours: Monday to Friday" in told(house)


def test_outside_of_the_hours_the_day_and_time_are_told(house):
    change(house, set_hours, AT_NIGHT)
    assert "from Monday, June 1, 10:00 pm on" in told(house)
    assert "a partir del lunes 1 de junio, 22:00" in told(house, "es")


def test_with_somebody_on_duty_an_answer_is_promised_soon(house):
    change(house, set_hours, EVERY_DAY)
    change(house, come_on_duty, "staff-1", "Ana", house.clock())
    assert "is at the desk now" in told(house)


def test_with_nobody_on_duty_it_is_said_honestly(house):
    change(house, set_hours, EVERY_DAY)
    change(house, come_on_duty, "staff-1", "Ana", house.clock())
    change(house, go_off_duty, "staff-1", house.clock())
    assert "is free right now. You will get an answer by the end" in told(house)


def test_where_nobody_ever_says_that_they_are_on_duty_only_the_hours_count(house):
    change(house, set_hours, EVERY_DAY)
    assert "by the end of the next working day" in told(house)


def test_a_desk_that_stays_closed_promises_no_day(house):
    today = date(2026, 6, 1)
    days = tuple(today + timedelta(days=number) for number in range(90))
    change(house, set_hours, Hours(EVERY_DAY.weekdays, days))
    assert "as soon as they are back" in told(house)
