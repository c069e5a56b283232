"""How Nominatim, Photon and Pelias are asked for an address, and how each answers: three shapes, one meaning."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core.model import Bounds, Position
from core.ports import GeocodedAddress

MOST = 3
"""So many addresses are asked for: more are never offered."""

Parameters = dict[str, str]


@dataclass(frozen=True, slots=True)
class GeocoderWire:
    """One kind of geocoder: the path below its address, what is asked, and what its answer says.

    `read` raises KeyError, TypeError or ValueError where the answer has another shape.
    """

    path: str
    ask: Callable[[str, Bounds, str, str], Parameters]
    read: Callable[[Any], list[GeocodedAddress]]


def _ask_nominatim(address: str, bounds: Bounds, language: str, _key: str) -> Parameters:
    box = (bounds.west, bounds.north, bounds.east, bounds.south)
    return {
        "q": address,
        "format": "jsonv2",
        "addressdetails": "1",
        "limit": str(MOST),
        "viewbox": ",".join(map(str, box)),
        "bounded": "1",
        "accept-language": language,
    }


def _read_nominatim(answer: Any) -> list[GeocodedAddress]:
    found = []
    for place in answer:
        parts = place.get("address", {})
        street = next((str(parts[key]) for key in ("road", "pedestrian", "footway") if parts.get(key)), "")
        position = _position(place["lat"], place["lon"])
        found.append(GeocodedAddress(street, str(parts.get("house_number") or ""), position))
    return _with_streets(found)


def _ask_photon(address: str, bounds: Bounds, _language: str, _key: str) -> Parameters:
    """Without a language: Photon refuses those that it was not built with."""
    box = (bounds.west, bounds.south, bounds.east, bounds.north)
    return {"q": address, "limit": str(MOST), "bbox": ",".join(map(str, box))}


def _ask_pelias(address: str, bounds: Bounds, language: str, key: str) -> Parameters:
    asked = {
        "text": address,
        "size": str(MOST),
        "layers": "address,street",
        "boundary.rect.min_lat": str(bounds.south),
        "boundary.rect.min_lon": str(bounds.west),
        "boundary.rect.max_lat": str(bounds.north),
        "boundary.rect.max_lon": str(bounds.east),
        "lang": language,
    }
    return asked | ({"api_key": key} if key else {})


def _read_features(answer: Any) -> list[GeocodedAddress]:
    return _with_streets(list(map(_of_feature, answer["features"])))


def _of_feature(feature: Mapping[str, Any]) -> GeocodedAddress:
    """A feature of Photon or Pelias. A street by itself is called by its `name`."""
    said = feature["properties"]
    longitude, latitude, *_ = feature["geometry"]["coordinates"]
    is_street = "street" in {said.get("layer"), said.get("type")}
    street = said.get("street") or (said.get("name") if is_street else "")
    return GeocodedAddress(
        str(street or ""), str(said.get("housenumber") or ""), _position(latitude, longitude)
    )


def _with_streets(found: list[GeocodedAddress]) -> list[GeocodedAddress]:
    return [place for place in found if place.street][:MOST]


def _position(latitude: Any, longitude: Any) -> Position:
    return Position(float(latitude), float(longitude))


WIRES: Mapping[str, GeocoderWire] = {
    "nominatim": GeocoderWire("/search", _ask_nominatim, _read_nominatim),
    "photon": GeocoderWire("/api", _ask_photon, _read_features),
    "pelias": GeocoderWire("/v1/search", _ask_pelias, _read_features),
}
"""By the value of the setting `CITYLINE_GEOCODER`."""
