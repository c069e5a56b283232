"""A city's street files, read and counted: lines become streets, address points give them their house numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import hypot
from pathlib import Path

from city.loading.streets.columns import LATITUDES, LONGITUDES, WHOLE_NAMES, Columns, leading_digits
from city.loading.streets.houses import with_houses
from city.loading.streets.raw import UNREAD, Pair, RawEntry, read_entries
from city.loading.streets.whereabouts import check_pairs
from city.records.model import Street
from core.errors import CityDataError
from core.model import Position

STEMS = ("streets", "addresses")
SUFFIXES = (".geojson", ".json", ".geojsonl", ".geojsonseq", ".osm", ".xml", ".csv", *UNREAD)
"""`streets.geojson`, `streets.osm`, `addresses.csv` ...: what is in a file its content tells."""

ROLES = frozenset({"name", "number", "street", "latitude", "longitude", "from", "to"})
"""What `[street_fields]` in city.toml may name."""

NO_STREETS = frozenset({"proposed", "construction", "platform", "bus_stop", "steps", "elevator", "corridor"})
"""Values of OpenStreetMap's `highway` that nobody lives at, or can walk on yet."""

LONGEST_NAME = 200


@dataclass
class StreetCounts:
    """What street files held, for the operator: what was taken, and what was left out and why."""

    pieces: int = 0
    streets: int = 0
    numbered: int = 0
    houses: int = 0
    left_out: Counter[str] = field(default_factory=Counter)

    def sentences(self) -> list[str]:
        """The counts as lines for people."""
        if not (self.pieces or self.left_out):
            return ["No streets: places are believed as they are written."]
        taken = {
            "Streets": self.streets,
            "in pieces": self.pieces,
            "pieces with house numbers": self.numbered,
            "address points": self.houses,
        }
        lines = [f"{_listed(taken)}."]
        return (
            [*lines, f"Left out: {_listed(dict(sorted(self.left_out.items())))}."] if self.left_out else lines
        )


@dataclass(frozen=True, slots=True)
class StreetFiles:
    """The streets of a city and what was counted while they were read."""

    streets: tuple[Street, ...] = ()
    counts: StreetCounts = field(default_factory=StreetCounts)


House = tuple[str, int, Position]


def street_files_in(folder: Path) -> list[Path]:
    """The street files of a folder, in a fixed order."""
    named = [folder / f"{stem}{suffix}" for stem in STEMS for suffix in SUFFIXES]
    also = [folder / f"{stem}.osm{suffix}" for stem in STEMS for suffix in UNREAD]
    return [path for path in (*named, *also) if path.is_file()]


def read_streets(folder: Path, centre: Position | None, own: Mapping[str, str]) -> StreetFiles:
    """Read all street files of a city. `own` are the city's own names of fields by their role. Raises `CityDataError`."""
    if unknown := own.keys() - ROLES:
        raise CityDataError(
            f"city.toml, street_fields: {', '.join(sorted(unknown))} is unknown; expected {', '.join(sorted(ROLES))}."
        )
    counts, streets, houses = StreetCounts(), list[Street](), list[House]()
    for file in street_files_in(folder):
        lines, points = _read_file(file, centre, Columns(own), counts)
        streets += lines
        houses += points
    counts.houses = len(houses)
    laid = with_houses(streets, houses) if houses else streets
    counts.pieces = len(laid)
    counts.numbered = sum(street.from_number is not None for street in laid)
    counts.streets = len({street.name.casefold() for street in laid})
    return StreetFiles(tuple(laid), counts)


def _read_file(
    file: Path, centre: Position | None, columns: Columns, counts: StreetCounts
) -> tuple[list[Street], list[House]]:
    entries = [_with_point(entry, columns) for entry in read_entries(file)]
    check_pairs(file.name, [pair for entry in entries for pair in _pairs_of(entry)], centre)
    is_tagged = any("highway" in entry.fields for entry in entries)
    streets, houses = list[Street](), list[House]()
    before = counts.left_out.copy()
    for entry in entries:
        why = _why_left_out(entry, columns, is_tagged=is_tagged)
        if why:
            counts.left_out[why] += 1
        elif entry.lines:
            streets += _pieces_of(entry, columns, file.name)
        else:
            houses.append(_house_of(entry, columns))
    if entries and not (streets or houses):
        raise CityDataError(_nothing_read(file.name, entries, counts.left_out - before))
    return streets, houses


