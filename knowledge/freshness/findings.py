"""What was found, as staff see it and decide about it. A function gets a session and never commits.

A finding is named by the very words that it is made of: decided once, it does not come again until one of them changes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from knowledge.base.text import text_digest
from knowledge.freshness.claims import PageClaim
from knowledge.freshness.contradictions import Contradiction
from knowledge.freshness.tables import FindingRow
from knowledge.freshness.values import StatedValue, ValueKind

MOST = 500


class FindingKind(StrEnum):
    """What was found: two pages that say other numbers, versions of one document, or a page that nobody looked at for long."""

    CONTRADICTION = "contradiction"
    VERSIONS = "versions"
    UNREVIEWED = "unreviewed"


class FindingVerdict(StrEnum):
    """What staff decided: the first of the documents is right, the second is, both are, or somebody looked at it."""

    FIRST = "first"
    SECOND = "second"
    NEITHER = "neither"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class PageFinding:
    """Something found in these documents, by their ids in the library."""

    kind: FindingKind
    documents: tuple[str, ...]
    details: dict[str, Any] = field(default_factory=dict)
    identity: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Its name: the same for the same words."""
        return text_digest(self.kind, *(self.identity or self.documents))


def finding_of_pair(pair: Contradiction) -> PageFinding:
    """Two claims as a finding: each with its sentence, and the differing values as they are written."""
    sides = [_side(claim, pair.differing) for claim in (pair.one, pair.other)]
    documents = (pair.one.document_id, pair.other.document_id)
    identity = (documents[0], pair.one.sentence, documents[1], pair.other.sentence)
    return PageFinding(FindingKind.CONTRADICTION, documents, {"sides": sides}, identity)


def _side(claim: PageClaim, differing: Collection[int]) -> dict[str, Any]:
    marked = [value for at, value in enumerate(claim.values) if at in differing]
    return {
        "title": claim.title,
        "section": claim.section,
        "sentence": claim.sentence,
        "marks": [[value.start, value.end] for value in marked],
        "said": ", ".join(_with_unit(claim.sentence, value) for value in marked),
    }


def _with_unit(sentence: str, value: StatedValue) -> str:
    """A value as it is written; a bare count with the word behind it ("30 days")."""
    said = sentence[value.start : value.end]
    if value.kind is not ValueKind.COUNT:
        return said
    behind = sentence[value.end :]
    word = behind.split()[0] if behind[:1].isspace() and behind.split() else ""
    return f"{said} {word.strip('.,;:()')}".strip()


def note_findings(session: Session, found: Iterable[PageFinding], now: datetime) -> None:
    """Make the table agree with what a look over the whole library found. What staff decided stays decided."""
    known = {row.key: row for row in session.scalars(select(FindingRow))}
    current = {one.key: one for one in found}
    for key, one in current.items():
        row = known.get(key)
        if row is None:
            row = FindingRow(key=key, kind=one.kind.value, found_at=now, verdict="", decided_by="")
            session.add(row)
        row.documents, row.details, row.is_current = list(one.documents), one.details, True
    for key, row in known.items():
        if key not in current:
            row.is_current = False
    session.flush()


def open_findings(session: Session, kind: FindingKind | None = None, most: int = MOST) -> list[FindingRow]:
    """What nobody decided about yet, the newest first."""
    query = select(FindingRow).where(*_OPEN).order_by(FindingRow.id.desc()).limit(most)
    return list(session.scalars(query.where(FindingRow.kind == kind.value) if kind else query))


def telling_findings(session: Session) -> list[FindingRow]:
    """What residents are told beside an answer: open pairs and versions, and pairs of which one side was found wrong and still says so."""
    told = (FindingKind.CONTRADICTION.value, FindingKind.VERSIONS.value)
    wrong = FindingRow.verdict.in_((FindingVerdict.FIRST.value, FindingVerdict.SECOND.value))
    is_pair = FindingRow.kind == FindingKind.CONTRADICTION.value
    said = or_(FindingRow.verdict == "", and_(is_pair, wrong))
    return list(
        session.scalars(select(FindingRow).where(FindingRow.is_current, FindingRow.kind.in_(told), said))
    )


def decided_findings(session: Session, most: int = 50) -> list[FindingRow]:
    """What was decided and still stands so in the pages, the last decided first."""
    query = select(FindingRow).where(FindingRow.is_current, FindingRow.verdict != "")
    return list(
        session.scalars(query.order_by(FindingRow.decided_at.desc(), FindingRow.id.desc()).limit(most))
    )


def count_open(session: Session) -> int:
    """How many wait for a decision."""
    return session.scalar(select(func.count()).select_from(FindingRow).where(*_OPEN)) or 0


def finding_by_id(session: Session, number: int) -> FindingRow | None:
    """The finding of this number."""
    return session.get(FindingRow, number)


def decide_finding(
    session: Session, row: FindingRow, verdict: FindingVerdict, *, by: str, now: datetime
) -> None:
    """Remember what staff decided."""
    row.verdict, row.decided_by, row.decided_at = verdict.value, by, now
    session.flush()


def reopen_finding(session: Session, row: FindingRow) -> None:
    """Take a decision back."""
    row.verdict, row.decided_by, row.decided_at = "", "", None
    session.flush()


_OPEN = (FindingRow.is_current, FindingRow.verdict == "")
