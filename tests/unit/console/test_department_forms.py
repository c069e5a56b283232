"""The form of a department: what is kept of it, for whom, and what it leaves as it was."""

from __future__ import annotations

import pytest

from city.definitions.history import Editor
from city.records.model import Department
from city.services.editing import find_department, save_department
from console.services import departments
from console.shared.errors import NotThere
from tests.support.builders import NOON
from tests.unit.console.clerk import Clerk, Shown, Went, filled


def keep(database, department):
    with database.writing() as session:
        save_department(session, department, editor=Editor("x", "X"), now=NOON)


def kept(database, code):
    with database.reading() as session:
        return find_department(session, code)


PARKS = Department(
    "parks",
    {"en": "Parks", "vi": "Công viên"},
    "217-555-0100",
    "parks@penstock.example",
    {"en": "Weekdays", "vi": "Ngày thường"},
)


def test_a_new_department_gets_a_code_of_its_name(clerk, database):
    went = departments.save_from_form(clerk, "new", filled(name_en="Trees & Parks", phone=" 217-555-0100 "))
    assert went == Went("/departments/trees-parks", "services.department_kept")
    assert kept(database, "trees-parks") == Department("trees-parks", {"en": "Trees & Parks"}, "217-555-0100")
    assert clerk.written == [("departments.changed", "trees-parks")]


def test_a_new_department_never_takes_the_place_of_another(clerk, database):
    keep(database, PARKS)
    assert departments.save_from_form(clerk, "new", filled(name_en="Parks")).path == "/departments/parks-2"
    assert kept(database, "parks") == PARKS


def test_a_department_called_new_has_a_page_of_its_own(clerk):
    assert departments.save_from_form(clerk, "new", filled(name_en="New")).path == "/departments/new-2"


def test_what_is_said_in_a_language_without_a_field_is_kept(clerk, database):
    keep(database, PARKS)
    departments.save_from_form(
        clerk, "parks", filled(name_en="Parks", hours_en="Every day", name_es="Parques")
    )
    found = kept(database, "parks")
    assert found.name == {"en": "Parks", "es": "Parques", "vi": "Công viên"}
    assert found.hours == {"en": "Every day", "vi": "Ngày thường"}


def test_a_department_without_a_name_is_shown_again_as_it_was_typed_and_not_kept(clerk, database):
    keep(database, Department("parks", {"en": "Parks"}))
    shown = departments.save_from_form(clerk, "parks", filled(name_en=" ", phone="217-555-0199"))
    assert (shown.status, shown.given["error"]) == (422, "There is no name.")
    assert shown.given["department"].phone == "217-555-0199"
    assert kept(database, "parks").phone == ""
    assert clerk.written == []


def test_a_form_that_changes_nothing_is_not_written_down(clerk, database):
    keep(database, Department("parks", {"en": "Parks"}))
    assert departments.save_from_form(clerk, "parks", filled(name_en="Parks")).said
    assert clerk.written == []


@pytest.mark.parametrize("code", ["new", "parks", "nowhere"])
def test_who_has_departments_makes_no_new_one_and_sees_no_other(database, code):
    keep(database, PARKS)
    clerk = Clerk(database, departments=("water",))
    with pytest.raises(NotThere):
        departments.save_from_form(clerk, code, filled(name_en="Mine"))
    with pytest.raises(NotThere):
        departments.department_page(clerk, code)
    assert kept(database, "parks") == PARKS


def test_who_has_departments_changes_theirs(database):
    keep(database, PARKS)
    clerk = Clerk(database, departments=("parks",))
    departments.save_from_form(clerk, "parks", filled(name_en="Parks and trees"))
    assert kept(database, "parks").name["en"] == "Parks and trees"


def test_the_form_of_a_new_one_is_empty(clerk):
    shown = departments.department_page(clerk, "new")
    assert isinstance(shown, Shown)
    assert (shown.given["department"], shown.given["is_new"]) == (Department("", {}), True)


def test_an_earlier_state_is_brought_back_and_written_down(clerk, database):
    keep(database, PARKS)
    departments.save_from_form(clerk, "parks", filled(name_en="Wrong"))
    last = departments.department_history(clerk, "parks").given["changes"][0]
    went = departments.bring_back(clerk, "parks", last.id)
    assert went == Went("/departments/parks", "services.was_restored")
    assert kept(database, "parks") == PARKS
    assert clerk.written[-1] == ("departments.restored", "parks")


def test_a_state_that_never_was_cannot_be_brought_back(clerk, database):
    keep(database, PARKS)
    with pytest.raises(NotThere):
        departments.bring_back(clerk, "parks", 999)
