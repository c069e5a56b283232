"""Fields as data: which apply, how their buttons are called, and what becomes of a definition's and a survey's questions."""

from __future__ import annotations

from typing import Any

import pytest

from actions.forms.fields import KEY_LIMIT, Field, Option, as_keys, of_attribute, of_question
from city.records.model import AttributeValue, ServiceAttribute, SurveyQuestion

COLOURS = (Option("red", {"en": "Red", "es": "Rojo"}), Option("blue", {"en": "Blue", "es": "Azul"}))


def field_with(**settings: Any) -> Field:
    return Field("colour", "single", {"en": "Which colour?"}, options=COLOURS, **settings)


@pytest.mark.parametrize(
    ("value", "keys"),
    [
        (None, []),
        ("red", ["red"]),
        (3, ["3"]),
        (3.0, ["3"]),
        (2.5, ["2.5"]),
        (True, ["True"]),
        ([], []),
        (["red", "blue"], ["red", "blue"]),
        ([1, 2], ["1", "2"]),
    ],
)
def test_an_answer_as_the_keys_that_conditions_look_at(value: object, keys: list[str]) -> None:
    assert as_keys(value) == keys


@pytest.mark.parametrize(
    ("only_if", "values", "applies"),
    [
        ({}, {}, True),
        ({"size": ["big"]}, {}, False),
        ({"size": ["big"]}, {"size": "small"}, False),
        ({"size": ["big"]}, {"size": "big"}, True),
        ({"size": ["big", "huge"]}, {"size": "huge"}, True),
        ({"size": ["big"]}, {"size": ["small", "big"]}, True),
        ({"size": ["5"]}, {"size": 5}, True),
        ({"size": ["5"]}, {"size": 5.0}, True),
        ({"size": ["big"], "wet": ["yes"]}, {"size": "big"}, False),
        ({"size": ["big"], "wet": ["yes"]}, {"size": "big", "wet": "yes"}, True),
        ({"size": ["big"]}, {"size": None}, False),
    ],
)
def test_a_field_applies_when_all_its_conditions_hold(only_if: Any, values: Any, applies: bool) -> None:
    assert field_with(only_if=only_if).applies(values) is applies


@pytest.mark.parametrize("option", ["red", "a" * 53])
def test_a_key_says_its_field_and_option_where_there_is_room(option: str) -> None:
    assert field_with().key(option) == f"colour.{option}"


@pytest.mark.parametrize("option", ["a" * 54, "水" * 30, "red,blue"])
def test_a_key_that_is_too_long_or_could_be_mistaken_is_shortened(option: str) -> None:
    key = field_with().key(option)
    assert len(key.encode()) <= KEY_LIMIT
    assert "," not in key
    assert key == field_with().key(option)
    assert key != field_with().key(option + "x")


def test_no_two_fields_share_a_key() -> None:
    other = Field("shade", "single", {}, options=COLOURS)
    for option in ("red", "水" * 30):
        assert field_with().key(option) != other.key(option)


@pytest.mark.parametrize(("language", "labels"), [("en", ["Red", "Blue"]), ("es", ["Rojo", "Azul"])])
def test_options_are_shown_in_the_language_that_is_spoken(language: str, labels: list[str]) -> None:
    assert [choice.label for choice in field_with().choices(language)] == labels


@pytest.mark.parametrize(
    ("key", "found"), [("colour.red", "red"), ("red", None), ("shade.red", None), ("", None), (None, None)]
)
def test_the_option_behind_a_key(key: str | None, found: str | None) -> None:
    option = field_with().option(key)
    assert (option.key if option else None) == found


@pytest.mark.parametrize(
    ("datatype", "variable", "kind"),
    [
        ("string", True, "text"),
        ("text", True, "text"),
        ("number", True, "number"),
        ("datetime", True, "when"),
        ("singlevaluelist", True, "single"),
        ("multivaluelist", True, "several"),
        ("something newer", True, "text"),
        ("singlevaluelist", False, "notice"),
    ],
)
def test_a_services_own_question_is_asked_as_its_datatype_wants(
    datatype: str, variable: bool, kind: str
) -> None:
    attribute = ServiceAttribute("SIZE", datatype, True, 1, {"en": "How big?"}, variable=variable)
    field = of_attribute(attribute)
    assert (field.name, field.kind, field.question, field.label) == (
        "q-SIZE",
        kind,
        {"en": "How big?"},
        {"en": "How big?"},
    )


def test_a_services_own_question_keeps_its_values_its_hint_and_its_condition() -> None:
    values = (AttributeValue("big", {"en": "Big"}, danger={"en": "Leave."}),)
    attribute = ServiceAttribute(
        "DEPTH",
        "singlevaluelist",
        False,
        2,
        {"en": "How deep?"},
        {"en": "In inches"},
        values=values,
        skip_unless={"SIZE": ["big"]},
        why={"en": "To plan."},
    )
    field = of_attribute(attribute)
    assert field.options == (Option("big", {"en": "Big"}, {"en": "Leave."}),)
    assert (field.only_if, field.required) == ({"q-SIZE": ["big"]}, False)
    assert (field.hint, field.why) == ({"en": "In inches"}, {"en": "To plan."})


@pytest.mark.parametrize(
    ("kind", "asked_as"),
    [
        ("single", "single"),
        ("multiple", "several"),
        ("scale", "scale"),
        ("number", "number"),
        ("text", "text"),
        ("place", "place"),
        ("something newer", "text"),
    ],
)
def test_a_surveys_question_is_asked_as_its_kind_wants(kind: str, asked_as: str) -> None:
    question = SurveyQuestion("HOW", kind, {"en": "How?"}, required=False)
    field = of_question(question)
    assert (field.name, field.kind, field.question, field.required) == (
        "HOW",
        asked_as,
        {"en": "How?"},
        False,
    )
