"""Surveys as staff make them: drafts, versions, corrections, a history, and what stands in the way of opening one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from city.definitions.history import Editor, changes_of
from city.loading.load import load_city
from city.records.model import AttributeValue, SurveyQuestion
from city.registry import City
from city.surveys.checks import survey_problems
from city.surveys.editing import (
    close_survey,
    copy_survey,
    create_survey,
    delete_unused,
    draft_from_history,
    find_survey,
    list_surveys,
    makes_new_version,
    move_survey,
    publish_survey,
    save_draft,
    versions_of,
)
from city.surveys.surveys import answer_set
from core.texts import plain_words
from tests.support.builders import NOON
from tests.unit.city.town import survey_entry, write_city

ANA = Editor("1", "Ana")
YES_NO = (
    AttributeValue("yes", {"en": "Yes", "es": "Sí"}),
    AttributeValue("no", {"en": "No", "es": "No gracias"}),
)
TREES = SurveyQuestion("TREES", "single", {"en": "More trees?", "es": "¿Más árboles?"}, values=YES_NO)


@pytest.fixture
def city(session, database, tmp_path, monkeypatch):
    monkeypatch.setattr("city.registry.CHECK_SECONDS", 0.0)
    load_city(session, write_city(tmp_path / "city", surveys_json=[survey_entry()]))
    session.commit()
    return City(database)


def change(session, code, **fields):
    save_draft(session, replace(find_survey(session, code).survey, **fields), ANA, NOON)


def begun(session, survey):
    answer_set(session, survey, "somebody", "en", NOON)


def test_a_new_survey_is_nobodys_business_until_it_is_opened(session, city):
    assert create_survey(session, "trees", {"en": "Trees"}, ANA, NOON)
    assert not create_survey(session, "trees", {"en": "Trees"}, ANA, NOON)
    change(session, "trees", questions=(TREES,))
    session.commit()
    assert "trees" not in city.surveys
    assert publish_survey(session, "trees", ANA, NOON, is_open=True) == 1
    session.commit()
    assert city.surveys["trees"].questions == (TREES,)
    assert city.surveys["trees"].is_open


def test_a_draft_shows_what_it_would_change(session, city):
    change(session, "parks", intro={"en": "Hello"})
    found = find_survey(session, "parks")
    assert [part.path for part in found.differences] == [("intro", "en")]
    assert (found.is_changed, found.asks_otherwise, found.draft_by) == (True, False, "Ana")


@pytest.mark.parametrize(
    ("fields", "correction", "newer"),
    [
        ({"intro": {"en": "Hello"}}, False, False),
        ({"keywords": {"en": ["x"]}}, False, False),
        ({"questions": "other words"}, False, True),
        ({"questions": "other words"}, True, False),
        ({"questions": "another value"}, True, True),
        ({"questions": "other order"}, False, True),
        ({"questions": "other order"}, True, False),
        ({"questions": "one less"}, True, True),
        ({"questions": "other scale"}, True, True),
    ],
)
def test_a_change_of_meaning_makes_a_version_once_somebody_answered(session, city, fields, correction, newer):
    survey = city.surveys["parks"]
    visit, liked, wish = survey.questions
    made = {
        "other words": (replace(visit, text={"en": "Do you go to our parks?"}), liked, wish),
        "another value": (
            replace(visit, values=(*visit.values, AttributeValue("m", {"en": "Maybe"}))),
            liked,
            wish,
        ),
        "other order": (visit, wish, liked),
        "one less": (visit, liked),
        "other scale": (visit, replace(liked, maximum=10), wish),
    }
    fields = {
        name: made.get(value, value) if isinstance(value, str) else value for name, value in fields.items()
    }
    change(session, "parks", **fields)
    assert not makes_new_version(session, "parks", correction=correction)  # nobody has answered
    begun(session, survey)
    assert makes_new_version(session, "parks", correction=correction) == newer
    assert publish_survey(session, "parks", ANA, NOON, correction=correction) == 1 + newer
    assert sorted(versions_of(session, "parks")) == [1, 2][: 1 + newer]


def test_that_something_was_only_a_correction_is_recorded(session, city):
    survey = city.surveys["parks"]
    begun(session, survey)
    visit, *rest = survey.questions
    change(session, "parks", questions=(replace(visit, text={"en": "Do you visit our parks??"}), *rest))
    publish_survey(session, "parks", ANA, NOON, correction=True, note="a typo")
    latest = changes_of(session, "survey", "parks")[0]
    assert (latest.how, latest.version, latest.note, latest.staff_name) == ("correction", 1, "a typo", "Ana")


def test_closing_and_opening_stand_in_the_history(session, city):
    close_survey(session, "parks", ANA, NOON)
    session.commit()
    assert not city.surveys["parks"].is_open
    publish_survey(session, "parks", ANA, NOON, is_open=True)
    assert [entry.how for entry in changes_of(session, "survey", "parks")] == ["opened", "closed"]


def test_an_earlier_state_becomes_the_draft(session, city):
    change(session, "parks", title={"en": "One"})
    publish_survey(session, "parks", ANA, NOON)
    change(session, "parks", title={"en": "Two"})
    publish_survey(session, "parks", ANA, NOON)
    latest = changes_of(session, "survey", "parks")[0]
    assert draft_from_history(session, "parks", latest.id, ANA, NOON)
    assert not draft_from_history(session, "parks", 999, ANA, NOON)
    found = find_survey(session, "parks")
    assert (found.survey.title, found.live.title) == ({"en": "One"}, {"en": "Two"})


def test_a_copy_has_the_questions_and_no_keywords(session, city):
    assert copy_survey(session, "parks", "parks-2", ANA, NOON)
    assert not copy_survey(session, "moon", "moon-2", ANA, NOON)
    copy = find_survey(session, "parks-2").survey
    assert (copy.questions, copy.keywords, copy.is_open) == (city.surveys["parks"].questions, {}, False)


def test_only_what_was_never_open_can_be_deleted(session, city):
    create_survey(session, "trees", {"en": "Trees"}, ANA, NOON)
    assert delete_unused(session, "trees")
    assert not delete_unused(session, "parks")
    assert [found.survey.code for found in list_surveys(session)] == ["parks"]


def test_the_order_of_surveys_can_be_changed(session, city):
    create_survey(session, "trees", {"en": "Trees"}, ANA, NOON)
    move_survey(session, "trees", -1)
    assert [found.survey.code for found in list_surveys(session)] == ["trees", "parks"]
    move_survey(session, "trees", -1)
    assert [found.survey.code for found in list_surveys(session)] == ["trees", "parks"]


def test_how_many_began_is_said_in_fives(session, city):
    for who in range(13):
        answer_set(session, city.surveys["parks"], str(who), "en", NOON)
    assert find_survey(session, "parks").begun == 10


LATER = SurveyQuestion("LATER", "text", {"en": "Why?", "es": "¿Por qué?"})
BAD = (
    ({"title": {}}, "no_title", True),
    ({"questions": ()}, "no_questions", True),
    ({"questions": (TREES, TREES)}, "same_code", True),
    ({"questions": (replace(LATER, skip_unless={"TREES": ["yes"]}), TREES)}, "rule_later", True),
    ({"questions": (replace(LATER, skip_unless={"OAKS": ["yes"]}),)}, "rule_nowhere", True),
    ({"questions": (TREES, replace(LATER, skip_unless={"TREES": ["maybe"]}))}, "rule_value", True),
    ({"questions": (TREES, replace(LATER, skip_unless={"TREES": []}))}, "rule_empty", True),
    ({"questions": (replace(TREES, text={}),)}, "no_text", True),
    ({"questions": (replace(TREES, values=YES_NO[:1]),)}, "too_few_values", True),
    ({"questions": (replace(TREES, values=YES_NO * 2),)}, "same_value", True),
    ({"questions": (replace(LATER, kind="scale"),)}, "no_scale", True),
    ({"questions": (replace(LATER, kind="number", minimum=5, maximum=1),)}, "limits_reversed", True),
    ({"questions": (TREES,), "area": "LATER"}, "area_gone", True),
    ({"keywords": {"en": ["Parks"]}}, "keyword_taken", True),
    ({"keywords": {"en": ["Stop"]}}, "keyword_reserved", True),
    ({"keywords": {}}, "no_keyword", False),
    ({"languages": ("fr",)}, "no_language", True),
    ({"intro": {"en": "Hello"}}, "not_translated", False),
)


@pytest.mark.parametrize(("fields", "key", "blocking"), BAD, ids=[key for _, key, _ in BAD])
def test_what_stands_in_the_way_is_named(city, fields, key, blocking):
    parks = city.surveys["parks"]
    good = replace(
        parks,
        code="trees",
        title={"en": "Trees", "es": "Árboles"},
        keywords={"en": ["trees"]},
        questions=(TREES, replace(LATER, skip_unless={"TREES": ["yes"]})),
    )
    reserved = frozenset({"stop", "help"})
    assert survey_problems(good, [parks], ("en", "es"), reserved, plain_words) == []
    found = survey_problems(replace(good, **fields), [parks], ("en", "es"), reserved, plain_words)
    assert (key, blocking) in [(problem.key, problem.blocking) for problem in found]
