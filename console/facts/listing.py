"""All facts, with what a resident is answered beside each, and in one glance what is closed today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy.orm import Session

from actions.facts.hours import HoursPhraser
from city.facts.book import FactBook
from city.facts.editing import EditedFact, list_edited_facts, stored_book
from city.records.facts import SpecialHours
from city.records.model import all_words, text_in
from console.facts.common import MADE_HERE, SECTIONS, SeesFacts, department_names, name_of_fact, today_of
from console.facts.previews import preview_answer
from console.shared.access import Permission
from console.shared.pages import city_zone
from console.shared.request_context import RequestContext
from core.texts import plain_words

router = APIRouter(prefix="/facts")
AHEAD = timedelta(days=60)
"""How far ahead special hours are shown beside those of today."""
ALL = ""


@dataclass(frozen=True, slots=True)
class ListedFact:
    """A line of the list."""

    code: str
    name: str
    answer: str
    by_staff: bool
    is_removed: bool


@dataclass(frozen=True, slots=True)
class ClosedPlace:
    """A place that is closed today, or open at other times, and the special hours by which it is so (empty code: none)."""

    code: str
    name: str
    said: str
    special: str = ""


@dataclass(frozen=True, slots=True)
class DayGlance:
    """What is closed today: by special hours and holidays, line by line, and by the usual week, names alone; and what is coming."""

    day: date
    holiday: str
    unusual: list[ClosedPlace]
    usual: list[str]
    coming: list[ClosedPlace]


@router.get("")
def facts_page(visit: SeesFacts, find: str = "", section: str = ALL) -> Response:
    """The facts of every section, or of one; those in which all words that are looked for stand."""
    words = plain_words(find[:100]).split()
    with visit.console.database.reading() as session:
        book = stored_book(session)
        chosen = [section] if section in SECTIONS else list(SECTIONS)
        lists = {each: _listed(visit, session, each, words, book) for each in chosen}
    return visit.page(
        "facts/list.html",
        glance=glance_of(visit, book),
        lists={each: facts for each, facts in lists.items() if facts or not words},
        find=find[:100],
        section=section if section in SECTIONS else ALL,
        sections=[(ALL, visit.say("facts.all")), *((each, visit.say(f"facts.{each}")) for each in SECTIONS)],
        made_here=MADE_HERE,
        may_edit=visit.may(Permission.EDIT_FACTS),
        may_close=visit.may(Permission.CLOSE_PLACES),
    )


def glance_of(visit: RequestContext, book: FactBook) -> DayGlance:
    """What is closed today and what is coming, in this person's language."""
    today = today_of(visit)
    here = visit.console.now().astimezone(city_zone(visit))
    phraser = HoursPhraser(visit.console.services.assistant.context, visit.language, here)
    unusual, usual = [], []
    for place in book.places.values():
        days, name = book.days_of(place), text_in(place.name, visit.language)
        special = days.special_on(today)
        if special or days.closing_holiday(today):
            code = special.code if special else ""
            unusual.append(ClosedPlace(place.code, name, phraser.on(days, today), code))
        elif place.opening and not days.on(today):
            usual.append(name)
    holiday = book.holidays.on(today)
    return DayGlance(
        today,
        text_in(holiday.name, visit.language) if holiday else "",
        unusual,
        usual,
        _coming(visit, book, phraser, today),
    )


def _coming(visit: RequestContext, book: FactBook, phraser: HoursPhraser, today: date) -> list[ClosedPlace]:
    def line(special: SpecialHours) -> ClosedPlace:
        place = book.places.get(special.place)
        name = text_in(place.name, visit.language) if place else special.place
        return ClosedPlace(special.place, name, phraser.special(special), special.code)

    coming = [each for each in book.special if today < each.first <= today + AHEAD]
    return [line(each) for each in sorted(coming, key=lambda each: (each.first, each.place))]


def _listed(
    visit: RequestContext, session: Session, section: str, words: Sequence[str], book: FactBook
) -> list[ListedFact]:
    departments = department_names(visit, session)
    found = []
    for each in list_edited_facts(session, SECTIONS[section]):
        name = name_of_fact(visit, each.fact, departments)
        if _has_words(each, name, words):
            answer = "" if each.is_removed else preview_answer(visit, each.fact, book, visit.language)
            found.append(ListedFact(each.fact.code, name, answer, each.by_staff, each.is_removed))
    return sorted(found, key=lambda each: plain_words(each.name)) if section == "places" else found


def _has_words(found: EditedFact, name: str, words: Sequence[str]) -> bool:
    """Whether all words stand in the names of a fact."""
    fact = found.fact
    names = [getattr(fact, field, {}) for field in ("name", "aliases", "keywords")]
    said = plain_words(" ".join([name, fact.code, *all_words(*names)]))
    return all(word in said for word in words)
