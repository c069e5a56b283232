"""What residents are answered: the bot's own answers to a fact, composed as for them, in every language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from actions.facts.answers import FactAnswer, answer_fact
from actions.facts.calendars import CalendarPhraser
from actions.facts.contacts import answer_contact
from actions.facts.fees import answer_fee
from actions.facts.hours import HoursPhraser
from actions.reading.coming import AskedTime
from actions.reading.fact_questions import FactField, FactQuestion
from actions.turn.context import ActionContext
from city.definitions.fact_rows import Fact
from city.facts.book import FactBook
from city.facts.names import Subject, SubjectKind
from city.records.facts import AddressCalendar, Area, ContactPoint, Election, Fee, SpecialHours
from city.records.model import Holiday, Place
from console.shared.request_context import RequestContext

OF_PLACE = (FactField.HOURS, FactField.PHONE, FactField.ADDRESS)


@dataclass(frozen=True, slots=True)
class AnswerPreview:
    """What is said in a language."""

    language: str
    text: str


def preview_answers(visit: RequestContext, fact: Fact, book: FactBook) -> list[AnswerPreview]:
    """The answer in every language that residents are answered in; what cannot be answered is left out."""
    found = [(language, preview_answer(visit, fact, book, language)) for language in visit.console.languages]
    return [AnswerPreview(language, text) for language, text in found if text]


def preview_answer(visit: RequestContext, fact: Fact, book: FactBook, language: str) -> str:
    """The answer to whoever asks for this fact now; empty where there is none."""
    context, now = visit.console.services.assistant.context, visit.console.now()
    answer = _answer_about(context, fact, book, now, language)
    return answer.text if answer else ""


def _answer_about(
    context: ActionContext, fact: Fact, book: FactBook, now: datetime, language: str
) -> FactAnswer | None:
    here = now.astimezone(context.city.profile.zone)
    match fact:
        case Place():
            question = FactQuestion(OF_PLACE, (Subject(SubjectKind.PLACE, fact.code),))
            return answer_fact(context, question, now, language, book)
        case SpecialHours():
            day = max(fact.first, here.date())
            place = Subject(SubjectKind.PLACE, fact.place)
            asked = FactQuestion((FactField.HOURS,), (place,), AskedTime(day, day))
            return answer_fact(context, asked, now, language, book)
        case Holiday():
            holiday = FactQuestion((FactField.HOLIDAY,), (Subject(SubjectKind.HOLIDAY, fact.code),))
            return answer_fact(context, holiday, now, language, book)
        case Fee():
            rows = fact.rows_on(here.date())
            return answer_fee(context, fact, rows, language) if rows else None
        case ContactPoint():
            return answer_contact(context, [fact], (), language, book)
        case AddressCalendar():
            return CalendarPhraser(HoursPhraser(context, language, here), book).areas(fact)
        case Area() | Election():
            return None
