"""A city that brought no streets: addresses are read all the same, and what is no place is asked for again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.model import Want
from knowledge.index.fake_embedder import FakeEmbedder
from nlu.fake import WordNluClient
from tests.support.installation import HallTalk, House
from tests.unit.city.town import service_entry, write_city


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("plain")
    toml = 'code = "plain"\nname = "Plainville"\ntimezone = "America/Chicago"\nlatitude = 41.6\nlongitude = -88.2\n'
    services = [service_entry(keywords={"en": ["pothole", "hole"]})]
    city = write_city(folder / "city", city_toml=toml, services_json=services)
    house = House(folder / "var", WordNluClient(), [FakeEmbedder()], city=city)
    yield house
    house.close()


def asks_for_place(talk: HallTalk, said: str) -> bool:
    return any(Want.POSITION in reply.wants for reply in talk.say(said))


@pytest.mark.parametrize(
    "answer", ["12 Mill Road", "123 N Main", "12 Broadway", "by the old mill behind the school"]
)
def test_what_reads_as_a_place_is_taken(house, answer):
    talk = house.talk()
    assert asks_for_place(talk, "report a pothole")
    assert not asks_for_place(talk, answer)


def test_what_is_none_is_asked_for_again(house):
    talk = house.talk()
    talk.say("report a pothole")
    assert asks_for_place(talk, "no idea")
    assert asks_for_place(talk, "3 weeks")
    assert not asks_for_place(talk, "12 Mill Road")


def test_the_address_of_a_first_message_is_not_asked_for_again(house):
    assert not asks_for_place(house.talk(), "report a pothole at 12 Mill Road, it has been 3 weeks")
