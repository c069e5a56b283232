"""A geocoder for tests: speaks as Nominatim, Photon and Pelias do, on loopback, keeps what it was asked, and fails as it is told."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

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

    def answer(self, path: str, asked: Mapping[str, str]) -> Any:
        """What a geocoder answers at this path; None where there is nothing."""
        shape = SHAPES.get(path)
        self.asked.append(dict(asked))
        words = asked.get("q") or asked.get("text", "")
        return shape(self.known.get(words.casefold(), [])) if shape else None

    @contextmanager
    def serving(self) -> Iterator[str]:
        """On a port of loopback until the block ends; yields the address."""
        fake = self

        class PlacesHandler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                address = urlsplit(self.path)
                asked = {key: values[0] for key, values in parse_qs(address.query).items()}
                fake.agents.append(self.headers.get("User-Agent", ""))
                found = fake.answer(address.path, asked)
                trouble = fake.troubles.popleft() if fake.troubles else GeocoderTrouble()
                time.sleep(trouble.seconds)
                body = trouble.rubbish or json.dumps(found).encode()
                self.send_response(404 if found is None else trouble.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Tests need no log."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), PlacesHandler)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


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
