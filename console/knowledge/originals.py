"""A document beside the file that it was read from; that file to take along; and deleting a document for good.

Nothing of an uploaded file is shown as it came: pages are drawn anew by the child process, and the file itself is only downloaded.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response
from sqlalchemy.orm import Session

from console.knowledge.desk import (
    PublishesKnowledge,
    SeesKnowledge,
    document_of,
    jobs_of,
    language_choices,
    own_document,
)
from console.shared.failures import say_failure
from console.shared.request_context import RequestContext
from core.failures import read_failure
from knowledge.documents.deleting import StillAnswered, delete_document, has_documents_from
from knowledge.documents.documents import content_of
from knowledge.documents.tables import DocumentRow
from knowledge.imports.batches import item_of_document
from knowledge.imports.originals import forget_original, name_of_upload, original_of
from knowledge.index.passages import split_document
from knowledge.publishing import draft_document
from knowledge.readers.parent import count_pages, draw_page
from knowledge.readers.registry import PICTURES

router = APIRouter(prefix="/knowledge")
DRAWN = (".pdf", *PICTURES)
MOST_PASSAGES = 300
HARMLESS = {"Content-Security-Policy": "default-src 'none'; sandbox", "X-Content-Type-Options": "nosniff"}


@router.get("/documents/{number:int}/beside")
def beside_original(visit: SeesKnowledge, number: int, page: int = 1) -> Response:
    """How a file was read, beside its pages: the passages that residents are quoted, what was left out, language and dates."""
    with visit.console.database.reading() as session:
        row = document_of(visit, session, number)
        content = content_of(session, number)
        left_out = _left_out(visit, session, row)
    path = original_of(jobs_of(visit).folder, row.origin)
    count = count_pages(path) if path and path.suffix in DRAWN else 0
    passages = split_document(draft_document(content))
    return visit.page(
        "knowledge/beside.html",
        row=row,
        content=content,
        has_original=path is not None,
        count=count,
        shown=min(max(page, 1), max(count, 1)),
        passages=passages[:MOST_PASSAGES],
        more=max(0, len(passages) - MOST_PASSAGES),
        left_out=left_out,
        language_names=dict(language_choices(visit, [content.language])),
    )


@router.get("/documents/{number:int}/original")
def download_original(visit: SeesKnowledge, number: int) -> Response:
    """The uploaded file, to be saved and never shown."""
    row, path = _kept_file(visit, number)
    name = f"{Path(name_of_upload(row.origin)).stem or 'document'}{path.suffix}"
    saved = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    return FileResponse(path, media_type="application/octet-stream", headers=HARMLESS | saved)


@router.get("/documents/{number:int}/original/{page:int}")
def original_page(visit: SeesKnowledge, number: int, page: int) -> Response:
    """A page of the file as a picture."""
    _, path = _kept_file(visit, number)
    picture = draw_page(path, page) if path.suffix in DRAWN else b""
    if not picture:
        visit.not_found()
    private = {"Cache-Control": "private, max-age=3600"}
    return Response(picture, media_type="image/png", headers=HARMLESS | private)


@router.post("/documents/{number:int}/delete")
def delete_for_good(visit: PublishesKnowledge, number: int) -> Response:
    """Remove a document that nobody is answered from, with its versions and its original."""
    try:
        with visit.console.database.writing() as session:
            row = own_document(visit, session, number)
            origin, title = row.origin, row.title
            delete_document(session, number)
            is_last = not has_documents_from(session, origin)
            visit.record(session, "document.deleted", str(number), title=title)
    except StillAnswered:
        return visit.go(f"/knowledge/documents/{number}", said="knowledge.still_answered")
    if is_last:
        forget_original(jobs_of(visit).folder, origin)
    return visit.go("/knowledge", said="knowledge.deleted")


def _kept_file(visit: RequestContext, number: int) -> tuple[DocumentRow, Path]:
    with visit.console.database.reading() as session:
        row = document_of(visit, session, number)
    path = original_of(jobs_of(visit).folder, row.origin)
    return (row, path) if path else visit.not_found()


def _left_out(visit: RequestContext, session: Session, row: DocumentRow) -> str:
    item = item_of_document(session, row.id, name_of_upload(row.origin))
    return say_failure(visit, read_failure(item.failure, item.reason)) if item else ""
