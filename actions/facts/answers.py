"""Answers to questions of fact: sentences of the catalogue, filled from checked fields. Nothing is made up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from actions.facts.hours import HoursPhraser, sentences, upper_first
from actions.reading.coming import AskedTime
from actions.reading.fact_questions import FactField, FactQuestion
from actions.turn.context import ActionContext
from city.facts.book import FactBook
from city.facts.days import OpenDays
from city.facts.names import Subject
from city.facts.opening import known_opening
from city.records.facts import SpecialHours
from city.records.model import Department, Place, text_in
from core.languages import in_a_row
from core.model import Outcome, Reply, Source

EMERGENCY_KINDS = frozenset({"police", "fire", "fire_station"})
"""Places whose number is asked for in danger, too: the emergency number is said beside it."""
MOST_CLOSED = 8
"""Names that are said of what a holiday closes."""


@dataclass(frozen=True, slots=True)
class FactAnswer:
    """What is said of facts, where that is read, and a number that can be pressed."""

    text: str
    source: Source | None = None
    phone: str | None = None


def fact_reply(context: ActionContext, language: str, answer: FactAnswer) -> Reply:
    """The answer as a reply, with its source."""
    source = answer.source or Source(context.say("facts.list", language))
    return Reply(answer.text, language, source=source, phone=answer.phone, outcome=Outcome.ANSWERED)


def answer_fact(
    context: ActionContext, question: FactQuestion, now: datetime, language: str, book: FactBook | None = None
) -> FactAnswer | None:
    """The answer to a question of fact, from the city's own book or the one that is given; None where it does not hold the answer."""
    book = book or context.city.facts
    phraser = HoursPhraser(context, language, now.astimezone(context.city.profile.zone))
    if FactField.CLOSED in question.fields:
        return _closed_on(phraser, book, question.when)
    if FactField.HOLIDAY in question.fields:
        return _about_holiday(phraser, book, question)
    answers = [
        found
        for field in question.fields
        if (found := _of_field(phraser, book, field, question.subjects, question.when))
    ]
    if not answers:
        return None
    phone = next((answer.phone for answer in answers if answer.phone), None)
    said = [answer.text for answer in answers]
    if FactField.HOURS not in question.fields:
        said += _special_today(phraser, book, question.subjects)
    return FactAnswer("\n".join(said), answers[0].source, phone)


def _of_field(
    phraser: HoursPhraser,
    book: FactBook,
    field: FactField,
    subjects: Sequence[Subject],
    when: AskedTime | None,
) -> FactAnswer | None:
    places = [place for subject in subjects if (place := book.place(subject))]
    offices = [office for subject in subjects if (office := book.department(subject))]
    match field:
        case FactField.HOURS:
            return _hours(phraser, book, places, offices, when)
        case FactField.PHONE:
            return _phones(phraser, places, offices)
        case FactField.ADDRESS:
            return _addresses(phraser, places)
        case FactField.EMAIL:
            return _emails(phraser, offices)
        case _:
            return None


def _special_today(phraser: HoursPhraser, book: FactBook, subjects: Sequence[Subject]) -> list[str]:
    """That what is asked about is closed today, or has other hours, for whoever wants to call or go there."""
    places = [place for subject in subjects if (place := book.place(subject))]
    found = [(place, book.days_of(place).special_on(phraser.here.date())) for place in places]
    told = [(place, phraser.special(special)) for place, special in found if special]
    if len(places) == 1:
        return [said for _, said in told]
    return [phraser.say("facts.line", name=_named(phraser, place), said=said) for place, said in told]


def _hours(
    phraser: HoursPhraser,
    book: FactBook,
    places: Sequence[Place],
    offices: Sequence[Department],
    when: AskedTime | None,
) -> FactAnswer | None:
    known = [place for place in places if _has_hours(phraser, book, place)]
    lines = _hours_of_places(phraser, book, known, when)
    if not lines:
        lines = [
            phraser.say(
                "facts.line", name=_named(phraser, office), said=text_in(office.hours, phraser.language)
            )
            for office in offices
            if office.hours
        ]
    return FactAnswer("\n".join(lines), _common_source(known)) if lines else None


