"""Where a name stands on a small map: along its street, within the picture, and never on top of another one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import atan2, ceil, cos, degrees, dist, hypot, radians, sin

import numpy as np
from numpy.typing import NDArray

from city.maps.view import HEIGHT, WIDTH
from city.places.geometry import Point

Segments = NDArray[np.float64]
"""Shape (n, 4): from x, y to x, y, in pixels."""

APART = 24.0
"""Pixels between the spots along a street where its name is tried."""
BESIDE = 8.0
"""Pixels that a street may bend away from under its name, half the height of the letters."""
ENOUGH = 0.5
"""Share of a name that its street must run along: else it seems to be another one's."""
EDGE = 3.0
"""Pixels that stay free along the edge of the picture."""


@dataclass(frozen=True, slots=True)
class LabelBox:
    """A rectangle around `centre`, in pixels, turned by `angle` degrees against the clock."""

    centre: Point
    width: float
    height: float
    angle: float = 0.0
    corners: tuple[Point, ...] = field(init=False, repr=False, compare=False)
    """The four corners, one after the other."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "corners", self._find_corners())

    def _find_corners(self) -> tuple[Point, ...]:
        turn = radians(-self.angle)  # y grows downwards
        across = (cos(turn) * self.width / 2, sin(turn) * self.width / 2)
        down = (-sin(turn) * self.height / 2, cos(turn) * self.height / 2)
        x, y = self.centre
        return tuple(
            (x + a * across[0] + b * down[0], y + a * across[1] + b * down[1])
            for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))
        )

    @property
    def is_inside(self) -> bool:
        """Whether all of it is on the picture."""
        return all(EDGE <= x <= WIDTH - EDGE and EDGE <= y <= HEIGHT - EDGE for x, y in self.corners)

    def overlaps(self, other: LabelBox) -> bool:
        """Whether two rectangles share anything: they do not where a line along one of their sides keeps them apart."""
        reach = (hypot(self.width, self.height) + hypot(other.width, other.height)) / 2
        if dist(self.centre, other.centre) >= reach:
            return False
        return not any(_is_kept_apart(one, self, other) for one in (self, other))


def _is_kept_apart(whose: LabelBox, one: LabelBox, other: LabelBox) -> bool:
    a, b, c, _ = whose.corners
    for start, end in ((a, b), (b, c)):
        along = (end[0] - start[0], end[1] - start[1])
        spans = [[x * along[0] + y * along[1] for x, y in box.corners] for box in (one, other)]
        if max(spans[0]) <= min(spans[1]) or max(spans[1]) <= min(spans[0]):
            return True
    return False


def segments_of(lines: Iterable[Sequence[Point]]) -> Segments:
    """The straight parts of lines, in pixels, as far as something of them may be on the picture."""
    found: Segments = np.array([(*a, *b) for line in lines for a, b in pairwise(line)]).reshape(-1, 4)
    low, high = np.minimum(found[:, :2], found[:, 2:]), np.maximum(found[:, :2], found[:, 2:])
    is_near = np.all((high >= 0) & (low <= (WIDTH, HEIGHT)), axis=1)
    return np.compress(is_near, found, axis=0)


def distances_from(segments: Segments, point: Point) -> NDArray[np.float64]:
    """How far a point is from each segment, in pixels: shape (n,)."""
    starts, along = segments[:, :2], segments[:, 2:] - segments[:, :2]
    lengths = np.maximum((along**2).sum(axis=1), 1e-9)
    share = np.clip(((np.array(point) - starts) * along).sum(axis=1) / lengths, 0.0, 1.0)
    away = starts + share[:, None] * along - np.array(point)
    distances: NDArray[np.float64] = np.hypot(away[:, 0], away[:, 1])
    return distances


def spots_along(segments: Segments, width: float, height: float, at_least: float = ENOUGH) -> list[LabelBox]:
    """Where a name of this size may stand along its street: best first, where the street runs along most of it, near the middle."""
    middle = (WIDTH / 2, HEIGHT / 2)
    boxes = [
        (round(-_share_beside(segments, box), 1), dist(box.centre, middle), box)
        for box in _boxes_along(segments, width, height)
        if box.is_inside
    ]
    ranked = sorted(boxes, key=lambda each: each[:2])
    return [box for share, _, box in ranked if -share >= at_least]


def spots_beside(segments: Segments, pin: Point, width: float, height: float, away: float) -> list[LabelBox]:
    """Where a name may stand level beside its street, for want of room on it: nearest to its pin first."""
    points = sorted((box.centre for box in _boxes_along(segments, 0, 0)), key=lambda at: dist(at, pin))
    return [box for point in points for box in spots_around(point, width, height, away)]


def _boxes_along(segments: Segments, width: float, height: float) -> Iterator[LabelBox]:
    for x1, y1, x2, y2 in segments.tolist():
        length = hypot(x2 - x1, y2 - y1)
        angle = _upright(degrees(atan2(y1 - y2, x2 - x1)))
        count = max(1, ceil(length / APART))
        for at in range(count):
            share = (at + 0.5) / count
            x, y = x1 + share * (x2 - x1), y1 + share * (y2 - y1)
            if 0 < x < WIDTH and 0 < y < HEIGHT:
                yield LabelBox((x, y), width, height, angle)


def _upright(angle: float) -> float:
    """The same direction, so that letters do not stand on their heads."""
    turned = (angle + 90) % 180 - 90
    return 90.0 if turned == -90 else turned


def _share_beside(segments: Segments, box: LabelBox) -> float:
    """The share of a name's length that its street runs along, at most 1."""
    turn = radians(-box.angle)
    along, across = np.array([cos(turn), sin(turn)]), np.array([-sin(turn), cos(turn)])
    ends = segments.reshape(-1, 2, 2) - np.array(box.centre)
    beside = (np.abs(ends @ across) <= BESIDE).all(axis=1)
    reach = np.clip(ends[beside] @ along, -box.width / 2, box.width / 2)
    return min(1.0, float(np.abs(reach[:, 1] - reach[:, 0]).sum()) / box.width)


def spots_around(point: Point, width: float, height: float, away: float) -> list[LabelBox]:
    """Where a name may stand beside a dot: to its right, left, below and above, as far as that is on the picture."""
    x, y = point
    centres = (
        (x + away + width / 2, y),
        (x - away - width / 2, y),
        (x, y + away + height / 2),
        (x, y - away - height / 2),
    )
    boxes = [LabelBox(centre, width, height) for centre in centres]
    return [box for box in boxes if box.is_inside]


def first_free(spots: Iterable[LabelBox], taken: Sequence[LabelBox]) -> LabelBox | None:
    """The best spot that nothing stands on yet."""
    return next((spot for spot in spots if not any(map(spot.overlaps, taken))), None)
