"""A point that a text carries instead of naming a place: coordinates, a link to a map, a plus code."""

from __future__ import annotations

from dataclasses import dataclass

from city.places.coordinates import other_readings, read_coordinates
from city.places.links import read_map_link
from city.places.pluscodes import read_plus_code
from core.model import Position


@dataclass(frozen=True, slots=True)
class PointInText:
    """What a text carries: the positions that it may mean, likeliest first; else `words` that a link searched for.

    Neither is there when a link does not say where it leads. `rest` is what else the text says.
    """

    positions: tuple[Position, ...]
    words: str
    rest: str


def find_point(text: str, near: Position) -> PointInText | None:
    """The point in a text; None where there is none. `near` is somewhere in the city, for codes that are shortened."""
    if link := read_map_link(text):
        return PointInText((link.position,) if link.position else (), link.words, link.rest)
    if code := read_plus_code(text, near):
        return PointInText((code[0],), "", code[1])
    if pair := read_coordinates(text):
        return PointInText(tuple(other_readings(pair.position)), "", pair.rest)
    return None
