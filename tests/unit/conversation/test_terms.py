"""Until when a reply is worth sending, whom the bell wakes, and when a limit is reached."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conversation.delivery.codes import DeliveryCode
from conversation.delivery.notifier import LocalNotifier
from conversation.delivery.rate_limits import Limit, Standing
from conversation.delivery.terms import DeliveryTerms
from conversation.delivery.watch import Watch
from conversation.store.usage import Used, Window
from core.database import Base, Database, table_of
from core.model import Reply
from core.queue import Queue
from core.tables import QueueItem, QueueLane
from tests.support.builders import NOON, Clock

HOUR = 3600
SAID = Reply("It is open.")
DANGER = Reply("Call 911 now.", urgent=True)


class Sending:
    """A delivery that was put at noon, and the terms of an installation."""

    def __init__(self, database: Database, *, answers: float = 4, lasting: bool = False, room: bool = True):
        self.clock = Clock()
        queue = Queue("outbox", database, now=self.clock)
        with database.writing() as session:
            queue.put(session, "anna", "a", {"conversation": "anna", "lasting": lasting})
        (self.claim,) = queue.claim()
        hours = timedelta(hours=answers), timedelta(hours=48)
        self.terms = DeliveryTerms(database, *hours, lambda _conversation, _now: room, self.clock)


@pytest.fixture
def sending(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'terms.sqlite'}")
    Base.metadata.create_all(database.engine, [table_of(QueueItem), table_of(QueueLane)])
    yield lambda **more: Sending(database, **more)
    database.dispose()


@pytest.mark.parametrize(
    ("reply", "terms", "waits", "why"),
    [
        (SAID, {}, (4 * HOUR, 0), None),
        (SAID, {}, (4 * HOUR + 1, 0), (DeliveryCode.TOO_LATE, "4")),
        (SAID, {}, (4 * HOUR, 1), (DeliveryCode.WOULD_BE_LATE, "4")),
        (SAID, {"answers": 0.5}, (HOUR, 0), (DeliveryCode.TOO_LATE, "0.5")),
        (SAID, {"lasting": True}, (48 * HOUR, 0), None),
        (SAID, {"lasting": True}, (48 * HOUR + 1, 0), (DeliveryCode.TOO_LATE, "48")),
        (DANGER, {}, (HOUR, 0), None),
        (DANGER, {}, (HOUR + 1, 0), (DeliveryCode.TOO_LATE, "1")),
        (DANGER, {"answers": 0.5}, (HOUR, 0), (DeliveryCode.TOO_LATE, "0.5")),
    ],
    ids=[
        "just in time",
        "too late",
        "it would be late",
        "half an hour",
        "news last",
        "old news",
        "danger within the hour",
        "danger of before",
        "danger where answers last shorter",
    ],
)
def test_what_comes_late_out_of_the_blue_is_not_sent(sending, reply, terms, waits, why):
    sent = sending(**terms)
    waited, still_to_wait = waits
    sent.clock.move(waited)
    late = sent.terms.why_late(sent.claim, reply, still_to_wait)
    assert (late and (late.code, late.values["hours"])) == why


@pytest.mark.parametrize(
    ("reply", "terms", "enough"),
    [
        (SAID, {"room": True}, False),
        (SAID, {"room": False}, True),
        (DANGER, {"room": False}, False),
        (SAID, {"room": False, "lasting": True}, False),
    ],
    ids=["within the budget", "beyond it", "danger is always told", "and what staff say"],
)
def test_a_number_that_has_had_enough_gets_danger_and_news_alone(sending, reply, terms, enough):
    sent = sending(**terms)
    why = sent.terms.why_enough(sent.claim, reply)
    assert (why and why.code) == (DeliveryCode.ENOUGH if enough else None)


@pytest.mark.parametrize(
    ("most", "used", "reached"), [(3, 2, False), (3, 3, True), (3, 9, True), (0, 99, False)]
)
def test_a_limit_of_nothing_is_none_and_any_other_is_reached_at_its_number(most, used, reached):
    limit = Limit(Used.MESSAGES, Window.MINUTE, most, Window.HOUR)
    assert limit.is_reached({(Used.MESSAGES, Window.MINUTE): used}) is reached
    assert not limit.is_reached({(Used.MESSAGES, Window.DAY): used, (Used.SEGMENTS, Window.MINUTE): used})


def test_whoever_reached_a_limit_is_told_once_in_its_window():
    limit = Limit(Used.MESSAGES, Window.MINUTE, 3, Window.HOUR)
    assert Standing({}).is_told
    assert not Standing({(Used.NOTICES, Window.DAY): 1}, limit).is_told
    assert Standing({(Used.NOTICES, Window.HOUR): 1}, limit).is_told


@pytest.mark.parametrize(
    ("window", "rest"),
    [(Window.MINUTE, 60), (Window.FIVE_MINUTES, 300), (Window.HOUR, HOUR), (Window.DAY, 12 * HOUR)],
)
def test_windows_begin_at_whole_minutes_hours_and_days(window, rest):
    assert window.rest(NOON) == rest
    assert window.rest(NOON + timedelta(seconds=1)) == rest - 1
    assert window.begin(NOON) == window.begin(NOON + timedelta(seconds=rest - 1))
    assert window.begin(NOON + timedelta(seconds=rest)) == window.begin(NOON) + window.value


class Rung:
    """A bell, and who was woken by it."""

    def __init__(self) -> None:
        self.bell, self.woken = LocalNotifier(), []

    def listen(self, sender: str, name: str = "", channel: str = "web"):
        return self.bell.listen(channel, sender, lambda: self.woken.append(name or sender))


def test_the_bell_wakes_all_windows_of_one_resident_and_nobody_else():
    rung = Rung()
    rung.listen("anna", "phone")
    rung.listen("anna", "laptop")
    rung.listen("bela")
    rung.listen("anna", "elsewhere", channel="terminal")
    rung.bell.ring("web", "anna")
    assert rung.woken == ["phone", "laptop"]


def test_who_stops_listening_is_forgotten_and_may_stop_twice():
    rung = Rung()
    stop = rung.listen("anna", "phone")
    rung.listen("anna", "laptop")
    stop()
    stop()
    rung.bell.ring("web", "anna")
    assert (rung.woken, rung.bell.listening()) == (["laptop"], [("web", "anna")])


class Lines:
    """How many lines each conversation has by now, as another process has written them."""

    def __init__(self) -> None:
        self.count: dict[tuple[str, str], int] = {}

    def positions(self, senders: list[tuple[str, str]]) -> dict[tuple[str, str], int]:
        return {sender: self.count[sender] for sender in senders if sender in self.count}


def test_what_another_process_said_rings_once_and_only_for_whom_it_is():
    rung, lines = Rung(), Lines()
    watch = Watch(lines, rung.bell)
    rung.listen("anna")
    rung.listen("bela")
    seen = []
    for count in ({}, {("web", "anna"): 2}, {("web", "anna"): 2}, {("web", "anna"): 3, ("web", "bela"): 1}):
        lines.count = count
        watch.look()
        seen.append(rung.woken[:])
        rung.woken.clear()
    assert seen == [[], ["anna"], [], ["anna", "bela"]]


def test_whoever_comes_back_is_rung_for_what_was_said_meanwhile():
    rung, lines = Rung(), Lines()
    watch = Watch(lines, rung.bell)
    lines.count = {("web", "anna"): 2}
    stop = rung.listen("anna")
    watch.look()
    stop()
    watch.look()
    rung.listen("anna")
    watch.look()
    assert rung.woken == ["anna", "anna"]
