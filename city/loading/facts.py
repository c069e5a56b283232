"""Reading what a city folder says by address: areas with their houses, and calendars."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from city.loading.entries import check_entry, read_entries
from city.loading.fact_schema import AreaEntry, CalendarEntry, RangeEntry
from city.loading.tables import read_table
from city.places.addresses import read_name
from city.places.tokens import tokenize
from city.records.facts import AddressCalendar, AddressRange, Area
from city.records.model import Holiday, Street
from core.errors import CityDataError

FILES = ("areas.json", "areas.csv", "calendars.json")
RANGE_COLUMNS = ("area", "street")


def read_areas(folder: Path, streets: Sequence[Street]) -> tuple[Area, ...]:
    """The areas of areas.json with the houses that areas.csv gives them, on streets of the city's map where it has one."""
    entries = read_entries(folder, "areas.json", AreaEntry)
    ranges: dict[str, list[AddressRange]] = {entry.code: [] for entry in entries}
    names = {_name_key(name): street.name for street in streets for name in (*street.aliases, street.name)}
    for line, row in read_table(folder / "areas.csv", RANGE_COLUMNS):
        entry = check_entry(RangeEntry, row, "areas.csv", f"line {line}")
        _require_known("areas.csv", f"line {line}, area", entry.area, ranges, "areas.json")
        street = names.get(_name_key(entry.street), "" if names else entry.street)
        if not street:
            raise CityDataError(
                f"areas.csv, line {line}, street: {entry.street!r} is no street of the city's map."
            )
        ranges[entry.area].append(entry.value(street))
    return tuple(entry.value(tuple(ranges[entry.code])) for entry in entries)


def read_calendars(
    folder: Path, areas: Sequence[Area], holidays: Sequence[Holiday]
) -> tuple[AddressCalendar, ...]:
    """The calendars of calendars.json; their areas and holidays have to be known."""
    calendars = tuple(entry.value() for entry in read_entries(folder, "calendars.json", CalendarEntry))
    known_areas = {area.code for area in areas}
    known_holidays = {holiday.code for holiday in holidays}
    for number, calendar in enumerate(calendars, start=1):
        entry = f"entry {number} ({calendar.code})"
        for at, each in enumerate(calendar.rounds):
            where = f"{entry}, rounds.{at}.area"
            _require_known("calendars.json", where, each.area, known_areas, "areas.json")
        for code in calendar.holidays:
            _require_known("calendars.json", f"{entry}, holidays", code, known_holidays, "holidays.json")
    return calendars


def _name_key(name: str) -> tuple[str, str, str]:
    """A street's name however it is written: `MILL RD` is Mill Road."""
    read = read_name(tokenize(name))
    return (read.core, read.kind, read.direction) if read else (name.casefold(), "", "")


def _require_known(file: str, where: str, code: str, known: Collection[str], other: str) -> None:
    if code not in known:
        raise CityDataError(f"{file}, {where}: {code!r} is not in {other}.")
