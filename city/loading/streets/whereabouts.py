"""Whether coordinates are where they should be: degrees, longitude first, near the city; and whether its clock is that of its place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from math import hypot
from statistics import median
from zoneinfo import ZoneInfo, available_timezones

from city.loading.streets.raw import Pair
from city.places.geometry import Plane
from city.records.model import CityProfile
from core.errors import CityDataError
from core.model import Position

FAR = 200.0
"""Kilometres from the city's centre beyond which streets are some other city's."""

MOST_HOURS = 4.0
"""Hours that a clock may differ from the sun's: 3 in the west of China, the most there is where people live in numbers."""


def check_pairs(file: str, pairs: Sequence[Pair], centre: Position | None) -> None:
    """Raises `CityDataError` where the points of a file are no degrees, have latitude first, or lie far from the city."""
    if not pairs:
        return
    first, second = median(x for x, _ in pairs), median(y for _, y in pairs)
    if max(abs(first), abs(second)) > 180:
        raise CityDataError(
            f"{file} has coordinates such as {first:.0f}, {second:.0f}, which are no degrees; expected longitude and latitude (WGS84),"
            f" so run: ogr2ogr -t_srs EPSG:4326 degrees.geojson {file}"
        )
    as_written, swapped = Position(second, first), Position(first, second)
    if abs(second) > 90 or (centre and _is_far(centre, as_written) and not _is_far(centre, swapped)):
        raise CityDataError(
            f"{file} has latitude before longitude ({first:.4f}, {second:.4f}), or city.toml has them the wrong way round; GeoJSON has"
            " longitude first: swap them in the file, or set latitude and longitude in city.toml right."
        )
    if centre and _is_far(centre, as_written):
        away = _kilometres(centre, as_written)
        raise CityDataError(
            f"{file} lies {away:.0f} km from the city's centre in city.toml ({centre.latitude}, {centre.longitude}); expected its streets"
            " there: bring the right file, or set latitude and longitude in city.toml right."
        )


def check_timezone(profile: CityProfile) -> None:
    """Raises `CityDataError` where the city's time zone is none, or that of another part of the world."""
    name = profile.timezone
    if name not in available_timezones():
        alike = get_close_matches(name, sorted(available_timezones()), n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(alike)}?" if alike else "expected one such as America/New_York."
        raise CityDataError(f"city.toml, timezone: {name!r} is no time zone; {hint}")
    if profile.centre is None or name in {"UTC", "Etc/UTC"}:
        return
    offset = datetime(2026, 1, 15, tzinfo=UTC).astimezone(ZoneInfo(name)).utcoffset()
    clock = offset.total_seconds() / 3600 if offset else 0.0
    away = abs(clock - profile.centre.longitude / 15)
    if min(away, 24 - away) > MOST_HOURS:
        raise CityDataError(
            f"city.toml, timezone: {name} is {min(away, 24 - away):.0f} hours from where the city lies (longitude"
            f" {profile.centre.longitude}); expected the zone of that place: set timezone, or longitude, right."
        )


def _is_far(one: Position, other: Position) -> bool:
    return _kilometres(one, other) > FAR


def _kilometres(one: Position, other: Position) -> float:
    return hypot(*Plane(one).point(other)) / 1000
