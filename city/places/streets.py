"""The city's streets as a map: names, house numbers along a line, crossings, and what is nearest to a point."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from city.places.addresses import StreetName, read_name
from city.places.geometry import (
    Plane,
    Point,
    bounding_box,
    closest_on_line,
    crossing_point,
    distance_outside,
    point_along,
)
from city.places.names import NameIndex
from city.places.tokens import tokenize
from city.records.model import Street
from core.model import Position

CROSSINGS_KEPT = 4_096
"""Pairs of streets whose crossing is remembered: a text may name the same two again and again."""

FAR = 2_000.0
"""Metres from the nearest street beyond which a position is outside the city."""


@dataclass(frozen=True, slots=True)
class StreetPiece:
    """One line of a street with its house numbers; both None when they are not known."""

    line: tuple[Point, ...]
    from_number: int | None
    to_number: int | None

    def numbers_away(self, number: int) -> float:
        """How far the number is from those along this piece, 0 for one of them; infinite where they are not known."""
        if self.from_number is None or self.to_number is None:
            return float("inf")
        low, high = sorted((self.from_number, self.to_number))
        return max(low - number, number - high, 0)

    def has_one_of(self, first: int, last: int) -> bool:
        """Whether one of the numbers from `first` to `last` is along this piece."""
        if self.from_number is None or self.to_number is None:
            return False
        low, high = sorted((self.from_number, self.to_number))
        return first <= high and last >= low

    def share(self, number: int) -> float:
        """At which share of the line the number stands; beyond 0 to 1 it lies outside."""
        if self.from_number is None or self.to_number is None or self.from_number == self.to_number:
            return 0.5
        return (number - self.from_number) / (self.to_number - self.from_number)

    def number_at(self, share: float) -> int | None:
        """The house number at a share of the line; None when numbers are not known."""
        if self.from_number is None or self.to_number is None:
            return None
        return round(self.from_number + share * (self.to_number - self.from_number))


@dataclass(frozen=True, slots=True, eq=False)
class NamedStreet:
    """All pieces of the street of one name."""

    name: str
    names: tuple[StreetName, ...]
    pieces: tuple[StreetPiece, ...]

    @property
    def has_numbers(self) -> bool:
        """Whether house numbers are known at all."""
        return any(piece.from_number is not None for piece in self.pieces)


class StreetMap:
    """All streets of the city, found by name and by point."""

    def __init__(self, streets: Sequence[Street], plane: Plane) -> None:
        self.plane = plane
        self.streets = tuple(_named_streets(streets, plane))
        self.index = NameIndex(
            (name.core, (street, name)) for street in self.streets for name in dict.fromkeys(street.names)
        )
        self._boxes = [
            (bounding_box(piece.line), street, piece) for street in self.streets for piece in street.pieces
        ]
        self._crossing_of = lru_cache(CROSSINGS_KEPT)(self._find_crossing)

    def locate(self, street: NamedStreet, number: int) -> tuple[Position, bool]:
        """Where a house number is, and whether the street has it; one that it has not is put at the nearer end."""
        piece = min(street.pieces, key=lambda piece: piece.numbers_away(number))
        is_known = piece.numbers_away(number) == 0 or not street.has_numbers
        return self._position_on(piece, piece.share(number)), is_known

    def has_number(self, street: NamedStreet, first: int, last: int) -> bool:
        """Whether the street has one of these house numbers, as far as its numbers are known."""
        return any(piece.has_one_of(first, last) for piece in street.pieces)

    def end_near(self, street: NamedStreet, number: int) -> int:
        """The street's own number that is nearest to one that it has not."""
        piece = min(street.pieces, key=lambda piece: piece.numbers_away(number))
        low, high = sorted((piece.from_number or 0, piece.to_number or 0))
        return min(max(number, low), high)

    def middle(self, street: NamedStreet) -> Position:
        """A point in the middle of a street."""
        return self._position_on(street.pieces[len(street.pieces) // 2], 0.5)

    def cross(self, first: NamedStreet, second: NamedStreet) -> Position | None:
        """Where two streets cross; None when they do not, or are the same."""
        return None if first is second else self._crossing_of(first, second)

    def _find_crossing(self, first: NamedStreet, second: NamedStreet) -> Position | None:
        for one in first.pieces:
            for other in second.pieces:
                point = crossing_point(one.line, other.line)
                if point is not None:
                    return self.plane.position(point)
        return None

    def nearest(self, position: Position) -> tuple[NamedStreet, int | None] | None:
        """The street closest to a position, with the house number there; None outside the city."""
        point = self.plane.point(position)
        best: tuple[float, NamedStreet, int | None] | None = None
        for box, street, piece in self._boxes:
            limit = FAR if best is None else best[0]
            if distance_outside(box, point) >= limit:
                continue
            distance, share = closest_on_line(piece.line, point)
            if distance < limit:
                best = (distance, street, piece.number_at(share))
        return None if best is None else (best[1], best[2])

    def _position_on(self, piece: StreetPiece, share: float) -> Position:
        return self.plane.position(point_along(piece.line, share))


def _named_streets(streets: Iterable[Street], plane: Plane) -> Iterable[NamedStreet]:
    by_name: dict[str, list[Street]] = {}
    for street in streets:
        by_name.setdefault(street.name.casefold(), []).append(street)
    for pieces in by_name.values():
        written = [pieces[0].name, *(alias for piece in pieces for alias in piece.aliases)]
        names = [name for name in (read_name(tokenize(text)) for text in written) if name is not None]
        if names:
            yield NamedStreet(
                name=pieces[0].name,
                names=tuple(names),
                pieces=tuple(
                    StreetPiece(tuple(map(plane.point, piece.line)), piece.from_number, piece.to_number)
                    for piece in pieces
                ),
            )
