"""Coordinates as people copy them: decimal or in degrees and minutes, with signs or with the four directions, and `geo:`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from city.places.words.folding import narrow_text
from core.model import Position
from core.texts import plain_digits

_SIGNS = str.maketrans(
    {"′": "'", "’": "'", "‘": "'", "″": '"', "”": '"', "“": '"', "−": "-", "–": "-", "º": "°"}
)
_DIRECTIONS = (
    ("N", "north latitude|north|norte|nord|北纬|شمالا|شمال"),
    ("S", "south latitude|south|sur|sul|sud|南纬|جنوبا|جنوب"),
    ("E", "east longitude|east|este|leste|est|东经|شرقا|شرق"),
    ("W", "west longitude|west|oeste|ouest|西经|غربا|غرب"),
)
"""What the four directions are called beside a number; longer forms first."""
_NAMES = r"(?:lat(?:itude|itud)?|lon(?:g|gitude|gitud)?|lng)\.?\s*[:=]?\s*"
_HALF = r"""
    (?P<name%(at)s>%(names)s)?
    (?P<before%(at)s>[NSEWO]\s*)?
    (?:(?P<decimal%(at)s>[-+]?\d{1,3}[.,]\d{2,})\s*°?
      |(?P<degrees%(at)s>[-+]?\d{1,3})\s*(?P<mark%(at)s>°|\s)\s*
       (?P<minutes%(at)s>\d{1,2}(?:[.,]\d+)?)\s*(?:'\s*|\s+|(?=[NSEWO]|$))
       (?:(?P<seconds%(at)s>\d{1,2}(?:[.,]\d+)?)\s*(?:"|''|(?=\s*[NSEWO]|\s|$))\s*)?)
    (?(before%(at)s)|(?P<after%(at)s>\s*[NSEWO](?![A-Za-z]))?)
"""
_PAIR = re.compile(
    r"(?<![\w.,$€#/+])(?:geo:)?"
    + _HALF % {"names": _NAMES, "at": "1"}
    + r"[,;/\s]*(?<=[,;/\s'\"°NSEWO])"
    + _HALF % {"names": _NAMES, "at": "2"}
    + r"(?![\d°]|\.\d)(?:[,;?][\w=.;,]*)?",
    re.VERBOSE | re.IGNORECASE,
)
FINE = 3
"""Decimals from which a pair of bare numbers is a point (100 metres); with fewer it may be prices or a time."""


@dataclass(frozen=True, slots=True)
class CoordinatePair:
    """Two numbers that are a point: `position` as it is written, and the rest of the text."""

    position: Position
    rest: str


def read_coordinates(text: str) -> CoordinatePair | None:
    """The first point written as coordinates; None where there is none. Latitude first, unless the directions say otherwise."""
    written = _plain_writing(text)
    for match in _PAIR.finditer(written):
        one, other = _half_value(match, "1"), _half_value(match, "2")
        if _is_point(match) and (position := _position_of(one, other)):
            return CoordinatePair(position, f"{written[: match.start()]} {written[match.end() :]}")
    return None


def other_readings(position: Position) -> list[Position]:
    """The same numbers with the minus that people leave out, and the other way round."""
    latitude, longitude = position.latitude, position.longitude
    turned = [(latitude, longitude), (latitude, -longitude), (longitude, latitude), (-longitude, latitude)]
    turned.append((longitude, -latitude))
    return [Position(*pair) for pair in turned if abs(pair[0]) <= 90 and abs(pair[1]) <= 180]


def _plain_writing(text: str) -> str:
    """With signs, digits and directions as on an English keyboard."""
    written = plain_digits(narrow_text(text).translate(_SIGNS))
    for letter, words in _DIRECTIONS:
        written = re.sub(
            rf"(?<=[\d°'\"\s])(?:{words})\b|\b(?:{words})(?=\s*\d)", letter, written, flags=re.IGNORECASE
        )
        written = re.sub(rf"(?:{words})(?=\d)", letter, written) if not words.isascii() else written
    return written


def _half_value(match: re.Match[str], at: str) -> tuple[float, str]:
    """The number of one half, and its direction."""
    letter = (match["before" + at] or match["after" + at] or "").strip().upper().replace("O", "W")
    if match["decimal" + at]:
        value = _number(match["decimal" + at])
    else:
        degrees = _number(match["degrees" + at])
        parts = _number(match["minutes" + at]) / 60 + _number(match["seconds" + at] or "0") / 3600
        value = degrees - parts if degrees < 0 else degrees + parts
    return (-abs(value) if letter and letter in "SW" else value), letter


def _number(written: str) -> float:
    return float(written.replace(",", "."))


def _is_point(match: re.Match[str]) -> bool:
    """Two halves of one kind, each of which says that it is an angle: by a direction, a degree sign, or many decimals."""
    return all(_is_angle(match, at) for at in "12") and bool(match["decimal1"]) == bool(match["decimal2"])


def _is_angle(match: re.Match[str], at: str) -> bool:
    if any(match[part + at] for part in ("name", "before", "after")) or match["mark" + at] == "°":
        return True
    decimal = match["decimal" + at] or ""
    return len(re.split("[.,]", decimal)[-1]) >= FINE if decimal else False


def _position_of(one: tuple[float, str], other: tuple[float, str]) -> Position | None:
    if one[1] in {"E", "W"} or other[1] in {"N", "S"}:
        one, other = other, one
    if abs(one[0]) > 90 >= abs(other[0]):
        one, other = other, one
    in_range = abs(one[0]) <= 90 and abs(other[0]) <= 180
    return Position(one[0], other[0]) if in_range else None
