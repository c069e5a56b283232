"""The service list as staff edit it: effective at once, with a history, and nothing that cannot be asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from city.definitions.history import Editor, changes_of
from city.loading.load import load_city
from city.records.model import AttributeValue, Department, ServiceAttribute
from city.registry import City
from city.services.editing import (
    find_department,
    find_service,
    list_services,
    move_service,
    restore_state,
    save_department,
    save_service,
    service_problems,
)
from tests.support.builders import NOON
from tests.unit.city.town import service_entry, write_city

ANA = Editor("1", "Ana")
SIZE = ServiceAttribute(
    "SIZE",
    "singlevaluelist",
    required=True,
    order=1,
    description={"en": "How big?", "es": "¿Qué tan grande?"},
    values=(
        AttributeValue("s", {"en": "Small", "es": "Chico"}),
        AttributeValue("l", {"en": "Large", "es": "Grande"}),
    ),
)


@pytest.fixture
def city(database, tmp_path, monkeypatch):
    monkeypatch.setattr("city.registry.CHECK_SECONDS", 0.0)
    services = [
        service_entry("pothole", group="Streets"),
        service_entry("tree", group="Parks", service_name={"en": "Tree", "es": "Árbol"}),
        service_entry("lamp", group="Streets", service_name={"en": "Lamp", "es": "Farola"}),
    ]
    with database.writing() as session:
        load_city(session, write_city(tmp_path / "city", services_json=services))
    return City(database)


def pothole(city):
    return city.services.by_code("pothole")


def save(database, service, **options):
    with database.writing() as session:
        return save_service(session, service, **({"active": True, "editor": ANA, "now": NOON} | options))


def test_an_edit_is_met_at_once_and_stands_in_the_history(database, city):
    assert pothole(city).days == 5
    assert save(database, replace(pothole(city), days=2, attributes=(SIZE,)))
    assert (pothole(city).days, pothole(city).attributes) == (2, (SIZE,))
    with database.reading() as session:
        (change,) = changes_of(session, "service", "pothole")
        assert (change.how, change.staff_name, change.at) == ("edited", "Ana", NOON)
        said = {part.path: (part.before, part.after) for part in change.differences}
        assert said["days",] == ("5", "2")
        assert said["attributes", "SIZE", "values", "l", "name", "es"] == (None, "Grande")
        assert find_service(session, "pothole").by_staff


def test_the_service_suggestions_know_the_new_words_at_once(database, city):
    assert "kiosk" not in [
        found.service.code for found in city.services.suggest("the newspaper kiosk", every=True)
    ]
    kiosk = replace(pothole(city), code="kiosk", name={"en": "Newspaper kiosk"}, keywords={"en": ["kiosk"]})
    save(database, kiosk)
    assert city.services.suggest("the newspaper kiosk is broken")[0].service.code == "kiosk"


def test_saving_what_is_there_already_changes_nothing(database, city):
    assert not save(database, pothole(city))
    with database.reading() as session:
        assert changes_of(session, "service", "pothole") == []


def test_an_inactive_service_is_no_longer_offered_and_still_listed(database, city):
    save(database, pothole(city), active=False)
    assert pothole(city) is None
    with database.reading() as session:
        assert [entry.active for entry in list_services(session)] == [False, True, True]


def test_an_earlier_state_comes_back(database, city):
    save(database, replace(pothole(city), days=2))
    save(database, replace(pothole(city), days=3), active=False)
    with database.writing() as session:
        latest = changes_of(session, "service", "pothole")[0]
        assert restore_state(session, ("service", "pothole"), latest.id, ANA, NOON) == []
        assert restore_state(session, ("service", "pothole"), 999, ANA, NOON) is None
    assert pothole(city).days == 2
    with database.reading() as session:
        assert changes_of(session, "service", "pothole")[0].how == "restored"


def test_a_service_moves_within_its_group(database, city):
    with database.writing() as session:
        move_service(session, "lamp", -1)
        move_service(session, "tree", -1)
    assert [service.code for service in city.services.all()] == ["lamp", "tree", "pothole"]


def test_a_moved_service_stays_where_staff_put_it(database, city, tmp_path):
    with database.writing() as session:
        move_service(session, "lamp", -1)
        load_city(session, tmp_path / "city", force=True)
    assert [service.code for service in city.services.all()] == ["lamp", "tree", "pothole"]


def test_a_department_is_changed_made_and_brought_back(database, city):
    with database.writing() as session:
        works = find_department(session, "works")
        save_department(session, replace(works, phone="555-0199"), editor=ANA, now=NOON)
        save_department(session, Department("new", {"en": "New"}), editor=ANA, now=NOON)
        save_department(session, replace(works, phone="555-0100"), editor=ANA, now=NOON)
    assert pothole(city).department.phone == "555-0100"
    with database.writing() as session:
        latest = changes_of(session, "department", "works")[0]
        restore_state(session, ("department", "works"), latest.id, ANA, NOON)
    assert pothole(city).department.phone == "555-0199"


BAD = (
    ({"name": {"en": " "}}, "no_name"),
    ({"department": Department("", {})}, "no_department"),
    ({"attributes": (SIZE, SIZE)}, "same_code"),
    ({"attributes": (replace(SIZE, description={}),)}, "no_text"),
    ({"attributes": (replace(SIZE, values=()),)}, "no_values"),
    ({"attributes": (replace(SIZE, values=(SIZE.values[0],) * 2),)}, "same_value"),
    ({"attributes": (replace(SIZE, values=(AttributeValue("x", {}),)),)}, "no_value_name"),
    ({"attributes": (replace(SIZE, skip_unless={"B": ["x"]}),)}, "rule_nowhere"),
    ({"attributes": (replace(SIZE, skip_unless={"B": ["x"]}), replace(SIZE, code="B"))}, "rule_later"),
    ({"attributes": (SIZE, replace(SIZE, code="B", skip_unless={"SIZE": ["xl"]}))}, "rule_value"),
)


@pytest.mark.parametrize(("fields", "key"), BAD, ids=[key for _, key in BAD])
def test_what_cannot_be_asked_is_named(city, fields, key):
    found = service_problems(replace(pothole(city), **fields), ("en", "es"))
    assert key in [problem.key for problem in found if problem.blocking]


def test_a_missing_translation_is_named_and_does_not_block(city):
    found = service_problems(
        replace(pothole(city), attributes=(replace(SIZE, why={"en": "So"}),)), ("en", "es")
    )
    assert [(problem.key, problem.where, problem.blocking) for problem in found] == [
        ("not_translated", "SIZE", False)
    ]
