"""Answers to "who do I call about ...": numbers with whose they are. Composed, never made up."""

from __future__ import annotations

from collections.abc import Sequence

from actions.facts.answers import FactAnswer
from actions.turn.context import ActionContext
from city.facts.book import FactBook
from city.records.facts import ContactPoint
from city.records.model import Local, text_in


def answer_contact(
    context: ActionContext,
    contacts: Sequence[ContactPoint],
    departments: Sequence[str],
    language: str,
    book: FactBook | None = None,
) -> FactAnswer | None:
    """The numbers of contacts and of departments (codes), and that a problem of a department's can be reported here; None without any number."""
    lines = _contact_lines(context, contacts, departments, language, book or context.city.facts)
    if not lines:
        return None
    said = list(lines.values())
    if departments:
        said.append(context.say("contacts.or_here", language))
    source = contacts[0].source if len(contacts) == 1 else None
    return FactAnswer("\n".join(said), source, next(iter(lines)) if len(lines) == 1 else None)


def _contact_lines(
    context: ActionContext,
    contacts: Sequence[ContactPoint],
    departments: Sequence[str],
    language: str,
    book: FactBook,
) -> dict[str, str]:
    """What is said of each number, each number once."""
    offices = book.departments
    known: list[tuple[Local, str, Local]] = [
        (offices[code].name, offices[code].phone, {}) for code in departments if code in offices
    ]
    for contact in contacts:
        office = offices.get(contact.department)
        name, phone = (office.name, office.phone) if office else (contact.name, contact.phone)
        known.append((contact.name or name, contact.phone or phone, contact.remark))
    lines: dict[str, str] = {}
    for name, phone, remark in known:
        if phone:
            said = context.say("facts.phone_line", language, name=text_in(name, language), number=phone)
            lines.setdefault(phone, " ".join(filter(None, [said, text_in(remark, language)])))
    return lines
