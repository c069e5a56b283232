"""The city's own map, and beyond it what a geocoder said of an address that the map lacks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from city.geocoding.lookup import AddressLookup
from city.places.addresses import read_name
from city.places.gazetteer import Gazetteer
from city.places.labels import address_label
from city.places.tokens import tokenize
from city.places.unmapped import SpokenAddress, read_address
from city.records.model import Place, PlaceMatch, Street
from core.model import Bounds, Position
from core.ports import GeocodedAddress

ENOUGH = 0.7
"""From this score on the own map has the place, or several that the resident is asked to choose from."""

CERTAIN = 0.95
"""A geocoder found this very house in this very street."""

LIKELY = 0.7
"""It found the street alone, or one of another name: the resident is asked whether that is it."""

AROUND_STREETS = 0.02
"""Degrees, some two kilometres, around the outermost streets and landmarks that still count as the city."""

AROUND_CENTRE = 0.2
"""The same, some twenty kilometres, around the centre of a city that has neither."""


@dataclass(frozen=True, slots=True)
class WiderGazetteer:
    """A gazetteer that also knows what a geocoder has said. Only `look_up` asks it, and only where the own map has nothing sure."""

    own: Gazetteer
    lookup: AddressLookup | None = None
    bounds: Bounds | None = None
    american: bool = False

    def find(self, text: str, limit: int = 3, language: str = "en") -> list[PlaceMatch]:
        """As `Gazetteer.find`; what a geocoder said of the address in the text is put among it."""
        own = self.own.find(text, limit, language)
        return _merged(own, list(self._beyond(text, own)))[:limit]

    def extract(self, text: str, language: str = "en") -> PlaceMatch | None:
        """As `Gazetteer.extract`, or the address in the text as a geocoder knows it."""
        own = self.own.extract(text, language)
        among = [own] if own else []
        return next(iter(_merged(among, list(self._beyond(text, among)))), None)

    def allude(self, text: str, language: str = "en") -> PlaceMatch | None:
        """As `Gazetteer.allude`."""
        return self.own.allude(text, language)

    def nearest(self, position: Position, language: str = "en") -> PlaceMatch | None:
        """As `Gazetteer.nearest`: a position never leaves the house."""
        return self.own.nearest(position, language)

    def look_up(self, text: str, language: str = "en") -> None:
        """Have a geocoder asked for the address in the text, where there is one that the own map lacks.

        Waits as long as a setting allows; to be called before the transaction, after which `find` and `extract` know the answer.
        """
        if self.lookup is None or self.bounds is None:
            return
        spoken = read_address(text, american=self.american)
        if spoken and not _is_enough(self.own.find(spoken.words, 1, language)):
            self.lookup.look_up(spoken.words, self.bounds, language)

    def _beyond(self, text: str, own: Sequence[PlaceMatch]) -> Iterator[PlaceMatch]:
        if self.lookup is None or _is_enough(own):
            return
        spoken = read_address(text, american=self.american)
        if spoken:
            yield from (_match_of(found, spoken) for found in self.lookup.known(spoken.words))


def bounds_of(streets: Sequence[Street], places: Sequence[Place], centre: Position | None) -> Bounds | None:
    """The stretch of the earth that is the city's; None where nothing says where it lies."""
    points = [point for street in streets for point in street.line] + [place.position for place in places]
    around = AROUND_STREETS if points else AROUND_CENTRE
    points = points or ([centre] if centre else [])
    if not points:
        return None
    latitudes, longitudes = ([point.latitude for point in points], [point.longitude for point in points])
    return Bounds(
        min(latitudes) - around, min(longitudes) - around, max(latitudes) + around, max(longitudes) + around
    )


def _is_enough(own: Sequence[PlaceMatch]) -> bool:
    """Whether the own map has it; an address that was only read in the text is on no map yet."""
    return bool(own) and own[0].score >= ENOUGH and own[0].kind != "text"


def _match_of(found: GeocodedAddress, spoken: SpokenAddress) -> PlaceMatch:
    """The house that was said, where the geocoder puts it; sure when it is the same number in a street of the same name."""
    name = read_name(tokenize(found.street))
    is_same_street = name is not None and name.core == spoken.street.core
    is_same_house = found.number.casefold() == spoken.number.casefold()
    label = address_label(found.street, spoken.number)
    score = CERTAIN if is_same_street and is_same_house else LIKELY
    return PlaceMatch(label, found.position, "address", score, spoken.words)


def _merged(own: Sequence[PlaceMatch], beyond: Sequence[PlaceMatch]) -> list[PlaceMatch]:
    """Best first, each label once; what nobody has checked (`text`, `unknown`) is left out where a geocoder knows the address."""
    kept = [match for match in own if not (beyond and match.kind in {"text", "unknown"})]
    best: dict[str, PlaceMatch] = {}
    for match in sorted([*beyond, *kept], key=lambda match: -match.score):
        best.setdefault(match.label, match)
    return list(best.values())
