"""The circuit breaker: when it lets calls through, and how soon it tries again."""

from __future__ import annotations

import pytest

from nlu.breaker import CircuitBreaker


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def breaker(clock):
    return CircuitBreaker(failures_to_open=3, first_pause=1.0, longest_pause=5.0, clock=clock)


def test_it_stays_closed_below_the_number_of_failures(breaker):
    breaker.failed()
    breaker.failed()

    assert breaker.is_closed


def test_it_opens_at_the_number_of_failures(breaker):
    for _ in range(3):
        breaker.failed()

    assert not breaker.is_closed


def test_a_refused_connection_opens_it_at_once(breaker):
    breaker.failed(surely_down=True)

    assert not breaker.is_closed


def test_a_success_in_between_starts_the_count_again(breaker):
    breaker.failed()
    breaker.failed()
    breaker.succeeded()
    breaker.failed()
    breaker.failed()

    assert breaker.is_closed


def test_nobody_probes_before_the_pause_is_over(breaker, clock):
    breaker.failed(surely_down=True)
    clock.now += 0.9

    assert not breaker.may_probe()


def test_only_one_probes_when_the_pause_is_over(breaker, clock):
    breaker.failed(surely_down=True)
    clock.now += 1.0

    assert [breaker.may_probe() for _ in range(3)] == [True, False, False]


def test_a_probe_that_never_comes_back_does_not_keep_others_from_probing_later(breaker, clock):
    breaker.failed(surely_down=True)
    clock.now += 1.0
    assert breaker.may_probe()
    clock.now += 1.0

    assert breaker.may_probe()


def test_the_pause_doubles_up_to_the_longest(breaker, clock):
    breaker.failed(surely_down=True)
    pauses = []
    for _ in range(5):
        waited = 0.0
        while not breaker.may_probe():
            clock.now += 0.5
            waited += 0.5
        breaker.failed()
        pauses.append(waited)

    assert pauses == [1.0, 2.0, 4.0, 5.0, 5.0]


def test_a_probe_that_went_well_closes_it_and_the_next_pause_is_short_again(breaker, clock):
    breaker.failed(surely_down=True)
    clock.now += 1.0
    breaker.may_probe()
    breaker.failed()
    breaker.succeeded()
    assert breaker.is_closed

    breaker.failed(surely_down=True)
    clock.now += 1.0
    assert breaker.may_probe()
