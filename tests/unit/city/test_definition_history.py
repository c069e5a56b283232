"""What differs between two states of a survey, service or department, as a colleague reads it in the history."""

from __future__ import annotations

import pytest

from city.definitions.history import (
    Difference,
    Problem,
    department_state,
    normal_state,
    problems_that_block,
    service_of,
    service_state,
    state_differences,
    survey_of,
    survey_state,
)
from city.loading.folder import read_city
from tests.unit.city.town import CITY_HALL, service, survey_entry, write_city


@pytest.fixture
def survey(tmp_path):
    return read_city(write_city(tmp_path / "city", surveys_json=[survey_entry()])).surveys[0]


def asked(code, **fields):
    return {"code": code, "text": {"en": code.title()}} | fields


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"name": {"en": "Parks"}}, {"name": {"en": "Parks"}}, []),
        (
            {"name": {"en": "Parks"}},
            {"name": {"en": "City parks"}},
            [(("name", "en"), "Parks", "City parks")],
        ),
        ({"name": {"en": "Parks"}}, {"name": {}}, [(("name", "en"), "Parks", None)]),
        ({}, {"name": {"es": "Parques"}}, [(("name", "es"), None, "Parques")]),
        ({"days": None}, {"days": 5}, [(("days",), None, "5")]),
        ({"days": 5}, {"days": 5.5}, [(("days",), "5", "5.5")]),
        ({"minimum": 1.0}, {"minimum": 1}, []),
        ({"photo": True}, {"photo": False}, [(("photo",), "yes", "no")]),
        ({"days": 0}, {"days": None}, [(("days",), "0", None)]),
        ({"notice": ""}, {"notice": None}, []),
        (
            {"keywords": {"en": ["parks", "trees"]}},
            {"keywords": {"en": ["trees", "parks"]}},
            [(("keywords", "en"), "parks, trees", "trees, parks")],
        ),
        ({"channels": ["sms"]}, {"channels": []}, [(("channels",), "sms", None)]),
    ],
)
def test_what_changed_is_told_by_the_way_to_it_with_before_and_after(before, after, told):
    assert state_differences(before, after) == [Difference(*each) for each in told]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        # other words
        (
            [asked("A"), asked("B")],
            [asked("A"), asked("B", text={"en": "Why?"})],
            [(("B", "text", "en"), "B", "Why?")],
        ),
        # another order is one difference, not a change of every question
        ([asked("A"), asked("B")], [asked("B"), asked("A")], [(("order",), "A, B", "B, A")]),
        ([asked("A", order=1)], [asked("A", order=7)], []),
        # one more, and one less
        (
            [asked("A")],
            [asked("A"), asked("B")],
            [(("order",), "A", "A, B"), (("B", "text", "en"), None, "B")],
        ),
        (
            [asked("A"), asked("B")],
            [asked("B")],
            [(("order",), "A, B", "B"), (("A", "text", "en"), "A", None)],
        ),
        # values have keys where questions have codes
        (
            [asked("A", values=[{"key": "yes", "name": {"en": "Yes"}}])],
            [asked("A", values=[{"key": "yes", "name": {"en": "Sure"}}])],
            [(("A", "values", "yes", "name", "en"), "Yes", "Sure")],
        ),
        (
            [asked("A")],
            [asked("A", skip_unless={"B": ["yes", "no"]})],
            [(("A", "skip_unless", "B"), None, "yes, no")],
        ),
    ],
)
def test_questions_are_told_apart_by_their_codes(before, after, told):
    found = state_differences({"questions": before}, {"questions": after})
    assert found == [Difference(("questions", *path), *values) for path, *values in told]


def test_a_survey_comes_back_from_its_state_without_its_versions(survey):
    state = survey_state(survey)
    assert survey_of(state) == survey
    assert not {"version", "past"} & state.keys()


def test_a_service_comes_back_from_its_state_with_its_department():
    pothole = service("pothole", "Pothole", "hole, crater", days=5)
    state = service_state(pothole, active=False)
    assert (state["department"], state["active"]) == (CITY_HALL.code, False)
    assert service_of(state, CITY_HALL) == pothole
    assert service_of(state).department.code == CITY_HALL.code


@pytest.mark.parametrize("kind", ["survey", "service", "department"])
def test_an_old_state_without_todays_fields_differs_in_nothing(kind, survey):
    state = {
        "survey": survey_state(survey),
        "service": service_state(service("pothole")),
        "department": department_state(CITY_HALL),
    }[kind]
    optional = {"survey": "area", "service": "notice", "department": "hours"}[kind]
    old = {key: value for key, value in state.items() if key != optional}
    assert normal_state(kind, old) == state


def test_only_what_blocks_stands_in_the_way():
    warning, fault = Problem("long_text", blocking=False), Problem("no_title")
    assert problems_that_block([warning, fault]) == [fault]