def _with_point(entry: RawEntry, columns: Columns) -> RawEntry:
    """A row of a table has its point in two columns."""
    if entry.lines or entry.point:
        return entry
    try:
        longitude = float(columns.first(entry, "longitude", LONGITUDES))
        latitude = float(columns.first(entry, "latitude", LATITUDES))
    except ValueError:
        return entry
    return RawEntry(entry.where, entry.fields, point=(longitude, latitude))


def _pairs_of(entry: RawEntry) -> Iterator[Pair]:
    for line in entry.lines:
        yield from line
    if entry.point:
        yield entry.point


def _why_left_out(entry: RawEntry, columns: Columns, *, is_tagged: bool) -> str:
    """Why an entry is no street and no address, in words; empty when it is one."""
    if entry.lines:
        return _why_no_street(entry, columns, is_tagged=is_tagged)
    if entry.point is None:
        return "without a place on the map"
    number, street = columns.house(entry)
    if not street:
        return "points without an address"
    return "" if leading_digits(number) else "addresses without a number"


def _why_no_street(entry: RawEntry, columns: Columns, *, is_tagged: bool) -> str:
    """In OpenStreetMap rivers and railways have names as well: where anything is a `highway`, streets are."""
    if all(len(line) < 2 for line in entry.lines):
        return "without a place on the map"
    if is_tagged and (not entry.text("highway") or entry.text("highway") in NO_STREETS):
        return "lines that are no streets"
    return "" if columns.street_name(entry) else "streets without a name"


def _pieces_of(entry: RawEntry, columns: Columns, file: str) -> Iterator[Street]:
    """The street, a piece for each of its lines; house numbers are spread over them by their lengths."""
    name = columns.street_name(entry)
    if len(name) > LONGEST_NAME:
        raise CityDataError(
            f"{file}, {entry.where}: a name of {len(name)} letters is no street's; expected {LONGEST_NAME} at most."
        )
    lines = [line for line in entry.lines if len(line) > 1]
    first, last = columns.numbers(entry)
    aliases = columns.other_names(entry)
    shares = list(_shares(lines))
    for line, (start, end) in zip(lines, shares, strict=True):
        numbers = (
            (None, None)
            if first is None or last is None
            else (_between(first, last, start), _between(first, last, end))
        )
        yield Street(name, tuple(_position(pair, file, entry) for pair in line), aliases, *numbers)


def _shares(lines: Sequence[Sequence[Pair]]) -> Iterator[tuple[float, float]]:
    """From which to which share of the whole each line goes."""
    lengths = [sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(line)) for line in lines]
    whole, passed = sum(lengths) or 1.0, 0.0
    for length in lengths:
        yield passed / whole, (passed + length) / whole
        passed += length


def _between(first: int, last: int, share: float) -> int:
    return round(first + (last - first) * share)


def _house_of(entry: RawEntry, columns: Columns) -> House:
    number, street = columns.house(entry)
    longitude, latitude = entry.point or (0.0, 0.0)
    return street, leading_digits(number) or 0, Position(latitude, longitude)


def _position(pair: Pair, file: str, entry: RawEntry) -> Position:
    longitude, latitude = pair
    if not (abs(longitude) <= 180 and abs(latitude) <= 90):
        raise CityDataError(
            f"{file}, {entry.where}: {longitude}, {latitude} is no place on earth; expected longitude and latitude in degrees."
        )
    return Position(latitude, longitude)


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{what}: {count}" for what, count in counts.items())


def _nothing_read(file: str, entries: Iterable[RawEntry], left_out: Counter[str]) -> str:
    """Why a file with entries gave nothing: which fields it has, and which are known."""
    names = sorted({name for entry in entries for name in entry.fields})
    return (
        f"{file} has no street and no address (left out: {_listed(left_out)}). Its fields are {', '.join(names[:20]) or 'none'}; expected a name in one such as"
        f" {', '.join(WHOLE_NAMES[:4])}, or number and street of addresses: rename them, or name them in city.toml as"
        ' [street_fields] name = "...".'
    )
