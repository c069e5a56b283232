"""The lines of the city's streets, found by the stretch that they lie in: milliseconds also among 50,000 of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import dist

import numpy as np

from city.places.geometry import Box, Point, bounding_box, closest_on_line
from city.places.streets import NamedStreet

Line = tuple[Point, ...]
Lines = dict[str, list[Line]]
"""The lines of each street by its name."""

MOST_LINES = 1_500
"""Lines that a picture of 480 pixels still tells apart; of more the longest streets are shown, which people know."""


class StreetLines:
    """All lines of the city's streets, in metres."""

    def __init__(self, streets: Sequence[NamedStreet]) -> None:
        pieces = [
            (street, piece.line) for street in streets for piece in street.pieces if len(piece.line) > 1
        ]
        self._names = [street.name for street, _ in pieces]
        self._lines = [line for _, line in pieces]
        self._boxes = np.array([bounding_box(line) for line in self._lines]).reshape(-1, 4)
        lengths = {id(street): _length_of(street) for street in streets}
        self._lengths = np.array([lengths[id(street)] for street, _ in pieces])

    def within(self, box: Box) -> Lines:
        """The lines that touch a stretch; where they are too many, those of the longest streets."""
        west, south, east, north = self._boxes.T
        touching = (west <= box[2]) & (east >= box[0]) & (south <= box[3]) & (north >= box[1])
        found = np.flatnonzero(touching)
        if len(found) > MOST_LINES:
            found = found[np.argsort(-self._lengths[found], kind="stable")[:MOST_LINES]]
        lines: Lines = {}
        for at in found:
            lines.setdefault(self._names[at], []).append(self._lines[at])
        return lines

    def near(self, point: Point, within: float) -> list[str]:
        """The streets of which something lies so many metres around a point, the nearest first."""
        east, north = point
        around = self.within((east - within, north - within, east + within, north + within))
        away = {name: distance_from(lines, point) for name, lines in around.items()}
        return sorted((name for name in away if away[name] <= within), key=lambda name: away[name])


def distance_from(lines: Sequence[Line], point: Point) -> float:
    """How far the nearest of several lines is from a point."""
    return min(closest_on_line(line, point)[0] for line in lines)


def _length_of(street: NamedStreet) -> float:
    return sum(dist(a, b) for piece in street.pieces for a, b in pairwise(piece.line))
