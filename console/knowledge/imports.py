"""Imports under way and past: how far one is, what became of each file, stopping it, publishing what it brought."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response
from sqlalchemy.orm import Session

from console.knowledge.desk import EditsKnowledge, PublishesKnowledge, SeesKnowledge, jobs_of, may_edit
from console.knowledge.publishing import publish_or_ask
from console.shared.errors import Forbidden
from console.shared.failures import say_failure
from console.shared.request_context import RequestContext
from core.failures import read_failure
from knowledge.documents import listing
from knowledge.documents.tables import ImportRow
from knowledge.imports import batches as intake
from knowledge.imports.batches import ItemFate

router = APIRouter(prefix="/knowledge/imports")


@router.get("")
def imports_page(visit: SeesKnowledge) -> Response:
    """The last imports."""
    with visit.console.database.reading() as session:
        rows = listing.last_imports(session)
        found = [(row, intake.count_fates(session, row.id)) for row in rows]
    return visit.page("knowledge/imports.html", imports=found)


@router.get("/{number:int}")
def import_page(visit: SeesKnowledge, number: int, fate: str = "", after: int = 0) -> Response:
    """One import: progress, and its files with the fate of each."""
    return _import_response(visit, "knowledge/import.html", number, fate, after)


@router.get("/{number:int}/progress")
def import_progress(visit: SeesKnowledge, number: int, fate: str = "", after: int = 0) -> Response:
    """The piece of that page that changes while it works."""
    return _import_response(visit, "knowledge/progress.html", number, fate, after)


@router.post("/{number:int}/stop")
def stop_import(visit: EditsKnowledge, number: int) -> Response:
    """Leave out what is still waiting."""
    with visit.console.database.writing() as session:
        row = _import_of(visit, session, number)
        _check_access(visit, row)
        intake.stop_import(session, number, visit.console.now())
        visit.record(session, "import.stopped", str(number))
    return visit.go(f"/knowledge/imports/{number}", said="knowledge.stopped")


@router.post("/{number:int}/publish")
def publish_all(visit: PublishesKnowledge, number: int, sure: Annotated[str, Form()] = "") -> Response:
    """Answer residents from everything that this import brought."""
    with visit.console.database.reading() as session:
        row = _import_of(visit, session, number)
        _check_access(visit, row)
        found = listing.unpublished_documents(session, intake.documents_of(session, number))
    back = f"/knowledge/imports/{number}"
    if not found:
        return visit.go(back, said="knowledge.nothing_to_publish")
    return publish_or_ask(visit, found, back, sure=bool(sure), send_to=f"{back}/publish")


def _import_response(visit: RequestContext, template: str, number: int, fate: str, after: int) -> Response:
    fate = fate if fate in set(ItemFate) else ""
    with visit.console.database.reading() as session:
        row = _import_of(visit, session, number)
        counts = intake.count_fates(session, number)
        items = listing.import_items(session, number, fate, after)
        documents = intake.documents_of(session, number) if row.state != intake.RUNNING else []
        return visit.page(
            template,
            row=row,
            counts=counts,
            total=sum(counts.values()),
            done=sum(counts.values()) - counts.get(ItemFate.WAITING, 0),
            items=items,
            fate=fate,
            after=after,
            more=items[-1].number if len(items) == 100 else 0,
            fates=[str(one) for one in ItemFate if counts.get(one)],
            may_edit=may_edit(visit, row.department),
            why=lambda item: say_failure(visit, read_failure(item.failure, item.reason)),
            unpublished=len(listing.unpublished_documents(session, documents)),
            coming=len(listing.on_their_way(session, documents, jobs_of(visit).today())),
        )


def _import_of(visit: RequestContext, session: Session, number: int) -> ImportRow:
    return session.get(ImportRow, number) or visit.not_found()


def _check_access(visit: RequestContext, row: ImportRow) -> None:
    if not may_edit(visit, row.department):
        raise Forbidden