def _has_hours(phraser: HoursPhraser, book: FactBook, place: Place) -> bool:
    """Whether anything is known of when it is open: always, or of a special day to come."""
    return bool(place.opening or place.hours) or bool(phraser.ahead(book.days_of(place)))


def _hours_of_places(
    phraser: HoursPhraser, book: FactBook, places: Sequence[Place], when: AskedTime | None
) -> list[str]:
    """A line each; of several on one day, the day is said once."""
    if len(places) < 2 or not when or when.now or not when.is_one_day:
        return [_hours_of_place(phraser, book, place, when, alone=len(places) == 1) for place in places]
    lines = [
        phraser.say(
            "facts.line", name=_named(phraser, place), said=phraser.on(book.days_of(place), when.first)
        )
        for place in places
        if place.opening or book.days_of(place).special_on(when.first)
    ]
    return (
        [upper_first(phraser.say("facts.day_heading", day=phraser.day(when.first))), *lines] if lines else []
    )


def _hours_of_place(
    phraser: HoursPhraser, book: FactBook, place: Place, when: AskedTime | None, *, alone: bool
) -> str:
    name, words, days = _named(phraser, place), text_in(place.hours, phraser.language), book.days_of(place)
    ahead = phraser.ahead(days)
    if not place.opening:
        if not words:
            return phraser.say("facts.line", name=name, said=ahead)
        return (
            sentences([phraser.say("facts.weekly", name=name, said=words), ahead])
            if ahead
            else phraser.say("facts.line", name=name, said=words)
        )
    if when and not when.now:
        return sentences([*_on_days(phraser, name, days, when, alone=alone), words])
    said = [phraser.say("facts.weekly", name=name, said=phraser.week(days.usual)), phraser.state(days)]
    special = sentences([phraser.special(each) for each in _special_now(phraser, days)])
    return sentences([*said, ahead if alone else special, words])


def _special_now(phraser: HoursPhraser, days: OpenDays) -> list[SpecialHours]:
    special = days.special_on(phraser.here.date())
    return [special] if special else []


def _on_days(
    phraser: HoursPhraser, name: str, open_days: OpenDays, when: AskedTime, *, alone: bool
) -> list[str]:
    days = [when.first + timedelta(days=ahead) for ahead in range((when.last - when.first).days + 1)]
    on_each = [(phraser.day(day), phraser.on(open_days, day)) for day in days]
    if when.is_one_day:
        told = phraser.say("facts.on_day", name=name, day=on_each[0][0], said=on_each[0][1])
    else:
        lines = [phraser.say("facts.line", name=day, said=hours) for day, hours in on_each]
        told = phraser.say("facts.weekly", name=name, said=phraser.in_turn(lines))
    is_open = any(map(open_days.on, days))
    if is_open and when.at and when.is_one_day:
        return [phraser.at_time(open_days, when.first, when.at), told]
    if is_open or not alone:
        return [told]
    return [told, phraser.opens_again(open_days, when.last), phraser.usual(open_days, days)]


def _phones(
    phraser: HoursPhraser, places: Sequence[Place], offices: Sequence[Department]
) -> FactAnswer | None:
    things: list[Place | Department] = [*places, *offices]
    known = [each for each in things if each.phone]
    numbers = dict.fromkeys(each.phone for each in known)
    if not known:
        return None
    lines = [
        phraser.say(
            "facts.phone_line",
            name=in_a_row(
                [_named(phraser, each) for each in known if each.phone == number], phraser.language
            ),
            number=number,
        )
        for number in numbers
    ]
    if any(place.kind in EMERGENCY_KINDS for place in places):
        lines.append(phraser.say("facts.in_emergency"))
    source = _common_source([each for each in known if isinstance(each, Place)])
    return FactAnswer("\n".join(lines), source, next(iter(numbers)) if len(numbers) == 1 else None)


