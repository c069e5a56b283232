"""Facts that staff changed in the console live together with the city's folder: theirs stays, and is named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from city.definitions.history import Editor
from city.facts.editing import (
    bring_back_loaded,
    find_edited_fact,
    list_edited_facts,
    remove_edited_fact,
    save_fact,
)
from city.loading.load import load_city
from city.records.facts import ContactPoint, SpecialHours
from city.registry import City
from tests.support.builders import NOON
from tests.unit.city.town import write_city

ANA = Editor("1", "Ana")


def library(phone: str = "555-0190", code: str = "library"):
    return {
        "code": code,
        "name": {"en": code.title()},
        "latitude": 41.6,
        "longitude": -74.4,
        "opening": "Mo-Fr 09:00-17:00",
        "phone": phone,
    }


@pytest.fixture
def town(database, tmp_path):
    """Loads a folder with these places, and says what was kept."""

    def load(*places):
        folder = write_city(tmp_path / "city", places_json=list(places))
        with database.writing() as session:
            return load_city(session, folder, force=True)

    return load


def change(database, code, **fields):
    with database.writing() as session:
        found = find_edited_fact(session, "place", code)
        save_fact(session, "place", replace(found.fact, **fields), editor=ANA, now=NOON)


def test_what_staff_changed_wins_over_the_folder_and_is_named(database, town):
    town(library())
    change(database, "library", phone="555-0999")
    report = town(library(phone="555-0111"))
    assert report.kept == ("place library",)
    assert City(database).facts.places["library"].phone == "555-0999"
    with database.reading() as session:
        found = find_edited_fact(session, "place", "library")
    assert (found.by_staff, found.change.staff_name) == (True, "Ana")
    assert [(each.path, each.before, each.after) for each in found.differences] == [
        (("phone",), "555-0111", "555-0999")
    ]


def test_what_nobody_changed_follows_the_folder(database, town):
    town(library(), library(code="pool"))
    assert town(library(phone="555-0111")).kept == ()
    facts = City(database).facts
    assert (facts.places["library"].phone, "pool" in facts.places) == ("555-0111", False)


def test_a_folder_that_says_the_same_as_staff_is_no_difference(database, town):
    town(library())
    change(database, "library", phone="555-0999")
    assert town(library(phone="555-0999")).kept == ()
    with database.reading() as session:
        assert not find_edited_fact(session, "place", "library").by_staff


def test_one_step_leads_back_to_the_newest_word_of_the_folder(database, town):
    town(library())
    change(database, "library", phone="555-0999")
    town(library(phone="555-0111"))
    with database.writing() as session:
        assert bring_back_loaded(session, "place", "library", editor=ANA, now=NOON)
        assert not bring_back_loaded(session, "place", "library", editor=ANA, now=NOON)
    assert City(database).facts.places["library"].phone == "555-0111"


def test_what_staff_removed_is_not_loaded_again_until_it_is_wanted(database, town):
    town(library())
    with database.writing() as session:
        remove_edited_fact(session, "place", "library", editor=ANA, now=NOON)
    assert town(library()).kept == ("place library",)
    assert City(database).facts.places == {}
    with database.reading() as session:
        (gone,) = list_edited_facts(session, "place")
        assert (gone.fact.code, gone.is_removed) == ("library", True)
    with database.writing() as session:
        bring_back_loaded(session, "place", "library", editor=ANA, now=NOON)
    assert "library" in City(database).facts.places


def test_what_staff_made_outlives_every_load(database, town):
    town(library())
    clinic = ContactPoint("clinic", {"en": "Clinic"}, phone="555-0144")
    closed = SpecialHours("closed", "library", NOON.date(), NOON.date())
    with database.writing() as session:
        save_fact(session, "contact", clinic, editor=ANA, now=NOON)
        save_fact(session, "special", closed, editor=ANA, now=NOON)
    assert town(library()).kept == ()
    facts = City(database).facts
    assert facts.contacts["clinic"] == clinic
    assert facts.special == (closed,)
    with database.writing() as session:
        remove_edited_fact(session, "special", "closed", editor=ANA, now=NOON)
        assert list_edited_facts(session, "special") == []


def test_saving_the_same_is_no_change(database, town):
    town(library())
    with database.writing() as session:
        fact = find_edited_fact(session, "place", "library").fact
        assert not save_fact(session, "place", fact, editor=ANA, now=NOON)
