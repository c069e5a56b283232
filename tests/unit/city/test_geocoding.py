"""What the city's own map lacks is asked elsewhere: in bounds, once, one at a time, and never for longer than a setting."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from city.geocoding.client import HttpGeocoder
from city.geocoding.fake import FakeGeocoder, GeocoderTrouble
from city.geocoding.lookup import REST_SECONDS, AddressLookup
from city.geocoding.wider import WiderGazetteer, bounds_of
from city.places.gazetteer import Gazetteer
from core.errors import GeocoderUnavailable
from core.model import Bounds, Position
from core.ports import GeocodedAddress
from tests.unit.city.town import PLACES, SOUTH, STREETS, WEST, gazetteer

TOWN = Bounds(41.5, -74.5, 41.7, -74.3)
THERE = Position(41.61, -74.39)
SUNSET = GeocodedAddress("Sunset Boulevard", "77", THERE)


class Desk:
    """A geocoder in memory; waits for `gate` before it answers."""

    def __init__(self, **known: list[GeocodedAddress]) -> None:
        self.known = {key.replace("_", " "): places for key, places in known.items()}
        self.asked: list[str] = []
        self.fails = False
        self.gate = threading.Event()
        self.gate.set()
        self.is_open = True

    def look_up(self, address: str, bounds: Bounds, language: str) -> list[GeocodedAddress]:
        self.asked.append(address)
        self.gate.wait(10)
        if self.fails:
            raise GeocoderUnavailable("The geocoder of the test is down.")
        return self.known.get(address.casefold(), [])

    def close(self) -> None:
        self.is_open = False


class Hand:
    """A clock that is moved by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def desk() -> Desk:
    return Desk(**{"77_sunset_boulevard": [SUNSET]})


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
def lookup(desk, clock) -> Iterator[AddressLookup]:
    lookup = AddressLookup(desk, seconds=10, pause=0, clock=clock)
    yield lookup
    desk.gate.set()
    lookup.close()


@pytest.mark.parametrize("kind", ["nominatim", "photon", "pelias"])
class TestVendors:
    def ask(self, kind: str, fake: FakeGeocoder, address: str = "77 Sunset Blvd") -> list[GeocodedAddress]:
        with fake.serving() as url:
            geocoder = HttpGeocoder(kind, url, seconds=10, user_agent="Millbrook line", key="k")
            try:
                return list(geocoder.look_up(address, TOWN, "en"))
            finally:
                geocoder.close()

    def test_each_is_read(self, kind):
        street = GeocodedAddress("Sunset Boulevard", "", THERE)
        fake = FakeGeocoder({"77 sunset blvd": [SUNSET, street]})
        assert self.ask(kind, fake) == [SUNSET, street]
        assert fake.agents == ["Millbrook line"]

    def test_what_lies_outside_the_city_is_left_out(self, kind):
        far = GeocodedAddress("Sunset Boulevard", "77", Position(34.0, -118.2))
        assert self.ask(kind, FakeGeocoder({"77 sunset blvd": [far, SUNSET]})) == [SUNSET]

    def test_nothing_but_the_address_and_the_bounds_are_told(self, kind):
        fake = FakeGeocoder()
        assert self.ask(kind, fake) == []
        (asked,) = fake.asked
        assert "77 Sunset Blvd" in asked.values()
        assert "-74.5" in ",".join(asked.values())

    @pytest.mark.parametrize(
        "trouble",
        [
            GeocoderTrouble(status=429),
            GeocoderTrouble(status=503),
            GeocoderTrouble(rubbish=b"<html>"),
            GeocoderTrouble(rubbish=b'[{"lat": "north"}]'),
            GeocoderTrouble(rubbish=b'{"features": [{}]}'),
            GeocoderTrouble(rubbish=b"7"),
        ],
    )
    def test_trouble_is_one_error(self, kind, trouble):
        fake = FakeGeocoder()
        fake.troubles.append(trouble)
        with pytest.raises(GeocoderUnavailable) as error:
            self.ask(kind, fake)
        assert "Sunset" not in str(error.value)


def test_nobody_behind_the_address_is_an_error_too():
    with FakeGeocoder().serving() as url:
        pass
    geocoder = HttpGeocoder("photon", url, seconds=1, user_agent="x")
    with pytest.raises(GeocoderUnavailable, match="ConnectError"):
        geocoder.look_up("1 A St", TOWN, "en")
    geocoder.close()


