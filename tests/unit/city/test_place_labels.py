"""Addresses in words, and places without somebody's door: what is counted must not lead to one house."""

from __future__ import annotations

import pytest

from city.places.labels import address_label, without_door
from city.places.words import FILES, worded_place


@pytest.mark.parametrize(
    ("street", "number", "label"),
    [
        ("Mill Road", "12", "12 Mill Road"),
        ("5th Avenue", "12-14", "12-14 5th Avenue"),
        ("Broadway", "7A", "7A Broadway"),
        ("Calle de la Paz", "30", "Calle de la Paz 30"),
        ("Avenida Bolívar", "20", "Avenida Bolívar 20"),
    ],
)
def test_an_address_is_written_as_people_write_it_there(street, number, label):
    assert address_label(street, number) == label


@pytest.mark.parametrize(
    ("label", "place"),
    [
        ("12 Mill Road", "Mill Road"),
        ("12-14 Mill Road", "Mill Road"),
        ("12b Mill Road", "Mill Road"),
        ("12½ Mill Road", "Mill Road"),
        ("12 1/2 Mill Road", "Mill Road"),
        ("12/14 Mill Road", "Mill Road"),
        ("No. 12 Mill Road", "Mill Road"),
        ("#12 Mill Road", "Mill Road"),
        (" 12  Mill Road ", "Mill Road"),
        ("12 Mill Road, apt 3", "Mill Road"),
        ("Mill Road 12", "Mill Road"),
        ("Mill Road No. 12", "Mill Road"),
        ("120 5th Avenue", "5th Avenue"),
        ("Calle de la Paz 30", "Calle de la Paz"),
        ("Calle de la Paz #30", "Calle de la Paz"),
        ("Avenida Bolívar 20-30", "Avenida Bolívar"),
        ("Avenida 5 120", "Avenida 5"),
        ("12, rue des Lilas", "rue des Lilas"),
        ("12F Mill Road", "Mill Road"),
        ("4h Elm St", "Elm St"),
        ("Calle de la Paz 30F", "Calle de la Paz"),
        ("٣٠ Mill Road", "Mill Road"),
    ],
)
def test_an_address_is_counted_by_its_street(label, place):
    assert without_door(label) == place


@pytest.mark.parametrize(
    "label",
    [
        "5th Avenue",
        "5 Avenue",
        "Avenida 5",
        "Calle 5",
        "Highway 9",
        "Public School 12",
        "Heron Park",
        "5th Avenue & Main Street",
        "Calle 5 & Calle 6",
        "Main Street between 5th Avenue & 6th Avenue",
        "Public Library, 40 Mill Road",
        "Heron Park (north end)",
        "10",
        "🙂",
        "",
    ],
)
def test_a_place_that_is_nobodys_door_stays_as_it_is(label):
    assert without_door(label) == label


@pytest.mark.parametrize("language", FILES)
@pytest.mark.parametrize(
    ("address", "street"),
    [("220 Mill Road", "Mill Road"), ("Calle de la Paz 30", "Calle de la Paz"), ("Broadway", "Broadway")],
)
def test_a_shared_position_is_counted_by_the_street_that_it_is_near(language, address, street):
    assert without_door(worded_place("near", language, address=address)) == street
