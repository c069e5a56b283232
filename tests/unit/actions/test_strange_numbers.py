"""A request's number can be guessed: whoever has only the number learns the state, and whoever tries many has to wait."""

from __future__ import annotations

from datetime import timedelta

import pytest

from actions.handlers.check import MOST_STRANGE
from city.records.model import NewRequest, PlaceMatch, RequestView
from city.requests.casework import Act, CaseWorker, set_status
from city.requests.followup import confirm_fixed
from city.requests.requests import file_request, find_row
from core.texts import load_texts
from tests.support.direct_talk import START, DirectTalk, House

TEXTS = load_texts()
SECRETS = (
    "20 Elm Street",
    "the one with the red door",
    "June",
    "junio",
    "6月",
    "our crew met Mrs. Hill",
    "Pothole",
)


@pytest.fixture
def filed(house: House) -> RequestView:
    """What somebody else has reported."""
    with house.database.writing() as session:
        return file_request(
            session,
            NewRequest(
                service_code="pothole",
                person_id="the-reporter",
                channel="sms",
                language="en",
                dedupe_key=f"strange {START} {id(session)}",
                description="the one with the red door",
                place=PlaceMatch("20 Elm Street", None, "address"),
                media_ids=("photo",),
            ),
            START,
        )


def said(replies) -> str:
    return "\n".join(reply.text for reply in replies)


@pytest.mark.parametrize("channel", ["web", "sms"])
@pytest.mark.parametrize("language", TEXTS.languages)
def test_a_stranger_learns_the_state_and_nothing_else(house, filed, language, channel):
    talk = DirectTalk(house, language, channel)
    talk.first = False
    with house.database.writing() as session:
        row = find_row(session, filed.number)
        if row.status == "open":
            act = Act(CaseWorker("s1", "Ana"), START, "our crew met Mrs. Hill there")
            set_status(session, row, act, "in_progress")
    replies = talk.say(filed.number)
    text = said(replies)
    assert filed.number in text
    assert TEXTS.say("check.only_state", language) in text
    assert [secret for secret in SECRETS if secret in text] == []
    assert not any(choice for reply in replies for choice in reply.choices)


@pytest.mark.parametrize(
    "words", ["{0}", "how is {0} going", "status of {0}?", "{0} please", "add to {0}: it got bigger", "{1}"]
)
def test_however_a_number_is_asked_for_nothing_of_people_is_told(house, filed, words):
    talk = DirectTalk(house)
    talk.first = False
    text = said(talk.say(words.format(filed.number, filed.number.replace("-", " ").lower())))
    assert [secret for secret in SECRETS if secret in text] == []


def test_the_reporter_still_sees_everything(house, filed):
    talk = DirectTalk(house)
    talk.first, talk.person = False, "the-reporter"
    text = said(talk.say(filed.number))
    assert "20 Elm Street" in text
    assert "Pothole" in text


def guess(talk: DirectTalk, number: int) -> str:
    return said(talk.say(f"HK-{number:05}" if number % 2 else f"CF-{number:05}"))


def test_whoever_tries_many_numbers_has_to_wait_and_learns_nothing_meanwhile(house, filed):
    talk = DirectTalk(house)
    talk.first = False
    wait = TEXTS.say("check.too_many", "en")
    assert [wait in guess(talk, 80_000 + at) for at in range(MOST_STRANGE)] == [False] * MOST_STRANGE
    assert wait in guess(talk, 90_000)
    assert said(talk.say(filed.number)) == wait  # there is one of this number, and they are not told
    talk.silence(61)
    assert filed.number in said(talk.say(filed.number))


def test_other_senders_are_not_kept_waiting(house, filed):
    guesser, neighbor = DirectTalk(house), DirectTalk(house)
    guesser.first = neighbor.first = False
    for at in range(MOST_STRANGE + 1):
        guess(guesser, 70_000 + at)
    assert TEXTS.say("check.only_state", "en") in said(neighbor.say(filed.number))


def test_ones_own_are_never_counted_nor_kept_back(house, filed):
    talk = DirectTalk(house)
    talk.first, talk.person = False, "the-reporter"
    for at in range(MOST_STRANGE + 1):
        guess(talk, 60_000 + at)
    assert "20 Elm Street" in said(talk.say(filed.number))


def test_the_same_number_again_counts_once(house, filed):
    talk = DirectTalk(house)
    talk.first = False
    for _ in range(MOST_STRANGE + 3):
        assert TEXTS.say("check.only_state", "en") in said(talk.say(filed.number))


def test_confirming_somebody_elses_is_no_way_to_find_out_whether_there_is_one(house, filed):
    with house.database.writing() as session:
        there = confirm_fixed(
            session, filed.number, "a-stranger", dedupe_key="x1", now=START + timedelta(days=1)
        )
        none = confirm_fixed(
            session, "CF-00001", "a-stranger", dedupe_key="x2", now=START + timedelta(days=1)
        )
    assert there == none
