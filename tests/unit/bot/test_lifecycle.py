"""The start and the stop of an installation: in which order, and what becomes of a part that does not come up."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from bot.lifecycle import LifeCycle, WarmUp
from bot.workers import ParkedMessages, Workers
from channels.vendor import ChannelBinding
from core.errors import CitylineError, NluUnavailable


@dataclass
class Log:
    """What was done to the parts, in order."""

    lines: list[str] = field(default_factory=list)

    def part(self, name: str) -> LoggedPart:
        return LoggedPart(self, name)


@dataclass
class LoggedPart:
    log: Log
    name: str

    def __getattr__(self, doing: str):
        return lambda *_: self.log.lines.append(f"{doing} {self.name}")


class LoggedWarmUp:
    """A warm-up that ends as it is told."""

    def __init__(self, log: Log, error: Exception | None = None) -> None:
        self.log, self.error = log, error
        self.nlu, self.city = log.part("nlu"), log.part("city")

    def __call__(self) -> None:
        self.log.lines.append("warm up")
        if self.error:
            raise self.error


@pytest.fixture
def log():
    return Log()


def life_of(log: Log, error: Exception | None = None) -> LifeCycle:
    door = log.part("door")
    return LifeCycle(
        LoggedWarmUp(log, error),
        Workers(*map(log.part, ("urgent", "inbox", "outbox", "files", "jobs"))),
        log.part("rounds"),
        log.part("watch"),
        (ChannelBinding([], begin=door.begin, end=door.end),),
        log.part("database"),
    )


WORKERS = ["urgent", "inbox", "outbox", "files", "jobs"]
STARTED = [
    "warm up",
    *(f"start {name}" for name in WORKERS),
    "start rounds",
    "start watch",
    "begin door",
]


def test_what_is_slow_comes_first_and_doors_open_last(log):
    life = life_of(log)
    life.when_ready.append(lambda: log.lines.append("ready"))
    life.start()
    assert log.lines == [*STARTED, "ready"]


@pytest.mark.parametrize("error", [CitylineError("no Rasa"), NluUnavailable("no Rasa")])
def test_without_a_part_that_does_not_come_up_the_rest_serves(log, error):
    life_of(log, error).start()
    assert log.lines == STARTED


def refuse(sentence: str):
    def step(*_: object) -> None:
        raise CitylineError(sentence)

    return step


def test_danger_is_learned_though_rasa_cannot_be_started(log):
    nlu, services = log.part("nlu"), log.part("services")
    nlu.start = refuse("No Rasa.")
    services.languages, services.language_of = ("en",), log.part("languages")
    services.assistant = SimpleNamespace(context=log.part("assistant"))
    with pytest.raises(CitylineError, match=r"No Rasa\."):
        WarmUp(nlu, log.part("danger"), log.part("city"), log.part("library"), services)()
    assert log.lines == [
        "load danger",
        "warm city",
        "ask library",
        "warm assistant",
        "detector languages",
    ]


def test_all_that_cannot_be_started_is_said_at_once(log):
    danger, nlu, services = log.part("danger"), log.part("nlu"), log.part("services")
    danger.load, nlu.wait_until_ready = refuse("No encoder."), refuse("No Rasa.")
    services.languages, services.language_of = ("en",), log.part("languages")
    services.assistant = SimpleNamespace(context=log.part("assistant"))
    with pytest.raises(CitylineError, match=r"^No encoder\. No Rasa\.$"):
        WarmUp(nlu, danger, log.part("city"), log.part("library"), services)()


def test_a_fault_of_ours_starts_nothing_and_tells_who_waits(log):
    life = life_of(log, ZeroDivisionError())
    life.when_ready.append(lambda: log.lines.append("ready"))
    life.when_failed.append(lambda: log.lines.append("failed"))
    life.start_in_background().join(30)
    assert log.lines == ["warm up", "failed"]


def test_the_stop_ends_new_work_before_the_workers_and_the_doors_after_them(log):
    life_of(log).stop()
    assert log.lines == [
        "stop rounds",
        "stop watch",
        *(f"stop {name}" for name in WORKERS),
        "end door",
        "stop nlu",
        "close city",
        "dispose database",
    ]


def test_all_workers_are_woken(log):
    life_of(log).workers.wake()
    assert log.lines == [f"wake {name}" for name in WORKERS]


class SwitchableNlu:
    up = False

    def is_up(self) -> bool:
        return self.up


class ParkingQueue:
    """Counts how often what is parked is let go."""

    def __init__(self) -> None:
        self.let_go = 0

    def unpark(self) -> int:
        self.let_go += 1
        return 1


def test_parked_messages_go_on_when_the_nlu_is_back_and_are_looked_for_twice_a_second():
    nlu, queue, now = SwitchableNlu(), ParkingQueue(), [100.0]
    parked = ParkedMessages(nlu, queue, ticking=lambda: now[0])
    parked.welcome_back()
    assert queue.let_go == 0
    nlu.up = True
    parked.welcome_back()  # too soon after the last look
    assert queue.let_go == 0
    now[0] += 0.5
    parked.welcome_back()
    assert queue.let_go == 1
