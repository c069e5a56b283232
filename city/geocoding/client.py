"""The geocoder behind an address on the network (`core.ports.Geocoder`). It is asked for a house number and a street, nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import httpx

from city.geocoding.wire import WIRES
from core.deadline import ask_within
from core.errors import GeocoderUnavailable
from core.model import Bounds
from core.ports import GeocodedAddress
from core.settings import Settings
from core.version import code_version


class HttpGeocoder:
    """Asks a Nominatim, Photon or Pelias; one question takes `seconds` at most. May be called from any thread."""

    def __init__(self, kind: str, url: str, *, seconds: float, user_agent: str, key: str = "") -> None:
        self._wire = WIRES[kind]
        self._name = kind.title()
        self._url = url.rstrip("/") + self._wire.path
        self._seconds = seconds
        self._key = key
        self._http = httpx.Client(timeout=seconds, trust_env=False, headers={"User-Agent": user_agent})

    @classmethod
    def of(cls, settings: Settings) -> HttpGeocoder:
        """The one that settings name."""
        called = (
            settings.geocoder_user_agent or f"Cityline/{code_version()} {settings.public_url or ''}".strip()
        )
        return cls(
            settings.geocoder,
            str(settings.geocoder_url),
            seconds=settings.geocoder_seconds,
            user_agent=called,
            key=settings.geocoder_key,
        )

    def look_up(self, address: str, bounds: Bounds, language: str) -> Sequence[GeocodedAddress]:
        """The addresses within `bounds` that this one may mean, likeliest first. Raises `GeocoderUnavailable`."""
        asked = self._wire.ask(address, bounds, language, self._key)
        try:
            answer = ask_within(self._http, "GET", self._url, seconds=self._seconds, params=asked)
        except httpx.HTTPError as error:
            raise GeocoderUnavailable(f"{self._name} did not answer: {type(error).__name__}.") from None
        if not answer.is_success:
            raise GeocoderUnavailable(f"{self._name} answered with HTTP status {answer.status_code}.")
        try:
            found = self._wire.read(answer.json())
        except (AttributeError, KeyError, TypeError, ValueError):
            raise GeocoderUnavailable(
                f"{self._name} answered with something that is no list of places."
            ) from None
        return [place for place in found if bounds.contains(place.position)]

    def close(self) -> None:
        """Close the connections."""
        self._http.close()
