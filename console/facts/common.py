"""What the pages of facts share: who may, the sections, finding a fact, what residents are answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from sqlalchemy.orm import Session

from city.definitions.fact_rows import Fact
from city.facts.editing import EditedFact, find_edited_fact
from city.records.facts import ContactPoint, SpecialHours
from city.records.model import Local, text_in
from city.services.editing import list_departments
from console.shared.access import Permission, require_permission
from console.shared.changes import part_name
from console.shared.pages import city_zone
from console.shared.request_context import RequestContext

SeesFacts = Annotated[RequestContext, require_permission(Permission.SEE_FACTS)]
EditsFacts = Annotated[RequestContext, require_permission(Permission.EDIT_FACTS)]
ClosesPlaces = Annotated[RequestContext, require_permission(Permission.CLOSE_PLACES)]

SECTIONS = {
    "places": "place",
    "fees": "fee",
    "contacts": "contact",
    "holidays": "holiday",
    "calendars": "calendar",
    "areas": "area",
}
"""The sections of the pages, and the kind of facts in each."""
MADE_HERE = ("fees", "contacts", "holidays")
"""Sections in which staff can make new facts; a new place or calendar comes with the city's folder and map."""
NEW = "new"


@dataclass(frozen=True, slots=True)
class ShownDifference:
    """Something that differs between two states: `where` it stands, and both."""

    where: str
    before: str
    after: str


def kind_of(visit: RequestContext, section: str) -> str:
    """The kind of facts of a section, or the page that says that there is none."""
    return SECTIONS.get(section) or visit.not_found()


def the_fact(visit: RequestContext, session: Session, section: str, code: str) -> EditedFact:
    """The fact of this code, or the page that says that there is none."""
    return find_edited_fact(session, kind_of(visit, section), code) or visit.not_found()


def may_edit(visit: RequestContext, fact: Fact) -> bool:
    """Whether this fact is theirs to change: that of a department is that department's."""
    theirs = visit.sees(fact.department) if isinstance(fact, ContactPoint) and fact.department else True
    return theirs and visit.may(Permission.EDIT_FACTS)


def check_edits(visit: RequestContext, fact: Fact) -> None:
    """The page that says that there is nothing, unless the fact is theirs to change."""
    if not may_edit(visit, fact):
        visit.not_found()


def today_of(visit: RequestContext) -> date:
    """The day in the city."""
    return visit.console.now().astimezone(city_zone(visit)).date()


def name_of_fact(visit: RequestContext, fact: Fact, departments: dict[str, str] | None = None) -> str:
    """What a fact is called on a page."""
    if isinstance(fact, SpecialHours):
        return fact.place
    if isinstance(fact, ContactPoint) and not fact.name and fact.department:
        words = next(iter(fact.keywords.get(visit.language) or fact.keywords.get("en") or ()), fact.code)
        return f"{(departments or {}).get(fact.department, fact.department)}: {words}"
    return text_in(fact.name, visit.language) or fact.code


def department_names(visit: RequestContext, session: Session) -> dict[str, str]:
    """The departments by code."""
    return {each.code: text_in(each.name, visit.language) or each.code for each in list_departments(session)}


def department_choices(visit: RequestContext, names: dict[str, str]) -> list[tuple[str, str]]:
    """The departments that this person may give a contact to, and none."""
    theirs = [(code, name) for code, name in names.items() if visit.sees(code)]
    return [("", visit.say("facts.no_department")), *theirs]


def differences_shown(visit: RequestContext, found: EditedFact) -> list[ShownDifference]:
    """Where the city's folder (before) says something else than what holds (after)."""
    return [
        ShownDifference(part_name(visit, each.path), each.before or "", each.after or "")
        for each in found.differences
    ]


def other_languages(text: Local, languages: Sequence[str]) -> Local:
    """What is said in languages that have no field."""
    return {language: words for language, words in text.items() if language not in languages}
