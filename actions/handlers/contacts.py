"""Whom to call about something: a department by what it does, or a body outside the city."""

from __future__ import annotations

from actions.facts.answers import FactAnswer
from actions.handlers.fact_reply import reply_with_answer
from actions.reading.contact_questions import ContactQuestion
from actions.reading.words import clean_text
from actions.turn.context import ActionContext
from actions.turn.turn import Turn
from city.records.facts import ContactPoint
from city.records.model import Local, text_in
from core.model import Reply

LONGEST = 200
"""Letters of a text that is read for such a question; longer ones tell a story."""


def find_contact(context: ActionContext, text: str) -> ContactQuestion | None:
    """The question whom to call in a text, where it tells of nothing else and there is a number."""
    asked = clean_text(text)
    if not asked or len(asked) > LONGEST:
        return None
    question = context.contact_questions.read(asked, context.city.facts, context.city.services.named)
    return question if question and _lines(context, question, context.own_language) else None


def reply_with_contact(context: ActionContext, turn: Turn, text: str, question: ContactQuestion) -> Reply:
    """The numbers, and that a problem can be reported here as well."""
    lines = _lines(context, question, turn.language)
    numbers = {number for number, _ in lines}
    said = [line for _, line in lines]
    if question.departments:
        said.append(context.say("contacts.or_here", turn.language))
    contacts = _contacts(context, question)
    source = contacts[0].source if len(contacts) == 1 else None
    answer = FactAnswer("\n".join(said), source, numbers.pop() if len(numbers) == 1 else None)
    return reply_with_answer(context, turn, text, answer)


def _lines(context: ActionContext, question: ContactQuestion, language: str) -> list[tuple[str, str]]:
    """A number and what is said of it, each number once."""
    departments = context.city.facts.departments
    known: list[tuple[Local, str, Local]] = [
        (departments[code].name, departments[code].phone, {})
        for code in question.departments
        if code in departments
    ]
    for contact in _contacts(context, question):
        office = departments.get(contact.department)
        name, phone = (office.name, office.phone) if office else (contact.name, contact.phone)
        known.append((contact.name or name, contact.phone or phone, contact.remark))
    lines: dict[str, str] = {}
    for name, phone, remark in known:
        if phone:
            said = context.say("facts.phone_line", language, name=text_in(name, language), number=phone)
            lines.setdefault(phone, " ".join(filter(None, [said, text_in(remark, language)])))
    return list(lines.items())


def _contacts(context: ActionContext, question: ContactQuestion) -> list[ContactPoint]:
    return [context.city.facts.contacts[code] for code in question.contacts]
