"""The hours of the person desk, and who is on duty."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from city.people.person_desk import (
    LONGEST_DUTY,
    Hours,
    HoursError,
    Span,
    come_on_duty,
    go_off_duty,
    is_attended,
    on_duty,
    person_hours,
    read_span_list,
    set_hours,
    state_at,
)

CHICAGO = ZoneInfo("America/Chicago")
OFFICE = Hours(
    {day: (Span(time(8, 30), time(12)), Span(time(13), time(16, 30))) for day in range(5)},
    (date(2026, 12, 25),),
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("8:30-16:30", "08:30-16:30"),
        (" 08:30 – 12:00 , 13:00-16:30", "08:30-12:00, 13:00-16:30"),
        ("8.30 to 12.00; 13.00 to 16.30", "08:30-12:00, 13:00-16:30"),
        ("9:00 a 14:00", "09:00-14:00"),
    ],
)
def test_hours_are_read_as_people_write_them(text, shown):
    assert ", ".join(map(str, read_span_list(0, text))) == shown


@pytest.mark.parametrize("text", ["9 to 5", "16:30-8:30", "8:00-12:00, 11:00-13:00", "25:00-26:00", "always"])
def test_hours_that_cannot_be_name_their_weekday(text):
    with pytest.raises(HoursError) as wrong:
        read_span_list(3, text)
    assert (wrong.value.weekday, wrong.value.text) == (3, text)


@pytest.mark.parametrize(
    ("now", "is_open", "next_change"),
    [
        ("2026-11-23 09:00", True, "2026-11-23 12:00"),
        ("2026-11-23 12:00", False, "2026-11-23 13:00"),
        ("2026-11-23 16:30", False, "2026-11-24 08:30"),
        ("2026-11-21 10:00", False, "2026-11-23 08:30"),
        ("2026-12-24 20:00", False, "2026-12-28 08:30"),
        ("2026-03-06 20:00", False, "2026-03-09 08:30"),
    ],
    ids=["open", "lunch", "evening", "weekend", "holiday and weekend", "over the change of the clocks"],
)
def test_it_is_known_when_the_desk_opens_and_closes_in_the_citys_time(session, now, is_open, next_change):
    set_hours(session, OFFICE)
    here = datetime.fromisoformat(now).replace(tzinfo=CHICAGO)
    state = state_at(session, here.astimezone(UTC), CHICAGO)
    change = state.closes if is_open else state.opens
    assert (state.hours_known, state.is_open, f"{change:%Y-%m-%d %H:%M}") == (True, is_open, next_change)


def test_without_a_timetable_nothing_is_claimed(session):
    state = state_at(session, datetime(2026, 11, 21, 3, tzinfo=UTC), CHICAGO)
    assert (state.hours_known, state.opens, state.attended) == (False, None, None)


def test_a_desk_that_never_opens_promises_no_time(session):
    days = tuple(date(2026, 11, 20) + timedelta(days=number) for number in range(90))
    set_hours(session, Hours(OFFICE.weekdays, days))
    state = state_at(session, datetime(2026, 11, 21, 3, tzinfo=UTC), CHICAGO)
    assert (state.hours_known, state.is_open, state.opens) == (True, False, None)


def test_the_timetable_comes_back_as_it_was_written(session):
    set_hours(session, OFFICE)
    assert person_hours(session) == OFFICE
    set_hours(session, Hours())
    assert not person_hours(session).are_set


def test_somebody_on_duty_is_there_until_they_go_or_have_forgotten_to(session):
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert is_attended(session, noon) is None
    come_on_duty(session, "staff-1", "Ana", noon)
    come_on_duty(session, "staff-2", "Ben", noon)
    go_off_duty(session, "staff-2", noon + timedelta(hours=1))
    later = noon + timedelta(hours=2)
    assert [colleague.name for colleague in on_duty(session, later)] == ["Ana"]
    assert is_attended(session, later) is True
    assert is_attended(session, noon + LONGEST_DUTY) is False
