"""The city that `make run` loads, in the registry: places and services as its residents would say them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.migrate import upgrade_database
from city.loading.load import load_city
from city.places.gazetteer import SURE
from city.registry import City
from core.database import Database

SAMPLE = Path(__file__).parents[3] / "city" / "sample"


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('city') / 'city.sqlite'}"
    upgrade_database(url)
    database = Database(url)
    with database.writing() as session:
        load_city(session, SAMPLE)
    yield City(database)
    database.dispose()


PLACES = (
    ("12 Mill Rd", "12 Mill Road"),
    ("12 mil road", "12 Mill Road"),
    ("118 bolivar ave", "Avenida Bolívar 118"),
    ("calle de la pas 30", "Calle de la Paz 30"),
    ("100 mlk", "100 Martin Luther King Jr. Boulevard"),
    ("esquina de Mill con la 5", "Mill Street & 5th Avenue"),
    ("bobbin between 1st and 2nd", "Bobbin Street between 1st Avenue & 2nd Avenue"),
    ("near riverside park", "Heron Park, 420 Mill Road"),
    ("old mill lane 5", "5 Old Mill Lane"),
    ("canal street school", "Canal Street School, 60 Canal Street"),
)


@pytest.mark.parametrize(("text", "label"), PLACES)
def test_places_are_found_as_residents_say_them(city, text, label):
    best = city.gazetteer.find(text)[0]
    assert (best.label, best.score >= SURE) == (label, True)


def test_one_of_several_libraries_has_to_be_chosen(city):
    found = city.gazetteer.find("frente a la biblioteca", language="es")
    assert [match.score < SURE for match in found] == [True, True, True]


SERVICES = (
    ("there's a huge pothole on my street", "pothole"),
    ("the street light is out", "streetlight-out"),
    ("someone painted graffiti on the wall", "graffiti"),
    ("hay un bache enorme", "pothole"),
    ("pintaron grafiti en la pared", "graffiti"),
    ("my trash was not picked up", "missed-trash"),
)


@pytest.mark.parametrize(("text", "code"), SERVICES)
def test_services_are_suggested_even_without_any_model(city, text, code):
    assert code in [suggestion.service.code for suggestion in city.services.suggest(text)]


def test_many_threads_may_ask_at_once(city):
    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(lambda _: city.gazetteer.find("12 Mill Rd")[0], range(64)))
    assert len(answers) == 1
