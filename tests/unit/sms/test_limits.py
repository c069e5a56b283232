"""How fast and how dearly texts go out, with clocks that the tests turn themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from channels.sms.api import retry_after
from channels.sms.limits import MemorySpend, SegmentPace, until_midnight


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_each_text_gets_its_place_in_time_and_finds_it_kept():
    clock = Clock()
    pace = SegmentPace(1.0, 2, clock)
    waits = [pace.wait(f"text {number}", 1) for number in range(6)]
    assert waits == [0, 0, 1, 2, 3, 4]
    clock.seconds += 1
    assert pace.wait("text 5", 1) == 3
    assert pace.wait("text 2", 1) == 0
    clock.seconds += 3
    assert [pace.wait(f"text {number}", 1) for number in (3, 4, 5)] == [0, 0, 0]


def test_a_text_of_three_segments_takes_three_places():
    pace = SegmentPace(1.0, 3, Clock())
    assert pace.wait("first", 3) == 0
    assert pace.wait("second", 3) == 3


def test_silence_saves_up_one_burst_and_no_more():
    clock = Clock()
    pace = SegmentPace(10.0, 10, clock)
    clock.seconds += 3600
    waits = [pace.wait(str(number), 1) for number in range(12)]
    assert waits[:10] == [0] * 10
    assert waits[10:] == pytest.approx([0.1, 0.2])


def test_in_no_second_more_goes_out_than_the_rate_after_the_burst():
    clock = Clock()
    pace = SegmentPace(2.0, 1, clock)
    sent: list[float] = []
    waiting = {str(number): 0.0 for number in range(40)}
    while waiting:
        for key in list(waiting):
            if pace.wait(key, 1) == 0:
                sent.append(clock.seconds)
                del waiting[key]
        clock.seconds += 0.25
    assert max(sum(at <= other < at + 1 for other in sent) for at in sent) <= 3
    assert sent[-1] - sent[0] <= 20


def test_after_the_provider_asked_for_rest_nobody_goes():
    clock = Clock()
    pace = SegmentPace(100.0, 100, clock)
    pace.rest(7)
    assert pace.wait("one", 1) == 7
    clock.seconds += 6.5
    assert pace.wait("two", 1) == 0.5
    clock.seconds += 0.5
    assert pace.wait("one", 1) == pace.wait("two", 1) == 0


def test_places_of_who_never_came_back_are_forgotten():
    clock = Clock()
    pace = SegmentPace(1.0, 1, clock)
    pace.wait("first", 1)
    pace.wait("gone", 1)
    clock.seconds += 10_000
    assert pace.wait("new", 1) == 0
    assert "gone" not in pace._places


def test_spending_is_counted_by_the_day():
    now = [datetime(2026, 11, 21, 23, 59, tzinfo=UTC)]
    spend = MemorySpend(lambda: now[0])
    spend.add("a", 3, 0.03)
    spend.add("a", 1, 0.01)
    assert spend.spent_today() == pytest.approx(0.04)
    assert until_midnight(now[0]) == 60
    now[0] += timedelta(minutes=2)
    assert spend.spent_today() == 0


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        ("0.5", 0.5),
        ("Sat, 21 Nov 2026 12:00:30 GMT", 30),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 0),
        ("", 1),
        ("soon", 1),
        ("-5", 1),
        ("٣", 1),
        ("999999", 86_400),
    ],
)
def test_how_long_twilio_asks_to_wait(header, seconds):
    assert retry_after(header, datetime(2026, 11, 21, 12, tzinfo=UTC)) == seconds
