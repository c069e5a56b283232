"""What residents leave for staff."""

from __future__ import annotations

from sqlalchemy import select

from city.people.requests import ask_person
from city.people.tables import PersonRequestRow
from core.model import Asker
from knowledge.questions.kept import keep_feedback, keep_question
from knowledge.questions.tables import FeedbackRow, KeptQuestionRow
from tests.support.builders import NOON

ASKER = Asker("conversation-1", "web", "es")


def test_a_question_without_an_answer_is_kept(session):
    keep_question(session, ASKER, "¿Hay pista de hielo?", reason="unanswered", nearest=["Parks"], now=NOON)
    (kept,) = session.scalars(select(KeptQuestionRow))
    assert (kept.question, kept.reason, kept.nearest, kept.language) == (
        "¿Hay pista de hielo?",
        "unanswered",
        ["Parks"],
        "es",
    )
    assert (kept.group_id, kept.wants_answer, kept.asked_at) == (None, False, NOON)


def test_a_thumb_is_kept_with_what_it_is_about(session):
    keep_feedback(session, ASKER, helpful=False, subject="passage-7", question="hours?", now=NOON)
    (kept,) = session.scalars(select(FeedbackRow))
    assert (kept.helpful, kept.subject, kept.question) == (False, "passage-7", "hours?")


def test_asking_for_a_person_twice_is_one_wish_with_both_reasons(session):
    assert ask_person(session, ASKER, "my water bill", NOON)
    assert not ask_person(session, ASKER, "and my permit", NOON)
    assert not ask_person(session, ASKER, "and my permit", NOON)
    (wish,) = session.scalars(select(PersonRequestRow))
    assert (wish.reason, wish.state) == ("my water bill\nand my permit", "open")


def test_a_new_wish_can_follow_a_closed_one(session):
    ask_person(session, ASKER, "", NOON)
    session.scalars(select(PersonRequestRow)).one().state = "done"
    assert ask_person(session, ASKER, "again", NOON)