def _addresses(phraser: HoursPhraser, places: Sequence[Place]) -> FactAnswer | None:
    known = [place for place in places if place.address]
    lines = [
        phraser.say("facts.address_line", name=_named(phraser, place), address=place.address)
        for place in known
    ]
    return FactAnswer("\n".join(lines), _common_source(known)) if lines else None


def _emails(phraser: HoursPhraser, offices: Sequence[Department]) -> FactAnswer | None:
    lines = [
        phraser.say("facts.line", name=_named(phraser, office), said=office.email)
        for office in offices
        if office.email
    ]
    return FactAnswer("\n".join(lines)) if lines else None


def _closed_on(phraser: HoursPhraser, book: FactBook, when: AskedTime | None) -> FactAnswer | None:
    """What a day's holiday closes, and what is closed or has other hours on that day; of a day without, which holiday comes next."""
    if when is None:
        return None
    day = when.first
    special = _special_on(phraser, book, day)
    holiday = book.holidays.on(day)
    if holiday is None or not holiday.closes:
        if special:
            return FactAnswer(
                "\n".join([upper_first(phraser.say("facts.day_heading", day=phraser.day(day))), *special])
            )
        if not book.holidays.all:
            return None
        said = [
            upper_first(phraser.say("facts.no_holiday", day=phraser.day(day))),
            _next_holiday(phraser, book),
        ]
        return FactAnswer(sentences(said))
    told = phraser.say(
        "facts.holiday_on", holiday=text_in(holiday.name, phraser.language), day=phraser.day(day)
    )
    closed = sentences([told, _closed_names(phraser, book, day)])
    return FactAnswer("\n".join([closed, *special]), holiday.source)


def _special_on(phraser: HoursPhraser, book: FactBook, day: date) -> list[str]:
    """What staff said of this day, a line for each place."""
    found = [(place, book.days_of(place)) for place in book.places.values()]
    return [
        phraser.say("facts.line", name=_named(phraser, place), said=phraser.on(days, day))
        for place, days in found
        if days.special_on(day)
    ][:MOST_CLOSED]


def _about_holiday(phraser: HoursPhraser, book: FactBook, question: FactQuestion) -> FactAnswer | None:
    if not question.subjects:
        said = _next_holiday(phraser, book)
        found = book.holidays.next_from(phraser.here.date())
        return FactAnswer(said, found[1].source if found else None) if said else None
    holiday = book.holiday(question.subjects[0])
    day = book.holidays.date_of(holiday, phraser.here.date()) if holiday else None
    if holiday is None or day is None:
        return None
    told = phraser.say(
        "facts.holiday_on", holiday=text_in(holiday.name, phraser.language), day=phraser.day(day)
    )
    closed = _closed_names(phraser, book, day) if holiday.closes else ""
    return FactAnswer(sentences([told, closed]), holiday.source)


def _next_holiday(phraser: HoursPhraser, book: FactBook) -> str:
    found = book.holidays.next_from(phraser.here.date())
    if found is None:
        return ""
    day, holiday = found
    return phraser.say(
        "facts.next_holiday", holiday=text_in(holiday.name, phraser.language), day=phraser.day(day)
    )


def _closed_names(phraser: HoursPhraser, book: FactBook, day: date) -> str:
    """What is closed for a day's holiday, named in a row."""
    closing = [
        place
        for place in book.places.values()
        if place.opening and known_opening(place.opening).is_closed_for_holiday(day)
    ]
    names = [_named(phraser, place) for place in closing[:MOST_CLOSED]]
    return phraser.say("facts.offices_closed", names=in_a_row(names, phraser.language)) if names else ""


def _named(phraser: HoursPhraser, thing: Place | Department) -> str:
    return text_in(thing.name, phraser.language)


def _common_source(places: Sequence[Place]) -> Source | None:
    """The page that all of it stands on; None where it stands on several."""
    sources = {place.source for place in places}
    return sources.pop() if len(sources) == 1 else None