class TestLookup:
    def test_each_address_is_asked_once(self, desk, lookup):
        lookup.look_up("77 Sunset Boulevard", TOWN, "en")
        lookup.look_up("77  sunset boulevard", TOWN, "en")
        assert list(lookup.known("77 SUNSET boulevard")) == [SUNSET]
        assert desk.asked == ["77 Sunset Boulevard"]

    def test_nobody_waits_longer_than_a_reply_may(self, desk):
        desk.gate.clear()
        hasty = AddressLookup(desk, seconds=0.01, pause=0)
        hasty.look_up("77 Sunset Boulevard", TOWN, "en")
        assert list(hasty.known("77 Sunset Boulevard")) == []
        desk.gate.set()
        hasty.close()
        assert list(hasty.known("77 Sunset Boulevard")) == [SUNSET]
        assert not desk.is_open

    def test_one_that_failed_is_left_alone_for_a_while(self, desk, lookup, clock):
        desk.fails = True
        lookup.look_up("1 A Street", TOWN, "en")
        lookup.look_up("2 B Street", TOWN, "en")
        assert desk.asked == ["1 A Street"]
        desk.fails, clock.now = False, REST_SECONDS
        lookup.look_up("77 Sunset Boulevard", TOWN, "en")
        assert list(lookup.known("77 Sunset Boulevard")) == [SUNSET]


class TestBeyondTheMap:
    def town(self, lookup: AddressLookup | None) -> WiderGazetteer:
        return WiderGazetteer(gazetteer(), lookup, TOWN, american=True)

    def told(self, lookup: AddressLookup, text: str) -> WiderGazetteer:
        town = self.town(lookup)
        town.look_up(text)
        return town

    def test_an_address_that_the_map_lacks_is_found(self, lookup):
        town = self.told(lookup, "a hole at 77 sunset boulevard")
        found = town.extract("a hole at 77 sunset boulevard")
        assert (found.label, found.position, found.score) == ("77 Sunset Boulevard", THERE, 0.95)
        assert town.find("77 Sunset Boulevard")[0].kind == "address"

    def test_what_the_map_has_is_asked_of_nobody(self, desk, lookup):
        for text in ("12 Mill Road", "the library", "3 weeks on Sunset Boulevard", "no idea"):
            self.told(lookup, text)
        assert desk.asked == []

    def test_another_house_or_street_is_only_offered(self, desk, lookup):
        desk.known["9 sunset boulevard"] = [GeocodedAddress("Sunset Boulevard", "", THERE)]
        desk.known["8 sunset boulevard"] = [GeocodedAddress("Sunrise Boulevard", "8", THERE)]
        for text in ("9 Sunset Boulevard", "8 Sunset Boulevard"):
            best = self.told(lookup, text).find(text)[0]
            assert best.score == 0.7

    def test_without_an_answer_the_own_map_stands(self, lookup):
        town = self.town(lookup)
        assert town.extract("a hole at 77 Sunset Boulevard") is None
        assert town.find("12 Mill Road")[0].label == "12 Mill Road"

    def test_a_city_without_a_geocoder_asks_nobody(self):
        town = self.town(None)
        town.look_up("77 Sunset Boulevard")
        assert town.find("77 Sunset Boulevard") == gazetteer().find("77 Sunset Boulevard")

    def test_in_a_city_without_streets_the_address_gets_a_position(self, lookup):
        nowhere = WiderGazetteer(Gazetteer(american=True), lookup, TOWN, american=True)
        nowhere.look_up("77 Sunset Boulevard")
        assert [match.kind for match in nowhere.find("77 Sunset Boulevard")] == ["address"]
        assert nowhere.extract("a hole at 77 Sunset Boulevard").position == THERE
        assert [match.kind for match in nowhere.find("78 Sunset Boulevard")] == ["text"]


class TestBounds:
    def test_are_those_of_streets_and_landmarks(self):
        bounds = bounds_of(STREETS, PLACES, None)
        assert bounds.contains(Position(SOUTH, WEST))
        assert not bounds.contains(Position(SOUTH - 0.1, WEST))

    def test_are_around_the_centre_of_a_city_without_streets(self):
        assert bounds_of((), (), Position(41.6, -74.4)).contains(Position(41.7, -74.5))

    def test_are_unknown_where_nothing_says_where_the_city_is(self):
        assert bounds_of((), (), None) is None
