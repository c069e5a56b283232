"""What stands in the way of opening a survey: each fault is named, with the question that it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from city.records.model import AttributeValue, ServiceAttribute
from city.surveys.checks import keys_of, missing_languages, skip_rules, survey_problems, texts_of
from core.texts import plain_words
from tests.unit.city.test_survey_hiding import question, survey

VISIT = question("VISIT", keys="ab")
GOOD = replace(survey(VISIT), keywords={"en": ["parks"]})


def found(checked, *others, languages=("en",), reserved=frozenset()):
    return [
        (one.key, one.where) for one in survey_problems(checked, others, languages, reserved, plain_words)
    ]


def asked(*questions, **fields):
    return replace(GOOD, questions=questions, **fields)


@pytest.mark.parametrize(
    ("kind", "limits", "keys"),
    [
        ("scale", (1, 3), {"1", "2", "3"}),
        ("scale", (0, 2), {"0", "1", "2"}),
        ("scale", (-1, 1), {"-1", "0", "1"}),
        ("scale", (None, None), {"1", "2", "3", "4", "5"}),
        ("scale", (1, 999_999_999), set()),
        ("single", (None, None), {"a", "b"}),
        ("multiple", (None, None), {"a", "b"}),
        ("text", (None, None), set()),
    ],
)
def test_a_rule_may_look_for_what_can_be_answered(kind, limits, keys):
    values = "ab" if kind in {"single", "multiple"} else ""
    assert keys_of(question("Q", kind, values, minimum=limits[0], maximum=limits[1])) == keys


def test_the_questions_of_a_service_have_rules_as_well():
    lamp = ServiceAttribute("LAMP", "singlevaluelist", True, 1, {}, values=(AttributeValue("out", {}),))
    color = ServiceAttribute("COLOR", "string", False, 2, {}, skip_unless={"LAMP": ["out"]})
    lost = replace(color, skip_unless={"LAMP": ["on"]})
    assert list(skip_rules([lamp, color])) == []
    assert [problem.key for problem in skip_rules([lamp, lost])] == ["rule_value"]


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ({"VISIT": ["a"]}, None),
        ({"VISIT": ["a", "b"]}, None),
        ({"VISIT": ["c"]}, "rule_value"),
        ({"VISIT": []}, "rule_empty"),
        ({"WISH": ["a"]}, "rule_later"),
        ({"LATER": ["a"]}, "rule_later"),
        ({"NOWHERE": ["a"]}, "rule_nowhere"),
        ({"RATE": ["0"]}, None),
        ({"RATE": ["11"]}, "rule_value"),
        ({"PLACE": ["Mill Road"]}, None),
    ],
)
def test_a_question_hangs_on_earlier_answers_that_there_are(rule, problem):
    rate, place = question("RATE", "scale", minimum=0, maximum=10), question("PLACE", "place")
    wish, later = question("WISH", "text", skip_unless=rule), question("LATER", "text")
    named = [(one.key, one.where) for one in skip_rules([VISIT, rate, place, wish, later])]
    assert named == ([(problem, "WISH")] if problem else [])


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        (question("Q", keys="a"), "too_few_values"),
        (question("Q", "multiple"), "too_few_values"),
        (question("Q", keys="abcdefghijk"), "many_values"),
        (question("Q", keys="aba"), "same_value"),
        (question("Q", "scale"), "no_scale"),
        (question("Q", "scale", minimum=1), "no_scale"),
        (question("Q", "scale", minimum=5, maximum=5), "limits_reversed"),
        (question("Q", "number", minimum=5, maximum=1), "limits_reversed"),
        (question("Q", "scale", minimum=0, maximum=11), "long_scale"),
        (replace(question("Q", "text"), text={"en": " "}), "no_text"),
        (replace(question("Q", "text"), text={"en": "x" * 321}), "long_text"),
        (replace(VISIT, code="Q", values=(AttributeValue("a", {"en": "A"}),) * 1), "too_few_values"),
    ],
)
def test_a_question_that_cannot_be_asked_is_named(bad, problem):
    assert (problem, "Q") in found(asked(bad))


@pytest.mark.parametrize(
    "good",
    [
        question("Q", keys="ab"),
        question("Q", "multiple", keys="abcdefghij"),
        question("Q", "scale", minimum=0, maximum=10),
        question("Q", "number"),
        question("Q", "number", minimum=0),
        question("Q", "number", minimum=0, maximum=5000),
        question("Q", "place"),
        replace(question("Q", "text"), text={"en": "x" * 320}),
    ],
)
def test_a_question_that_can_be_asked_is_not(good):
    assert found(asked(good)) == []


@pytest.mark.parametrize(
    ("names", "problem"),
    [
        (({"en": "Yes"}, {"en": "No"}), None),
        (({"en": "Yes"}, {"en": " yes "}), "same_name"),
        (({"en": "Yes", "es": "Sí"}, {"en": "No", "es": "sí"}), "same_name"),
        (({"en": "Yes"}, {"en": "No", "es": ""}), None),
        (({"en": "Yes"}, {"en": "  "}), "no_value_name"),
        (({"en": "Yes"}, {}), "no_value_name"),
    ],
)
def test_people_can_tell_the_values_apart(names, problem):
    values = tuple(AttributeValue(key, name) for key, name in zip("ab", names, strict=True))
    named = found(asked(replace(VISIT, values=values)))
    assert named == ([(problem, "VISIT")] if problem else [])


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"title": {"en": ""}}, "no_title"),
        ({"questions": ()}, "no_questions"),
        ({"opens_on": date(2026, 5, 2), "closes_on": date(2026, 5, 1)}, "days_reversed"),
        ({"languages": ("fr",)}, "no_language"),
        ({"area": "GONE"}, "area_gone"),
        ({"keywords": {"en": [" "]}}, "no_keyword"),
    ],
)
def test_a_survey_without_its_frame_is_named(fields, problem):
    assert problem in [key for key, _ in found(replace(GOOD, **fields))]


@pytest.mark.parametrize(
    ("kind", "fits"),
    [("single", True), ("place", True), ("multiple", False), ("text", False), ("scale", False)],
)
def test_an_area_is_one_value_or_a_place(kind, fits):
    where = question("AREA", kind, "ab" if kind in {"single", "multiple"} else "", minimum=1, maximum=5)
    assert (("area_gone", "AREA") in found(asked(where, area="AREA"))) is not fits


@pytest.mark.parametrize(
    ("word", "other", "problem"),
    [
        ("parks", {}, None),
        ("Parks!", {"keywords": {"es": ["PARKS"]}}, "keyword_taken"),
        ("árboles", {"keywords": {"es": ["arboles"]}}, "keyword_taken"),
        ("parks", {"keywords": {"en": ["parks"]}, "is_open": False}, None),
        ("parks", {"keywords": {"en": ["parks"]}, "code": "s"}, None),
        ("HELP", {}, "keyword_reserved"),
    ],
)
def test_a_keyword_means_one_thing(word, other, problem):
    checked = replace(GOOD, keywords={"en": [word]})
    another = replace(GOOD, **({"code": "other", "keywords": {}} | other))
    assert found(checked, another, reserved=frozenset({"help"})) == ([(problem, "")] if problem else [])


def test_what_blocks_is_told_first():
    keys = [key for key, _ in found(asked(question("Q", keys="a"), keywords={}))]
    assert keys == ["too_few_values", "no_keyword"]


@pytest.mark.parametrize(
    ("text", "languages", "lacking"),
    [
        ({"en": "Hi"}, ("en", "es"), ["es"]),
        ({"en": "Hi", "es": " "}, ("en", "es"), ["es"]),
        ({"en": "Hi", "es": "Hola"}, ("en", "es"), []),
        ({}, ("en", "es"), []),
        ({"en": ""}, ("en", "es"), []),
        ({"es": "Hola"}, ("en",), ["en"]),
    ],
)
def test_a_text_that_is_nowhere_lacks_no_translation(text, languages, lacking):
    assert missing_languages(text, languages) == lacking


def test_only_the_languages_that_a_survey_is_offered_in_are_asked_for():
    spanish = replace(GOOD, languages=("es",))
    assert {
        where for key, where in found(spanish, languages=("en", "es", "fr")) if key == "not_translated"
    } == {
        "",
        "VISIT",
    }
    told = [
        problem.values
        for problem in survey_problems(spanish, (), ("en", "es", "fr"), frozenset(), plain_words)
        if problem.values
    ]
    assert set(told) == {(("language", "es"),)}


def test_every_text_that_residents_see_is_looked_at():
    whole = replace(GOOD, intro={"en": "intro"}, thanks={"en": "thanks"})
    assert [(where, text.get("en", "")) for where, text in texts_of(whole)] == [
        ("", "S"),
        ("", "intro"),
        ("", "thanks"),
        ("VISIT", "VISIT"),
        ("VISIT", ""),
        ("VISIT", "a"),
        ("VISIT", "b"),
    ]
