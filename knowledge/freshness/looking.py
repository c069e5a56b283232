"""The job that looks over the library for what does not hold any more: when it is due, and what it notes.

It is due with every version of the index, and once a day because pages grow old. A document that did not change is not read again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from core.database import Database
from core.tables import Checkpoint
from knowledge.base.store import DocumentStore, write_atomically
from knowledge.documents.documents import renew_due_days
from knowledge.freshness.examining import examine_documents
from knowledge.freshness.findings import FindingKind, FindingVerdict, note_findings, telling_findings
from knowledge.freshness.prepared import FORMAT
from knowledge.freshness.remarks import FILE, examined_mark, stamp_of
from knowledge.imports.importing import only_one
from knowledge.index.snapshot import current_version

LOOK = "freshness"
LOCK = "remarks.lock"
"""Held while the file of remarks is written: a colleague's decision does not wait for an import."""
DUE_DAYS = "documents due days 1"
"""The mark that all documents have the day on which they are over by their own words; another number has it told again."""


@dataclass(frozen=True, slots=True)
class Examination:
    """What is looked over: the library at `folder` on a day; `unreviewed_years` after which a review is too long ago, 0 for never."""

    database: Database
    folder: Path
    today: date
    unreviewed_years: int

    @property
    def mark(self) -> str:
        """Names this look: another one is needed with another index, and on another day."""
        return f"{FORMAT} {current_version(self.folder)} {self.today}"


def is_look_due(examination: Examination) -> str:
    """A name for the look that is due, which no earlier one had; empty where none is."""
    mark = examination.mark
    return "" if mark == examined_mark(examination.folder) else f"{mark} {stamp_of(examination.folder)}"


@contextmanager
def look_over(
    examination: Examination, now: datetime, on_done: Callable[[], None]
) -> Iterator[Callable[[Session], None]]:
    """Look, and hand out what notes the findings in the caller's transaction; what residents are told beside answers follows it."""
    mark = examination.mark
    found = examine_documents(
        list(DocumentStore(examination.folder)),
        examination.folder,
        examination.today,
        unreviewed_years=examination.unreviewed_years,
        on_done=on_done,
    )

    def note(session: Session) -> None:
        note_findings(session, found, now)
        if session.get(Checkpoint, DUE_DAYS) is None:
            renew_due_days(session)
            session.add(Checkpoint(name=DUE_DAYS, at=now))

    yield note
    write_remarks(examination.folder, examination.database, mark)


def write_remarks(folder: Path, database: Database, mark: str = "") -> None:
    """Write the file anew; `mark` names the look over the library that it comes of, the last one where it is empty."""
    with only_one(folder, LOCK):
        with database.reading() as session:
            rows = [
                (row.kind, list(row.documents), row.details, row.verdict) for row in telling_findings(session)
            ]
        values = remarks_in(rows) | {"mark": mark or examined_mark(folder)}
        write_atomically(folder / FILE, json.dumps(values, ensure_ascii=False))


def remarks_in(rows: Sequence[tuple[str, list[str], dict[str, Any], str]]) -> dict[str, Any]:
    """What the file of remarks says of findings, each with its kind, documents, details and verdict. Of a settled pair only the wrong side is told."""
    newer: dict[str, tuple[str, str]] = {}
    contradicted: dict[str, list[tuple[str, str, bool]]] = {}
    for kind, documents, details, verdict in rows:
        if kind == FindingKind.VERSIONS:
            title = details["titles"][0]
            newer |= dict.fromkeys(documents[1:], (documents[0], title))
            continue
        one, other = details["sides"]
        sides = (
            (FindingVerdict.FIRST, documents[0], one, other),
            (FindingVerdict.SECOND, documents[1], other, one),
        )
        for right, name, side, opposite in sides:
            if verdict != right:
                contradicted.setdefault(name, []).append((side["sentence"], opposite["said"], bool(verdict)))
    return {"newer": newer, "contradicted": contradicted}
