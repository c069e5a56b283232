"""What is made once is made once, however many threads ask for it at the same moment."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from core.once import made_once

THREADS = 16
PATIENCE = 30


@dataclass
class House:
    """Parts that count how often they are made, and take until every thread has asked."""

    made: list[str] = field(default_factory=list)
    asked: threading.Barrier = field(default_factory=lambda: threading.Barrier(THREADS))
    second: threading.Barrier = field(default_factory=lambda: threading.Barrier(2))
    slow: threading.Event = field(default_factory=threading.Event)

    @made_once
    def cellar(self) -> object:
        """The lowest part."""
        self.made.append("cellar")
        with suppress(threading.BrokenBarrierError):  # nobody else makes one meanwhile
            self.second.wait(0.2)
        return object()

    @made_once
    def roof(self) -> tuple[object]:
        self.made.append("roof")
        return (self.cellar,)

    @made_once
    def garden(self) -> str:
        assert self.slow.wait(PATIENCE)
        return "garden"

    @made_once
    def broken(self) -> str:
        self.made.append("broken")
        raise ValueError("not today")


@pytest.mark.parametrize("task", range(3))
@pytest.mark.parametrize("name", ["cellar", "roof"])
def test_all_threads_get_the_same_one(name, task):
    house = House()

    def ask(_number: int) -> object:
        house.asked.wait(PATIENCE)
        return getattr(house, name)

    with ThreadPoolExecutor(THREADS) as threads:
        got = list(threads.map(ask, range(THREADS)))
    assert {id(part) for part in got} == {id(getattr(house, name))}, task
    assert sorted(house.made) == sorted({"cellar", name})


def test_two_houses_have_their_own():
    assert House().cellar is not House().cellar


def test_a_part_that_takes_long_holds_up_nobody_who_needs_another():
    house = House()
    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(lambda: house.garden)
        assert house.roof == (house.cellar,)
        house.slow.set()
        assert waiting.result(PATIENCE) == "garden"


def test_a_part_that_could_not_be_made_is_tried_again():
    house = House()
    for _ in range(2):
        with pytest.raises(ValueError, match="not today"):
            _ = house.broken
    assert house.made == ["broken", "broken"]


def test_a_part_can_be_replaced_and_asked_for_without_making_it():
    house = House()
    assert "cellar" not in house.__dict__
    house.cellar = "another"
    assert house.roof == ("another",)
    assert house.made == ["roof"]


def test_the_class_shows_what_the_part_is():
    assert House.cellar.__doc__ == "The lowest part."
