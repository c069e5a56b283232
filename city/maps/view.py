"""Which stretch of the city a small map shows, and where a point of it is on the picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from city.places.geometry import Box, Point

WIDTH, HEIGHT = 480, 320
"""Pixels: as wide as a chat on a phone, at a file of some kB."""
MARGIN = 65
"""Pixels between the edge and a pin, of which the pin itself takes 40."""
AROUND_ONE = 1.25
"""Metres a pixel around a single pin: 600 metres across, some five blocks, which people know by heart."""
CLOSEST = 0.5
"""Metres a pixel where two pins stand in one block."""


@dataclass(frozen=True, slots=True)
class MapView:
    """A stretch of the plane around `centre` (metres), drawn at so many metres a pixel, north up."""

    centre: Point
    metres_a_pixel: float

    def pixel(self, point: Point) -> Point:
        """Where a point is on the picture, from its upper left corner; outside of it too."""
        return (
            WIDTH / 2 + (point[0] - self.centre[0]) / self.metres_a_pixel,
            HEIGHT / 2 - (point[1] - self.centre[1]) / self.metres_a_pixel,
        )

    @property
    def box(self) -> Box:
        """West, south, east and north of what is shown, in metres."""
        across, up = WIDTH / 2 * self.metres_a_pixel, HEIGHT / 2 * self.metres_a_pixel
        east, north = self.centre
        return east - across, north - up, east + across, north + up


def view_of(pins: Sequence[Point]) -> MapView:
    """The view with all pins on it, in the middle; at least one is needed."""
    eastings, northings = zip(*pins, strict=True)
    across, up = max(eastings) - min(eastings), max(northings) - min(northings)
    needed = max(across / (WIDTH - 2 * MARGIN), up / (HEIGHT - 2 * MARGIN))
    closest = AROUND_ONE if len(pins) == 1 else CLOSEST
    middle = (max(eastings) + min(eastings)) / 2, (max(northings) + min(northings)) / 2
    return MapView(middle, max(closest, needed))
