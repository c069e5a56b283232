"""One network answers a survey so many times a day and no more; everybody else answers as before."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import func, select

from city.records.tables import SurveyAnswerSetRow
from city.surveys.networks import LIMITS, crowded_days
from tests.support.direct_talk import DirectTalk, open_house

people = count(1)


@pytest.fixture
def house(tmp_path):
    with open_house(tmp_path) as house:
        yield house


def begin(house, networks, later=timedelta(0), channel="web") -> str:
    """Somebody new begins the ferry survey from these networks; what they are told."""
    talk = DirectTalk(house)
    talk.person, talk.channel = f"person {next(people)}", channel
    talk.networks = networks
    talk.now += later
    return " ".join(reply.text for reply in talk.say(start="survey-ferry"))


def begun(house) -> int:
    with house.database.reading() as session:
        return session.scalar(select(func.count()).select_from(SurveyAnswerSetRow)) or 0


@pytest.mark.parametrize(
    ("networks", "taken"),
    [
        (lambda number: (f"home {number}", "around"), LIMITS[1]),
        (lambda _: ("home", "around"), LIMITS[0]),
        (lambda number: (f"home {number % 5}", "around"), LIMITS[1]),
        (lambda number: (f"home {number}", f"around {number % 2}"), 120),
        (lambda _: (), 120),
    ],
    ids=["many homes of one network", "one home", "five homes", "two networks", "nobody knows whence"],
)
def test_of_many_from_one_place_only_so_many_are_taken(house, networks, taken):
    answers = [begin(house, networks(number)) for number in range(120)]
    assert begun(house) == taken
    refused = [text for text in answers if "come back tomorrow" in text]
    assert len(refused) == 120 - taken


def test_tomorrow_and_elsewhere_there_is_room_again(house):
    for _ in range(LIMITS[0] + 1):
        last = begin(house, ("home", "around"))
    assert "come back tomorrow" in last
    for networks, later, channel in (
        (("another home", "around"), timedelta(0), "web"),
        (("home", "around"), timedelta(days=1), "web"),
        ((), timedelta(0), "sms"),
    ):
        assert "come back tomorrow" not in begin(house, networks, later, channel)


def test_whoever_has_begun_goes_on_however_many_came_since(house):
    talk = DirectTalk(house)
    talk.person, talk.networks = "the first", ("home", "around")
    talk.say(start="survey-ferry")
    for _ in range(LIMITS[0]):
        begin(house, ("home", "around"))
    assert "come back tomorrow" not in " ".join(reply.text for reply in talk.say(start="survey-ferry"))
    assert begun(house) == LIMITS[0]


def test_staff_are_told_of_the_day_and_not_of_ordinary_homes(house):
    for number in range(40):
        begin(house, ("home", "around") if number % 2 else (f"home {number}", f"around {number}"))
    with house.database.reading() as session:
        (found,) = crowded_days(session, "ferry")
    assert (found.begun, found.refused) == (20, 0)
