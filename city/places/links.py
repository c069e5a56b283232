"""Links to a place on the maps of Google, Apple, OpenStreetMap, Bing and Waze: the point or the words that they carry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote_plus, urlsplit

from core.model import Position

_LINK = re.compile(r"(?:https?://|www\.|(?=maps\.|goo\.gl/|waze\.com/))\S+", re.IGNORECASE)
_HOSTS = re.compile(
    r"(?:^|\.)(?:google\.[a-z.]{2,6}|goo\.gl|maps\.apple(?:\.com)?|openstreetmap\.org|osm\.org|bing\.com|waze\.com)$",
    re.IGNORECASE,
)
_NUMBER = r"(-?\d{1,3}\.\d+)"
_IN_PATH = (
    re.compile(rf"!3d{_NUMBER}!4d{_NUMBER}"),
    re.compile(rf"(?:/|\bloc:)@?{_NUMBER},\+?{_NUMBER}"),
    re.compile(rf"#map=\d+(?:\.\d+)?/{_NUMBER}/{_NUMBER}"),
)
"""Where a link has its point; Google's first is that of the place, the one behind @ the middle of the screen."""
_PAIR = re.compile(rf"^(?:loc:)?\s*{_NUMBER}\s*[,~ ]\s*{_NUMBER}")
_ASKED = (
    "q",
    "query",
    "ll",
    "sll",
    "coordinate",
    "destination",
    "daddr",
    "viewpoint",
    "center",
    "cp",
    "address",
)
_WORDS = ("q", "query", "address", "destination", "daddr", "name")


@dataclass(frozen=True, slots=True)
class MapLink:
    """What a link carries: a point, else the words of an address, else nothing, as a short link does; `rest` is what stands beside it."""

    position: Position | None
    words: str
    rest: str


def read_map_link(text: str) -> MapLink | None:
    """The first link to a map in a text; None where there is none. Nothing is fetched."""
    for match in _LINK.finditer(text):
        link = match[0] if "://" in match[0] else f"https://{match[0]}"
        try:
            parts = urlsplit(link)
            host = parts.hostname or ""
        except ValueError:
            continue
        if _HOSTS.search(host):
            asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
            rest = f"{text[: match.start()]} {text[match.end() :]}"
            return MapLink(_point_of(unquote_plus(link), asked), _words_of(parts.path, asked), rest)
    return None


def _point_of(link: str, asked: dict[str, str]) -> Position | None:
    if "mlat" in asked and "mlon" in asked:
        return _position(asked["mlat"], asked["mlon"])
    if found := _IN_PATH[0].search(link):
        return _position(*found.groups())
    for key in _ASKED:
        if found := _PAIR.search(asked.get(key, "")):
            return _position(*found.groups())
    return next((_position(*found.groups()) for each in _IN_PATH[1:] if (found := each.search(link))), None)


def _position(latitude: str, longitude: str) -> Position | None:
    try:
        where = Position(float(latitude), float(longitude))
    except ValueError:
        return None
    return where if abs(where.latitude) <= 90 and abs(where.longitude) <= 180 else None


def _words_of(path: str, asked: dict[str, str]) -> str:
    """The address that was searched for: `q=12 Mill Road`, or `/maps/place/12+Mill+Road/`."""
    named = re.search(r"/(?:place|search)/([^/@]+)", path)
    found = next((asked[key] for key in _WORDS if asked.get(key)), "") or (
        unquote_plus(named[1]) if named else ""
    )
    return "" if _PAIR.search(found) else found
