"""Writing a document in the browser: new, edit, a look at how it reads, saving, bringing back an older version."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Form
from fastapi.responses import Response
from pydantic import BaseModel

from console.knowledge.desk import (
    EditsKnowledge,
    check_department,
    department_choices,
    language_choices,
    markdown_shown,
    own_document,
)
from console.knowledge.publishing import publish_or_ask
from console.shared.access import Permission
from console.shared.request_context import RequestContext
from knowledge.documents.documents import (
    BadDocument,
    ChangedMeanwhile,
    Content,
    NoSuchDocument,
    checked_content,
    content_of,
    create_draft,
    restore_version,
    save_version,
)
from knowledge.documents.incoming import IncomingChoice, choose_incoming, incoming_of
from knowledge.index.passages import split_document
from knowledge.publishing import draft_document

router = APIRouter(prefix="/knowledge")
DATES = ("reviewed_on", "review_by", "valid_from", "valid_until")


class WrittenDocument(BaseModel):
    """The form of a document as it was sent. `since` is the version that was being edited, `then` the button, `joins` whether
    what its source says now is joined into it by hand.
    """

    title: str = ""
    text: str = ""
    language: str = ""
    department: str = ""
    audience: str = ""
    url: str = ""
    reviewed_on: str = ""
    review_by: str = ""
    valid_from: str = ""
    valid_until: str = ""
    keywords: str = ""
    scanned: bool = False
    note: str = ""
    since: int = 0
    joins: str = ""
    then: str = "save"

    def content(self) -> Content:
        """What it says; `BadDocument` for what cannot be saved."""
        days: dict[str, Any] = {name: _read_day(name, getattr(self, name)) for name in DATES}
        return checked_content(
            Content(
                title=self.title,
                text=self.text,
                language=self.language,
                department=self.department,
                audience=self.audience,
                url=self.url,
                keywords=tuple(re.split(r"[,;\n]", self.keywords)),
                scanned=self.scanned,
                **days,
            )
        )


Form_ = Annotated[WrittenDocument, Form()]


@router.get("/documents/new")
def new_document(visit: EditsKnowledge, title: str = "", language: str = "") -> Response:
    """An empty form, or one that begins with a title."""
    own = visit.staff.departments
    language = language or visit.console.languages[0]
    written = WrittenDocument(title=title[:300], language=language, department=own[0] if own else "")
    return _form_response(visit, written)


@router.post("/documents/new")
def create_document(visit: EditsKnowledge, written: Form_) -> Response:
    """Save the first version, as a draft."""
    try:
        content = written.content()
    except BadDocument as error:
        return _form_response(visit, written, errors=_form_errors(visit, error))
    check_department(visit, content.department)
    if written.then == "preview":
        return _form_response(visit, written, preview=content)
    with visit.console.database.writing() as session:
        number = create_draft(
            session,
            title=content.title,
            text=content.text,
            language=content.language,
            department=content.department,
            by=visit.staff.name,
            now=visit.console.now(),
            note=written.note,
            **_more_fields(content),
        )
        visit.record(session, "document.created", str(number), title=content.title)
    return _page_after(visit, number, written)


@router.get("/documents/{number:int}/edit")
def edit_document(visit: EditsKnowledge, number: int, joins: str = "") -> Response:
    """The form with the newest version; `joins` shows beside it what the source says now."""
    with visit.console.database.reading() as session:
        row = own_document(visit, session, number)
        written = _as_form(content_of(session, number), row.version)
    written.joins = "yes" if joins else ""
    return _form_response(visit, written, number)


@router.post("/documents/{number:int}/edit")
def change_document(visit: EditsKnowledge, number: int, written: Form_) -> Response:
    """Save a version; residents are answered from it once it is published."""
    with visit.console.database.reading() as session:
        own_document(visit, session, number)
    try:
        content = written.content()
        check_department(visit, content.department)
        if written.then == "preview":
            return _form_response(visit, written, number, preview=content)
        _save_version(visit, number, content, written)
    except BadDocument as error:
        return _form_response(visit, written, number, errors=_form_errors(visit, error))
    except ChangedMeanwhile:
        with visit.console.database.reading() as session:
            row = own_document(visit, session, number)
        by = {"form": visit.say("knowledge.changed_meanwhile", name=row.changed_by)}
        written.since = row.version
        return _form_response(visit, written, number, errors=by, status=409)
    return _page_after(visit, number, written)


def _save_version(visit: RequestContext, number: int, content: Content, written: WrittenDocument) -> None:
    with visit.console.database.writing() as session:
        own_document(visit, session, number)
        version = save_version(
            session,
            number,
            content,
            by=visit.staff.name,
            now=visit.console.now(),
            note=written.note,
            since=written.since or None,
        )
        visit.record(session, "document.saved", str(number), version=version)
        if written.joins and (known := incoming_of(session, number)):
            by, now = visit.staff.name, visit.console.now()
            choose_incoming(session, known, IncomingChoice.JOINED, by=by, now=now)


@router.post("/documents/{number:int}/restore/{version:int}")
def bring_back(visit: EditsKnowledge, number: int, version: int) -> Response:
    """Make an older version the newest; it is published like any other."""
    with visit.console.database.writing() as session:
        own_document(visit, session, number)
        try:
            note = visit.say("knowledge.restored_note", version=version)
            now = visit.console.now()
            made = restore_version(session, number, version, by=visit.staff.name, now=now, note=note)
        except NoSuchDocument:
            visit.not_found()
        visit.record(session, "document.restored", str(number), version=made, of=version)
    return visit.go(f"/knowledge/documents/{number}", said="knowledge.restored", version=version)


def _page_after(visit: RequestContext, number: int, written: WrittenDocument) -> Response:
    if written.then == "publish" and visit.may(Permission.PUBLISH_KNOWLEDGE):
        return publish_or_ask(visit, [number], f"/knowledge/documents/{number}")
    return visit.go(f"/knowledge/documents/{number}", said="knowledge.saved")


def _form_response(
    visit: RequestContext,
    written: WrittenDocument,
    number: int = 0,
    *,
    errors: dict[str, str] | None = None,
    preview: Content | None = None,
    status: int = 0,
) -> Response:
    with visit.console.database.reading() as session:
        own = department_choices(visit, session, own=True)
        theirs = incoming_of(session, number) if written.joins else None
    return visit.page(
        "knowledge/edit.html",
        status=status or (422 if errors else 200),
        number=number,
        written=written,
        errors=errors or {},
        departments=own,
        languages=language_choices(visit, [written.language]),
        preview=markdown_shown(preview.text, preview.title) if preview else None,
        theirs=theirs,
        answers=_answer_pieces(preview) if preview else [],
    )


def _answer_pieces(content: Content) -> Sequence[str]:
    """The pieces that residents can be answered with."""
    passages = split_document(draft_document(content))
    return [f"{' › '.join(passage.headings)}: {passage.text}".removeprefix(": ") for passage in passages[:50]]


def _form_errors(visit: RequestContext, error: BadDocument) -> dict[str, str]:
    return {error.field: visit.say(f"knowledge.wrong_{error.fault}")}


def _read_day(name: str, value: str) -> date | None:
    try:
        return date.fromisoformat(value.strip()) if value.strip() else None
    except ValueError:
        raise BadDocument(name, "no_date") from None


def _more_fields(content: Content) -> dict[str, Any]:
    return {name: getattr(content, name) for name in ("audience", "url", "keywords", "scanned", *DATES)}


def _as_form(content: Content, version: int) -> WrittenDocument:
    days = {name: day.isoformat() if (day := getattr(content, name)) else "" for name in DATES}
    return WrittenDocument(
        title=content.title,
        text=content.text,
        language=content.language,
        department=content.department,
        audience=content.audience,
        url=content.url,
        keywords=", ".join(content.keywords),
        scanned=content.scanned,
        since=version,
        **days,
    )
