"""The list of documents, and one document: what it says, whether residents are answered from it, its versions and differences."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy.orm import Session

from console.knowledge.desk import (
    SeesKnowledge,
    department_choices,
    document_of,
    jobs_of,
    language_choices,
    markdown_shown,
    may_edit,
)
from console.shared.request_context import RequestContext
from knowledge.documents import listing
from knowledge.documents.differences import changed_details, changed_lines
from knowledge.documents.documents import (
    PUBLISHED,
    NoSuchDocument,
    content_in,
    document_versions,
    number_of,
    version_of,
)
from knowledge.documents.incoming import count_incoming, incoming_of
from knowledge.documents.listing import WantedDocuments
from knowledge.documents.tables import DocumentRow, DocumentVersionRow
from knowledge.freshness.findings import count_open
from knowledge.imports.originals import original_of
from knowledge.site_changes import count_waiting

router = APIRouter(prefix="/knowledge")
STATES = ("draft", "published", "changed", "withdrawn", "due")


@router.get("")
def documents_page(
    visit: SeesKnowledge,
    state: str = "",
    language: str = "",
    department: str = "",
    title: str = "",
    before: str = "",
    after: str = "",
) -> Response:
    """All documents, the last changed first; what is due stands on top."""
    wanted = WantedDocuments(state if state in STATES else "", language, department, title[:200])
    today = jobs_of(visit).today()
    with visit.console.database.reading() as session:
        page = listing.find_documents(session, wanted, today, before=before, after=after)
        is_plain = wanted == WantedDocuments() and not before and not after
        due = listing.due_documents(session, today, departments=visit.staff.departments) if is_plain else []
        return visit.page(
            "knowledge/list.html",
            page=page,
            due=due,
            due_count=listing.count_due(session, today) if due else 0,
            found=count_open(session) + count_incoming(session),
            wanted=wanted,
            today=today,
            states=[("", visit.say("knowledge.any")), *_state_labels(visit)],
            departments=department_choices(visit, session),
            department_names=dict(department_choices(visit, session)),
            languages=[
                ("", visit.say("knowledge.any")),
                *language_choices(visit, listing.document_languages(session)),
            ],
            labels=dict(_state_labels(visit)),
            older=_list_link(visit, wanted, "before", page.older),
            newer=_list_link(visit, wanted, "after", page.newer),
            may_edit=lambda row: may_edit(visit, row.department),
            sites_waiting=count_waiting(session),
        )


@router.get("/find")
def find_document(visit: SeesKnowledge, library_id: str = "") -> Response:
    """To the document that an answer came from, by its name in the library."""
    with visit.console.database.reading() as session:
        number = number_of(session, library_id)
    return visit.go(f"/knowledge/documents/{number}") if number else visit.not_found()


@router.get("/documents/{number:int}")
def read_document(visit: SeesKnowledge, number: int, version: int = 0) -> Response:
    """One document as it reads, in its newest version or an older one."""
    with visit.console.database.reading() as session:
        row = document_of(visit, session, number)
        seen = _version_of(visit, session, row, version)
        content = content_in(seen)
        return visit.page(
            "knowledge/document.html",
            row=row,
            version=seen,
            content=content,
            today=jobs_of(visit).today(),
            text=markdown_shown(content.text, content.title),
            versions=document_versions(session, number),
            department_names=dict(department_choices(visit, session)),
            language_names=dict(language_choices(visit, [content.language])),
            may_edit=may_edit(visit, row.department),
            standing=standing_of(visit, row),
            has_original=original_of(jobs_of(visit).folder, row.origin) is not None,
            labels=dict(_state_labels(visit)),
            incoming=incoming_of(session, number),
            newer=session.get(DocumentRow, row.superseded_by) if row.superseded_by else None,
        )


@router.get("/documents/{number:int}/standing")
def how_it_stands(visit: SeesKnowledge, number: int) -> Response:
    """The piece of a document's page that says whether residents are answered from it."""
    with visit.console.database.reading() as session:
        row = document_of(visit, session, number)
        return visit.page("knowledge/standing.html", row=row, standing=standing_of(visit, row))


@router.get("/documents/{number:int}/difference")
def difference_page(visit: SeesKnowledge, number: int, old: int = 0, new: int = 0) -> Response:
    """What changed from one version to another."""
    with visit.console.database.reading() as session:
        row = document_of(visit, session, number)
        later = _version_of(visit, session, row, new)
        earlier = _version_of(visit, session, row, old or max(1, later.number - 1))
        before, after = content_in(earlier), content_in(later)
        return visit.page(
            "knowledge/difference.html",
            row=row,
            old=earlier,
            new=later,
            versions=document_versions(session, number),
            details=changed_details(before, after),
            lines=changed_lines(before.text, after.text) if before.text != after.text else [],
            may_edit=may_edit(visit, row.department),
        )


def standing_of(visit: RequestContext, row: DocumentRow) -> str:
    """How it stands with a document: live, changed, coming, going, later, over, draft or withdrawn."""
    today = jobs_of(visit).today()
    if row.state != PUBLISHED or row.published_version is None:
        return _going_or(row, row.state)
    if row.live_from and row.live_from > today:
        return "later"
    if row.live_until and row.live_until < today:
        return _going_or(row, "over")
    if row.live_version != row.published_version:
        return "coming"
    return "live" if row.version == row.published_version else "changed"


def _going_or(row: DocumentRow, otherwise: str) -> str:
    """`going` while residents are still answered from it."""
    return "going" if row.live_version is not None else otherwise


def _version_of(visit: RequestContext, session: Session, row: DocumentRow, number: int) -> DocumentVersionRow:
    try:
        return version_of(session, row.id, number or row.version)
    except NoSuchDocument:
        visit.not_found()


def _state_labels(visit: RequestContext) -> list[tuple[str, str]]:
    return [(state, visit.say(f"knowledge.state_{state}")) for state in STATES]


def _list_link(visit: RequestContext, wanted: WantedDocuments, name: str, place: str) -> str:
    if not place:
        return ""
    asked = {
        "state": wanted.state,
        "language": wanted.language,
        "department": wanted.department,
        "title": wanted.title,
        name: place,
    }
    return f"{visit.path('/knowledge')}?{urlencode({key: value for key, value in asked.items() if value})}"
