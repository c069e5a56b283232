"""A city's streets as others write them: OpenStreetMap, the Census Bureau, Esri, tables of addresses; and what is refused, in a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from city.loading.streets.files import StreetFiles, read_streets
from city.loading.streets.whereabouts import check_timezone
from city.records.model import CityProfile
from core.errors import CityDataError
from core.model import Position

CENTRE = Position(41.6, -74.4)
MILL = [[-74.40, 41.60], [-74.39, 41.60], [-74.38, 41.60]]


def feature(shape: Any = None, kind: str = "LineString", **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": kind, "coordinates": MILL if shape is None else shape},
    }


def collection(*features: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features})


def read(folder: Path, text: str, name: str = "streets.geojson", own: Any = None) -> StreetFiles:
    (folder / name).write_text(text, encoding="utf-8")
    return read_streets(folder, CENTRE, own or {})


def told(folder: Path, text: str, name: str = "streets.geojson", own: Any = None) -> str:
    with pytest.raises(CityDataError) as error:
        read(folder, text, name, own)
    return str(error.value)


OSM = """<?xml version="1.0"?><osm version="0.6">
<node id="1" lat="41.60" lon="-74.40"/><node id="2" lat="41.60" lon="-74.38"/>
<node id="3" lat="41.6001" lon="-74.395"><tag k="addr:housenumber" v="10"/><tag k="addr:street" v="Mill Road"/></node>
<node id="4" lat="41.6001" lon="-74.385"><tag k="addr:housenumber" v="90A"/><tag k="addr:street" v="Mill Rd"/></node>
<node id="5" lat="41.6001" lon="-74.393"><tag k="addr:housenumber" v="30"/><tag k="addr:street" v="Mill Road"/></node>
<node id="6" lat="41.6001" lon="-74.390"><tag k="addr:housenumber" v="52"/><tag k="addr:street" v="Mill Road"/></node>
<way id="7"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/><tag k="name" v="Mill Road"/><tag k="alt_name" v="Old Mill Road;The Mill"/></way>
<way id="8"><nd ref="1"/><nd ref="2"/><tag k="highway" v="service"/></way>
<way id="9"><nd ref="1"/><nd ref="2"/><tag k="waterway" v="river"/><tag k="name" v="Heron River"/></way>
</osm>"""


class TestOpenStreetMap:
    def test_xml_gives_streets_with_the_numbers_of_the_houses_along_them(self, tmp_path):
        found = read(tmp_path, OSM, "streets.osm")
        (street,) = found.streets
        assert (street.name, street.aliases) == ("Mill Road", ("Old Mill Road", "The Mill"))
        assert (street.from_number, street.to_number) == (10, 90)
        assert found.counts.sentences() == [
            "Streets: 1, in pieces: 1, pieces with house numbers: 1, address points: 4.",
            "Left out: lines that are no streets: 1, streets without a name: 1.",
        ]

    @pytest.mark.parametrize(
        "way",
        [
            {"geometry": [{"lat": 41.60, "lon": -74.40}, {"lat": 41.60, "lon": -74.38}]},
            {"nodes": [1, 2]},
        ],
    )
    def test_overpass_with_or_without_geometry(self, tmp_path, way):
        elements = [
            {
                "type": "way",
                "id": 7,
                "tags": {"highway": "primary", "name": "Mill Road", "name:es": "Calle Mill"},
            }
            | way,
            {"type": "node", "id": 1, "lat": 41.60, "lon": -74.40},
            {"type": "node", "id": 2, "lat": 41.60, "lon": -74.38},
            *(
                {
                    "type": "way",
                    "id": number,
                    "tags": {"addr:housenumber": str(number), "addr:street": "Mill Road"},
                    "center": {"lat": 41.6, "lon": -74.40 + number / 10_000},
                }
                for number in (12, 40, 70, 96)
            ),
        ]
        found = read(tmp_path, json.dumps({"version": 0.6, "elements": elements}))
        assert [street.aliases for street in found.streets] == [("Calle Mill",)]
        assert found.streets[0].line == (Position(41.60, -74.40), Position(41.60, -74.38))
        assert (found.streets[0].from_number, found.streets[0].to_number) == (12, 96)

    def test_geojson_of_osmium_a_record_a_line(self, tmp_path):
        house = [[[-74.39, 41.6], [-74.389, 41.6], [-74.389, 41.601], [-74.39, 41.6]]]
        address = {"addr:street": "Mill Road", "building": "yes"}
        records = [
            feature(highway="residential", name="Mill Road"),
            *(
                feature(house, "Polygon", **{"addr:housenumber": str(number)}, **address)
                for number in (44, 46, 48, 50)
            ),
            feature([-74.4, 41.6], "Point", amenity="bench"),
        ]
        found = read(tmp_path, "".join(f"\x1e{json.dumps(one)}\n" for one in records), "streets.geojsonseq")
        assert [(street.name, street.from_number) for street in found.streets] == [("Mill Road", 44)]
        assert found.counts.left_out == {"points without an address": 1}


class TestAgencies:
    def test_tiger(self, tmp_path):
        fields = {
            "FULLNAME": "N Mill Rd",
            "LFROMADD": "2",
            "LTOADD": "98",
            "RFROMADD": "1",
            "RTOADD": "99",
            "MTFCC": "S1400",
        }
        found = read(tmp_path, collection(feature(**fields), feature(FULLNAME=None)))
        assert [(street.name, street.from_number, street.to_number) for street in found.streets] == [
            ("N Mill Rd", 1, 99)
        ]
        assert found.counts.left_out == {"streets without a name": 1}

    def test_numbers_may_fall_along_the_line_and_0_is_no_number(self, tmp_path):
        fields = {"ROAD_NAME": "Mill Road", "L_F_ADD": 98, "L_T_ADD": 2, "R_F_ADD": 0, "R_T_ADD": 0}
        (street,) = read(tmp_path, collection(feature(**fields))).streets
        assert (street.from_number, street.to_number) == (98, 2)

    def test_a_name_in_pieces_is_put_together(self, tmp_path):
        fields = {
            "St_PreDir": "North",
            "St_Name": "Mill",
            "St_PosTyp": "Road",
            "FromAddr_L": 1,
            "ToAddr_L": 99,
        }
        assert read(tmp_path, collection(feature(**fields))).streets[0].name == "North Mill Road"

    def test_kind_and_direction_beside_the_name_count_once_and_nobody_is_shouted_at(self, tmp_path):
        fields = {"PRE_DIR": "N", "STREET_NAM": "O'HARA", "STREET_TYP": "ST", "SUF_DIR": " "}
        whole = {"STREET_NAME": "MILL RD NW", "ST_TYPE": "RD"}
        found = read(tmp_path, collection(feature(**fields), feature(**whole), feature(FULLNAME="5TH AVE")))
        assert [street.name for street in found.streets] == ["N O'Hara St", "Mill Rd NW", "5th Ave"]

    def test_the_plain_json_of_a_data_portal(self, tmp_path):
        row = {
            "street_nam": "MILL",
            "street_typ": "RD",
            "l_f_add": "2",
            "l_t_add": "98",
            "the_geom": feature()["geometry"],
        }
        (street,) = read(tmp_path, json.dumps([row]), "streets.json").streets
        assert (street.name, street.from_number, street.to_number) == ("Mill Rd", 2, 98)

    def test_several_lines_share_the_numbers_by_length_and_heights_are_left_out(self, tmp_path):
        lines = [[[-74.40, 41.60, 210.5], [-74.39, 41.60, 212.0]], [[-74.38, 41.60, 0], [-74.37, 41.60, 0]]]
        found = read(
            tmp_path,
            collection(feature(lines, "MultiLineString", name="Mill Road", from_number=0, to_number=100)),
        )
        assert [(one.from_number, one.to_number) for one in found.streets] == [(0, 50), (50, 100)]
        assert found.streets[0].line[0] == Position(41.60, -74.40)

    def test_what_a_city_calls_otherwise_is_named(self, tmp_path):
        text = collection(feature(RD_LABEL="Mill Road", A1=1, A2=99))
        own = {"name": "RD_LABEL", "from": "A1", "to": "A2"}
        assert read(tmp_path, text, own=own).streets[0].to_number == 99


ADDRESSES = {
    "openaddresses.csv": "LON,LAT,NUMBER,STREET,CITY\n-74.40,41.60,2,Mill Road,Millbrook\n-74.38,41.60,98,Mill Road,\n",
    "german.csv": "lat;lon;Hausnummer;Straße;street\n41.60;-74.40;2;;Mill Road\n41.60;-74.38;98;;Mill Road\n",
    "whole.csv": 'address,latitude,longitude\n"2 Mill Road, Millbrook",41.60,-74.40\n98 Mill Road,41.60,-74.38\n',
}


class TestAddresses:
    @pytest.mark.parametrize("text", ADDRESSES.values(), ids=list(ADDRESSES))
    def test_a_table_alone_makes_streets_through_its_houses(self, tmp_path, text):
        (street,) = read(tmp_path, text, "addresses.csv").streets
        assert (street.name, street.from_number, street.to_number) == ("Mill Road", 2, 98)
        assert street.line == (Position(41.60, -74.40), Position(41.60, -74.38))

    def test_points_of_openaddresses_a_line_each(self, tmp_path):
        rows = [feature([-74.40, 41.60], "Point", number="2", street="MILL RD", hash="a")]
        rows += [feature([-74.38, 41.60], "Point", number="x", street="MILL RD", hash="b")]
        found = read(tmp_path, "\n".join(map(json.dumps, rows)), "addresses.geojson")
        assert [(street.name, street.from_number) for street in found.streets] == [("MILL RD", 2)]
        assert found.counts.left_out == {"addresses without a number": 1}

    def test_they_number_the_streets_of_another_file_but_not_the_numbered_ones(self, tmp_path):
        numbered = feature([[-74.40, 41.61], [-74.38, 41.61]], FULLNAME="Elm St", LFROMADD=1, LTOADD=9)
        (tmp_path / "streets.geojson").write_text(
            collection(feature(FULLNAME="Mill Rd"), numbered), encoding="utf-8"
        )
        more = ADDRESSES["openaddresses.csv"] + "-74.39,41.61,77,Elm Street,\n"
        more += "-74.395,41.60,24,Mill Road,\n-74.385,41.60,80,Mill Road,\n"
        found = read(tmp_path, more, "addresses.csv")
        assert [(street.name, street.from_number, street.to_number) for street in found.streets] == [
            ("Mill Rd", 2, 98),
            ("Elm St", 1, 9),
        ]


def test_of_a_few_houses_nobody_knows_how_far_the_numbers_go(tmp_path):
    (tmp_path / "streets.geojson").write_text(collection(feature(name="Mill Road")), encoding="utf-8")
    found = read(tmp_path, ADDRESSES["openaddresses.csv"], "addresses.csv")
    assert [street.from_number for street in found.streets] == [None]


class TestRefused:
    def test_latitude_before_longitude(self, tmp_path):
        said = told(tmp_path, collection(feature([[41.60, -74.40], [41.60, -74.38]], name="Mill Road")))
        assert "latitude before longitude" in said
        assert "swap" in said

    def test_metres_instead_of_degrees(self, tmp_path):
        said = told(
            tmp_path, collection(feature([[983571.2, 201233.9], [983580.0, 201240.0]], name="Mill Road"))
        )
        assert "no degrees" in said
        assert "EPSG:4326" in said

    def test_another_city(self, tmp_path):
        said = told(tmp_path, collection(feature([[2.35, 48.85], [2.36, 48.85]], name="Rue Mill")))
        assert "km from the city's centre" in said

    def test_fields_that_nobody_knows(self, tmp_path):
        said = told(tmp_path, collection(feature(RD_LABEL="Mill Road", OBJECTID=1)))
        assert "objectid, rd_label" in said
        assert "[street_fields]" in said

    @pytest.mark.parametrize(
        ("name", "text", "words"),
        [
            ("streets.osm.pbf", "x", "osmium cat streets.osm.pbf"),
            ("streets.shp", "x", "ogr2ogr"),
            ("streets.geojson", "{,", "line 1, column 2"),
            ("streets.osm", "<gpx></gpx>", "<osm>"),
            ("streets.osm", "<osm>", "is not XML"),
            ("streets.csv", "hello\n", "first line"),
            ("streets.geojson", " \n", "is empty"),
        ],
    )
    def test_what_is_no_street_file(self, tmp_path, name, text, words):
        assert words in told(tmp_path, text, name)

    def test_a_role_that_is_none(self, tmp_path):
        assert "street_fields: nmae" in told(tmp_path, collection(), own={"nmae": "X"})

    def test_one_point_that_is_nowhere(self, tmp_path):
        away = feature([[-74.4, 41.6], [-74.4, 141.6]], name="Elm Street")
        said = told(tmp_path, collection(feature(name="Mill Road"), away))
        assert "entry 2" in said
        assert "no place on earth" in said


@pytest.mark.parametrize("timezone", ["America/New_York", "America/Chicago", "UTC"])
def test_a_time_zone_of_the_place_is_taken(timezone):
    check_timezone(CityProfile("m", "Millbrook", timezone, centre=CENTRE))


@pytest.mark.parametrize(
    ("timezone", "words"),
    [
        ("America/Newyork", "America/New_York"),
        ("Eastern Standard Time", "is no time zone"),
        ("Europe/Berlin", "6 hours from where the city lies"),
    ],
)
def test_a_time_zone_that_is_none_or_elsewhere_is_refused(timezone, words):
    with pytest.raises(CityDataError, match=words):
        check_timezone(CityProfile("m", "Millbrook", timezone, centre=CENTRE))
