"""Loading a city again after staff have edited it: theirs stays, and the report says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from city.definitions.history import edited_by_staff
from city.definitions.store import store_department, store_service, store_survey
from city.loading.load import load_city
from city.records.model import Department
from city.records.store import city_setting, touch_city
from city.registry import City
from tests.unit.city.town import service_entry, survey_entry, write_city


@pytest.fixture
def folder(database, tmp_path):
    services = [service_entry("pothole"), service_entry("graffiti", service_name={"en": "Graffiti"})]
    folder = write_city(tmp_path / "city", services_json=services, surveys_json=[survey_entry()])
    load(database, folder)
    return folder


def load(database, folder, **options):
    with database.writing() as session:
        return load_city(session, folder, **options)


def edit(database, store, value, **options):
    with database.writing() as session:
        store(session, value, **options)
        touch_city(session)


def pothole(database):
    return City(database).services.by_code("pothole")


def test_what_nobody_edited_follows_the_folder(database, folder):
    write_city(folder, services_json=[service_entry(service_name={"en": "Hole"}), service_entry("graffiti")])
    assert load(database, folder).kept == ()
    assert pothole(database).name == {"en": "Hole"}


def test_an_unchanged_folder_leaves_staffs_edits_alone(database, folder):
    edit(database, store_service, replace(pothole(database), days=2), active=True)
    assert not load(database, folder).changed
    assert load(database, folder, force=True).kept == ("service pothole",)
    assert pothole(database).days == 2


def test_a_changed_folder_keeps_staffs_edit_and_says_so(database, folder):
    edit(database, store_service, replace(pothole(database), days=2), active=True)
    changed = [
        service_entry(service_name={"en": "Hole"}),
        service_entry("graffiti", service_name={"en": "Paint"}),
    ]
    write_city(folder, services_json=changed)
    assert load(database, folder).kept == ("service pothole",)
    assert (pothole(database).days, pothole(database).name["en"]) == (2, "Pothole")
    assert City(database).services.by_code("graffiti").name == {"en": "Paint"}


def test_an_edit_that_the_folder_now_says_too_is_no_news(database, folder):
    edit(database, store_service, replace(pothole(database), days=2), active=True)
    write_city(folder, services_json=[service_entry(days=2), service_entry("graffiti")])
    assert load(database, folder).kept == ()
    with database.reading() as session:
        assert not edited_by_staff(session, "service", "pothole")


def test_a_service_that_staff_edited_is_not_dropped_and_one_they_made_is_not_theirs_to_drop(database, folder):
    edited = replace(pothole(database), days=2)
    edit(database, store_service, edited, active=True)
    edit(database, store_service, replace(edited, code="kiosk"), active=True)
    write_city(folder, services_json=[service_entry("graffiti", service_name={"en": "Graffiti"})])
    report = load(database, folder)
    assert (report.kept, report.deactivated) == (("service pothole",), ())
    assert {service.code for service in City(database).services.all()} == {"pothole", "graffiti", "kiosk"}


def test_a_service_that_staff_switched_off_stays_off(database, folder):
    edit(database, store_service, pothole(database), active=False)
    write_city(folder, services_json=[service_entry(days=9), service_entry("graffiti")])
    assert "service pothole" in load(database, folder).kept
    assert pothole(database) is None


def test_a_survey_that_staff_closed_stays_closed_and_one_they_made_stays_open(database, folder):
    survey = City(database).surveys["parks"]
    edit(database, store_survey, replace(survey, is_open=False), position=0)
    edit(database, store_survey, replace(survey, code="trees"), position=1)
    write_city(folder, surveys_json=[survey_entry(title={"en": "Our parks"})])
    assert load(database, folder).kept == ("survey parks",)
    surveys = City(database).surveys
    assert (surveys["parks"].is_open, surveys["trees"].is_open) == (False, True)


def test_a_department_that_staff_edited_stays(database, folder):
    edit(database, store_department, Department("works", {"en": "Roads"}, phone="555-0199"))
    write_city(folder, departments_json=[{"code": "works", "name": {"en": "Works"}}])
    assert load(database, folder).kept == ("department works",)
    assert pothole(database).department.phone == "555-0199"


def test_a_dropped_and_returned_survey_follows_the_folder_again(database, folder):
    write_city(folder, surveys_json=[])
    load(database, folder)
    assert not City(database).surveys["parks"].is_open
    write_city(folder, surveys_json=[survey_entry()])
    assert load(database, folder).kept == ()
    assert City(database).surveys["parks"].is_open


def test_the_version_of_the_city_grows_with_a_load(database, folder):
    with database.reading() as session:
        before = city_setting(session, "version", 0)
    load(database, folder, force=True)
    with database.reading() as session:
        assert city_setting(session, "version", 0) == before + 1
