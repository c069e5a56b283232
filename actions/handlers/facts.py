"""Questions of fact: elections, hours, phones, addresses, holidays; answered from the city's fields, before the library is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from actions.facts.answers import FactAnswer, answer_fact
from actions.handlers.calendars import find_calendar, reply_from_calendar
from actions.handlers.contacts import find_contact, reply_with_contact
from actions.handlers.declaration import Action
from actions.handlers.elections import find_election, reply_about_election
from actions.handlers.fact_reply import reply_with_answer
from actions.handlers.fees import find_fee, reply_with_fee
from actions.reading.calendar_questions import CalendarQuestion
from actions.reading.contact_questions import ContactQuestion
from actions.reading.fact_questions import FactQuestion
from actions.reading.fee_questions import FeeQuestion
from actions.reading.words import clean_text
from actions.turn.context import ActionContext, offer_choices
from actions.turn.route import OfferRoute, by_choices
from actions.turn.state import Topic
from actions.turn.topic import fact_of_topic, is_current, topic_of_fact
from actions.turn.turn import Turn
from city.facts.names import Subject, SubjectKind, fold_question
from city.records.model import text_in
from core.model import Choice, InboundMessage, Intent, Outcome, Reply, Understanding

TableQuestion = CalendarQuestion | FeeQuestion | ContactQuestion
ASKS_CITY = "ask_city"
"""The intent of a question to the city."""
MOST_AT_ONCE, MOST_OFFERED = 3, 6
"""Things that are answered for in one reply; and of more, so many that are offered to choose from."""
LONGEST = 300
"""Letters of a text that is read for a question of fact; longer ones tell a story."""


def find_fact(
    context: ActionContext, text: str, now: datetime, language: str, topic: Topic | None = None
) -> FactQuestion | None:
    """The question of fact in a text, also in one that goes on with a topic, if the facts hold an answer to it."""
    asked = clean_text(text)
    if not asked or len(asked) > LONGEST:
        return None
    here = now.astimezone(context.city.profile.zone)
    question = context.fact_questions.read(asked, context.city.facts, here, language)
    if (alone := _with_known(context, question, now, language)) and alone.is_whole:
        return alone
    return _find_after(context, asked, now, language, topic) or alone


def _find_after(
    context: ActionContext, asked: str, now: datetime, language: str, topic: Topic | None
) -> FactQuestion | None:
    """The question of fact that a text asks which goes on with a topic."""
    before = fact_of_topic(topic) if topic and is_current(topic, now) else None
    if before is None:
        return None
    here = now.astimezone(context.city.profile.zone)
    cues = context.topic_cues.read(asked)
    question = context.fact_questions.read_after(cues, before, context.city.facts, here, language)
    return _with_known(context, question, now, language)


def _with_known(
    context: ActionContext, question: FactQuestion | None, now: datetime, language: str
) -> FactQuestion | None:
    """The question, of the things whose facts hold an answer; None where there is none."""
    if question is None or not question.subjects:
        return question if question and answer_fact(context, question, now, language) else None
    known = [
        subject
        for subject in question.subjects
        if answer_fact(context, replace(question, subjects=(subject,)), now, language)
    ]
    return replace(question, subjects=tuple(known)) if known else None


def named_fact(
    context: ActionContext, text: str, now: datetime, language: str, topic: Topic | None = None
) -> Understanding | None:
    """A text that asks for a fact, perhaps of the `topic`, and tells of nothing else, understood as a question to the city; None for any other."""
    question = find_fact(context, text, now, language, topic)
    is_fact = (
        (question and question.is_whole)
        or find_election(context, text, now, language)
        or _find_in_tables(context, text, now, language)
    )
    return Understanding(text, (Intent(ASKS_CITY, 1.0),)) if is_fact else None


def _find_in_tables(context: ActionContext, text: str, now: datetime, language: str) -> TableQuestion | None:
    """The question about a calendar, a price or whom to call that a text asks."""
    return (
        find_calendar(context, text, now, language)
        or find_fee(context, text, now)
        or find_contact(context, text)
    )


def reply_from_facts(context: ActionContext, turn: Turn, text: str) -> Reply | None:
    """The answer that the city's fields hold to a text which asks for nothing else; None where the library is to be asked."""
    if election := find_election(context, text, turn.now, turn.language):  # its day may be a holiday, too
        turn.state.topic = None
        return reply_about_election(context, turn, text, election)
    question = find_fact(context, text, turn.now, turn.language, turn.state.topic)
    if question and question.is_whole:
        return reply_with_fact(context, turn, text, question)
    return _reply_from_tables(context, turn, text)


