"""What is done again and again comes when it is due, and one task that fails takes no other with it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.errors import CitylineError
from core.schedule import Marks, Rounds, ScheduledTask
from tests.support.builders import NOON
from tests.support.databases import open_database

LOOKS = 20
"""More than any of these days needs."""


class Ticking:
    """A monotonic clock that is moved by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


class Day:
    """Rounds over a few tasks, and what was done when."""

    def __init__(self, **seconds: float) -> None:
        self.ticking = Ticking()
        self.done: list[tuple[float, str]] = []
        self.faults: dict[str, Exception] = {}
        self.took: dict[str, float] = {}
        tasks = [
            ScheduledTask(name, every, lambda name=name: self.do(name)) for name, every in seconds.items()
        ]
        self.rounds = Rounds(tasks, self.ticking)

    def do(self, name: str) -> None:
        self.done.append((self.ticking.seconds - 1000, name))
        self.ticking.seconds += self.took.get(name, 0)
        if name in self.faults:
            raise self.faults[name]

    def until(self, end: float) -> list[tuple[float, str]]:
        """Do what is due, as often as the rounds say, up to this second."""
        for _ in range(LOOKS):
            if self.ticking.seconds - 1000 <= end:
                self.ticking.seconds += self.rounds.do_what_is_due()
        return self.done


def test_everything_is_done_at_the_start_and_then_each_at_its_own_pace():
    assert Day(often=10, seldom=25).until(30) == [
        (0, "often"),
        (0, "seldom"),
        (10, "often"),
        (20, "often"),
        (25, "seldom"),
        (30, "often"),
    ]


def test_it_tells_how_long_nothing_is_due():
    day = Day(often=10, seldom=25)
    assert day.rounds.do_what_is_due() == 10
    day.ticking.seconds += 4
    assert day.rounds.do_what_is_due() == 6


def test_a_pause_begins_when_the_task_has_ended():
    day = Day(slow=10)
    day.took["slow"] = 7
    assert [at for at, _ in day.until(40)] == [0, 17, 34]


def test_what_became_due_while_another_took_long_is_done_at_once():
    day = Day(slow=100, quick=5)
    day.took["slow"] = 60
    day.rounds.do_what_is_due()
    assert day.done == [(0, "slow"), (60, "quick")]


@pytest.mark.parametrize(
    "fault",
    [CitylineError("The provider does not answer."), ValueError("a mistake of ours")],
    ids=["ours", "any"],
)
def test_a_task_that_fails_has_its_turn_again_and_others_have_theirs(fault):
    day = Day(bad=10, good=10)
    day.faults["bad"] = fault
    assert day.until(15) == [(0, "bad"), (0, "good"), (10, "bad"), (10, "good")]


def test_rounds_without_a_task_begin_and_end():
    rounds = Rounds([])
    rounds.start()
    rounds.stop()


def test_rounds_that_were_never_begun_can_be_stopped():
    Day(often=1).rounds.stop()


def test_a_started_round_is_done_before_the_stop_is_over():
    day = Day(often=1000)
    day.rounds.start()
    day.rounds.stop()
    assert day.done in ([], [(0, "often")])
    assert not day.rounds._thread.is_alive()


def test_how_far_something_has_come_is_kept_over_a_restart(tmp_path):
    url = f"sqlite:///{tmp_path / 'marks.sqlite'}"
    with open_database(url) as database:
        marks = Marks(database)
        assert marks.get("missed_texts") is None
        marks.put("missed_texts", NOON)
        marks.put("other", NOON - timedelta(days=1))
        marks.put("missed_texts", NOON + timedelta(hours=1))
    with open_database(url) as again:
        assert Marks(again).get("missed_texts") == NOON + timedelta(hours=1)
        assert Marks(again).get("other") == NOON - timedelta(days=1)
