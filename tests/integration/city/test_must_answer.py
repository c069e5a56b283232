"""Questions that must be answered so: what passes, what breaks, and what is said about it."""

from __future__ import annotations

import pytest

from knowledge.base.model import Answer, Found, Passage
from knowledge.questions.must_answer import (
    all_entries,
    check_all,
    check_entries,
    count_failed,
    note_checks,
    remove_entry,
    write_entry,
)
from tests.support.builders import NOON


class Shelf:
    """A library with one passage that answers what shares a word with it."""

    def __init__(self, text="Goats are allowed. You need a permit of $20.", document="goats"):
        self._passage = Passage("p1", document, "Keeping goats", text, ("Goats",))

    def ask(self, question, language="", limit=5):
        confident = "goats" in question.lower()
        maybe = "sheep" in question.lower()
        return Answer(question, confident, (Found(self._passage, 0.9 if confident else 0.1),), maybe)


def put(database, question="May I keep goats?", expects="words", expected="permit"):
    with database.writing() as session:
        return write_entry(session, question, "en", expects, expected, by="Ana", now=NOON)


@pytest.mark.parametrize(
    ("question", "expects", "expected", "passes"),
    [
        ("May I keep goats?", "words", "permit", True),
        ("May I keep goats?", "words", "PERMIT\n$20", True),
        ("May I keep goats?", "words", "permit\n$30", False),
        ("May I keep bees?", "words", "permit", False),
        ("May I keep goats?", "document", "goats", True),
        ("May I keep goats?", "document", "bees", False),
        ("May I keep bees?", "no_answer", "", True),
        ("May I keep goats?", "no_answer", "", False),
        ("May I keep sheep?", "words", "permit", True),
        ("May I keep sheep?", "document", "goats", True),
        ("May I keep sheep?", "document", "bees", False),
        ("May I keep sheep?", "no_answer", "", False),
    ],
)
def test_a_question_passes_when_it_is_answered_so(database, question, expects, expected, passes):
    put(database, question, expects, expected)
    with database.reading() as session:
        broken = check_all(session, Shelf())
    assert [one.entry.question for one in broken] == ([] if passes else [question])


@pytest.mark.parametrize(("question", "unsure"), [("May I keep goats?", False), ("May I keep sheep?", True)])
def test_it_is_kept_whether_the_answer_was_said_to_be_unsure(database, question, unsure):
    put(database, question)
    with database.writing() as session:
        note_checks(session, check_entries(all_entries(session), Shelf()), NOON)
    with database.reading() as session:
        assert [(one.passed, one.unsure) for one in all_entries(session)] == [(True, unsure)]


def test_what_is_said_instead_is_told_with_the_words_that_are_missing(database):
    put(database, expected="permit\nveterinarian")
    with database.reading() as session:
        (broken,) = check_all(session, Shelf(), quote=lambda passage, question: passage.text[:18])
    assert (broken.answer, broken.title) == ("Goats are allowed.", "Keeping goats")
    assert broken.missing == ("permit", "veterinarian")


def test_what_failed_before_is_not_newly_broken(database):
    put(database, expected="veterinarian")
    with database.writing() as session:
        checked = check_entries(all_entries(session), Shelf())
        assert [one.is_new for one in checked] == [True]
        note_checks(session, checked, NOON)
        assert count_failed(session) == 1
    with database.reading() as session:
        (again,) = check_all(session, Shelf())
    assert not again.is_new
    assert again.entry.answer == "Goats are allowed. You need a permit of $20."


def test_a_question_stands_once_in_the_list_and_the_last_word_counts(database):
    first = put(database, expected="permit")
    second = put(database, expected="veterinarian")
    assert first == second
    with database.reading() as session:
        assert [entry.expected for entry in all_entries(session)] == ["veterinarian"]


def test_what_failed_stands_on_top(database):
    put(database, "goats one", expected="nothing like it")
    put(database, "goats two")
    with database.writing() as session:
        note_checks(session, check_entries(all_entries(session), Shelf()), NOON)
    with database.reading() as session:
        assert [entry.question for entry in all_entries(session)] == ["goats one", "goats two"]


@pytest.mark.parametrize(
    ("question", "expects", "expected"),
    [("", "words", "permit"), ("goats?", "words", "  "), ("goats?", "document", ""), ("goats?", "luck", "x")],
)
def test_what_cannot_be_checked_is_not_taken(database, question, expects, expected):
    with database.writing() as session, pytest.raises(ValueError, match=r"question|expected"):
        write_entry(session, question, "en", expects, expected, by="Ana", now=NOON)


def test_a_question_is_taken_off_the_list(database):
    number = put(database)
    with database.writing() as session:
        assert remove_entry(session, number)
        assert not remove_entry(session, number)
        assert all_entries(session) == []
