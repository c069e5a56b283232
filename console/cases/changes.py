"""What is done with one case. Whatever the resident is told of is shown first, and may be put in other words or left out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from actions.handlers.case_news import News
from city.requests.casework import (
    CaseRefused,
    add_fix_photos,
    add_note,
    assign_case,
    move_case,
    needed_text,
    set_due,
    set_status,
)
from city.requests.duplicates import merge_case, part_case
from city.requests.requests import find_row
from city.requests.tables import ServiceRequestRow
from console.cases import photos, telling
from console.cases.common import Text, act_of, case_worker, check_holder, check_version, find_case
from console.cases.history import history_since
from console.cases.one import show_case
from console.cases.telling import Telling
from console.shared.access import Permission, require_permission
from console.shared.pages import city_zone
from console.shared.request_context import RequestContext
from core.errors import BadUpload

router = APIRouter(prefix="/cases/{number}")
WorksCases = Annotated[RequestContext, require_permission(Permission.WORK_CASES)]

Work = Callable[[Session, ServiceRequestRow], str]
"""Does something with a case; gives back the sentence to say, or nothing when nothing changed. Raises `CaseRefused`."""


class StatusForm(Telling):
    """The new status."""

    status: str = ""


class DueForm(Telling):
    """The new day, as ISO, or empty for none."""

    due: str = ""


class MergeForm(Telling):
    """The number of the main case."""

    main: str = ""


class NoteForm(BaseModel):
    """A note for colleagues."""

    note: str = ""
    version: str = ""


@router.post("/assign")
def give_case(visit: WorksCases, number: str, to: Text = "", version: Text = "", over: Text = "") -> Response:
    """To a colleague, or to nobody; `over` is who it is knowingly taken from."""

    def work(session: Session, row: ServiceRequestRow) -> str:
        if to == (row.assignee_id or ""):
            return ""
        check_holder(visit, row, to, over)
        if not assign_case(session, row, act_of(visit), case_worker(visit, session, to, row.department_code)):
            return ""
        visit.record(session, "case.assign", subject=row.number, to=row.assignee_id or "")
        return "cases.said_assigned" if row.assignee_id else "cases.said_freed"

    return _do_and_return(visit, number, "assign", {"to": to, "version": version}, work)


@router.post("/department")
def hand_over(
    visit: WorksCases, number: str, department: Text = "", reason: Text = "", version: Text = ""
) -> Response:
    """To another department; whoever sees only their own may not see it any more."""

    def work(session: Session, row: ServiceRequestRow) -> str:
        if not move_case(session, row, act_of(visit, reason), department):
            return ""
        visit.record(session, "case.department", subject=row.number, to=department)
        return "cases.said_moved"

    typed = {"department": department, "reason": reason, "version": version}
    return _do_and_return(visit, number, "department", typed, work)


@router.post("/note")
def note_on_case(visit: WorksCases, number: str, form: Annotated[NoteForm, Form()]) -> Response:
    """For colleagues only."""

    def work(session: Session, row: ServiceRequestRow) -> str:
        add_note(session, row, act_of(visit, form.note))
        visit.record(session, "case.note", subject=row.number)
        return "cases.said_noted"

    return _do_and_return(visit, number, "note", {"note": form.note, "version": form.version}, work)


@router.post("/status")
def change_status(
    visit: WorksCases,
    number: str,
    form: Annotated[StatusForm, Form()],
    files: Annotated[list[UploadFile], File()] = [],  # noqa: B006  FastAPI copies it
) -> Response:
    """Another status, with its reason, pictures of the work, and a message."""
    try:
        form.photos = [*form.photos, *photos.take_photos(visit, number, files)]
    except BadUpload:
        return _form_again(visit, number, "status", "files", "bad_photo", form.typed())
    pictures = photos.kept_photos(visit, number, form.photos)

    def work(session: Session, row: ServiceRequestRow) -> str:
        add_fix_photos(session, row, act_of(visit), [picture.media_id for picture in pictures])
        news = News(form.status, form.reason, edited=form.edited(), photos=pictures)
        act = telling.act_told(visit, session, row, news, form, form.reason)
        set_status(session, row, act, form.status)
        telling.send_message(visit, session, row, news, form)
        visit.record(session, "case.status", subject=row.number, status=form.status, told=bool(act.told))
        return "cases.said_status"

    def check(_session: Session, row: ServiceRequestRow) -> News:
        needed_text(form.reason, "reason")
        if form.status == row.status:
            raise CaseRefused("same_status", "status")
        return News(form.status, form.reason, photos=pictures)

    return _told_first(visit, number, "status", form, check, work)


@router.post("/due")
def promise_another_day(visit: WorksCases, number: str, form: Annotated[DueForm, Form()]) -> Response:
    """Another day, with its reason and a message."""

    def work(session: Session, row: ServiceRequestRow) -> str:
        news = News("due", form.reason, edited=form.edited(), due=_end_of(visit, form.due))
        act = telling.act_told(visit, session, row, news, form, form.reason)
        set_due(session, row, act, news.due)
        telling.send_message(visit, session, row, news, form)
        visit.record(session, "case.due", subject=row.number, day=form.due or "-", told=bool(act.told))
        return "cases.said_due"

    def check(_session: Session, row: ServiceRequestRow) -> News:
        needed_text(form.reason, "reason")
        due = _end_of(visit, form.due)
        if due == row.expected_at:
            raise CaseRefused("same_day", "due")
        return News("due", form.reason, due=due)

    return _told_first(visit, number, "due", form, check, work)


@router.post("/merge")
def make_duplicate(visit: WorksCases, number: str, form: Annotated[MergeForm, Form()]) -> Response:
    """Into another case, with its reason and a message."""

    def main_case(session: Session) -> ServiceRequestRow:
        main = find_row(session, form.main)
        if main is None or not visit.sees(main.department_code):
            raise CaseRefused("unknown_case", "main")
        return main

    def work(session: Session, row: ServiceRequestRow) -> str:
        main, news = main_case(session), News("duplicate", form.reason, edited=form.edited())
        act = telling.act_told(visit, session, row, news, form, form.reason)
        merge_case(session, row, main, act)
        telling.send_message(visit, session, row, news, form)
        visit.record(session, "case.merge", subject=row.number, main=main.number, told=bool(act.told))
        return "cases.said_merged"

    def check(session: Session, row: ServiceRequestRow) -> News:
        needed_text(form.reason, "reason")
        main = main_case(session)
        if main.id == row.id or main.main_id:
            raise CaseRefused("same_case" if main.id == row.id else "main_is_duplicate", "main")
        return News("duplicate", form.reason)

    return _told_first(visit, number, "merge", form, check, work)


@router.post("/part")
def take_apart(visit: WorksCases, number: str, reason: Text = "", version: Text = "") -> Response:
    """No duplicate after all."""

    def work(session: Session, row: ServiceRequestRow) -> str:
        part_case(session, row, act_of(visit, reason))
        visit.record(session, "case.part", subject=row.number)
        return "cases.said_parted"

    return _do_and_return(visit, number, "part", {"reason": reason, "version": version}, work)


def _do_and_return(
    visit: RequestContext, number: str, form: str, typed: dict[str, str], work: Work
) -> Response:
    """Do it in one transaction and go back to the case, or show the form again with what is wrong."""
    try:
        with visit.console.database.writing() as session:
            row = find_case(visit, session, number)
            session.refresh(row, with_for_update=True)
            check_version(row, typed["version"])
            said = work(session, row)
            theirs = visit.sees(row.department_code)
    except CaseRefused as refused:
        return _form_again(visit, number, form, refused.field, refused.why, typed)
    visit.console.wake_workers()
    return visit.go(f"/cases/{number}" if theirs else "/cases", said=said or "cases.said_nothing")


def _told_first(
    visit: RequestContext,
    number: str,
    name: str,
    form: Telling,
    check: Callable[[Session, ServiceRequestRow], News],
    work: Work,
) -> Response:
    """Show what the resident will be told before it is done, unless they are told nothing or it was shown already."""
    if form.tell == "yes" and not form.seen:
        try:
            with visit.console.database.reading() as session:
                row = find_case(visit, session, number)
                check_version(row, form.version)
                return telling.preview_message(visit, session, row, check(session, row), name, form)
        except CaseRefused as refused:
            return _form_again(visit, number, name, refused.field, refused.why, form.typed())
    return _do_and_return(visit, number, name, form.typed(), work)


def _form_again(
    visit: RequestContext, number: str, form: str, field: str, why: str, typed: dict[str, str]
) -> Response:
    with visit.console.database.reading() as session:
        row = find_case(visit, session, number)
        errors = {f"{form}.{field}": visit.say(f"cases.refused_{why}", name=row.assignee_name)}
        return show_case(
            visit,
            session,
            row,
            status=409 if why in {"changed_meanwhile", "held", "held_by"} else 422,
            errors=errors,
            changed=history_since(visit, session, row, typed["version"])
            if why == "changed_meanwhile"
            else [],
            take_over=typed["to"] if why in {"held", "held_by"} else None,
            typed={f"{form}.{name}": value for name, value in typed.items()},
        )


def _end_of(visit: RequestContext, day: str) -> datetime | None:
    """The last minute of a day in the city's zone; None for no day."""
    if not day:
        return None
    try:
        return datetime.combine(date.fromisoformat(day), time(23, 59), city_zone(visit)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise CaseRefused("no_day", "due") from None
