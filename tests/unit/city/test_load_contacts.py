"""Contacts of a city's folder: read as they are meant, or refused in a sentence that names the entry."""

from __future__ import annotations

import pytest

from city.loading.folder import read_city
from core.errors import CityDataError
from tests.unit.city.town import write_city

GAS = {"code": "gas", "name": "Valley Gas", "keywords": "gas bill, gas company", "phone": "555-0176"}


def test_a_body_outside_the_city_has_its_name_and_number(tmp_path):
    (contact,) = read_city(write_city(tmp_path, contacts_json=[GAS])).contacts
    assert (contact.name, contact.phone) == ({"en": "Valley Gas"}, "555-0176")
    assert contact.keywords == {"en": ["gas bill", "gas company"]}


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (GAS | {"phone": ""}, "a contact needs a department, or a name and a phone"),
        (
            {"code": "tax", "department": "taxes"},
            "entry 1 (tax), department: 'taxes' is not in departments.json.",
        ),
    ],
)
def test_a_wrong_contact_is_named(tmp_path, entry, said):
    with pytest.raises(CityDataError) as error:
        read_city(write_city(tmp_path, contacts_json=[entry]))
    assert said in str(error.value)
    assert str(error.value).startswith("contacts.json, entry 1")
