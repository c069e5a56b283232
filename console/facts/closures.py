"""Closing places for a while: from today to a day, with a reason; or other hours than usual on those days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy.orm import Session

from city.definitions.fact_rows import list_facts
from city.facts.editing import (
    EditedFact,
    find_edited_fact,
    mark_of,
    remove_edited_fact,
    save_fact,
    stored_book,
)
from city.facts.week import read_times
from city.records.facts import SpecialHours
from city.records.model import Local, text_in
from console.facts.common import ClosesPlaces, other_languages, today_of
from console.facts.previews import preview_answers
from console.shared.request_context import RequestContext
from console.surveys import sent
from console.surveys.common import editor_of

router = APIRouter(prefix="/facts/closures")

REASONS = ("weather", "no_power", "no_water", "repairs", "training", "event", "emergency", "staff")
"""Ready reasons, which the bot's catalogue has in every language (`facts.reason_...`)."""
LONGEST_REASON = 120
MOST_DAYS = 366
"""A closure that is longer is not a special day: then the hours of the place are changed."""
KIND, NEW = "special", "new"


@dataclass(frozen=True, slots=True)
class ClosureForm:
    """The form of a closure as it is shown; `places` are codes, `problems` sentences by field."""

    places: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    times: str = ""
    reason: Local = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


@router.get("/new")
def new_closure(visit: ClosesPlaces, place: str = "") -> Response:
    """The form, for today unless another day is chosen."""
    today = today_of(visit)
    return _closure_response(visit, ClosureForm((place,) if place else (), today, today), None)


@router.post("/new")
def close_places(visit: ClosesPlaces, form: sent.Form) -> Response:
    """Close them, effective at once."""
    with visit.console.database.writing() as session:
        read = _read_closure(visit, session, form, {})
        may_keep = not read.problems and form.text("then") == "save"
        if may_keep:
            taken = {each.code for each in list_facts(session, KIND)}
            for special in _closures_of(read, taken):
                save_fact(session, KIND, special, editor=editor_of(visit), now=visit.console.now())
                visit.record(session, "facts.closed", special.place, **_days_of(special))
    if not may_keep:
        return _closure_response(visit, read, None)
    return visit.go("/facts", said="facts.was_closed")


@router.get("/{code}")
def closure_page(visit: ClosesPlaces, code: str) -> Response:
    """A closure as it stands."""
    with visit.console.database.reading() as session:
        found = _the_closure(visit, session, code)
    return _closure_response(visit, _form_of(found), found)


@router.post("/{code}")
def change_closure(visit: ClosesPlaces, code: str, form: sent.Form) -> Response:
    """Change its days, times or reason, effective at once."""
    with visit.console.database.writing() as session:
        found = _the_closure(visit, session, code)
        read = _read_closure(visit, session, form, found.reason, (found.place,))
        if form.text("since") != mark_of(found):
            by = _changed_by(find_edited_fact(session, KIND, code))
            now_said = f"{found.first.isoformat()} – {found.last.isoformat()} {found.opening}"
            read.problems["form"] = visit.say("facts.closure_changed", name=by, said=now_said)
        may_keep = not read.problems and form.text("then") == "save"
        if may_keep:
            special = replace(next(_closures_of(read, set())), code=code)
            if save_fact(session, KIND, special, editor=editor_of(visit), now=visit.console.now()):
                visit.record(session, "facts.closed", special.place, **_days_of(special))
    if not may_keep:
        return _closure_response(visit, read, found, sent_back=True)
    return visit.go("/facts", said="facts.was_closed")


@router.post("/{code}/end")
def open_again(visit: ClosesPlaces, code: str) -> Response:
    """The usual hours hold again, at once."""
    with visit.console.database.writing() as session:
        found = _the_closure(visit, session, code)
        remove_edited_fact(session, KIND, code, editor=editor_of(visit), now=visit.console.now())
        visit.record(session, "facts.opened_again", found.place)
    return visit.go("/facts", said="facts.was_opened")


def _the_closure(visit: RequestContext, session: Session, code: str) -> SpecialHours:
    found = find_edited_fact(session, KIND, code)
    return found.fact if found and isinstance(found.fact, SpecialHours) else visit.not_found()


