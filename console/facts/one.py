"""One fact: what residents are answered, and the form to change it. Kept only when it can be used, and by nobody on an older page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy.orm import Session

from city.definitions.fact_rows import Fact, list_facts
from city.definitions.history import state_differences
from city.facts.editing import (
    EditedFact,
    bring_back_loaded,
    find_edited_fact,
    mark_of,
    remove_edited_fact,
    save_fact,
    stored_book,
)
from city.facts.opening import WEEKDAYS
from city.facts.week import week_of
from city.records.facts import Area, ContactPoint, Fee
from city.records.model import Holiday, Place, text_in
from city.records.store import dump_record
from city.services.editing import list_departments
from console.facts.calendar_forms import read_area, read_calendar, write_ranges
from console.facts.common import (
    MADE_HERE,
    NEW,
    EditsFacts,
    SeesFacts,
    ShownDifference,
    check_edits,
    department_choices,
    department_names,
    differences_shown,
    kind_of,
    may_edit,
    name_of_fact,
    the_fact,
    today_of,
)
from console.facts.forms import READERS, SentFact, read_contact
from console.facts.previews import preview_answers
from console.shared.changes import part_name
from console.shared.request_context import RequestContext
from console.surveys import sent
from console.surveys.common import editor_of

router = APIRouter(prefix="/facts/{section}/{code}")

BLANK_ROWS = 2
EMPTY: dict[str, Fact] = {
    "fee": Fee("", {}),
    "contact": ContactPoint(""),
    "holiday": Holiday("", {}, ()),
}


@dataclass(frozen=True, slots=True)
class FactForm:
    """The form as it is shown: the fact in it, what is wrong with it and was `typed` there, and what somebody else changed `meanwhile`."""

    fact: Fact
    problems: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    meanwhile: Sequence[ShownDifference] = ()
    changed_by: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether it can be kept as it is."""
        return not self.problems and not self.meanwhile

    @property
    def status(self) -> int:
        """The page's status."""
        return 409 if self.meanwhile else 422 if self.problems else 200


@router.get("")
def fact_page(visit: SeesFacts, section: str, code: str) -> Response:
    """The fact as it stands; `new` is one that is not there yet."""
    kind = kind_of(visit, section)
    with visit.console.database.reading() as session:
        if code == NEW and section in MADE_HERE:
            check_edits(visit, EMPTY[kind])
            return _fact_response(visit, session, section, None, FactForm(EMPTY[kind]))
        found = the_fact(visit, session, section, code)
        return _fact_response(visit, session, section, found, FactForm(found.fact))


@router.post("")
def save_from_form(visit: EditsFacts, section: str, code: str, form: sent.Form) -> Response:
    """Keep it, effective at once, or show how it would be answered."""
    kind = kind_of(visit, section)
    with visit.console.database.writing() as session:
        found = _opened_fact(visit, session, section, code)
        shown = _read_form(visit, session, kind, found.fact if found else EMPTY[kind], form)
        if found and form.text("since") != mark_of(found.fact):
            shown = _with_meanwhile(visit, found, shown)
        may_keep = shown.is_whole and form.text("then") == "save"
        if may_keep:
            code = _keep(visit, session, kind, shown.fact)
    if may_keep:
        return visit.go(f"/facts/{section}/{code}", said="facts.kept")
    with visit.console.database.reading() as session:
        return _fact_response(visit, session, section, found, shown, sent_back=True)


def _opened_fact(visit: RequestContext, session: Session, section: str, code: str) -> EditedFact | None:
    """The fact that a form was opened on, None where that is a new one; the page that says that there is nothing, where it is not theirs to change."""
    if code == NEW and section in MADE_HERE:
        return None
    found = the_fact(visit, session, section, code)
    check_edits(visit, found.fact)
    return found


@router.post("/loaded")
def back_to_the_folder(visit: EditsFacts, section: str, code: str) -> Response:
    """As the city's folder says it, effective at once."""
    kind = kind_of(visit, section)
    with visit.console.database.writing() as session:
        check_edits(visit, the_fact(visit, session, section, code).fact)
        if bring_back_loaded(session, kind, code, editor=editor_of(visit), now=visit.console.now()):
            check_edits(
                visit, the_fact(visit, session, section, code).fact
            )  # the folder may give it to another
            visit.record(session, "facts.loaded", f"{kind} {code}")
    return visit.go(f"/facts/{section}/{code}", said="facts.is_loaded")


