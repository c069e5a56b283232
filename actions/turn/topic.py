"""What was just talked about, and whether a message goes on with it ("and on Sundays?", "how much is it?").

A message goes on with a page when it is put like one that does, and the page has something for its words that the rest of the library hardly betters.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from actions.reading.coming import AskedTime
from actions.reading.fact_questions import FactField, FactQuestion
from actions.reading.topic_cues import TopicCues
from actions.turn.context import ActionContext
from actions.turn.state import Topic
from city.facts.names import Subject, SubjectKind, fold_question
from knowledge.base.model import Answer, AnsweredPage, PageAnswer

STAYS = timedelta(minutes=30)
"""So long after its answer a topic is still talked about; who comes back later says what it is about."""
LONGEST = 120
"""Letters of a text that may go on with a topic; longer ones say what they are about."""
MOST_SUBJECTS = 3
"""Things that one topic is about; a word that may mean more of them names none."""


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near the page has to come to the words (`near`), and how far it may stand behind the rest of the library (`behind`)."""

    near: float
    behind: float


BARE, POINTING, PLAIN = Nearness(0.15, math.inf), Nearness(0.3, 0.4), Nearness(0.45, 0.1)
"""For words without a subject of their own, which no other page can know better; for those with a short one that point back; and for all
others. Of strangers' questions and reports with a topic at random 4 in 1,000 are carried (docs/knowledge.md)."""
SURE = Nearness(0.3, 0.45)
"""What comes less near to bare words is shown as what comes closest, where the page itself was quoted before."""
FEW = 2
"""Words that a short subject has; who says more says what it is about, whatever points back in it."""


@dataclass(frozen=True, slots=True)
class CarriedAnswer:
    """What the page of a topic says to words that go on with it. `is_plain`: nobody has to be told, for the words themselves point back, or
    say what they are about, to which no page is nearer.
    """

    answer: Answer
    title: str
    is_plain: bool


def is_current(topic: Topic, at: datetime) -> bool:
    """Whether a topic is still talked about at this time."""
    try:
        return at - datetime.fromisoformat(topic.at) <= STAYS
    except (ValueError, TypeError):  # nothing that this release wrote
        return False


def topic_of_page(
    context: ActionContext, question: str, page: AnsweredPage, at: datetime, *, is_shown: bool = True
) -> Topic:
    """A page that was answered from, or asked about, with the things that its question or its title names."""
    named = _subjects_in(context, question) or _subjects_in(context, page.title)
    return Topic(at.isoformat(), page.document_id, page.title, named, is_shown=is_shown)


def topic_of_fact(fact: FactQuestion, title: str, at: datetime) -> Topic:
    """The things that a fact was told of, and the `title` of a page that may say more of them."""
    days = [fact.when.first.isoformat(), fact.when.last.isoformat()] if fact.when else []
    subjects = [(kind.value, code) for kind, code in fact.subjects]
    fields = [field.value for field in fact.fields]
    return Topic(at.isoformat(), title=title, subjects=subjects, fields=fields, days=days)


def fact_of_topic(topic: Topic) -> FactQuestion | None:
    """The question of fact that a topic was, as far as it is about things that facts are known of."""
    if not topic.subjects:
        return None
    try:
        subjects = tuple(Subject(SubjectKind(kind), code) for kind, code in topic.subjects)
        fields = tuple(FactField(field) for field in topic.fields)
        days = [date.fromisoformat(day) for day in topic.days]
    except ValueError:  # of another release
        return None
    return FactQuestion(fields, subjects, AskedTime(days[0], days[-1]) if days else None)


def carry_topic(
    context: ActionContext, topic: Topic, text: str, language: str, limit: int
) -> CarriedAnswer | None:
    """The answer of the topic's page to words that go on with it; None when they do not."""
    if not topic.title or len(text) > LONGEST:
        return None
    cues = context.topic_cues.read(text)
    needed = needed_nearness(cues, is_quoted=bool(topic.document))
    if not context.is_question(text) and (needed is PLAIN or not cues.points):
        return None
    found = context.library.ask_page(text, AnsweredPage(topic.document, topic.title), language, limit)
    return _carried_by(found, needed, topic.title, points_back=cues.points and topic.is_shown)


def _carried_by(
    found: PageAnswer | None, needed: Nearness, title: str, *, points_back: bool
) -> CarriedAnswer | None:
    answer = _answer_by(found, needed) if found else None
    if found is None or answer is None:
        return None
    names_page = needed is PLAIN and found.behind <= 0
    return CarriedAnswer(answer, title, is_plain=points_back or names_page)


def _answer_by(found: PageAnswer, needed: Nearness) -> Answer | None:
    """The page's answer, if it comes as near as is needed; who says what it is about gets a sure one or none."""
    if not _is_near(found, needed) or (needed is PLAIN and not found.answer.confident):
        return None
    if needed is BARE and not _is_near(found, SURE):
        return replace(found.answer, confident=False, maybe=True)
    return found.answer


def _is_near(found: PageAnswer, needed: Nearness) -> bool:
    return found.near >= needed.near and found.behind <= needed.behind


def needed_nearness(cues: TopicCues, *, is_quoted: bool = True) -> Nearness:
    """What evidence words need, by how they are put, and whether the page itself was quoted before."""
    if not cues.own:
        return BARE if is_quoted else SURE
    return POINTING if cues.points and len(cues.own) <= FEW else PLAIN


def _subjects_in(context: ActionContext, text: str) -> list[tuple[str, str]]:
    """The places and departments that a text names, if they are few."""
    mentions = context.city.facts.find(fold_question(text))
    named: Sequence[Subject] = [
        subject
        for mention in mentions
        for subject in mention.subjects
        if subject.kind is not SubjectKind.HOLIDAY
    ]
    subjects = list(dict.fromkeys(named))
    return [(each.kind.value, each.code) for each in subjects] if len(subjects) <= MOST_SUBJECTS else []
