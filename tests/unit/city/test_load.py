"""Loading a city: what the folder says is what the registry knows, and a mistake is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from city.loading.load import content_hash, load_city, loaded_hash
from city.registry import City
from core.errors import CityDataError
from core.model import Position
from tests.support.languages import LANGUAGES
from tests.unit.city.town import service_entry, survey_entry, write_city

LISTS = Path(__file__).parents[3].parent / "shared" / "data" / "open311_services"


def load(database, folder, **options):
    with database.writing() as session:
        return load_city(session, folder, **options)


def test_a_city_without_anything_loaded_is_empty(database):
    city = City(database)
    assert not city.is_loaded
    assert city.services.all() == ()
    assert city.services.suggest("pothole") == []


def test_a_folder_becomes_a_city(database, tmp_path):
    street = {
        "type": "Feature",
        "properties": {"name": "Mill Road", "from_number": 1, "to_number": 99},
        "geometry": {"type": "LineString", "coordinates": [[-74.4, 41.6], [-74.39, 41.6]]},
    }
    library = {
        "code": "library",
        "name": {"en": "Library"},
        "kind": "library",
        "latitude": 41.6,
        "longitude": -74.4,
    }
    folder = write_city(
        tmp_path / "city",
        streets_geojson={"type": "FeatureCollection", "features": [street]},
        places_json=[library],
        surveys_json=[survey_entry()],
        city_toml='code = "millbrook"\nname = "Millbrook"\nneighbours = ["Riverton"]\n',
    )

    report = load(database, folder)
    city = City(database)

    assert (report.city, report.changed) == ("Millbrook", True)
    assert (report.services, report.streets, report.places, report.surveys) == (1, 1, 1, 1)
    assert city.profile.name == "Millbrook"
    assert city.services.by_code("pothole").department.name["es"] == "Obras Públicas"
    assert city.gazetteer.find("12 mill rd")[0].label == "12 Mill Road"
    assert city.gazetteer.find("12 mill rd riverton")[0].town == "riverton"
    assert city.gazetteer.find("12 Mill Rd Bache")[0].town == ""
    assert city.city_map.streets_near(Position(41.6, -74.395), 2) == ["Mill Road"]
    assert city.surveys["parks"].questions[1].skip_unless == {"visit": ["yes"]}


def test_hours_phones_and_holidays_come_with_the_folder(database, tmp_path):
    library = {
        "code": "library",
        "name": "Library",
        "latitude": 41.6,
        "longitude": -74.4,
        "opening": "Mo-Fr 09:00-17:00",
        "phone": "555-0100",
        "source": {"title": "Hours", "url": "https://millbrook.example/hours", "reviewed": "2026-03-01"},
    }
    holiday = {"code": "may", "name": {"en": "May Day"}, "dates": ["2027-05-03", "2026-05-01"]}
    folder = write_city(tmp_path / "city", places_json=[library], holidays_json=[holiday])
    assert load(database, folder).holidays == 1
    facts = City(database).facts
    place = facts.places["library"]
    assert (place.opening, place.phone) == ("Mo-Fr 09:00-17:00", "555-0100")
    assert place.source
    assert place.source.reviewed == "2026-03-01"
    assert [str(day) for day in facts.holidays.all[0].dates] == ["2026-05-01", "2027-05-03"]
    write_city(folder, holidays_json=[])
    load(database, folder)
    assert City(database).facts.holidays.all == ()


def test_loading_the_same_folder_again_changes_nothing(database, tmp_path):
    folder = write_city(tmp_path / "city")
    load(database, folder)
    assert not load(database, folder).changed
    assert load(database, folder, force=True).changed


def test_the_hash_tells_whether_loading_would_change_anything(database, tmp_path):
    folder = write_city(tmp_path / "city")
    load(database, folder)
    with database.reading() as session:
        assert loaded_hash(session) == content_hash(folder)
    write_city(folder, services_json=[service_entry(), service_entry("graffiti")])
    with database.reading() as session:
        assert loaded_hash(session) != content_hash(folder)


def test_a_removed_service_is_deactivated_and_may_come_back(database, tmp_path):
    folder = write_city(
        tmp_path / "city", services_json=[service_entry("pothole"), service_entry("graffiti")]
    )
    load(database, folder)
    write_city(folder, services_json=[service_entry("pothole")])
    assert load(database, folder).deactivated == ("graffiti",)
    assert [service.code for service in City(database).services.all()] == ["pothole"]
    write_city(folder, services_json=[service_entry("graffiti"), service_entry("pothole")])
    load(database, folder)
    assert [service.code for service in City(database).services.all()] == ["graffiti", "pothole"]


def test_a_removed_survey_is_closed(database, tmp_path):
    folder = write_city(tmp_path / "city", surveys_json=[survey_entry()])
    load(database, folder)
    write_city(folder, surveys_json=[])
    load(database, folder)
    assert not City(database).surveys["parks"].is_open


def test_a_running_city_sees_what_was_loaded(database, tmp_path, monkeypatch):
    monkeypatch.setattr("city.registry.CHECK_SECONDS", 0.0)
    city = City(database)
    assert not city.is_loaded
    folder = write_city(tmp_path / "city")
    load(database, folder)
    assert city.services.by_code("pothole") is not None
    write_city(folder, services_json=[service_entry("graffiti")])
    load(database, folder)
    assert city.services.by_code("pothole") is None


def test_the_questions_of_a_service_come_in_their_order(database, tmp_path):
    size = {"code": "size", "datatype": "string", "description": {"en": "How big?"}, "order": 2}
    lane = {
        "code": "lane",
        "datatype": "singlevaluelist",
        "description": {"en": "Where?"},
        "order": 1,
        "values": [{"key": "bike", "name": {"en": "Bike lane"}, "danger": {"en": "Call 911"}}],
    }
    load(database, write_city(tmp_path / "city", services_json=[service_entry(attributes=[size, lane])]))
    first, second = City(database).services.by_code("pothole").attributes
    assert (first.code, second.code) == ("lane", "size")
    assert first.values[0].danger == {"en": "Call 911"}


PLAIN = [
    {
        "service_code": 15,
        "service_name": "Pothole",
        "description": "A hole<br><br>in the road &amp; more",
        "keywords": "hole, road , ",
        "metadata": True,
        "type": "realtime",
        "definitions": {"service_departments": [{"code": "PWD", "name": "Public Works", "phone": None}]},
    },
    {"service_code": "x", "service_name": "Other", "description": None, "keywords": None},
]


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_plain_open311_list_is_a_city(database, tmp_path, wrapped):
    file = tmp_path / "boston_services.json"
    file.write_text(json.dumps({"services": PLAIN} if wrapped else PLAIN), encoding="utf-8")
    load(database, file)
    pothole, other = City(database).services.all()
    assert pothole.code == "15"
    assert pothole.description == {"en": "A hole in the road & more"}
    assert pothole.keywords == {"en": ["hole", "road"]}
    assert pothole.department.name == {"en": "Public Works"}
    assert set(other.department.name) == set(LANGUAGES)
    assert other.department.name["es"] == "Ciudad"


def test_a_plain_list_may_be_xml(database, tmp_path):
    file = tmp_path / "services.xml"
    file.write_text(
        "<services><service><service_code>010</service_code><service_name>Ampel defekt</service_name>"
        "<keywords/></service></services>",
        encoding="utf-8",
    )
    load(database, file)
    assert City(database).services.by_code("010").name == {"en": "Ampel defekt"}


@pytest.mark.data
@pytest.mark.skipif(not LISTS.exists(), reason="../shared/data is not beside this checkout")
@pytest.mark.parametrize(
    ("name", "count"), [("boston_services.json", 118), ("dc_services.json", 85), ("giessen_services.xml", 8)]
)
def test_the_lists_of_real_cities_load(database, name, count):
    assert load(database, LISTS / name).services == count


LIST_WITHOUT_VALUES = {"code": "size", "datatype": "singlevaluelist", "description": {"en": "How big?"}}
ASKS_BACKWARDS = {"code": "a", "description": {"en": "?"}, "skip_unless": {"b": ["x"]}}

MISTAKES = (
    ({"services_json": None, "departments_json": None}, ["has no services"]),
    ({"services_json": []}, ["has no services"]),
    ({"services_json": "[{,]"}, ["services.json", "line 1, column 3"]),
    ({"services_json": {"service_code": "x"}}, ["services.json", "a list"]),
    (
        {"services_json": [{"service_code": "x"}]},
        ["services.json", "entry 1 (x)", "service_name", "required"],
    ),
    ({"services_json": [service_entry(service_name="")]}, ["entry 1 (pothole)", "service_name is empty"]),
    (
        {"services_json": [service_entry(department="nobody")]},
        ["entry 1 (pothole)", "'nobody'", "departments.json"],
    ),
    ({"services_json": [service_entry(), service_entry()]}, ["entry 2 (pothole)", "used twice"]),
    ({"services_json": [service_entry(days=-1)]}, ["days", "greater than or equal to 0"]),
    ({"services_json": [service_entry(place="maybe")]}, ["place", "'required', 'optional' or 'none'"]),
    ({"services_json": [service_entry(attributes=[LIST_WITHOUT_VALUES])]}, ["at least one entry in values"]),
    ({"services_json": [service_entry(attributes=[ASKS_BACKWARDS])]}, ["question a", "skip_unless", "b = x"]),
    ({"city_toml": "name = "}, ["city.toml is not TOML"]),
    ({"city_toml": 'code = "x"'}, ["city.toml", "name"]),
    (
        {"places_json": [{"code": "x", "name": "X", "latitude": 91, "longitude": 0}]},
        ["entry 1 (x)", "latitude"],
    ),
    (
        {"streets_geojson": {"features": [{"properties": {"name": "A"}, "geometry": None}]}},
        ["streets.geojson", "no street", "without a place on the map: 1"],
    ),
    ({"surveys_json": [survey_entry(questions=[])]}, ["surveys.json", "entry 1 (parks)", "questions"]),
    (
        {
            "places_json": [
                {"code": "x", "name": "X", "latitude": 41, "longitude": 0, "opening": "Mo-Fr 8 to 5"}
            ]
        },
        ["places.json", "entry 1 (x)", "opening", "'Mo-Fr 8 to 5' should read like Mo-Fr 08:30-16:30"],
    ),
    (
        {"holidays_json": [{"code": "may", "name": "May Day", "dates": []}]},
        ["holidays.json", "entry 1 (may)", "dates"],
    ),
    (
        {"holidays_json": [{"code": "may", "name": "May Day", "dates": ["2026-02-30"]}]},
        ["holidays.json", "entry 1 (may)", "dates"],
    ),
)


@pytest.mark.parametrize(("files", "said"), MISTAKES)
def test_a_mistake_names_file_entry_and_what_was_expected(tmp_path, database, files, said):
    folder = write_city(tmp_path / "city", **files)
    with pytest.raises(CityDataError) as caught:
        load(database, folder)
    assert [part for part in said if part not in str(caught.value)] == []


def test_a_folder_that_is_no_city_is_refused(tmp_path):
    with pytest.raises(CityDataError, match="is no city"):
        content_hash(tmp_path)


def test_a_mistake_leaves_the_city_as_it_was(tmp_path, database):
    folder = write_city(tmp_path / "city")
    load(database, folder)
    write_city(folder, services_json=[service_entry(department="nobody")])
    with pytest.raises(CityDataError):
        load(database, folder)
    assert City(database).services.by_code("pothole") is not None