def _changed_by(found: EditedFact | None) -> str:
    return found.change.staff_name if found and found.change else ""


def _form_of(found: SpecialHours) -> ClosureForm:
    return ClosureForm((found.place,), found.first, found.last, found.opening, found.reason)


def _days_of(special: SpecialHours) -> dict[str, str]:
    return {"first": special.first.isoformat(), "last": special.last.isoformat()}


def _read_closure(
    visit: RequestContext,
    session: Session,
    form: sent.SentForm,
    before: Local,
    places: tuple[str, ...] = (),
) -> ClosureForm:
    known = {place.code for place in list_facts(session, "place")}
    chosen = places or tuple(code for code in form.several("place") if code in known)
    first, last = form.day("first"), form.day("last") or form.day("first")
    times = read_times(form.text("times"))
    read = ClosureForm(chosen, first, last, times or "", _read_reason(visit, form, before))
    problems = {
        "place": "" if chosen else "no_place",
        "first": _day_problem(first, today_of(visit)),
        "last": _length_problem(first, last, today_of(visit)),
        "times": "times" if times is None else "",
    }
    written = {"times": form.text("times")}
    said = {
        name: visit.say(f"facts.problem_{key}", written=written.get(name, ""))
        for name, key in problems.items()
        if key
    }
    return replace(read, problems=said, times=written["times"] if times is None else read.times)


def _day_problem(first: date | None, today: date) -> str:
    if first is None:
        return "no_day"
    return "too_far" if (first - today).days > MOST_DAYS * 2 else ""


def _length_problem(first: date | None, last: date | None, today: date) -> str:
    if first is None or last is None:
        return ""
    if last < first:
        return "last_before_first"
    if last < today:
        return "is_over"
    return "too_long" if (last - first).days > MOST_DAYS else ""


def _read_reason(visit: RequestContext, form: sent.SentForm, before: Local) -> Local:
    """A ready reason in every language, or own words; in a language without any, residents get others of them."""
    ready = form.text("reason")
    if ready in REASONS:
        return visit.console.services.assistant.context.in_all(f"facts.reason_{ready}")
    languages = visit.console.languages
    own = {language: said[:LONGEST_REASON] for language, said in form.local("own", languages).items()}
    return other_languages(before, languages) | own if own else {}


def _closures_of(read: ClosureForm, taken: set[str]) -> Iterator[SpecialHours]:
    """A row for each place."""
    assert read.first is not None  # noqa: S101  for the type checker
    assert read.last is not None  # noqa: S101  for the type checker
    for place in read.places:
        code = sent.new_code(f"{place[:20]} {read.first.isoformat()}", taken, upper=False)
        taken.add(code)
        yield SpecialHours(code, place, read.first, read.last, read.times, read.reason)


def _closure_response(
    visit: RequestContext, shown: ClosureForm, found: SpecialHours | None, *, sent_back: bool = False
) -> Response:
    with visit.console.database.reading() as session:
        book = stored_book(session)
        previews = []
        if shown.places and not shown.problems:
            special = next(_closures_of(shown, set()))
            previewed = replace(special, code=found.code if found else NEW)
            previews = preview_answers(visit, previewed, stored_book(session, (KIND, previewed)))
    names = {place.code: text_in(place.name, visit.language) or place.code for place in book.places.values()}
    ready = {key: visit.console.services.assistant.context.in_all(f"facts.reason_{key}") for key in REASONS}
    chosen = next((key for key, said in ready.items() if said == shown.reason), "")
    return visit.page(
        "facts/closure.html",
        status=409 if "form" in shown.problems else 422 if shown.problems else 200,
        shown=shown,
        found=found,
        since=mark_of(found) if found else "",
        names=names,
        place_choices=sorted(names.items(), key=lambda pair: (pair[0] not in shown.places, pair[1])),
        reasons=[
            ("", visit.say("facts.own_reason")),
            *((key, text_in(said, visit.language)) for key, said in ready.items()),
        ],
        chosen=chosen,
        answers=previews,
        is_preview=sent_back or found is None,
        languages=list(visit.console.languages),
        today=today_of(visit),
    )
