"""Reading the further facts of a city folder: areas with their houses, calendars, fees, contacts, and elections."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from city.loading.entries import check_entry, read_entries
from city.loading.fact_schema import (
    AreaEntry,
    CalendarEntry,
    ContactEntry,
    ElectionEntry,
    FeeEntry,
    RangeEntry,
)
from city.loading.schema import FIRST_LANGUAGE
from city.loading.tables import read_table
from city.loading.translations import read_translations
from city.places.addresses import read_name
from city.places.tokens import tokenize
from city.records.facts import AddressCalendar, AddressRange, Area, ContactPoint, Election, Fee, FeeRow
from city.records.model import Holiday, Street
from core.errors import CityDataError

FILES = ("areas.json", "areas.csv", "calendars.json", "fees.csv", "contacts.json", "elections.json")
RANGE_COLUMNS = ("area", "street")
FEE_COLUMNS = ("code", "name", "amount", "currency")
LOCAL_COLUMNS = ("name", "applies_to", "unit")
"""Columns of fees.csv that hold a text, in a further language under `name_es` and so on; `aliases` are words, parted by bars."""
SOURCE_COLUMNS = {"title": "source", "section": "section", "url": "url", "reviewed": "reviewed"}


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


def read_fees(folder: Path) -> tuple[Fee, ...]:
    """The fees of fees.csv, each with its rows."""
    translations = read_translations(folder)
    fees: dict[str, tuple[FeeEntry, list[FeeRow]]] = {}
    for line, row in read_table(folder / "fees.csv", FEE_COLUMNS):
        entry = check_entry(FeeEntry, translations.add_to(_fee_fields(row)), "fees.csv", f"line {line}")
        if entry.code not in fees and not entry.name:
            raise CityDataError(f"fees.csv, line {line}, name: the first line of {entry.code} needs one.")
        fees.setdefault(entry.code, (entry, []))[1].append(entry.value())
    return tuple(
        Fee(code, first.name, first.aliases, tuple(rows), first.source.value() if first.source else None)
        for code, (first, rows) in fees.items()
    )


def read_contacts(folder: Path, departments: Collection[str]) -> tuple[ContactPoint, ...]:
    """The contacts of contacts.json; their departments (codes) have to be known."""
    contacts = tuple(entry.value() for entry in read_entries(folder, "contacts.json", ContactEntry))
    for number, contact in enumerate(contacts, start=1):
        if contact.department:
            where = f"entry {number} ({contact.code}), department"
            _require_known("contacts.json", where, contact.department, departments, "departments.json")
    return contacts


def read_elections(
    folder: Path, areas: Sequence[Area], places: Collection[str], contacts: Sequence[ContactPoint]
) -> tuple[Election, ...]:
    """The elections of elections.json; their areas, places and contacts have to be known."""
    elections = tuple(entry.value() for entry in read_entries(folder, "elections.json", ElectionEntry))
    known_areas, known_contacts = {area.code for area in areas}, {contact.code for contact in contacts}
    for number, election in enumerate(elections, start=1):
        entry = f"entry {number} ({election.code})"
        for at, each in enumerate(election.polling):
            where = f"{entry}, polling.{at}"
            _require_known("elections.json", f"{where}.area", each.area, known_areas, "areas.json")
            _require_known("elections.json", f"{where}.place", each.place, places, "places.json")
        if election.contact:
            _require_known(
                "elections.json", f"{entry}, contact", election.contact, known_contacts, "contacts.json"
            )
    return elections


def _fee_fields(row: Mapping[str, str]) -> dict[str, Any]:
    """A line as an entry: texts by language, words as lists, the columns of its source together."""
    fields: dict[str, Any] = {
        name: row[name] for name in ("code", "amount", "currency", "since") if name in row
    }
    for name in LOCAL_COLUMNS:
        fields[name] = _by_language(row, name)
    fields["aliases"] = {
        language: [word.strip() for word in words.split("|")]
        for language, words in _by_language(row, "aliases").items()
    }
    source = {key: row[name] for key, name in SOURCE_COLUMNS.items() if row.get(name)}
    return fields | {"source": source or None}


def _by_language(row: Mapping[str, str], name: str) -> dict[str, str]:
    """What the columns of a text say: `name` in the first language, `name_es` in another."""
    return {
        FIRST_LANGUAGE if key == name else key.removeprefix(f"{name}_"): text
        for key, text in row.items()
        if text and (key == name or re.fullmatch(rf"{name}_[a-z]{{2,3}}", key))
    }


def _name_key(name: str) -> tuple[str, str, str]:
    """A street's name however it is written: `MILL RD` is Mill Road."""
    read = read_name(tokenize(name))
    return (read.core, read.kind, read.direction) if read else (name.casefold(), "", "")


def _require_known(file: str, where: str, code: str, known: Collection[str], other: str) -> None:
    if code not in known:
        raise CityDataError(f"{file}, {where}: {code!r} is not in {other}.")
