"""Opening hours as staff fill them in: a line of times for each weekday."""

from __future__ import annotations

import pytest

from city.facts.opening import read_opening
from city.facts.week import OpeningWeek, opening_of_week, read_times, week_of


@pytest.mark.parametrize(
    ("written", "times"),
    [
        ("9-5", "09:00-17:00"),
        ("9:00-17:00", "09:00-17:00"),
        ("8:30 am - 4:30 pm", "08:30-16:30"),
        ("8.30 to 4.30", "08:30-16:30"),
        ("9 a.m. to 5 p.m.", "09:00-17:00"),
        ("9h30 a 13h00", "09:30-13:00"),
        ("10-12, 1 pm-4 pm", "10:00-12:00,13:00-16:00"),
        ("8-12 and 13-17", "08:00-12:00,13:00-17:00"),
        ("12 pm to 6 pm", "12:00-18:00"),
        ("9-11 am", "09:00-11:00"),
        ("6 pm-24:00", "18:00-24:00"),
        ("closed", ""),
        ("", ""),
        ("-", ""),
    ],
)
def test_times_are_read_as_people_write_them(written, times):
    assert read_times(written) == times


@pytest.mark.parametrize(
    "written", ["nine to five", "9", "9-", "17:00-9:00 am", "25-26", "9:75-10", "9-12, 11-13", "9-5 Mondays"]
)
def test_other_times_are_not_guessed(written):
    assert read_times(written) is None


@pytest.mark.parametrize(
    ("opening", "times", "holidays"),
    [
        (
            "Mo-Fr 08:30-16:30; Th 08:30-19:00; PH off",
            "08:30-16:30|08:30-16:30|08:30-16:30|08:30-19:00|08:30-16:30||",
            True,
        ),
        ("24/7", "|".join(["00:00-24:00"] * 7), False),
        ("Mo,We 08:00-12:00,13:00-17:00", "08:00-12:00,13:00-17:00||08:00-12:00,13:00-17:00||||", False),
    ],
)
def test_a_plain_week_is_shown_day_by_day_and_kept_as_it_was_written(opening, times, holidays):
    week = week_of(opening)
    assert week == OpeningWeek(tuple(times.split("|")), holidays)
    assert opening_of_week(week, before=opening) == opening
    assert week_of(opening_of_week(week)) == week


@pytest.mark.parametrize(
    "opening", ["Apr-Oct We 08:00-18:00", "Sa[1,3] 09:00-12:00", "Mo-Fr 08:00-12:00; PH 10:00-14:00"]
)
def test_what_a_week_cannot_say_is_told(opening):
    assert week_of(opening) is None
    assert read_opening(opening)


def test_days_on_end_are_written_together():
    week = OpeningWeek(("09:00-17:00",) * 3 + ("",) + ("09:00-12:00",) * 2 + ("",), closes_on_holidays=True)
    assert opening_of_week(week) == "Mo-We 09:00-17:00; Fr-Sa 09:00-12:00; PH off"
    assert opening_of_week(OpeningWeek(("",) * 7, closes_on_holidays=True)) == ""
