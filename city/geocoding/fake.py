"""A geocoder for tests: speaks as Nominatim, Photon and Pelias do, on loopback, keeps what it was asked, and fails as it is told."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from core.loopback import LoopbackAnswer, LoopbackRequest, serve_answers
from core.ports import GeocodedAddress


@dataclass(frozen=True, slots=True)
class GeocoderTrouble:
    """An answer other than places: a status, `rubbish` instead of JSON, or a wait of `seconds` before the answer."""

    status: int = 200
    rubbish: bytes = b""
    seconds: float = 0.0


@dataclass
class FakeGeocoder:
    """`known` are the addresses by what is asked, in small letters; `asked` the questions, with all that came along."""

    known: dict[str, list[GeocodedAddress]] = field(default_factory=dict)
    troubles: deque[GeocoderTrouble] = field(default_factory=deque)
    asked: list[dict[str, str]] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)

    def find(self, path: str, asked: Mapping[str, str]) -> Any:
        """What a geocoder answers at this path; None where there is nothing."""
        shape = SHAPES.get(path)
        self.asked.append(dict(asked))
        words = asked.get("q") or asked.get("text", "")
        return shape(self.known.get(words.casefold(), [])) if shape else None

    def answer(self, request: LoopbackRequest) -> LoopbackAnswer:
        """The next answer, as it was told."""
        address = urlsplit(request.path)
        self.agents.append(request.headers.get("User-Agent", ""))
        found = self.find(address.path, {key: values[0] for key, values in parse_qs(address.query).items()})
        trouble = self.troubles.popleft() if self.troubles else GeocoderTrouble()
        time.sleep(trouble.seconds)
        body = trouble.rubbish or json.dumps(found).encode()
        return LoopbackAnswer(404 if found is None else trouble.status, body)

    @contextmanager
    def serving(self) -> Iterator[str]:
        """On a port of loopback until the block ends; yields the address."""
        with serve_answers(self.answer) as address:
            yield address


def _as_nominatim(places: list[GeocodedAddress]) -> Any:
    return [
        {
            "lat": str(place.position.latitude),
            "lon": str(place.position.longitude),
            "display_name": f"{place.number} {place.street}, Elsewhere",
            "address": {"road": place.street} | ({"house_number": place.number} if place.number else {}),
        }
        for place in places
    ]


def _as_photon(places: list[GeocodedAddress]) -> Any:
    return {"type": "FeatureCollection", "features": [_feature(place, "type") for place in places]}


def _as_pelias(places: list[GeocodedAddress]) -> Any:
    features = [_feature(place, "layer") for place in places]
    return {"geocoding": {"version": "0.2"}, "type": "FeatureCollection", "features": features}


def _feature(place: GeocodedAddress, kind: str) -> dict[str, Any]:
    """A house has `street` and `housenumber`; a street is called by its `name`."""
    said = {kind: "street", "name": place.street}
    if place.number:
        said = {kind: "house", "street": place.street, "housenumber": place.number}
    point = [place.position.longitude, place.position.latitude]
    return {"type": "Feature", "properties": said, "geometry": {"type": "Point", "coordinates": point}}


SHAPES: Mapping[str, Callable[[list[GeocodedAddress]], Any]] = {
    "/search": _as_nominatim,
    "/api": _as_photon,
    "/v1/search": _as_pelias,
}
"""By path, as the real ones answer."""