def _reply_from_tables(context: ActionContext, turn: Turn, text: str) -> Reply | None:
    """The answer of a calendar, of the fees or of the contacts; a new topic that nothing is carried over from."""
    question = _find_in_tables(context, text, turn.now, turn.language)
    if question is None:
        return None
    turn.state.topic = None
    match question:
        case CalendarQuestion():
            return reply_from_calendar(context, turn, text, question)
        case FeeQuestion():
            return reply_with_fee(context, turn, text, question)
        case ContactQuestion():
            return reply_with_contact(context, turn, text, question)


def reply_with_fact(context: ActionContext, turn: Turn, text: str, question: FactQuestion) -> Reply:
    """The answer to a question of fact, or which of many things is meant."""
    if len(question.subjects) > MOST_AT_ONCE:
        return _ask_which(context, turn, text, question.subjects)
    answer = answer_fact(context, question, turn.now, turn.language)
    if answer is None:
        return Reply(context.say("ask.no_more", turn.language), turn.language)
    turn.state.topic = topic_of_fact(question, _page_about(context, turn, question, answer), turn.now)
    return reply_with_answer(context, turn, text, answer)


def _page_about(context: ActionContext, turn: Turn, question: FactQuestion, answer: FactAnswer) -> str:
    """The title of a page that may say more of what a fact was told of: its source, else the name of the one thing."""
    if answer.source:
        return answer.source.title
    return _name_of(context, question.subjects[0], turn.language) if len(question.subjects) == 1 else ""


def _ask_which(context: ActionContext, turn: Turn, text: str, subjects: Sequence[Subject]) -> Reply:
    named = {subject.code: _name_of(context, subject, turn.language) for subject in subjects[:MOST_OFFERED]}
    reply = Reply(context.say("facts.which", turn.language), turn.language, outcome=Outcome.ASKED_BACK)
    return offer_choices(turn, reply, "fact", named, text=text)


def _name_of(context: ActionContext, subject: Subject, language: str) -> str:
    book = context.city.facts
    thing = book.place(subject) or book.department(subject) or book.holiday(subject)
    return text_in(thing.name, language) if thing else subject.code


def hear_which(context: ActionContext, message: InboundMessage, choices: Sequence[Choice]) -> str | None:
    """One of the names that were offered, or of the others that it might have been."""
    if key := context.words.choice(message.text, choices):
        return key
    folded = fold_question(clean_text(message.text))
    mentions = context.city.facts.find(folded)
    if len(mentions) != 1 or (mentions[0].start, mentions[0].end) != (0, len(folded)):
        return None
    subjects = mentions[0].subjects
    return subjects[0].code if len(subjects) == 1 else None


def take_which(context: ActionContext, turn: Turn, key: str, data: dict[str, Any]) -> list[Reply]:
    """The thing that was meant: what was asked is answered for it."""
    text = str(data.get("text", ""))
    question = find_fact(context, text, turn.now, turn.language)
    kinds = (SubjectKind.PLACE, SubjectKind.DEPARTMENT)
    known = [subject for kind in kinds if (subject := Subject(kind, key)) in _known(context)]
    if question is None or not known:
        return [Reply(context.say("ask.no_more", turn.language), turn.language)]
    return [reply_with_fact(context, turn, text, replace(question, subjects=tuple(known[:1])))]


def _known(context: ActionContext) -> set[Subject]:
    book = context.city.facts
    return {Subject(SubjectKind.PLACE, code) for code in book.places} | {
        Subject(SubjectKind.DEPARTMENT, code) for code in book.departments
    }


ACTION = Action("facts", offers=(OfferRoute("fact", take_which, hear=by_choices(hear_which)),))
