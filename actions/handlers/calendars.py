"""Questions about calendars by address: the days of a house, which is asked for once and remembered for the conversation."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from actions.facts.answers import FactAnswer, fact_reply
from actions.facts.calendars import CalendarPhraser
from actions.facts.hours import HoursPhraser
from actions.forms.place import CERTAIN, HOUSE_NUMBER, LIKELY
from actions.handlers.declaration import Action
from actions.handlers.fact_reply import reply_with_answer
from actions.reading.calendar_questions import HOUSES, CalendarQuestion
from actions.reading.words import clean_text
from actions.turn.context import ActionContext, offer_choices
from actions.turn.route import OfferRoute
from actions.turn.state import Offer
from actions.turn.turn import Turn
from city.facts.calendars import House
from city.places.labels import address_label, street_and_number
from city.records.facts import AddressCalendar
from core.model import Choice, InboundMessage, Outcome, Reply

LONGEST = 300
"""Letters of a text that is read for such a question, or for an address; longer ones tell a story."""
FEW_AREAS = 8
"""So many lines are said at once, and the address asked for behind them: who knows their area is answered. Of more, none."""
ALL, AT = "all", "at "
"""Keys of what is chosen: the days of all areas, or those of the address behind it."""


def find_calendar(context: ActionContext, text: str, now: datetime, language: str) -> CalendarQuestion | None:
    """The question about a calendar in a text, where it tells of nothing else."""
    asked = clean_text(text)
    if not asked or len(asked) > LONGEST:
        return None
    places = context.city.gazetteer
    return context.calendar_questions.read(
        asked,
        context.city.facts,
        lambda said: places.extract(said, language),
        lambda said: places.find(said, 1, language),
        now.astimezone(context.city.profile.zone),
        language,
    )


def reply_from_calendar(context: ActionContext, turn: Turn, text: str, question: CalendarQuestion) -> Reply:
    """The days of the area or house that is meant; the house is asked for where none was named in this conversation."""
    if question.area:
        return _reply_for_area(context, turn, text, question)
    label = question.place.label if question.place else turn.state.address or turn.state.home.get("label", "")
    if label:
        return _reply_for_house(context, turn, text, question, label)
    if turn.state.form:
        return _reply_with_areas(context, turn, text, question)
    return _ask_address(context, turn, text, question)


def note_address(context: ActionContext, turn: Turn) -> None:
    """Remember the address that a message names, for questions that come after it; after a long silence none is remembered."""
    if turn.silent_minutes > context.settings.recap_after_minutes:
        turn.state.address = ""
    text = turn.message.text
    if not context.city.facts.calendars or len(text) > LONGEST or not any(map(str.isdecimal, text)):
        return
    match = context.city.gazetteer.extract(text, turn.language)
    if match and match.kind == "address" and match.score >= CERTAIN and not match.town:
        turn.state.address = match.label


def hear_address(context: ActionContext, message: InboundMessage, offer: Offer) -> str | None:
    """The address that was asked for, or the house number alone where only that was."""
    choices = [Choice(key, label) for key, label in offer.choices]
    if key := context.words.choice(message.text, choices):
        return key
    street = str(offer.data.get("street", ""))
    if street and (number := HOUSE_NUMBER.match(message.text)):
        return f"{AT}{address_label(street, number[1])}"
    text = clean_text(message.text)
    match = next(iter(context.city.gazetteer.find(text, 1)), None) if len(text) <= LONGEST else None
    is_house = match is not None and match.kind in HOUSES and match.score >= LIKELY
    return f"{AT}{match.label}" if match and is_house else None


def take_address(context: ActionContext, turn: Turn, key: str, data: dict[str, Any]) -> list[Reply]:
    """The address was said, or all areas are wanted: what was asked is answered."""
    text = str(data.get("text", ""))
    question = find_calendar(context, text, turn.now, turn.language)
    if question is None:
        return [Reply(context.say("ask.no_more", turn.language), turn.language)]
    if key == ALL:
        return [_reply_with_areas(context, turn, text, question)]
    return [_reply_for_house(context, turn, text, question, key.removeprefix(AT))]


def _reply_for_house(
    context: ActionContext, turn: Turn, text: str, question: CalendarQuestion, label: str
) -> Reply:
    street, number = street_and_number(label)
    book, phraser = context.city.facts.addresses, _phraser(context, turn)
    answers = []
    for calendar in _calendars(context, question):
        found = book.rounds_at(calendar, House(street, number))
        if len(found) > 1:
            said = context.say("calendars.ask_number", turn.language, street=street)
            return _ask(context, turn, text, said, street=street)
        answers.append(phraser.answer(calendar, found[0] if found else (), label, question))
    if number is not None:
        turn.state.address = label
    return reply_with_answer(context, turn, text, _joined(answers))


def _reply_for_area(context: ActionContext, turn: Turn, text: str, question: CalendarQuestion) -> Reply:
    phraser = _phraser(context, turn)
    answers = [
        phraser.in_area(calendar, question.area, question) for calendar in _calendars(context, question)
    ]
    return reply_with_answer(context, turn, text, _joined(answers))


def _reply_with_areas(context: ActionContext, turn: Turn, text: str, question: CalendarQuestion) -> Reply:
    return reply_with_answer(context, turn, text, _areas(context, turn, question))


def _areas(context: ActionContext, turn: Turn, question: CalendarQuestion) -> FactAnswer:
    phraser = _phraser(context, turn)
    return _joined([phraser.areas(each) for each in _calendars(context, question)])


def _ask_address(context: ActionContext, turn: Turn, text: str, question: CalendarQuestion) -> Reply:
    """Where there are few areas, their days, and the address that tells more; else the address alone."""
    if sum(len(each.rounds) for each in _calendars(context, question)) > FEW_AREAS:
        return _ask(context, turn, text, context.say("calendars.ask_address", turn.language))
    areas = fact_reply(context, turn.language, _areas(context, turn, question))
    told = context.say("calendars.tell_address", turn.language)
    return offer_choices(turn, replace(areas, text=f"{areas.text}\n\n{told}"), "calendar", {}, text=text)


def _ask(context: ActionContext, turn: Turn, text: str, said: str, **data: str) -> Reply:
    reply = Reply(said, turn.language, outcome=Outcome.ASKED_BACK)
    choices = {ALL: context.say("calendars.all_areas", turn.language)}
    return offer_choices(turn, reply, "calendar", choices, text=text, **data)


def _calendars(context: ActionContext, question: CalendarQuestion) -> list[AddressCalendar]:
    return [context.city.facts.calendars[code] for code in question.calendars]


def _phraser(context: ActionContext, turn: Turn) -> CalendarPhraser:
    book = context.city.facts
    here = turn.now.astimezone(context.city.profile.zone)
    return CalendarPhraser(HoursPhraser(context, turn.language, here), book)


def _joined(answers: list[FactAnswer]) -> FactAnswer:
    return FactAnswer("\n".join(answer.text for answer in answers), answers[0].source)


ACTION = Action("calendars", offers=(OfferRoute("calendar", take_address, hear=hear_address),))
