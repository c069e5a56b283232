"""What stands where on a small map, before anything is drawn: pins, the scale, streets and the names that there is room for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from math import dist

import numpy as np

from city.maps.fonts import font_for
from city.maps.labels import (
    LabelBox,
    Segments,
    distances_from,
    first_free,
    segments_of,
    spots_along,
    spots_around,
    spots_beside,
)
from city.maps.lines import Line, Lines, StreetLines
from city.maps.view import AROUND_ONE, HEIGHT, WIDTH, MapView, view_of
from city.places.geometry import Point
from city.records.model import Place, text_in

TWICE = 2
"""Everything is drawn at twice the size and made smaller, which rounds the edges of lines and letters."""
LETTERS = 17
"""Pixels: on a phone, where the picture is some 330 pixels wide, that leaves 12, the smallest size that is read without effort."""
LINE_HEIGHT = 22
PIN_HEIGHT, PIN_WIDTH = 40, 29
MOST_NAMES = 10
TRIED_NAMES = 40
"""Streets whose names are tried, the nearest to a pin first."""
BESIDE_STREET = PIN_WIDTH / 2 + 4
"""Pixels from the middle of a street to a name that stands beside it, and beside the pin there."""
MOST_LANDMARKS = 3
DOT = 5
LONGEST_SCALE = 100
"""Pixels of the bar that shows the scale, at most."""
FEET, MILE = 0.3048, 1609.344


@dataclass(frozen=True, slots=True)
class PlacedName:
    """A name and where it stands; `dot` is the landmark that it belongs to, None for a street."""

    text: str
    box: LabelBox
    dot: Point | None = None


@dataclass(frozen=True, slots=True)
class MapScale:
    """A bar of so many pixels, and how long that is in the city."""

    pixels: float
    text: str
    start: Point = (12.0, HEIGHT - 12.0)


@dataclass(frozen=True, slots=True)
class MapSheet:
    """All that is drawn, in pixels. `pins` are the tips; `lines` the streets."""

    pins: tuple[Point, ...]
    lines: tuple[Line, ...]
    names: tuple[PlacedName, ...]
    scale: MapScale
    metres_a_pixel: float


def lay_out(
    pins: Sequence[Point],
    streets: StreetLines,
    landmarks: Sequence[tuple[Point, Place]],
    language: str,
    *,
    american: bool,
) -> MapSheet | None:
    """The sheet for pins on the plane, in metres; None where no street is to be seen."""
    view = view_of(pins)
    found = streets.within(view.box)
    if not found:  # two pins in a park are seen from as far as one
        view = MapView(view.centre, max(view.metres_a_pixel, AROUND_ONE))
        found = streets.within(view.box)
    if not found:
        return None
    lines = {name: [tuple(map(view.pixel, line)) for line in each] for name, each in found.items()}
    tips = tuple(map(view.pixel, pins))
    scale = scale_of(view.metres_a_pixel, american=american)
    dots = _landmarks_on(view, landmarks)
    taken = [*map(pin_box, tips), _scale_box(scale)]
    names = tuple(
        _place_names(lines, tips, [(dot, text_in(place.name, language)) for dot, place in dots], taken)
    )
    return MapSheet(
        tips, tuple(line for each in lines.values() for line in each), names, scale, view.metres_a_pixel
    )


def pin_box(tip: Point) -> LabelBox:
    """What a pin covers that points at `tip`."""
    return LabelBox((tip[0], tip[1] - PIN_HEIGHT / 2), PIN_WIDTH, PIN_HEIGHT)


def scale_of(metres_a_pixel: float, *, american: bool) -> MapScale:
    """The longest round distance that a bar of LONGEST_SCALE pixels can show."""
    longest = LONGEST_SCALE * metres_a_pixel
    if not american:
        length = _round_down(longest)
        text = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    elif longest < MILE / 2:
        feet = _round_down(longest / FEET)
        length, text = feet * FEET, f"{feet:g} ft"
    else:
        miles = _round_down(longest / MILE) if longest >= MILE else 0.5
        length, text = miles * MILE, f"{miles:g} mi"
    return MapScale(length / metres_a_pixel, text)


def _round_down(length: float) -> float:
    """The next of 1, 2, 5, 10, 20, 50 ... below."""
    steps = [step * 10.0**power for power in range(7) for step in (1, 2, 5)]
    return max((step for step in steps if step <= length), default=1.0)


def _scale_box(scale: MapScale) -> LabelBox:
    x, y = scale.start
    width, height = max(scale.pixels, width_of(scale.text) + 4) + 8, LINE_HEIGHT + 10.0
    return LabelBox((x + width / 2 - 4, y - height / 2 + 6), width, height)


def _landmarks_on(view: MapView, landmarks: Sequence[tuple[Point, Place]]) -> list[tuple[Point, Place]]:
    """The landmarks on the picture, the nearest to its middle first."""
    dots = [(view.pixel(point), place) for point, place in landmarks]
    shown = [(dot, place) for dot, place in dots if 0 <= dot[0] <= WIDTH and 0 <= dot[1] <= HEIGHT]
    return sorted(shown, key=lambda each: dist(each[0], (WIDTH / 2, HEIGHT / 2)))


def _place_names(
    lines: Lines, pins: Sequence[Point], landmarks: Sequence[tuple[Point, str]], taken: list[LabelBox]
) -> Iterator[PlacedName]:
    """The names that there is room for: a landmark that is pinned and the streets there, then other landmarks, then other streets. `taken` grows."""
    segments = {name: found for name, each in lines.items() if len(found := segments_of(each))}
    ranked = [_by_distance(segments, pin) for pin in pins]
    pinned = {names[0][0]: pin for names, pin in zip(ranked, pins, strict=True) if names}
    every = sorted((each for names in ranked for each in names), key=lambda each: each[1])
    rest = [name for name in dict.fromkeys(name for name, _ in every) if name not in pinned][:TRIED_NAMES]
    here = [each for each in landmarks if min(dist(each[0], pin) for pin in pins) <= DOT]
    yield from _place_landmarks(here, taken, at_pin=True)
    yield from _place_pinned(segments, pinned, taken)
    yield from _place_streets(segments, rest[: len(pins)], taken)
    yield from _place_landmarks([each for each in landmarks if each not in here][:TRIED_NAMES], taken)
    yield from islice(_place_streets(segments, rest[len(pins) :], taken), MOST_NAMES - 2 * len(pins))


def _by_distance(segments: dict[str, Segments], pin: Point) -> list[tuple[str, float]]:
    """The streets and how far they are from a pin, the nearest first."""
    if not segments:
        return []
    each = [*segments.values()]
    starts = np.cumsum([0, *map(len, each[:-1])])
    away = np.minimum.reduceat(distances_from(np.concatenate(each), pin), starts)
    return sorted(zip(segments, away.tolist(), strict=True), key=lambda named: named[1])


def _place_pinned(
    segments: dict[str, Segments], pinned: dict[str, Point], taken: list[LabelBox]
) -> Iterator[PlacedName]:
    """The names of the streets that the pins stand on: along them though they be shorter, else beside them, near the pin."""
    for name, pin in pinned.items():
        width, itself = width_of(name), segments[name]
        if not width:
            continue
        spots = spots_along(itself, width, LINE_HEIGHT, at_least=0.0)
        beside = spots_beside(itself, pin, width, LINE_HEIGHT, BESIDE_STREET)
        if spot := first_free([*spots, *beside], taken):
            taken.append(spot)
            yield PlacedName(name, spot)


def _place_streets(
    segments: dict[str, Segments], names: Sequence[str], taken: list[LabelBox]
) -> Iterator[PlacedName]:
    for name in names:
        width = width_of(name)
        spots = spots_along(segments[name], width, LINE_HEIGHT) if width else []
        if spot := first_free(spots, taken):
            taken.append(spot)
            yield PlacedName(name, spot)


def _place_landmarks(
    landmarks: Sequence[tuple[Point, str]], taken: list[LabelBox], *, at_pin: bool = False
) -> Iterator[PlacedName]:
    """The landmarks whose dots are free, unless they are `at_pin`, and whose names have room beside them."""
    left = MOST_LANDMARKS
    for dot, name in landmarks:
        width, itself = width_of(name), LabelBox(dot, 2 * DOT, 2 * DOT)
        is_covered = not at_pin and any(map(itself.overlaps, taken))
        if not (width and left) or is_covered:
            continue
        if spot := first_free(spots_around(dot, width, LINE_HEIGHT, DOT + 3), taken):
            left -= 1
            taken += [spot, itself]
            yield PlacedName(name, spot, dot)


@lru_cache(maxsize=4_096)
def width_of(text: str) -> float:
    """How many pixels a name takes across, with its pale edge; 0 where no font has its letters."""
    font = font_for(text, LETTERS * TWICE)
    return font.getlength(text) / TWICE + 6 if font else 0.0
