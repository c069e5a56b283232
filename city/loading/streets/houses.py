"""House numbers from address points: put along the street's own lines, or, where it has none, made into a line of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from city.places.addresses import read_name
from city.places.geometry import Plane, bounding_box, closest_on_line, distance_outside
from city.places.tokens import tokenize
from city.records.model import Street
from core.model import Position

House = tuple[int, Position]

KNOTS = 24
"""Pieces into which a street is laid that is known by its houses alone: between two of them numbers are spread evenly."""

NEAR = 150.0
"""Metres from a street's line within which a house of its name stands along it; farther away is another street of that name."""


FEWEST = 4
"""Houses from which on they number a street that has lines: of fewer nobody knows how far its numbers go, and any is believed."""


KEYS_KEPT = 20_000
"""Names of streets whose reading is remembered: every house names its street again."""


def with_houses(streets: Sequence[Street], houses: Sequence[tuple[str, int, Position]]) -> list[Street]:
    """The streets with the numbers of the houses along them; numbers that a street has already stay. Unknown streets are added."""
    by_name: dict[str, list[House]] = {}
    called: dict[str, str] = {}
    for name, number, position in houses:
        by_name.setdefault(_key(name), []).append((number, position))
        called.setdefault(_key(name), name)
    numbered = []
    for key, pieces in _grouped(streets).items():
        is_numbered = any(piece.from_number is not None for piece in pieces)
        if is_numbered or len(by_name.get(key, ())) < FEWEST:
            numbered += pieces
        else:
            numbered += _numbered_pieces(pieces, by_name[key])
        by_name.pop(key, None)
    return [*numbered, *(piece for key, along in by_name.items() for piece in _laid_out(called[key], along))]


@lru_cache(KEYS_KEPT)
def _key(name: str) -> str:
    """Street and houses are often of two sources: `N Main St` is North Main Street."""
    read = read_name(tokenize(name))
    return f"{read.direction} {read.core} {read.kind}" if read else name.casefold()


def _grouped(streets: Sequence[Street]) -> dict[str, list[Street]]:
    groups: dict[str, list[Street]] = {}
    for street in streets:
        groups.setdefault(_key(street.name), []).append(street)
    return groups


def _numbered_pieces(pieces: Sequence[Street], houses: Sequence[House]) -> Iterator[Street]:
    """Each piece with the numbers of the houses that stand nearest to it."""
    plane = Plane(pieces[0].line[0])
    lines = [tuple(map(plane.point, piece.line)) for piece in pieces]
    boxes = [bounding_box(line) for line in lines]
    along: list[list[tuple[float, int]]] = [[] for _ in pieces]
    for number, position in houses:
        point = plane.point(position)
        best, at, share = NEAR, None, 0.0
        for index, line in enumerate(lines):
            if distance_outside(boxes[index], point) < best:
                distance, foot = closest_on_line(line, point)
                if distance < best:
                    best, at, share = distance, index, foot
        if at is not None:
            along[at].append((share, number))
    for piece, found in zip(pieces, along, strict=True):
        first, last = _ends_of(found) if found else (None, None)
        yield replace(piece, from_number=first, to_number=last)


def _ends_of(found: Sequence[tuple[float, int]]) -> tuple[int, int]:
    """The numbers at the ends of a line on which so many stand at so many shares: the lowest and the highest, as they run."""
    numbers = [number for _, number in found]
    share_mean = sum(share for share, _ in found) / len(found)
    number_mean = sum(numbers) / len(numbers)
    slope = sum((share - share_mean) * (number - number_mean) for share, number in found)
    low, high = min(numbers), max(numbers)
    return (low, high) if slope >= 0 else (high, low)


def _laid_out(name: str, houses: Sequence[House]) -> Iterator[Street]:
    """A street through its houses, in the order of their numbers."""
    ordered = sorted(dict(sorted(houses, key=lambda house: house[0])).items())
    step = max(len(ordered) // KNOTS, 1)
    knots = [*ordered[:-1:step], ordered[-1]]
    if len(knots) == 1:
        number, position = knots[0]
        yield Street(name, (position, position), (), number, number)
    for (first, here), (last, there) in pairwise(knots):
        yield Street(name, (here, there), (), first, last)
