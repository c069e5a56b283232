"""Surveys and services in words for staff: what is in the way, what an answer and a group are called, and the lines of the file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from city.definitions.history import Problem
from city.records.model import AttributeValue, Department, Service, ServiceAttribute, Survey, SurveyQuestion
from city.surveys.editing import EditedSurvey
from city.surveys.networks import Crowding
from city.surveys.results import QuestionResult, Row, SurveyResults
from city.surveys.rows import SKIPPED
from console.services.common import said_of
from console.shared.pages import HERE, LANGUAGES
from console.surveys.common import in_words, name_of, reserved_words, state_of
from console.surveys.result_pages import _file_lines, answer_name, group_name
from core.texts import load_texts
from tests.support.builders import NOON

TEXTS = load_texts(HERE / "catalogue")
COLOR = SurveyQuestion(
    "COLOR",
    "single",
    {"en": "Which color?", "es": "¿Qué color?"},
    values=(AttributeValue("red", {"en": "Red", "es": "Rojo"}), AttributeValue("blue", {"en": "Blue"})),
)
MANY = replace(COLOR, code="MANY", kind="multiple")
RATE = SurveyQuestion(
    "RATE", "scale", {"en": "How good?"}, minimum=1, maximum=3, values=(AttributeValue("3", {"en": "great"}),)
)
WORDS = SurveyQuestion("WORDS", "text", {"en": "What else?"})
SURVEY = Survey("S", {"en": "Colors"}, {}, {}, {}, (COLOR, MANY, RATE, WORDS), area="COLOR")


def visit(language="en", *, day=NOON, uncovered=False, timezone="UTC"):
    """Somebody of staff who reads this language."""
    console = SimpleNamespace(
        now=lambda: day,
        city=SimpleNamespace(profile=SimpleNamespace(timezone=timezone)),
        texts=SimpleNamespace(lists={}, words_of_all=lambda _key: ()),
    )
    return SimpleNamespace(
        say=lambda key, **values: TEXTS.say(key, language, **values),
        language=language,
        console=console,
        uncovered=uncovered,
        published=frozenset(),
    )


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (Problem("no_title"), (True, "", "The survey has no name.")),
        (Problem("no_text", "COLOR"), (True, "Which color?", "The question has no words.")),
        (
            Problem("rule_later", "RATE", (("other", "COLOR"),)),
            (True, "How good?", 'It depends on "Which color?", which is only asked later. Move one of them.'),
        ),
        (
            Problem("rule_nowhere", "RATE", (("other", "GONE"),)),
            (True, "How good?", "It depends on a question that is not there: GONE."),
        ),
        (
            Problem("rule_value", "RATE", (("other", "COLOR"), ("values", "green"))),
            (True, "How good?", 'It depends on an answer that "Which color?" no longer has: green.'),
        ),
        (
            Problem("not_translated", "COLOR", (("language", "es"),), blocking=False),
            (
                False,
                "Which color?",
                "Something is not said in Spanish; residents get another language there.",
            ),
        ),
        (
            Problem("keyword_taken", "", (("word", "color"), ("title", "Paint"))),
            (True, "", 'The keyword "color" belongs to the open survey "Paint".'),
        ),
    ],
    ids=lambda value: value.key if isinstance(value, Problem) else "",
)
def test_a_problem_is_said_with_questions_and_languages_by_name(problem, said):
    names = {question.code: question.text for question in SURVEY.questions}
    assert in_words(visit(), [problem], names) == [said]


def test_a_problem_is_said_once_and_in_the_language_of_who_reads():
    found = [Problem("no_text", "COLOR"), Problem("no_text", "COLOR"), Problem("no_title")]
    said = in_words(visit("es"), found, {"COLOR": COLOR.text})
    assert [where for _, where, _ in said] == ["¿Qué color?", ""]


def test_two_questions_with_the_same_words_have_a_problem_each_once():
    found = [Problem("no_scale", "A"), Problem("no_scale", "B")]
    assert len(in_words(visit(), found, {"A": {"en": "One"}, "B": {"en": "Two"}})) == 2


def test_a_problem_of_a_service_names_its_questions():
    about = [
        ServiceAttribute("SIZE", "number", required=True, order=1, description={"en": "How large?"}),
        ServiceAttribute("WHEN", "string", required=True, order=2, description={}),
    ]
    service = Service("pothole", {"en": "Pothole"}, {}, {}, "", Department("", {}), attributes=tuple(about))
    found = [
        Problem("rule_later", "SIZE", (("other", "WHEN"),)),
        Problem("no_text", "WHEN"),
        Problem("no_text", "WHEN"),
        Problem("not_translated", "", (("language", "vi"),)),
    ]
    assert said_of(visit(), service, found) == [
        ("How large?", 'It depends on "WHEN", which is only asked later.'),
        ("WHEN", "The question has no words."),
        ("", "Something is not said in Vietnamese; residents get another language there."),
    ]


@pytest.mark.parametrize(
    ("texts", "language", "name"),
    [
        ({"en": "Which color?", "es": "¿Qué color?"}, "es", "¿Qué color?"),
        ({"en": "Which color?"}, "es", "Which color?"),
        ({"vi": "Màu nào?"}, "es", "Màu nào?"),
        ({}, "en", "COLOR"),
        ({"en": "x" * 80}, "en", "x" * 80),
        ({"en": "x" * 81}, "en", "x" * 77 + "..."),
    ],
    ids=["own language", "English", "whichever", "code", "long", "too long"],
)
def test_a_question_is_called_by_its_words(texts, language, name):
    assert name_of(visit(language), "COLOR", {"COLOR": texts}) == name


def test_words_of_the_bot_are_reserved_as_they_are_heard():
    someone = visit()
    lists = {"en": {"gate.stop": ["Stop!"], "menu.words": ["menu"]}, "es": {"gate.help": ["Ayúdame"]}}
    texts = {"gate.stop": ["Stop!"], "gate.help": ["Ayúdame"]}
    someone.console.texts = SimpleNamespace(lists=lists, words_of_all=texts.__getitem__)
    assert reserved_words(someone) == {"stop", "ayudame"}


def edited(live):
    return EditedSurvey(SURVEY, live, 0 if live is None else 1, has_draft=False, draft_by="", begun=0)


JUNE = (date(2026, 6, 1), date(2026, 6, 2))


@pytest.mark.parametrize(
    ("live", "state"),
    [
        (None, "new"),
        ({}, "open"),
        ({"is_open": False}, "closed"),
        ({"opens_on": JUNE[0], "closes_on": JUNE[0]}, "open"),
        ({"opens_on": JUNE[1]}, "waiting"),
        ({"opens_on": JUNE[1], "is_open": False}, "closed"),
        ({"closes_on": date(2026, 5, 31)}, "closed"),
    ],
    ids=["never published", "open", "closed by staff", "both days count", "before", "not even then", "over"],
)
def test_what_residents_meet_today(live, state):
    found = edited(None if live is None else replace(SURVEY, **live))
    assert state_of(visit(), found) == state


def test_the_day_is_the_citys():
    found = edited(replace(SURVEY, opens_on=JUNE[1]))
    late = NOON.replace(hour=15)
    assert state_of(visit(day=late, timezone="Asia/Tokyo"), found) == "open"
    assert state_of(visit(day=late, timezone="America/Chicago"), found) == "waiting"


@pytest.mark.parametrize(
    ("question", "key", "language", "name"),
    [
        (COLOR, "red", "es", "Rojo"),
        (COLOR, "blue", "es", "Blue"),
        (COLOR, "gone", "en", "gone"),
        (COLOR, SKIPPED, "en", "Skipped"),
        (RATE, "3", "en", "3 - great"),
        (RATE, "2", "en", "2"),
        (WORDS, "anything that somebody wrote", "en", "Answered"),
        (WORDS, SKIPPED, "en", "Skipped"),
    ],
)
def test_an_answer_is_called_by_its_name(question, key, language, name):
    assert answer_name(visit(language), question, key) == name


@pytest.mark.parametrize(
    ("by", "group", "name"),
    [
        ("channel", ("sms",), "SMS"),
        ("channel", ("pigeon",), "pigeon"),
        ("language", ("es", "vi"), "Spanish + Vietnamese"),
        ("language", ("",), "Not known"),
        ("area", ("red", "blue"), "Red + Blue"),
        ("area", ("red", SKIPPED), "Red + Not known"),
    ],
)
def test_a_group_is_called_by_what_its_people_share(by, group, name):
    assert group_name(visit(), SURVEY, by, group) == name


def test_a_group_by_a_question_that_is_gone_keeps_its_keys():
    assert group_name(visit(), replace(SURVEY, area="GONE"), "area", ("north", "south")) == "north + south"


def lines(*parts, started=20, finished=12, crowded=(), **reader):
    results = SurveyResults(SURVEY, started, finished, (), tuple(parts))
    return list(_file_lines(visit(**reader), results, crowded))


def test_a_file_begins_with_how_many_began_and_finished():
    assert lines() == [("Question", "Answer", "People"), ("Began", "", 20), ("Finished", "", 12)]


def test_too_few_people_are_hidden_in_the_file_and_nobody_is_not():
    assert [row[2] for row in lines(started=None, finished=0)[1:]] == ["hidden", 0]


def test_a_day_on_which_many_came_from_one_network_is_told_in_words():
    (line,) = lines(crowded=[Crowding(JUNE[0], 40, 7)])[3:]
    assert line == ("Begun from one internet network on June 1, 2026", "", 40)


def test_every_answer_has_a_line_and_a_hidden_one_says_so():
    rows = (Row(("red",), 9), Row(("blue",), None), Row((SKIPPED,), 0))
    assert lines(QuestionResult(COLOR, 9, rows))[3:] == [
        ("Which color?", "Red", 9),
        ("Which color?", "Blue", "hidden"),
        ("Which color?", "Skipped", 0),
    ]


def test_answers_that_few_gave_are_hidden_each_and_counted_together():
    assert lines(QuestionResult(COLOR, 9, (Row(("red", "blue"), 9),)))[3:] == [
        ("Which color?", "Red", "hidden"),
        ("Which color?", "Blue", "hidden"),
        ("Which color?", "Red, Blue (together)", 9),
    ]


def test_answers_that_are_hidden_even_together_have_no_sum():
    assert lines(QuestionResult(MANY, 9, (Row(("red", "blue"), None),)))[3:] == [
        ("Which color?", "Red", "hidden"),
        ("Which color?", "Blue", "hidden"),
    ]


def test_a_question_that_too_few_answered_says_so_in_a_line_of_its_own():
    assert lines(QuestionResult(RATE, None))[3:] == [("How good?", "", "hidden")]


def test_what_people_wrote_stands_without_their_contacts():
    part = QuestionResult(WORDS, 1, texts=("call me at 217-555-0142",))
    ((_, covered, count),) = lines(part)[3:]
    assert "0142" not in covered
    assert (covered.startswith("call me at "), count) == (True, 1)


def test_whoever_opened_the_contacts_has_them_in_the_file():
    part = QuestionResult(WORDS, 1, texts=("call me at 217-555-0142",))
    assert lines(part, uncovered=True)[3:] == [("What else?", "call me at 217-555-0142", 1)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_is_written_in_every_language(language):
    head = lines(language=language)[0]
    assert all(cell and not cell.startswith("surveys.") for cell in head)
    assert len(set(head)) == 3
