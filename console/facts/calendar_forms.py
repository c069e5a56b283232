"""The forms of calendars by address and of the areas that they come to, read into facts."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from actions.reading.calendar_questions import FindPlaces
from city.facts.book import FactBook
from city.facts.opening import read_days
from city.records.facts import AddressCalendar, AddressRange, Area, CalendarRound
from console.facts.forms import SentFact, read_day

ON_HOLIDAYS = ("", "later", "skip")
SIDES = ("", "even", "odd")
MOST_WEEKS = 52
_RANGE = re.compile(
    r"(?P<street>[^;,]+?)\s*(?:[;,]\s*(?P<first>\d*)\s*[-–]\s*(?P<last>\d*))?\s*(?:[;,]\s*(?P<side>even|odd))?\s*"
)


def read_calendar(sent: SentFact, before: AddressCalendar, book: FactBook) -> AddressCalendar:
    """A calendar with its rounds; a round without an area goes."""
    rounds = []
    for number in range(len(sent.form.several("area"))):
        area = sent.cells("area", number)
        if area in book.addresses.areas:
            rounds.append(_read_round(sent, number, area))
    on_holidays = sent.form.text("on_holidays")
    read = replace(
        before,
        name=sent.local("name", before.name),
        aliases=sent.words("aliases", before.aliases),
        rounds=tuple(rounds),
        on_holidays=on_holidays if on_holidays in ON_HOLIDAYS else before.on_holidays,
        holidays=tuple(code for code in sent.form.several("holiday") if code in _holidays_of(book)),
        remark=sent.local("remark", before.remark),
        source=sent.source(before.source),
    )
    if not read.name:
        sent.wrong(f"name_{sent.languages[0]}", "no_name")
    if not rounds:
        sent.wrong("area-0", "no_rounds")
    return read


def _holidays_of(book: FactBook) -> set[str]:
    return {holiday.code for holiday in book.holidays.all}


def _read_round(sent: SentFact, number: int, area: str) -> CalendarRound:
    days, side, every = (sent.cells(name, number) for name in ("days", "side", "every"))
    if days:
        try:
            read_days(days)
        except ValueError:
            sent.wrong(f"days-{number}", "days", written=days)
    first = read_day(sent, f"first-{number}", sent.cells("first", number))
    weeks = int(every) if every.isdecimal() and 1 <= int(every) <= MOST_WEEKS else 1
    if weeks > 1 and first is None:
        sent.wrong(f"first-{number}", "every")
    return CalendarRound(
        area,
        side if side in SIDES else "",
        days,
        weeks,
        first,
        read_day(sent, f"last-{number}", sent.cells("last", number)),
        _read_dates(sent, number),
    )


def _read_dates(sent: SentFact, number: int) -> tuple[date, ...]:
    """Days by themselves, with spaces or commas between."""
    written = re.split(r"[\s,;]+", sent.cells("dates", number))
    found = [day for each in written if (day := read_day(sent, f"dates-{number}", each))]
    return tuple(sorted(set(found)))


def read_area(sent: SentFact, before: Area, find_places: FindPlaces) -> Area:
    """An area with its houses, a line each: `Elm Street, 1-299, even`."""
    ranges = []
    written = str(sent.form.form.get("ranges") or "")  # longer than other fields may be
    for line in filter(None, map(str.strip, written.splitlines())):
        match = _RANGE.fullmatch(line)
        found = find_places(match["street"]) if match else ()
        if match is None:
            sent.wrong("ranges", "range", written=line)
        elif not found or found[0].kind != "street":
            sent.wrong("ranges", "street", written=match["street"])
        else:
            ranges.append(_range_of(found[0].label, match))
    return replace(
        before,
        name=sent.local("name", before.name),
        aliases=sent.words("aliases", before.aliases),
        ranges=tuple(ranges),
    )


def _range_of(street: str, match: re.Match[str]) -> AddressRange:
    first, last = (int(match[name]) if match[name] else None for name in ("first", "last"))
    return AddressRange(street, first, last, match["side"] or "")


def write_ranges(area: Area) -> str:
    """The houses of an area as its form has them."""
    lines = []
    for each in area.ranges:
        numbers = f"{each.first or ''}-{each.last or ''}" if each.first or each.last else ""
        lines.append(", ".join(filter(None, [each.street, numbers, each.side])))
    return "\n".join(lines)
