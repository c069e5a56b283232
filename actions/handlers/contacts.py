"""Whom to call about something: a department by what it does, or a body outside the city."""

from __future__ import annotations

from actions.facts.answers import FactAnswer
from actions.facts.contacts import answer_contact
from actions.forms.service_choice import sure_one
from actions.handlers.fact_reply import reply_with_answer
from actions.reading.contact_questions import ContactQuestion
from actions.reading.words import clean_text
from actions.turn.context import ActionContext
from actions.turn.turn import Turn
from core.model import Reply

LONGEST = 200
"""Letters of a text that is read for such a question; longer ones tell a story."""


def find_contact(context: ActionContext, text: str) -> ContactQuestion | None:
    """The question whom to call in a text, where it tells of nothing else and there is a number."""
    asked = clean_text(text)
    if not asked or len(asked) > LONGEST:
        return None
    services = context.city.services
    question = context.contact_questions.read(
        asked, context.city.facts, services.named, lambda words: sure_one(services.suggest(words))
    )
    return question if question and _answer(context, question, context.own_language) else None


def reply_with_contact(context: ActionContext, turn: Turn, text: str, question: ContactQuestion) -> Reply:
    """The numbers, and that a problem can be reported here as well."""
    answer = _answer(context, question, turn.language)
    if answer is None:
        return Reply(context.say("ask.no_more", turn.language), turn.language)
    return reply_with_answer(context, turn, text, answer)


def _answer(context: ActionContext, question: ContactQuestion, language: str) -> FactAnswer | None:
    contacts = [context.city.facts.contacts[code] for code in question.contacts]
    return answer_contact(context, contacts, question.departments, language)
