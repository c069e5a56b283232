"""Opening hours are read from OpenStreetMap's way of writing them, and told for every day."""

from __future__ import annotations

from datetime import date

import pytest

from city.facts.opening import OpeningHours, read_opening

MONDAY, THURSDAY, SATURDAY, SUNDAY = (date(2026, 11, day) for day in (23, 26, 28, 29))


def told(hours: OpeningHours, day: date, *, holiday: bool = False) -> str:
    return ",".join(
        f"{span.opens // 60}:{span.opens % 60:02}-{span.closes // 60}:{span.closes % 60:02}"
        for span in hours.on(day, holiday=holiday)
    )


@pytest.mark.parametrize(
    ("text", "day", "expected"),
    [
        ("Mo-Fr 08:30-16:30; Th 08:30-19:00", MONDAY, "8:30-16:30"),
        ("Mo-Fr 08:30-16:30; Th 08:30-19:00", THURSDAY, "8:30-19:00"),
        ("Mo-Fr 08:30-16:30; Th 08:30-19:00", SUNDAY, ""),
        ("Mo-Fr 08:00-12:00,13:00-17:00", MONDAY, "8:00-12:00,13:00-17:00"),
        ("Tu,Th 15:00-18:30; Sa 09:00-12:00", THURSDAY, "15:00-18:30"),
        ("Fr-Mo 10:00-16:00", SUNDAY, "10:00-16:00"),
        ("Fr-Mo 10:00-16:00", THURSDAY, ""),
        ("07:00-21:00", SUNDAY, "7:00-21:00"),
        ("24/7", SUNDAY, "0:00-24:00"),
        ("Su off; Sep-May Su 13:00-17:00", SUNDAY, "13:00-17:00"),
        ("Jun 20-Aug 30 11:00-19:00", SUNDAY, ""),
        ("Jun 20-Aug 30 11:00-19:00", date(2026, 6, 20), "11:00-19:00"),
        ("Jun 20-Aug 30 11:00-19:00", date(2026, 8, 31), ""),
        ("Nov-Feb 09:00-15:00", date(2026, 2, 28), "9:00-15:00"),
        ("Sa[4] 09:00-12:00", SATURDAY, "9:00-12:00"),
        ("Sa[1,3] 09:00-12:00", SATURDAY, ""),
        ("Mo-Su 09:00-17:00; Nov 26 off", THURSDAY, ""),
    ],
)
def test_a_day_has_its_hours(text, day, expected):
    assert told(read_opening(text), day) == expected


def test_holidays_have_the_last_word_where_it_is_theirs():
    hours = read_opening("Mo-Fr 08:30-16:30; PH off")
    assert (told(hours, MONDAY), told(hours, MONDAY, holiday=True)) == ("8:30-16:30", "")
    assert hours.is_closed_for_holiday(MONDAY)
    assert told(read_opening("Mo-Fr 08:30-16:30; PH 10:00-12:00"), MONDAY, holiday=True) == "10:00-12:00"
    assert not read_opening("Mo-Fr 08:30-16:30").is_closed_for_holiday(MONDAY)


@pytest.mark.parametrize(
    "text",
    [
        "Mo-Fr",
        "Mon-Fri 9-5",
        "Mo-Fr 16:00-08:00",
        "Mo-Fr 08:75-09:00",
        "Mo 10:00-12:00,11:00-13:00",
        "Feb 30 off",
        ";",
        "by chance",
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(text):
    with pytest.raises(ValueError, match=r"expected|should|lacks"):
        read_opening(text)
