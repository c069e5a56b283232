"""A document that staff corrected and whose source changed: both beside each other, and the choice between them."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy.orm import Session

from console.knowledge.desk import (
    EditsKnowledge,
    SeesKnowledge,
    document_of,
    jobs_of,
    markdown_shown,
    may_edit,
    own_document,
)
from console.knowledge.publishing import publish_or_ask
from console.shared.access import Permission
from console.shared.errors import Forbidden
from console.shared.request_context import RequestContext
from knowledge.documents.differences import changed_lines
from knowledge.documents.documents import PUBLISHED, content_of, save_version
from knowledge.documents.incoming import IncomingChoice, choose_incoming, incoming_content, incoming_of
from knowledge.documents.tables import IncomingRow
from knowledge.publishing import withdraw_from_library

router = APIRouter(prefix="/knowledge/documents")


@router.get("/{number:int}/incoming")
def incoming_page(visit: SeesKnowledge, number: int) -> Response:
    """Staff's words beside those of the source."""
    with visit.console.database.reading() as session:
        row = document_of(visit, session, number)
        known = _waiting(visit, session, number)
        ours = content_of(session, number)
        theirs = incoming_content(known, ours)
        return visit.page(
            "knowledge/incoming.html",
            row=row,
            known=known,
            language=ours.language,
            ours=markdown_shown(ours.text, ours.title),
            theirs=markdown_shown(theirs.text, theirs.title),
            lines=changed_lines(ours.text, theirs.text),
            may_edit=may_edit(visit, row.department),
        )


@router.post("/{number:int}/incoming/keep")
def keep_ours(visit: EditsKnowledge, number: int) -> Response:
    """Staff's words hold; the source is not asked about again until it says something else."""
    with visit.console.database.writing() as session:
        own_document(visit, session, number)
        _choose(visit, session, number, IncomingChoice.KEPT)
    return visit.go(f"/knowledge/documents/{number}", said="incoming.kept")


@router.post("/{number:int}/incoming/take")
def take_theirs(visit: EditsKnowledge, number: int) -> Response:
    """A version that says what the source says; published where the document was and this person may."""
    by, now, note = visit.staff.name, visit.console.now(), visit.say("incoming.taken_note")
    with visit.console.database.writing() as session:
        row = own_document(visit, session, number)
        known = _choose(visit, session, number, IncomingChoice.TAKEN)
        if known.is_gone:
            visit.not_found()
        theirs = incoming_content(known, content_of(session, number))
        row.source_version = save_version(session, number, theirs, by=by, now=now, note=note)
        was_published = row.state == PUBLISHED
    back = f"/knowledge/documents/{number}"
    if was_published and visit.may(Permission.PUBLISH_KNOWLEDGE):
        return publish_or_ask(visit, [number], back)
    return visit.go(back, said="incoming.taken")


@router.post("/{number:int}/incoming/withdraw")
def withdraw_gone(visit: EditsKnowledge, number: int) -> Response:
    """Answer no more from a document whose source is gone."""
    if not visit.may(Permission.PUBLISH_KNOWLEDGE):
        raise Forbidden(Permission.PUBLISH_KNOWLEDGE)
    with visit.console.database.writing() as session:
        own_document(visit, session, number)
        _choose(visit, session, number, IncomingChoice.WITHDRAWN)
        withdraw_from_library(session, number, by=visit.staff.name, now=visit.console.now())
        jobs_of(visit).index(session)
    visit.console.wake_workers()
    return visit.go(f"/knowledge/documents/{number}", said="knowledge.withdrawn")


def _waiting(visit: RequestContext, session: Session, number: int) -> IncomingRow:
    return incoming_of(session, number) or visit.not_found()


def _choose(visit: RequestContext, session: Session, number: int, choice: IncomingChoice) -> IncomingRow:
    known = _waiting(visit, session, number)
    choose_incoming(session, known, choice, by=visit.staff.name, now=visit.console.now())
    visit.record(session, "incoming.chosen", str(number), choice=choice.value)
    return known
