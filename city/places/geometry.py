"""Plane geometry for something the size of a city: metres east and north of a point in its middle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, hypot, radians

from core.model import Position

METRES_A_DEGREE = 111_195.0

Point = tuple[float, float]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Plane:
    """A flat map around `centre`; over 30 km it is wrong by less than a metre in a thousand."""

    centre: Position

    def point(self, position: Position) -> Point:
        """Metres east and north of the centre."""
        east = (position.longitude - self.centre.longitude) * self._metres_per_degree()
        return east, (position.latitude - self.centre.latitude) * METRES_A_DEGREE

    def position(self, point: Point) -> Position:
        """The way back."""
        latitude = self.centre.latitude + point[1] / METRES_A_DEGREE
        return Position(latitude, self.centre.longitude + point[0] / self._metres_per_degree())

    def _metres_per_degree(self) -> float:
        return METRES_A_DEGREE * cos(radians(self.centre.latitude))


def point_along(line: Sequence[Point], share: float) -> Point:
    """The point at a share, 0 to 1, of the line's length."""
    lengths = [_distance_between(a, b) for a, b in pairwise(line)]
    left = min(max(share, 0.0), 1.0) * sum(lengths)
    for (a, b), length in zip(pairwise(line), lengths, strict=True):
        if left <= length and length > 0:
            return _point_between(a, b, left / length)
        left -= length
    return line[-1]


def closest_on_line(line: Sequence[Point], point: Point) -> tuple[float, float]:
    """How far the line is from the point, in metres, and at which share of its length it is closest."""
    total, best, best_at = 0.0, float("inf"), 0.0
    for a, b in pairwise(line):
        share = _foot_share(a, b, point)
        distance = _distance_between(_point_between(a, b, share), point)
        length = _distance_between(a, b)
        if distance < best:
            best, best_at = distance, total + share * length
        total += length
    return best, best_at / total if total else 0.0


def crossing_point(first: Sequence[Point], second: Sequence[Point], within: float = 20.0) -> Point | None:
    """Where two lines cross, or where one ends within so many metres of the other; None when they do not meet."""
    for a, b in pairwise(first):
        for c, d in pairwise(second):
            point = _intersection_point(a, b, c, d)
            if point is not None:
                return point
    for line, other in ((first, second), (second, first)):
        for point in line:
            if closest_on_line(other, point)[0] <= within:
                return point
    return None


def bounding_box(line: Sequence[Point]) -> Box:
    """West, south, east and north of a line."""
    return (
        min(point[0] for point in line),
        min(point[1] for point in line),
        max(point[0] for point in line),
        max(point[1] for point in line),
    )


def distance_outside(box: Box, point: Point) -> float:
    """A lower bound of the distance from a point to anything in the box."""
    return max(box[0] - point[0], box[1] - point[1], point[0] - box[2], point[1] - box[3], 0.0)


def _distance_between(a: Point, b: Point) -> float:
    return hypot(a[0] - b[0], a[1] - b[1])


def _point_between(a: Point, b: Point, share: float) -> Point:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def _foot_share(a: Point, b: Point, point: Point) -> float:
    """Share of a-b at which it is closest to the point."""
    x, y = b[0] - a[0], b[1] - a[1]
    square = x * x + y * y
    if square == 0:
        return 0.0
    return min(max(((point[0] - a[0]) * x + (point[1] - a[1]) * y) / square, 0.0), 1.0)


def _intersection_point(a: Point, b: Point, c: Point, d: Point) -> Point | None:
    x1, y1, x2, y2 = b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]
    cross = x1 * y2 - y1 * x2
    if cross == 0:
        return None
    first = ((c[0] - a[0]) * y2 - (c[1] - a[1]) * x2) / cross
    second = ((c[0] - a[0]) * y1 - (c[1] - a[1]) * x1) / cross
    return _point_between(a, b, first) if 0 <= first <= 1 and 0 <= second <= 1 else None
