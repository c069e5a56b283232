"""A passage whose heading is the question itself was written by staff to answer it, and comes first."""

from __future__ import annotations

from knowledge.base.model import Found, Passage
from knowledge.search.library import EXACT, staff_wrote_it_first


def found(heading: str, score: float) -> Found:
    return Found(Passage(heading, "trash.md", "Trash and recycling", "…", (heading,)), score)


def test_the_heading_that_is_the_question_leads_whatever_else_scored_higher():
    ranked = [found("On which holidays is trash late?", 0.4), found("When is my trash day?", 0.3)]
    first, second = staff_wrote_it_first("when is my trash day", ranked)
    assert (first.passage.headings, first.score) == (("When is my trash day?",), EXACT)
    assert second == ranked[0]


def test_accents_and_marks_do_not_matter_and_other_questions_change_nothing():
    ranked = [found("¿Qué día pasa la basura?", 0.2)]
    assert staff_wrote_it_first("que dia pasa la basura", ranked)[0].score == EXACT
    assert staff_wrote_it_first("when is bulk pickup", ranked) == ranked
    assert staff_wrote_it_first("???", ranked) == ranked
