"""Which days come to a house: areas, sides, every other week, days of the month, dates, seasons, holidays."""

from __future__ import annotations

from datetime import date

import pytest

from city.facts.calendars import AddressBook, House, next_collections
from city.facts.holidays import HolidayCalendar
from city.records.facts import AddressCalendar, AddressRange, Area, CalendarRound
from city.records.model import Holiday

BOOK = AddressBook(
    [
        Area("A", ranges=(AddressRange("Elm Street", 1, 299), AddressRange("Oak Street", side="even"))),
        Area("B", ranges=(AddressRange("Elm Street", 300, None), AddressRange("Oak Street", side="odd"))),
        Area("town", ranges=(AddressRange("Elm Street"), AddressRange("Oak Street"))),
    ]
)
THANKSGIVING = Holiday("thanksgiving", {"en": "Thanksgiving"}, (date(2026, 11, 26),))
CAROLS = Holiday("carols", {"en": "Carols"}, (date(2026, 11, 24),), closes=False)
HOLIDAYS = HolidayCalendar([THANKSGIVING, CAROLS])


def days(calendar: AddressCalendar, first: str, count: int = 3) -> list[str]:
    """The next days of all its rounds; with what was planned where that was another day, in brackets where it is cancelled."""
    found = next_collections(calendar, calendar.rounds, HOLIDAYS, date.fromisoformat(first), count)
    return [
        f"({each.day})"
        if each.cancels
        else f"{each.day}" + (f" for {each.planned}" if each.day != each.planned else "")
        for each in found
    ]


def calendar(on_holidays: str = "", holidays: tuple[str, ...] = (), **fields: object) -> AddressCalendar:
    """A calendar of one round."""
    each = CalendarRound("town", **fields)  # type: ignore[arg-type]
    return AddressCalendar("c", {"en": "C"}, rounds=(each,), on_holidays=on_holidays, holidays=holidays)


@pytest.mark.parametrize(
    ("fields", "first", "expected"),
    [
        ({"days": "Mo"}, "2026-11-24", ["2026-11-30", "2026-12-07", "2026-12-14"]),
        ({"days": "Mo"}, "2026-11-30", ["2026-11-30", "2026-12-07", "2026-12-14"]),
        ({"days": "Mo,Th"}, "2026-12-01", ["2026-12-03", "2026-12-07", "2026-12-10"]),
        (
            {"days": "We", "every": 2, "first": date(2026, 1, 5)},
            "2026-12-20",
            ["2026-12-23", "2027-01-06", "2027-01-20"],
        ),
        ({"days": "Tu[1,3] 08:00-11:00"}, "2026-11-24", ["2026-12-01", "2026-12-15", "2027-01-05"]),
        ({"days": "Apr-Oct Tu[2]"}, "2026-10-01", ["2026-10-13", "2027-04-13", "2027-05-11"]),
        ({"days": "Fr", "last": date(2026, 12, 4)}, "2026-11-24", ["2026-11-27", "2026-12-04"]),
        ({"dates": (date(2026, 9, 19), date(2026, 12, 5))}, "2026-11-24", ["2026-12-05"]),
    ],
)
def test_the_next_days_of_a_round(fields, first, expected):
    assert days(calendar(**fields), first) == expected


@pytest.mark.parametrize(
    ("on_holidays", "holidays", "weekday", "expected"),
    [
        ("later", (), "Th", ["2026-11-27 for 2026-11-26", "2026-12-03"]),
        ("later", (), "Fr", ["2026-11-28 for 2026-11-27", "2026-12-04"]),
        ("later", (), "We", ["2026-11-25", "2026-12-02"]),
        ("later", ("carols",), "We", ["2026-11-26 for 2026-11-25", "2026-12-02"]),
        ("skip", (), "Th", ["(2026-11-26)", "2026-12-03", "2026-12-10"]),
        ("skip", (), "Fr", ["2026-11-27", "2026-12-04"]),
        ("", (), "Th", ["2026-11-26", "2026-12-03"]),
    ],
)
def test_what_a_holiday_does(on_holidays, holidays, weekday, expected):
    found = days(calendar(on_holidays, holidays, days=weekday), "2026-11-24", 2)
    assert found == expected


def test_a_day_that_was_moved_into_today_still_comes():
    assert days(calendar("later", days="Fr"), "2026-11-28", 1) == ["2026-11-28 for 2026-11-27"]


@pytest.mark.parametrize(
    ("house", "areas"),
    [
        (House("Elm Street", 12), [("A",)]),
        (House("elm street", 300), [("B",)]),
        (House("Oak Street", 12), [("A",)]),
        (House("Oak Street", 13), [("B",)]),
        (House("Elm Street"), [("A",), ("B",)]),
        (House("Fir Street", 1), []),
    ],
)
def test_a_house_has_its_rounds_and_a_street_all_that_differ(house, areas):
    both = AddressCalendar("c", {}, rounds=(CalendarRound("A", days="Mo"), CalendarRound("B", days="Tu")))
    assert [tuple(each.area for each in found) for found in BOOK.rounds_at(both, house)] == areas


def test_a_side_of_the_street_may_have_days_of_its_own():
    sides = AddressCalendar(
        "c", {}, rounds=(CalendarRound("town", "even", "Mo"), CalendarRound("town", "odd", "Tu"))
    )
    assert [found[0].days for found in BOOK.rounds_at(sides, House("Elm Street", 12))] == ["Mo"]
    assert [found[0].days for found in BOOK.rounds_at(sides, House("Elm Street"))] == ["Tu", "Mo"]
