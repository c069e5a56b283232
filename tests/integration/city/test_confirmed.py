"""Questions whose answer was confirmed: by residents' thumbs, by a document of staff, by the list of must-answer questions."""

from __future__ import annotations

import pytest

from core.model import Asker
from knowledge.index.fake_embedder import FakeEmbedder
from knowledge.questions import must_answer
from knowledge.questions.confirmed import Confirmed, confirmed_questions
from knowledge.questions.groups import QuestionGroups, set_state
from knowledge.questions.kept import keep_feedback, keep_question
from tests.support.builders import NOON

ANNA = Asker("anna", "web", "en")


def confirmed(database):
    with database.reading() as session:
        return confirmed_questions(session)


def thumb(database, question, *, helpful=True, passage="p1"):
    with database.writing() as session:
        keep_feedback(session, ANNA, helpful=helpful, subject=passage, question=question, now=NOON)


def test_a_thumb_up_confirms_the_passage_once_however_often_it_is_given(database):
    for question in ("Where do I vote?", "where do I vote", "When is trash day?"):
        thumb(database, question)

    assert {(one.question, one.passage_id) for one in confirmed(database)} == {
        ("where do I vote", "p1"),
        ("When is trash day?", "p1"),
    }


@pytest.mark.parametrize(
    "thumbs", [[False], [True, False], [True, False, False]], ids=["down", "one each", "more down"]
)
def test_an_answer_that_did_not_help_more_than_it_helped_confirms_nothing(database, thumbs):
    for helpful in thumbs:
        thumb(database, "Where do I vote?", helpful=helpful)
    assert confirmed(database) == []


def test_a_thumb_without_its_question_or_passage_confirms_nothing(database):
    thumb(database, "")
    thumb(database, "Where do I vote?", passage="")
    assert confirmed(database) == []


def answered_group(database, state="answered", document="goats"):
    with database.writing() as session:
        for question in ("May I keep goats?", "may I keep goats", "May I keep goats, please?"):
            keep_question(session, ANNA, question, reason="unanswered", nearest=[], now=NOON)
    QuestionGroups(database, lambda: [FakeEmbedder()]).group_all()
    with database.writing() as session:
        reason = "none of ours" if state == "set_aside" else ""
        set_state(session, 1, state, by="Ana", now=NOON, reason=reason, document_id=document)


def test_every_wording_of_a_group_that_staff_answered_leads_to_the_document(database):
    answered_group(database)

    found = confirmed(database)

    assert {one.document_id for one in found} == {"goats"}
    assert {one.group for one in found} == {"group 1"}
    assert len(found) == 2, "wordings that differ in case and punctuation alone count once"


@pytest.mark.parametrize(("state", "document"), [("open", "goats"), ("set_aside", "goats"), ("answered", "")])
def test_a_group_without_an_answer_confirms_nothing(database, state, document):
    answered_group(database, state, document)
    assert confirmed(database) == []


def test_the_must_answer_list_names_a_document_or_words_and_what_has_no_answer_is_left_out(database):
    with database.writing() as session:
        for question, expects, expected in (
            ("Goats?", "document", "goats"),
            ("Fee?", "words", "$20"),
            ("Unicorns?", "no_answer", ""),
        ):
            must_answer.write_entry(session, question, "en", expects, expected, by="Ana", now=NOON)

    assert confirmed(database) == [Confirmed("Goats?", document_id="goats"), Confirmed("Fee?", words="$20")]
