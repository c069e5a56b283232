"""The city's small map: drawn on this machine from the streets and landmarks that are loaded; nothing is asked and nothing is kept."""

from __future__ import annotations

from collections.abc import Sequence

from city.maps.drawing import draw_sheet
from city.maps.lines import StreetLines
from city.maps.sheet import lay_out
from city.places.streets import StreetMap
from city.records.model import Place
from core.model import Position, SmallMap

NEAR = 200.0
"""Metres from a pin to the upper edge of a map around it. Where no street is so near, a picture shows nothing to know the place by."""


class CityMap:
    """Small maps of the city; immutable, so any number of threads may ask. `american`: distances are in feet and miles."""

    def __init__(self, streets: StreetMap, places: Sequence[Place], *, american: bool = False) -> None:
        self._plane = streets.plane
        self._streets = StreetLines(streets.streets)
        self._landmarks = [(self._plane.point(place.position), place) for place in places]
        self._american = american

    def streets_near(self, position: Position, most: int) -> list[str]:
        """The names of the streets around a position, the nearest first; empty where a map would show nothing."""
        return self._streets.near(self._plane.point(position), NEAR)[:most]

    def draw(self, shown: SmallMap, language: str) -> bytes | None:
        """The map as a PNG of 480 x 320 pixels, landmarks in this language; None where no street is near its pins."""
        pins = [self._plane.point(position) for position in shown.pins]
        if not pins:
            return None
        sheet = lay_out(pins, self._streets, self._landmarks, language, american=self._american)
        return draw_sheet(sheet) if sheet else None