@router.post("/remove")
def take_out(visit: EditsFacts, section: str, code: str) -> Response:
    """Say it no more."""
    kind = kind_of(visit, section)
    if section not in MADE_HERE:
        visit.not_found()
    with visit.console.database.writing() as session:
        check_edits(visit, the_fact(visit, session, section, code).fact)
        if remove_edited_fact(session, kind, code, editor=editor_of(visit), now=visit.console.now()):
            visit.record(session, "facts.removed", f"{kind} {code}")
    return visit.go("/facts", said="facts.was_removed")


def _keep(visit: RequestContext, session: Session, kind: str, fact: Fact) -> str:
    """Make this what residents are told; the code of the fact."""
    if not fact.code:
        words = text_in(_names_of(fact), "en")
        taken = {each.code for each in list_facts(session, kind)} | {NEW}
        fact = replace(fact, code=sent.new_code(words, taken, upper=False))
        while find_edited_fact(session, kind, fact.code):  # one that was taken out
            fact = replace(fact, code=sent.new_code(words, taken := taken | {fact.code}, upper=False))
    if save_fact(session, kind, fact, editor=editor_of(visit), now=visit.console.now()):
        visit.record(session, "facts.changed", f"{kind} {fact.code}")
    return fact.code


def _names_of(fact: Fact) -> dict[str, str]:
    if isinstance(fact, ContactPoint) and not fact.name:
        return {language: words[0] for language, words in fact.keywords.items() if words}
    return {} if not hasattr(fact, "name") else fact.name


def _read_form(
    visit: RequestContext, session: Session, kind: str, before: Fact, form: sent.SentForm
) -> FactForm:
    reading = SentFact(form, visit.console.languages, visit.say)
    match kind:
        case "contact":
            theirs = [each.code for each in list_departments(session) if visit.sees(each.code)]
            fact: Fact = read_contact(reading, before, theirs)  # type: ignore[arg-type]
        case "calendar":
            fact = read_calendar(reading, before, stored_book(session))  # type: ignore[arg-type]
        case "area":
            fact = read_area(reading, before, lambda said: visit.console.city.gazetteer.find(said, 1))  # type: ignore[arg-type]
        case _:
            fact = READERS[kind](reading, before)
    return FactForm(fact, problems=reading.problems, typed=reading.typed)


def _with_meanwhile(visit: RequestContext, found: EditedFact, shown: FactForm) -> FactForm:
    """The form beside what somebody else kept since it was opened: both versions of whatever differs."""
    both = state_differences(dump_record(found.fact), dump_record(shown.fact))
    lines = [
        ShownDifference(part_name(visit, each.path), each.before or "", each.after or "") for each in both
    ]
    return replace(shown, meanwhile=lines, changed_by=found.change.staff_name if found.change else "")


def _fact_response(
    visit: RequestContext,
    session: Session,
    section: str,
    found: EditedFact | None,
    shown: FactForm,
    *,
    sent_back: bool = False,
) -> Response:
    kind, fact = kind_of(visit, section), shown.fact
    previewed = fact if fact.code else replace(fact, code=NEW)
    book = stored_book(session, (kind, previewed))
    departments = department_names(visit, session)
    return visit.page(
        f"facts/{kind}.html",
        status=shown.status,
        section=section,
        found=found,
        shown=shown,
        fact=fact,
        name=name_of_fact(visit, fact, departments) if fact.code else visit.say(f"facts.new_{section}"),
        since=mark_of(found.fact) if found else "",
        may_edit=may_edit(visit, found.fact if found else fact),
        answers=[] if shown.problems else preview_answers(visit, previewed, book),
        is_preview=sent_back and not shown.problems,
        differences=differences_shown(visit, found) if found else [],
        languages=list(visit.console.languages),
        departments=department_choices(visit, departments),
        book=book,
        **_parts_of(visit, fact, book, today_of(visit)),
    )


def _parts_of(visit: RequestContext, fact: Fact, book: Any, today: Any) -> dict[str, Any]:
    """What only the form of one kind needs."""
    if isinstance(fact, Place):
        special = [each for each in book.special if each.place == fact.code and each.last >= today]
        return {
            "week": week_of(fact.opening) if _is_readable(fact.opening) else None,
            "weekdays": [
                visit.console.texts.words("words.weekdays", visit.language)[day]
                for day in range(len(WEEKDAYS))
            ],
            "special": special,
        }
    if isinstance(fact, Area):
        return {"ranges": write_ranges(fact)}
    return {"blank_rows": BLANK_ROWS}


def _is_readable(opening: str) -> bool:
    try:
        week_of(opening)
    except ValueError:
        return False
    return True
