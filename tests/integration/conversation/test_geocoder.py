"""A report from an address that the city's own map lacks, in a house that asks a geocoder; and in one that it keeps waiting."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from city.geocoding.fake import FakeGeocoder, GeocoderTrouble
from core.errors import SettingsError
from core.model import Position
from core.ports import GeocodedAddress
from knowledge.index.fake_embedder import FakeEmbedder
from nlu.fake import WordNluClient
from tests.support.installation import House

SUNSET = GeocodedAddress("Sunset Boulevard", "77", Position(41.652, -74.34))


@contextmanager
def house_with(folder: Path, fake: FakeGeocoder, kind: str) -> Iterator[House]:
    with fake.serving() as url:
        house = House(
            folder, WordNluClient(), [FakeEmbedder()], geocoder=kind, geocoder_url=url, geocoder_pause=0
        )
        try:
            yield house
        finally:
            house.close()


@pytest.mark.parametrize("kind", ["nominatim", "photon", "pelias"])
def test_a_report_has_the_place_that_the_geocoder_found(tmp_path, kind):
    fake = FakeGeocoder({"77 sunset boulevard": [SUNSET]})
    with house_with(tmp_path, fake, kind) as house:
        talk = house.talk()
        replies = talk.say("There is a pothole at 77 Sunset Boulevard, my phone is 555-0142")
        asked = [value for question in fake.asked for value in question.values()]
        gazetteer = house.app.city.gazetteer
        assert gazetteer.extract("pothole at 77 Sunset Boulevard").position == SUNSET.position
    assert replies
    assert "77 Sunset Boulevard" in asked
    assert not any("555" in value or "pothole" in value for value in asked)


def test_a_geocoder_that_fails_or_is_slow_keeps_nobody_from_an_answer(tmp_path):
    fake = FakeGeocoder()
    fake.troubles.append(GeocoderTrouble(status=503))
    with house_with(tmp_path, fake, "photon") as house:
        assert house.talk().say("There is a pothole at 77 Sunset Boulevard")
        assert house.talk().say("There is a pothole at 78 Sunset Boulevard")
    assert len(fake.asked) == 1


def test_no_transaction_is_open_while_it_is_asked(tmp_path):
    fake = FakeGeocoder()
    with house_with(tmp_path, fake, "photon") as house:
        open_now, seen = set(), []
        engine = house.app.database.engine
        event.listen(engine, "begin", lambda connection: open_now.add(id(connection)))
        for ending in ("commit", "rollback"):
            event.listen(engine, ending, lambda connection: open_now.discard(id(connection)))
        find = fake.find
        fake.find = lambda *asked: seen.append(set(open_now)) or find(*asked)
        house.talk().say("There is a pothole at 77 Sunset Boulevard")
    assert seen == [set()]


def test_a_geocoder_without_an_address_stops_the_start(tmp_path):
    with pytest.raises(SettingsError, match="CITYLINE_GEOCODER_URL"):
        House(tmp_path, WordNluClient(), [FakeEmbedder()], geocoder="photon")
