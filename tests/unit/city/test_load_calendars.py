"""Areas and calendars of a city's folder: read as they are meant, or refused in a sentence that names the line."""

from __future__ import annotations

import json
from datetime import date

import pytest

from city.loading.folder import content_hash, read_city
from city.records.facts import AddressRange
from core.errors import CityDataError
from tests.unit.city.town import write_city

STREET = {
    "type": "Feature",
    "properties": {"name": "Mill Road", "from_number": 1, "to_number": 199},
    "geometry": {"type": "LineString", "coordinates": [[-74.4, 41.6], [-74.39, 41.6]]},
}
AREAS = [{"code": "A", "name": "Downtown"}, {"code": "B"}]
TRASH = {"code": "trash", "name": "Trash", "rounds": [{"area": "A", "days": "Mo"}]}


def city_of(folder, table="area,street\nA,Mill Road\n", calendar=TRASH, **also):
    """A small city with one calendar."""
    write_city(
        folder,
        areas_json=AREAS,
        calendars_json=[calendar | also],
        streets_geojson={"type": "FeatureCollection", "features": [STREET]},
    )
    (folder / "areas.csv").write_text(table, encoding="utf-8")
    return read_city(folder)


def test_houses_and_rounds_are_read(tmp_path):
    table = "\ufeffarea;street;from;to;side\nA;MILL RD;1;99;\nB;Mill Road;100;;odd\n"
    city = city_of(
        tmp_path,
        table,
        rounds=[{"area": "B", "days": "Tu[1]", "every": 2, "first": "2026-01-05", "dates": ["2026-02-01"]}],
    )
    assert [area.ranges for area in city.areas] == [
        (AddressRange("Mill Road", 1, 99),),
        (AddressRange("Mill Road", 100, None, "odd"),),
    ]
    (each,) = city.calendars[0].rounds
    assert (each.area, each.days, each.every, each.first) == ("B", "Tu[1]", 2, date(2026, 1, 5))
    assert each.dates == (date(2026, 2, 1),)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (
            "area,road\nA,Mill Road\n",
            "areas.csv, line 1: expected the columns area, street; street is missing.",
        ),
        ("area,street\nA,Mill Road\nC,Mill Road\n", "areas.csv, line 3, area: 'C' is not in areas.json."),
        (
            "area,street\nA,Mil Raod\n",
            "areas.csv, line 2, street: 'Mil Raod' is no street of the city's map.",
        ),
        ("area,street,from\nA,Mill Road,twelve\n", "areas.csv, line 2, from: "),
        ("area,street,side\nA,Mill Road,left\n", "areas.csv, line 2, side: "),
        ("area,street,from,to\nA,Mill Road,9,3\n", "from should not be greater than to"),
    ],
)
def test_a_wrong_line_is_named(tmp_path, table, said):
    with pytest.raises(CityDataError) as error:
        city_of(tmp_path, table)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"rounds": [{"area": "C", "days": "Mo"}]}, "rounds.0.area: 'C' is not in areas.json."),
        (
            {"rounds": [{"area": "A", "days": "Monday"}]},
            "'Monday' should read like Mo, or Tu[1,3] 08:00-11:00",
        ),
        ({"rounds": [{"area": "A", "days": "Mo", "every": 2}]}, "every needs first"),
        ({"holidays": ["easter"]}, "holidays: 'easter' is not in holidays.json."),
        ({"on_holidays": "sometimes"}, "on_holidays"),
        ({"rounds": []}, "rounds"),
    ],
)
def test_a_wrong_field_of_a_calendar_is_named(tmp_path, fields, said):
    with pytest.raises(CityDataError) as error:
        city_of(tmp_path, **fields)
    assert said in str(error.value)
    assert str(error.value).startswith("calendars.json, entry 1 (trash)")


def test_a_change_of_the_houses_is_a_change_of_the_city(tmp_path):
    city_of(tmp_path)
    before = content_hash(tmp_path)
    (tmp_path / "areas.csv").write_text("area,street\nB,Mill Road\n", encoding="utf-8")
    assert content_hash(tmp_path) != before
    assert json.loads((tmp_path / "calendars.json").read_text())[0]["code"] == "trash"
