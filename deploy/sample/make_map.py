# ruff: noqa: INP001, T201 - a program of its own that prints what it did
"""Draw the sample city: `streets.toml` becomes city/sample/streets.geojson, and places.json gets its coordinates.

Run it again after a change in `streets.toml` or of an address in `places.json`: python deploy/sample/make_map.py
The same input gives the same bytes. Streets that cross get one common vertex, digit for digit.
"""

from __future__ import annotations

import json
import math
import re
import tomllib
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path

from shapes import compact

HERE = Path(__file__).resolve().parent
CITY = HERE.parents[1] / "city" / "sample"

CENTRE_LATITUDE = 41.652
CENTRE_LONGITUDE = -74.34
METRES_A_DEGREE = 111_200.0
SAME_CORNER = 12.0  # crossings nearer than this are one corner
OVERSHOOT = 90.0  # a loose end shorter than this is cut at its last corner
SETBACK = 14.0  # a house stands this far from the middle of the street
STEPS_IN_A_CURVE = 5

Point = tuple[float, float]


@dataclass
class DrawnStreet:
    """A street in metres from Court Square; `corners` are the vertices shared with other streets."""

    name: str
    aliases: list[str]
    numbers: tuple[int, int]
    points: list[Point]


def bend(points: list[Point]) -> list[Point]:
    """A Catmull-Rom curve through the points, which all stay on it."""
    padded = [points[0], *points, points[-1]]
    curve: list[Point] = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for step in range(STEPS_IN_A_CURVE):
            t = step / STEPS_IN_A_CURVE
            curve.append((_spline(a[0], b[0], c[0], d[0], t), _spline(a[1], b[1], c[1], d[1], t)))
    return [*curve, points[-1]]


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t * t * t
    )


def read_streets() -> list[DrawnStreet]:
    """The table of streets, curves bent."""
    rows = tomllib.loads((HERE / "streets.toml").read_text(encoding="utf-8"))["street"]
    streets = []
    for row in rows:
        points = [(float(x), float(y)) for x, y in row["points"]]
        first, last = row["numbers"]
        streets.append(
            DrawnStreet(
                row["name"], row["aliases"], (first, last), bend(points) if row.get("curve") else points
            )
        )
    return streets


def crossing(a: Point, b: Point, c: Point, d: Point) -> Point | None:
    """Where the stretches a-b and c-d meet, ends included with a metre of grace."""
    (rx, ry), (sx, sy) = (b[0] - a[0], b[1] - a[1]), (d[0] - c[0], d[1] - c[1])
    cross = rx * sy - ry * sx
    if abs(cross) < 1e-9:
        return None
    t = ((c[0] - a[0]) * sy - (c[1] - a[1]) * sx) / cross
    u = ((c[0] - a[0]) * ry - (c[1] - a[1]) * rx) / cross
    grace_t, grace_u = 1 / math.hypot(rx, ry), 1 / math.hypot(sx, sy)
    if -grace_t <= t <= 1 + grace_t and -grace_u <= u <= 1 + grace_u:
        return (a[0] + t * rx, a[1] + t * ry)
    return None


def join(streets: list[DrawnStreet]) -> dict[str, set[Point]]:
    """Give every two streets that meet a common vertex; the corners of each street by its name."""
    nodes: list[Point] = []
    corners: dict[str, set[Point]] = {street.name: set() for street in streets}
    for one, other in combinations(streets, 2):
        for a, b in pairwise(one.points):
            for c, d in pairwise(other.points):
                found = crossing(a, b, c, d)
                if found is not None:
                    node = _one_corner(found, nodes)
                    corners[one.name].add(node)
                    corners[other.name].add(node)
    for street in streets:
        for node in sorted(corners[street.name]):
            _insert(street.points, node)
    return corners


def _one_corner(found: Point, nodes: list[Point]) -> Point:
    for node in nodes:
        if math.dist(found, node) < SAME_CORNER:
            return node
    nodes.append(found)
    return found


def _insert(points: list[Point], node: Point) -> None:
    near = [at for at, point in enumerate(points) if math.dist(point, node) < SAME_CORNER]
    if near:
        points[near[0]] = node
        for at in reversed(near[1:]):
            del points[at]
        return
    detours = [math.dist(a, node) + math.dist(node, b) - math.dist(a, b) for a, b in pairwise(points)]
    points.insert(detours.index(min(detours)) + 1, node)


def cut_overshoot(street: DrawnStreet, corners: set[Point]) -> None:
    """Cut a short loose end beyond the first and the last corner."""
    for _ in range(2):
        street.points.reverse()
        at = next((at for at, point in enumerate(street.points) if point in corners), 0)
        loose = sum(math.dist(a, b) for a, b in pairwise(street.points[: at + 1]))
        if at and loose < OVERSHOOT:
            del street.points[:at]


def on_earth(point: Point) -> list[float]:
    """Longitude and latitude of a point in metres, to the nearest decimetre."""
    latitude = CENTRE_LATITUDE + point[1] / METRES_A_DEGREE
    longitude = CENTRE_LONGITUDE + point[0] / (METRES_A_DEGREE * math.cos(math.radians(CENTRE_LATITUDE)))
    return [round(longitude, 6), round(latitude, 6)]


def house(street: DrawnStreet, number: int) -> Point:
    """Where a house number stands: even ones on the right of the line, odd ones on the left."""
    first, last = street.numbers
    length = sum(math.dist(a, b) for a, b in pairwise(street.points))
    along = length * (number - first) / (last - first)
    side = SETBACK if number % 2 == 0 else -SETBACK
    for a, b in pairwise(street.points):
        stretch = math.dist(a, b)
        if along <= stretch:
            east, north = (b[0] - a[0]) / stretch, (b[1] - a[1]) / stretch
            return (a[0] + east * along + north * side, a[1] + north * along - east * side)
        along -= stretch
    raise ValueError(f"{number} {street.name} lies beyond the end of the street; use {first} to {last}")


def feature(street: DrawnStreet) -> dict[str, object]:
    """The street as GeoJSON."""
    first, last = street.numbers
    properties = {
        "name": street.name,
        "aliases": street.aliases,
        "from_number": first,
        "to_number": last,
    }
    line = {"type": "LineString", "coordinates": [on_earth(point) for point in street.points]}
    return {"type": "Feature", "properties": properties, "geometry": line}


def locate_places(streets: list[DrawnStreet]) -> int:
    """Fill latitude and longitude of places.json from each place's address."""
    by_name = {street.name: street for street in streets}
    path = CITY / "places.json"
    places = json.loads(path.read_text(encoding="utf-8"))
    for place in places:
        address = re.fullmatch(r"(\d+) (.+)", place["address"])
        if address is None or address[2] not in by_name:
            raise ValueError(
                f"{place['code']}: {place['address']!r} is not a number and a street of the city"
            )
        place["longitude"], place["latitude"] = on_earth(house(by_name[address[2]], int(address[1])))
    path.write_text(compact(places), encoding="utf-8")
    return len(places)


def main() -> None:
    """Write both files and say how many streets, corners and places there are."""
    streets = read_streets()
    corners = join(streets)
    for street in streets:
        cut_overshoot(street, corners[street.name])
    collection = {"type": "FeatureCollection", "features": [feature(street) for street in streets]}
    (CITY / "streets.geojson").write_text(compact(collection), encoding="utf-8")
    print(f"{len(streets)} streets, {len(set().union(*corners.values()))} corners")
    if (CITY / "places.json").exists():
        print(f"{locate_places(streets)} places")


if __name__ == "__main__":
    main()
