"""Bringing documents in: files from one's own machine, an archive of them, or pages of the city's website."""

from __future__ import annotations

import shutil
import uuid
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import Response

from console.knowledge.desk import (
    EditsKnowledge,
    check_department,
    department_choices,
    jobs_of,
    language_choices,
)
from console.shared.request_context import RequestContext
from core.errors import UnreadableDocument
from core.failures import fail_with
from knowledge.base.unreadable import UnreadableCode
from knowledge.imports import batches as intake
from knowledge.imports.batches import NewItem
from knowledge.readers.archive import MOST_ARCHIVE
from knowledge.readers.parts import MOST_BYTES
from knowledge.readers.registry import SUFFIXES
from knowledge.sites.sites import site_hosts

router = APIRouter(prefix="/knowledge")
Field = Annotated[str, Form()]
KINDS = ("page", "sitemap")


@router.get("/upload")
def upload_page(visit: EditsKnowledge) -> Response:
    """The form for files."""
    return _upload_response(visit)


@router.post("/upload")
def take_files(
    visit: EditsKnowledge,
    files: Annotated[list[UploadFile], File()] = [],  # noqa: B006  FastAPI copies it
    language: Field = "",
    department: Field = "",
) -> Response:
    """Keep the files, begin to read them in the background, and show how far that is."""
    check_department(visit, department)
    named = [file for file in files if file.filename]
    if not named:
        return _upload_response(
            visit, error=visit.say("knowledge.no_files"), department=department, language=language
        )
    items = [_kept_file(visit, file) for file in named]
    name = items[0].name if len(items) == 1 else visit.say("knowledge.files", count=len(items))
    return _begin_import(visit, "files", name, items, language, department)


@router.get("/address")
def address_page(visit: EditsKnowledge) -> Response:
    """The form for a web address or a sitemap."""
    return _address_response(visit)


@router.post("/address")
def take_address(
    visit: EditsKnowledge, url: Field = "", kind: Field = "page", language: Field = "", department: Field = ""
) -> Response:
    """Begin to fetch a page, or all pages that a sitemap names."""
    check_department(visit, department)
    url = url.strip()
    try:
        with visit.console.database.reading() as session:
            jobs_of(visit).fetcher_for_pages(session).check(url)
    except UnreadableDocument as error:
        is_host = error.failure.code == UnreadableCode.HOST_NOT_LISTED
        wrong = visit.say("knowledge.wrong_host" if is_host else "knowledge.wrong_no_address")
        return _address_response(
            visit, error=wrong, url=url, kind=kind, department=department, language=language
        )
    kind = kind if kind in KINDS else "page"
    return _begin_import(visit, kind, url, [NewItem(url, f"{kind}:{url}")], language, department)


def _begin_import(
    visit: RequestContext, kind: str, name: str, items: list[NewItem], language: str, department: str
) -> Response:
    with visit.console.database.writing() as session:
        number = intake.begin_import(
            session,
            kind=kind,
            name=name,
            language=language,
            department=department,
            by=visit.staff.name,
            now=visit.console.now(),
            items=items,
        )
        jobs_of(visit).bring_in(session, number)
        visit.record(session, "import.begun", str(number), kind=kind, items=len(items))
    visit.console.wake_workers()
    return visit.go(f"/knowledge/imports/{number}")


def _kept_file(visit: RequestContext, file: UploadFile) -> NewItem:
    """A file kept until it is read, under a name of ours; what is too large or of an unknown type is only listed."""
    name = (file.filename or "").replace("\\", "/").rpartition("/")[2]
    suffix = Path(name).suffix.lower()
    is_archive = suffix == ".zip"
    if suffix not in SUFFIXES and not is_archive:
        return NewItem(name, "none:", fail_with(UnreadableCode.TYPE, types=_accepted_types()))
    most = MOST_ARCHIVE if is_archive else MOST_BYTES
    if (file.size or 0) > most:
        return NewItem(name, "none:", fail_with(UnreadableCode.FILE_LARGE, count=most // 2**20))
    place = intake.incoming_folder(jobs_of(visit).folder) / f"{uuid.uuid4().hex}{suffix}"
    with place.open("wb") as kept:
        shutil.copyfileobj(file.file, kept)
    return NewItem(name, f"{'zip' if is_archive else 'file'}:{place}")


def _accepted_types() -> str:
    return ", ".join(sorted(suffix[1:] for suffix in [*SUFFIXES, ".zip"]))


def _upload_response(visit: RequestContext, *, error: str = "", **typed: str) -> Response:
    return _form_response(visit, "knowledge/upload.html", error, typed)


def _address_response(visit: RequestContext, *, error: str = "", **typed: str) -> Response:
    return _form_response(visit, "knowledge/address.html", error, {"url": "", "kind": "page"} | typed)


def _form_response(visit: RequestContext, template: str, error: str, typed: dict[str, str]) -> Response:
    with visit.console.database.reading() as session:
        return visit.page(
            template,
            status=422 if error else 200,
            error=error,
            typed={"language": "", "department": ""} | typed,
            departments=department_choices(visit, session, own=True),
            languages=[("", visit.say("knowledge.language_by_itself")), *language_choices(visit)],
            hosts=jobs_of(visit).fetcher.hosts or site_hosts(session),
            types=_accepted_types(),
            accept=",".join([*SUFFIXES, ".zip"]),
        )
