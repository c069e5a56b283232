"""The forms of a service and its questions: kept at once when they can be asked, shown again with the reason when not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from city.definitions.history import Editor
from city.records.model import AttributeValue, Department, Service, ServiceAttribute
from city.services.editing import find_service, save_department
from city.services.editing import save_service as store
from console.services import history, one, questions
from console.shared.errors import NotThere
from tests.support.builders import NOON
from tests.unit.console.clerk import Clerk, Went, filled

PARKS, WATER = Department("parks", {"en": "Parks"}), Department("water", {"en": "Water"})
SMELL = ServiceAttribute(
    "SMELL",
    "singlevaluelist",
    required=True,
    order=1,
    description={"en": "Do you smell gas?"},
    values=(
        AttributeValue("yes", {"en": "Yes"}, {"en": "Leave the house.", "vi": "Ra ngoài."}),
        AttributeValue("no", {"en": "No"}),
    ),
)
SINCE = ServiceAttribute(
    "SINCE",
    "string",
    required=False,
    order=2,
    description={"en": "Since when?"},
    skip_unless={"SMELL": ["no"]},
)
LEAK = Service(
    "leak",
    {"en": "Leak", "vi": "Rò rỉ"},
    {},
    {"vi": ["nước"]},
    "Water",
    PARKS,
    days=3,
    attributes=(SMELL, SINCE),
)
EDITOR = Editor("x", "X")


@pytest.fixture
def kept(database):
    """A service of the parks, and how it stands."""
    with database.writing() as session:
        for department in (PARKS, WATER):
            save_department(session, department, editor=EDITOR, now=NOON)
        store(session, LEAK, active=True, editor=EDITOR, now=NOON)

    def read():
        with database.reading() as session:
            return find_service(session, "leak").service

    return read


def words(**more):
    """The form of the service as it stands, with these changes."""
    usual = {"name_en": "Leak", "department": "parks", "days": "3", "place": "required", "photo": "on"}
    return filled(**(usual | {"group": "Water", "active": "on"} | more))


def test_a_form_that_changes_nothing_keeps_everything_and_writes_nothing_down(clerk, kept):
    assert one.save_service(clerk, "leak", words()) == Went("/services/leak", "services.kept")
    assert (kept(), clerk.written) == (LEAK, [])


def test_words_are_kept_with_those_in_languages_without_a_field(clerk, kept):
    one.save_service(clerk, "leak", words(name_es="Fuga", keywords_en="drip, drop"))
    assert kept().name == {"en": "Leak", "es": "Fuga", "vi": "Rò rỉ"}
    assert kept().keywords == {"vi": ["nước"], "en": ["drip", "drop"]}
    assert clerk.written == [("services.changed", "leak")]


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("5", 5),
        ("0", 0),
        ("3650", 3650),
        ("3651", None),
        ("-1", None),
        ("", None),
        ("soon", None),
        ("2,5", 2),
    ],
)
def test_days_are_a_promise_that_can_be_kept_or_none(clerk, kept, typed, days):
    one.save_service(clerk, "leak", words(days=typed))
    assert kept().days == days


@pytest.mark.parametrize(
    ("typed", "place"), [("none", "none"), ("optional", "optional"), ("moon", "required")]
)
def test_the_place_is_one_of_three(clerk, kept, typed, place):
    one.save_service(clerk, "leak", words(place=typed))
    assert kept().place == place


@pytest.mark.parametrize(
    ("departments", "wanted", "owner"),
    [
        ((), "water", "water"),
        ((), "nowhere", "parks"),
        (("parks",), "water", "parks"),
        (("parks", "water"), "water", "water"),
    ],
    ids=["all", "there is none", "not theirs", "both theirs"],
)
def test_a_service_is_given_to_no_department_that_one_does_not_see(
    database, kept, departments, wanted, owner
):
    one.save_service(Clerk(database, departments), "leak", words(department=wanted))
    assert kept().department.code == owner


def test_a_service_without_a_name_is_shown_again_and_not_kept(database, kept):
    with database.writing() as session:
        store(session, replace(LEAK, name={"en": "Leak"}), active=True, editor=EDITOR, now=NOON)
    shown = one.save_service(Clerk(database), "leak", words(name_en=" ", days="9"))
    assert (shown.status, shown.given["wrong"]) == (422, [("", "There is no name.")])
    assert (shown.given["service"].days, kept().days) == (9, 3)


def test_a_service_of_others_is_not_there(database, kept):
    clerk = Clerk(database, ("water",))
    for send in (
        lambda: one.service_page(clerk, "leak"),
        lambda: one.save_service(clerk, "leak", words()),
        lambda: questions.question_page(clerk, "leak", "SMELL"),
        lambda: questions.save_question(clerk, "leak", "new", filled(text_en="x")),
        lambda: questions.move_question(clerk, "leak", "SMELL", 1),
        lambda: questions.remove_question(clerk, "leak", "SMELL"),
        lambda: history.service_history(clerk, "leak"),
    ):
        with pytest.raises(NotThere):
            send()
    assert kept() == LEAK


def test_a_question_keeps_its_words_of_danger_in_every_language(clerk, kept):
    form = filled(
        ("value_key", "yes"), ("value_en", "Yes"), ("danger_en", "Leave at once."),
        ("value_key", "no"), ("value_en", "No"), ("danger_en", ""),
        text_en="Do you smell gas?", kind="singlevaluelist", required="on",
    )  # fmt: skip
    went = questions.save_question(clerk, "leak", "SMELL", form)
    assert went == Went("/services/leak#question-SMELL", "services.kept")
    danger = {"en": "Leave at once.", "vi": "Ra ngoài."}
    assert kept().attributes[0].values[0].danger == danger
    assert kept().attributes[1] == SINCE


def test_a_notice_asks_for_nothing(clerk, kept):
    questions.save_question(
        clerk, "leak", "new", filled(text_en="We will call.", kind="notice", required="on")
    )
    made = kept().attributes[-1]
    assert (made.code, made.variable, made.required, made.order) == ("WE-WILL-CALL", False, False, 3)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"kind": "string"}, "The question has no words."),
        ({"kind": "singlevaluelist", "text_en": "Which?"}, "There are no answers to choose from."),
        (
            {"kind": "string", "text_en": "Why?", "rule": "GONE\nyes"},
            "It depends on a question that is not there: GONE.",
        ),
        (
            {"kind": "string", "text_en": "Why?", "rule": "SMELL\nmaybe"},
            'It depends on an answer that "Do you smell gas?" no longer has: maybe.',
        ),
    ],
)
def test_a_question_that_cannot_be_asked_is_not_kept(clerk, kept, fields, wrong):
    shown = questions.save_question(clerk, "leak", "new", filled(**fields))
    assert (shown.status, shown.given["wrong"]) == (422, [wrong])
    assert kept() == LEAK


def test_an_answer_that_a_rule_looks_for_is_not_taken_away(clerk, kept):
    form = filled(("value_key", "yes"), ("value_en", "Yes"), text_en="Gas?", kind="singlevaluelist")
    shown = questions.save_question(clerk, "leak", "SMELL", form)
    assert shown.given["wrong"] == ['It depends on an answer that "Gas?" no longer has: no.']
    assert kept() == LEAK


@pytest.mark.parametrize(
    ("question", "step"), [("SMELL", 1), ("SINCE", -1)], ids=["behind its rule", "before what it looks at"]
)
def test_a_question_does_not_move_where_its_rule_would_look_ahead(clerk, kept, question, step):
    assert questions.move_question(clerk, "leak", question, step).said == "services.not_moved"
    assert kept() == LEAK


def test_questions_are_numbered_as_they_stand(clerk, kept):
    questions.save_question(clerk, "leak", "new", filled(text_en="How much?", kind="number"))
    assert questions.move_question(clerk, "leak", "HOW-MUCH", -1).said == ""
    assert [(each.code, each.order) for each in kept().attributes] == [
        ("SMELL", 1),
        ("HOW-MUCH", 2),
        ("SINCE", 3),
    ]


def test_a_question_goes_with_the_rules_that_look_at_it(clerk, kept):
    questions.remove_question(clerk, "leak", "SMELL")
    assert kept().attributes == (replace(SINCE, order=1, skip_unless={}),)


def test_the_page_of_a_service_says_its_rules_in_words(clerk, kept):
    given = one.service_page(clerk, "leak").given
    assert given["rules"] == {"SMELL": [], "SINCE": ['Only if "Do you smell gas?" was answered: No']}
    assert given["departments"] == [("parks", "Parks"), ("water", "Water")]
    assert kept() == LEAK


def test_an_earlier_state_comes_back_but_not_from_a_department_of_others(database, kept):
    clerk, gardener = Clerk(database), Clerk(database, ("water",))
    one.save_service(clerk, "leak", words(department="water", name_en="Wrong"))
    last = history.service_history(clerk, "leak").given["changes"][0].id
    with pytest.raises(NotThere):
        history.bring_back(gardener, "leak", last)
    assert kept().name["en"] == "Wrong"
    assert history.bring_back(clerk, "leak", last).said == "services.was_restored"
    assert kept() == LEAK
