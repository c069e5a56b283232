"""Pages that may not hold any more: versions of one document, pages that contradict each other, pages that nobody looked at for long."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Form
from fastapi.responses import Response
from sqlalchemy.orm import Session

from console.knowledge.desk import EditsKnowledge, PublishesKnowledge, SeesKnowledge, jobs_of, own_document
from console.shared.request_context import RequestContext
from knowledge.documents.documents import content_of, numbers_of, row_of, save_version
from knowledge.documents.incoming import waiting_incoming
from knowledge.freshness import findings as found
from knowledge.freshness.findings import FindingKind, FindingVerdict
from knowledge.freshness.looking import write_remarks
from knowledge.freshness.tables import FindingRow
from knowledge.publishing import publish_documents, withdraw_from_library

router = APIRouter(prefix="/knowledge/findings")
Field = Annotated[str, Form()]
HOME = "/knowledge/findings"


@dataclass(frozen=True, slots=True)
class MarkedPiece:
    """Some words of a sentence; `is_marked` where another page says something else."""

    text: str
    is_marked: bool


@dataclass(frozen=True, slots=True)
class ShownSide:
    """One document of a finding: its number (None where it is not in the list), title, and the sentence in question."""

    number: int | None
    title: str
    section: str = ""
    pieces: tuple[MarkedPiece, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding as the page shows it; `reviewed` is when somebody looked at it last."""

    number: int
    verdict: str
    kind: str
    sides: tuple[ShownSide, ...]
    reviewed: date | None
    decided_by: str


@router.get("")
def findings_page(visit: SeesKnowledge) -> Response:
    """What waits for a decision, and what was decided."""
    with visit.console.database.reading() as session:
        versions, contradiction, unreviewed = (
            _shown_all(session, found.open_findings(session, kind))
            for kind in (FindingKind.VERSIONS, FindingKind.CONTRADICTION, FindingKind.UNREVIEWED)
        )
        decided = _shown_all(session, found.decided_findings(session))
        incoming = [(row.id, row.title, known.is_gone) for row, known in waiting_incoming(session)]
    return visit.page(
        "knowledge/findings.html",
        versions=versions,
        contradiction=contradiction,
        unreviewed=unreviewed,
        decided=decided,
        incoming=incoming,
    )


@router.post("/{number:int}/decide")
def decide(visit: EditsKnowledge, number: int, verdict: Field = "") -> Response:
    """Remember which page is right, or that there is nothing to decide."""
    if verdict not in {FindingVerdict.FIRST, FindingVerdict.SECOND, FindingVerdict.NEITHER}:
        visit.not_found()

    def remember(session: Session, row: FindingRow) -> None:
        _check_own(visit, session, row.documents)
        found.decide_finding(
            session, row, FindingVerdict(verdict), by=visit.staff.name, now=visit.console.now()
        )

    return _change_finding(visit, number, verdict, remember)


@router.post("/{number:int}/only")
def answer_from_one(visit: PublishesKnowledge, number: int, keep: Annotated[int, Form()] = 0) -> Response:
    """Answer from one version alone; the others are kept, withdrawn as superseded by it."""
    by, now = visit.staff.name, visit.console.now()

    def withdraw_others(session: Session, row: FindingRow) -> None:
        numbers = _check_own(visit, session, row.documents)
        if row.kind != FindingKind.VERSIONS or keep not in numbers:
            visit.not_found()
        for other in numbers:
            if other != keep:
                withdraw_from_library(session, other, by=by, now=now, superseded_by=keep)
        found.decide_finding(session, row, FindingVerdict.SETTLED, by=by, now=now)
        jobs_of(visit).index(session)

    return _change_finding(visit, number, "only", withdraw_others)


@router.post("/{number:int}/reviewed")
def note_review(visit: PublishesKnowledge, number: int) -> Response:
    """Somebody looked at the page today, and it is still right. A newer version that is not published is left to its author."""
    by, now = visit.staff.name, visit.console.now()
    note = visit.say("findings.reviewed_note")

    def review(session: Session, row: FindingRow) -> None:
        for one in _check_own(visit, session, row.documents):
            document = row_of(session, one)
            is_whole = document.version == document.published_version
            if is_whole:
                content = replace(content_of(session, one), reviewed_on=jobs_of(visit).today())
                save_version(session, one, content, by=by, now=now, note=note)
                publish_documents(session, [one], by=by, now=now)
        found.decide_finding(session, row, FindingVerdict.SETTLED, by=by, now=now)
        jobs_of(visit).index(session)

    return _change_finding(visit, number, "reviewed", review)


@router.post("/{number:int}/again")
def decide_again(visit: EditsKnowledge, number: int) -> Response:
    """Take a decision back."""

    def reopen(session: Session, row: FindingRow) -> None:
        _check_own(visit, session, row.documents)
        found.reopen_finding(session, row)

    return _change_finding(visit, number, "again", reopen)


def _change_finding(
    visit: RequestContext, number: int, done: str, change: Callable[[Session, FindingRow], None]
) -> Response:
    database = visit.console.database
    with database.writing() as session:
        row = found.finding_by_id(session, number) or visit.not_found()
        change(session, row)
        visit.record(session, "finding.decided", str(number), kind=row.kind, decision=done)
    write_remarks(jobs_of(visit).folder, database)
    visit.console.wake_workers()
    return visit.go(HOME, said="findings.decided")


def _check_own(visit: RequestContext, session: Session, names: Sequence[str]) -> list[int]:
    """The numbers of these documents, all of which this person may change."""
    numbers = numbers_of(session, names)
    for number in numbers.values():
        own_document(visit, session, number)
    return [numbers[name] for name in names if name in numbers]


def _shown_all(session: Session, rows: Sequence[FindingRow]) -> list[ShownFinding]:
    numbers = numbers_of(session, {name for row in rows for name in row.documents})
    return [_shown(row, numbers) for row in rows]


def _shown(row: FindingRow, numbers: dict[str, int]) -> ShownFinding:
    told: list[dict[str, Any]] = row.details.get("sides") or [
        {"title": title} for title in row.details["titles"]
    ]
    sides = tuple(
        ShownSide(numbers.get(name), side["title"], side.get("section", ""), tuple(_pieces_of(side)))
        for name, side in zip(row.documents, told, strict=False)
    )
    reviewed = str(row.details.get("reviewed", ""))
    day = date.fromisoformat(reviewed) if reviewed else None
    return ShownFinding(row.id, row.verdict, row.kind, sides, day, row.decided_by)


def _pieces_of(side: dict[str, Any]) -> list[MarkedPiece]:
    sentence, at, pieces = str(side.get("sentence", "")), 0, []
    for start, end in side.get("marks", ()):
        pieces += [
            MarkedPiece(sentence[at:start], is_marked=False),
            MarkedPiece(sentence[start:end], is_marked=True),
        ]
        at = end
    return [piece for piece in [*pieces, MarkedPiece(sentence[at:], is_marked=False)] if piece.text]
