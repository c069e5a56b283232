"""Killed between Twilio's yes and our commit, and deaf for a while: afterwards every resident has every text, once."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from benchmarks.machine import Cityline
from channels.sms.fake import FakeTrouble, FakeTwilio
from channels.sms.fake_phone import Phone
from conversation.store.tables import DeliveryRow
from core.database import Database
from core.tables import QueueItem

pytestmark = [pytest.mark.rasa, pytest.mark.timeout(240)]

PUBLIC = "https://city.example"
CUT, DEAF, TWICE, AFTERWARDS = (f"+1555010000{number}" for number in range(1, 5))
WORD = "menu"


def wait_until(happened: Callable[[], object], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, f"did not happen within {seconds} seconds"
        time.sleep(0.05)


@dataclass
class Story:
    """What was played, after it has come to rest."""

    twilio: FakeTwilio
    states: Counter[tuple[str, str]]
    receipts: dict[str, str]
    listed_for_cut: int

    def heard(self, number: str) -> list[str]:
        return [record.body for record in self.twilio.ledger if record.to == number]


def rows(city: Cityline) -> tuple[Counter[tuple[str, str]], dict[str, str]]:
    """States of the queues, and the receipts by outbox key."""
    database = Database(f"sqlite:///{city.folder / 'var' / 'cityline.sqlite'}")
    try:
        with database.reading() as session:
            items = session.execute(select(QueueItem.queue, QueueItem.state)).all()
            kept = session.execute(select(DeliveryRow.key, DeliveryRow.provider_id)).all()
            return Counter((queue, state) for queue, state in items), dict(map(tuple, kept))
    finally:
        database.dispose()


def is_at_rest(city: Cityline, messages: int) -> bool:
    states, _ = rows(city)
    return states["inbox", "done"] == messages and {state for _, state in states} == {"done"}


@pytest.fixture(scope="module")
def story(rasa_model, tmp_path_factory) -> Iterator[Story]:
    """A text is taken by Twilio and its answer held; -9; two texts come while nobody listens; the city starts again."""
    assert rasa_model.is_file()
    twilio = FakeTwilio()
    with twilio.serving() as base:
        city = Cityline(
            tmp_path_factory.mktemp("sending"),
            public_url=PUBLIC,
            twilio_account_sid=twilio.account_sid,
            twilio_auth_token=twilio.auth_token,
            twilio_from_number=twilio.number,
            twilio_api_base=base,
            twilio_segments_per_second="1000",
            twilio_burst="1000",
            log_level="warning",
        )
        city.start(prepare=True)
        try:
            city.wait_until_ready(within=170)
            twilio.tell(FakeTrouble("slow", accepts=True))
            assert Phone(twilio, city.url, PUBLIC, CUT).text(WORD).status_code == 200
            wait_until(lambda: twilio.ledger, 20)
            city.kill_app()
            twilio.release()
            twilio.keep_inbound(WORD, DEAF)
            came_twice = twilio.keep_inbound(WORD, TWICE)
            before = len(twilio.requests)
            city.start()
            city.wait_until_ready(within=100)
            assert Phone(twilio, city.url, PUBLIC, TWICE).again(came_twice).status_code == 200
            assert Phone(twilio, city.url, PUBLIC, AFTERWARDS).text(WORD).status_code == 200
            wait_until(lambda: is_at_rest(city, 4), 90)
            listed = sum(method == "GET" for method, _, _ in twilio.requests[before:])
            yield Story(twilio, *rows(city), listed)
        finally:
            city.stop()


def test_a_text_that_was_cut_by_the_kill_is_looked_up_and_not_sent_again(story):
    assert story.heard(CUT) == story.heard(AFTERWARDS)
    assert len(story.heard(CUT)) >= 1
    assert story.listed_for_cut >= 2  # one look for missed texts, one for what became of the text


def test_the_text_that_was_found_has_its_receipt(story):
    assert Counter(story.receipts.values()) == Counter(record.sid for record in story.twilio.ledger)


@pytest.mark.parametrize("number", [DEAF, TWICE])
def test_a_text_that_came_while_nobody_listened_is_answered_once(story, number):
    assert story.heard(number) == story.heard(AFTERWARDS)


def test_nothing_is_left_over(story):
    assert {state for _, state in story.states} == {"done"}
    assert story.states["inbox", "done"] == 4
