"""The builder of a survey: each form saves its part into the draft and leaves the others as they were."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from channels.traits import ChannelTraits
from city.definitions.history import Editor
from city.records.model import AttributeValue, Survey, SurveyQuestion
from city.surveys.editing import create_survey, find_survey, save_draft
from console.shared.errors import NotThere
from console.surveys import builder, questions
from tests.support.builders import NOON
from tests.unit.console.clerk import Went, filled

YES_NO = (AttributeValue("yes", {"en": "Yes", "vi": "Có"}), AttributeValue("no", {"en": "No"}))
FIRST = SurveyQuestion("FIRST", "single", {"en": "Do you?", "vi": "Bạn?"}, values=YES_NO)
SECOND = SurveyQuestion("SECOND", "text", {"en": "Why?"}, skip_unless={"FIRST": ["yes"]})
THIRD = SurveyQuestion("THIRD", "scale", {"en": "How good?"}, minimum=1, maximum=5)
SURVEY = Survey(
    "S",
    {"en": "Parks", "vi": "Công viên"},
    {"en": "Hello", "vi": "Xin chào"},
    {},
    {"en": ["parks"], "vi": ["công viên"]},
    (FIRST, SECOND, THIRD),
    is_open=False,
    area="FIRST",
)


@pytest.fixture
def draft(database):
    """A survey as a draft, and how it stands."""
    with database.writing() as session:
        create_survey(session, "S", {}, Editor("x", "X"), NOON)
        save_draft(session, SURVEY, Editor("x", "X"), NOON)

    def read():
        with database.reading() as session:
            return find_survey(session, "S").survey

    return read


@pytest.fixture(autouse=True)
def doors(monkeypatch):
    shown = [ChannelTraits(name) for name in ("web", "sms")]
    monkeypatch.setattr("console.surveys.common.shown_channels", lambda _settings: shown)


def codes(survey):
    return [question.code for question in survey.questions]


def test_words_are_kept_with_those_in_languages_without_a_field(clerk, draft):
    form = filled(
        title_en="Trees", title_es="Árboles", keywords_en="trees, tree", keywords_es="árbol\nárboles"
    )
    assert builder.save_words(clerk, "S", form) == Went("/surveys/S", "surveys.kept")
    kept = draft()
    assert kept.title == {"vi": "Công viên", "en": "Trees", "es": "Árboles"}
    assert kept.intro == {"vi": "Xin chào"}
    assert kept.keywords == {"vi": ["công viên"], "en": ["trees", "tree"], "es": ["árbol", "árboles"]}
    assert kept.questions == SURVEY.questions
    assert clerk.written == [("surveys.drafted", "S")]


@pytest.mark.parametrize(
    ("ticked", "kept"),
    [
        ((), ()),
        (("sms",), ("sms",)),
        (("sms", "web"), ()),
        (("pigeon",), ()),
        (("pigeon", "web"), ("web",)),
    ],
    ids=["none is everywhere", "one", "all is everywhere", "no such door", "one of them is none"],
)
def test_a_survey_is_offered_where_it_is_ticked(clerk, draft, ticked, kept):
    builder.save_where(clerk, "S", filled(*(("channels", name) for name in ticked)))
    assert draft().channels == kept


@pytest.mark.parametrize(
    ("ticked", "kept"), [((), ()), (("es",), ("es",)), (("es", "en"), ()), (("xx",), ())], ids=str
)
def test_a_survey_is_offered_in_what_is_ticked(clerk, draft, ticked, kept):
    builder.save_where(clerk, "S", filled(*(("languages", code) for code in ticked)))
    assert draft().languages == kept


def test_days_and_the_question_of_the_area_are_kept_or_emptied(clerk, draft):
    builder.save_where(clerk, "S", filled(opens_on="2026-06-01", closes_on="soon", area="THIRD"))
    kept = draft()
    assert (kept.opens_on, kept.closes_on, kept.area) == (date(2026, 6, 1), None, "THIRD")
    builder.save_where(clerk, "S", filled())
    kept = draft()
    assert (kept.opens_on, kept.area) == (None, "")


@pytest.mark.parametrize(
    ("code", "step", "order"),
    [
        ("FIRST", 1, ["SECOND", "FIRST", "THIRD"]),
        ("FIRST", -1, ["FIRST", "SECOND", "THIRD"]),
        ("THIRD", 1, ["FIRST", "SECOND", "THIRD"]),
        ("THIRD", -1, ["FIRST", "THIRD", "SECOND"]),
        ("SECOND", 99, ["FIRST", "THIRD", "SECOND"]),
        ("SECOND", 0, ["SECOND", "FIRST", "THIRD"]),
    ],
)
def test_a_question_moves_one_place_and_never_out_of_the_survey(clerk, draft, code, step, order):
    assert builder.move_question(clerk, "S", code, step) == Went(f"/surveys/S#question-{code}")
    assert codes(draft()) == order


def test_a_question_goes_with_the_rules_that_look_at_it(clerk, draft):
    builder.remove_question(clerk, "S", "FIRST")
    kept = draft()
    assert codes(kept) == ["SECOND", "THIRD"]
    assert (kept.questions[0].skip_unless, kept.area) == ({}, "")


def test_a_question_that_goes_leaves_other_rules_and_the_area(clerk, draft):
    builder.remove_question(clerk, "S", "THIRD")
    kept = draft()
    assert (kept.questions, kept.area) == ((FIRST, SECOND), "FIRST")


def test_what_is_not_there_cannot_be_changed(clerk, draft):
    for send in (
        lambda: builder.move_question(clerk, "S", "GONE", 1),
        lambda: questions.save_question(clerk, "S", "GONE", filled(text_en="x")),
        lambda: questions.question_page(clerk, "S", "GONE"),
        lambda: builder.save_words(clerk, "GONE", filled(title_en="x")),
        lambda: builder.builder_page(clerk, "GONE"),
    ):
        with pytest.raises(NotThere):
            send()
    assert draft() == SURVEY


def test_a_new_question_is_the_last_and_gets_a_code_of_its_first_words(clerk, draft):
    form = filled(("value_en", "Yes"), ("value_key", ""), text_en="Which park do you like?", kind="single")
    went = questions.save_question(clerk, "S", "new", form)
    made = draft().questions[-1]
    assert (made.code, made.required) == ("WHICH-PARK-DO", True)
    assert made.values == (AttributeValue("yes", {"en": "Yes"}),)
    assert went.said == "surveys.kept_but"


def test_two_questions_with_the_same_words_have_codes_of_their_own(clerk, draft):
    for _ in range(2):
        questions.save_question(clerk, "S", "new", filled(text_es="¿Cuál?", kind="text"))
    assert codes(draft())[-2:] == ["CUAL", "CUAL-2"]


def test_a_changed_question_keeps_its_place_its_code_and_what_has_no_field(clerk, draft):
    form = filled(
        ("value_key", "yes"), ("value_en", "Of course"), ("value_key", "no"), ("value_en", ""),
        text_en="Would you?", kind="single", optional="on",
    )  # fmt: skip
    questions.save_question(clerk, "S", "FIRST", form)
    changed = draft().questions[0]
    assert changed == replace(
        FIRST,
        text={"vi": "Bạn?", "en": "Would you?"},
        required=False,
        values=(AttributeValue("yes", {"vi": "Có", "en": "Of course"}),),
    )


def test_a_question_without_words_is_shown_again_and_not_kept(clerk, draft):
    shown = questions.save_question(clerk, "S", "THIRD", filled(kind="scale", text_en="  "))
    assert (shown.status, shown.given["error"]) == (422, "The question has no words.")
    assert draft() == SURVEY


@pytest.mark.parametrize(
    ("kind", "fields", "kept"),
    [
        ("scale", {"minimum": "1", "maximum": "3", "highest_en": "great"}, ((1, 3), {"3": {"en": "great"}})),
        ("scale", {"minimum": "0", "lowest_en": "bad"}, ((0, None), {"0": {"en": "bad"}})),
        ("scale", {"lowest_en": "bad"}, ((None, None), {})),
        ("number", {"minimum": "2,5", "maximum": "x"}, ((2.5, None), {})),
        ("text", {"minimum": "1", "maximum": "3", "highest_en": "great"}, ((None, None), {})),
        ("nonsense", {}, ((None, None), {})),
    ],
)
def test_limits_and_names_of_ends_belong_to_their_kinds(clerk, draft, kind, fields, kept):
    questions.save_question(clerk, "S", "new", filled(text_en="How?", kind=kind, **fields))
    made = draft().questions[-1]
    assert made.kind == (kind if kind != "nonsense" else "text")
    assert ((made.minimum, made.maximum), {value.key: value.name for value in made.values}) == kept


def test_the_form_of_a_new_scale_begins_with_one_to_five(clerk, draft):
    shown = questions.question_page(clerk, "S", "new", "scale")
    blank = shown.given["question"]
    assert (blank.minimum, blank.maximum, shown.given["is_new"]) == (1, 5, True)
    assert questions.question_page(clerk, "S", "new", "nonsense").given["question"].kind == "single"
    assert draft() == SURVEY


@pytest.mark.parametrize(
    ("code", "earlier"),
    [("FIRST", []), ("SECOND", ["FIRST"]), ("THIRD", ["FIRST"]), ("new", ["FIRST", "THIRD"])],
)
def test_a_rule_looks_only_at_earlier_questions_with_answers(clerk, draft, code, earlier):
    shown = questions.question_page(clerk, "S", code)
    assert [question.code for question, _ in shown.given["earlier"]] == earlier
    assert draft() == SURVEY


def test_the_steps_of_a_scale_are_offered_in_order_with_their_names(clerk, draft):
    form = filled(text_en="How good?", kind="scale", minimum="8", maximum="11", highest_en="great")
    questions.save_question(clerk, "S", "THIRD", form)
    _, steps = questions.question_page(clerk, "S", "new").given["earlier"][-1]
    assert steps == [
        ("8", {"en": "8"}),
        ("9", {"en": "9"}),
        ("10", {"en": "10"}),
        ("11", {"en": "11 - great"}),
    ]
    assert draft().questions[2].values == (AttributeValue("11", {"en": "great"}),)


def test_further_empty_rows_bring_the_same_page_back(clerk, draft):
    form = filled(text_en="Do you?", kind="single", then="more")
    assert questions.save_question(clerk, "S", "FIRST", form) == Went(
        "/surveys/S/questions/FIRST", "surveys.kept"
    )
    shown = questions.question_page(clerk, "S", "FIRST")
    assert len(shown.given["rows"]) == questions.BLANK_ROWS
    assert draft().questions[0].values == ()


def test_the_builder_says_what_is_in_the_way_and_the_rules_in_words(clerk, draft):
    given = builder.builder_page(clerk, "S").given
    assert given["rules"] == {"FIRST": [], "SECOND": ['Only if "Do you?" was answered: Yes'], "THIRD": []}
    assert given["areas"] == [("", "None"), ("FIRST", "Do you?")]
    assert (given["state"], given["in_the_way"], given["channels"]) == ("new", [], ["web", "sms"])
    builder.remove_question(clerk, "S", "FIRST")
    builder.save_where(clerk, "S", filled(area="FIRST"))
    in_the_way = builder.builder_page(clerk, "S").given["in_the_way"]
    assert [words for _, words in in_the_way] == [
        "The question that says where somebody lives is gone, or has another kind."
    ]
    assert draft().area == "FIRST"
