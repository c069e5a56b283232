"""What staff do with a case: assign it, move it, set its status, its day, write notes. Residents' side: `city.requests.followup`.

Everything is written down with who did it, when and why (`RequestUpdateRow`), in the caller's transaction. Whom a resident is told of
it, and how, is `actions.handlers.followup`'s business; here only what they were told is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from city.records.tables import DepartmentRow
from city.requests.requests import STATUSES
from city.requests.tables import NEVER, WORKED_ON, RequestPhotoRow, RequestUpdateRow, ServiceRequestRow
from city.requests.word_index import add_words
from core.errors import CitylineError

SETTLED = ("fixed", "closed")
"""The statuses after which the reporter is asked whether it is really done."""

LONGEST_TEXT = 4000
"""Characters of a reason, a note or a message."""


class CaseRefused(CitylineError):  # noqa: N818  not a fault: staff are told why and try again
    """Something that cannot be done with this case; `why` is a short name for it, such as `needs_reason`."""

    def __init__(self, why: str, field: str = "") -> None:
        super().__init__(
            f"The change of a case was refused ({why}); correct {field or 'it'} and send it again."
        )
        self.why = why
        self.field = field


@dataclass(frozen=True, slots=True)
class CaseWorker:
    """A member of staff as the registry knows them: an opaque id, and the name to show."""

    staff_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a member of staff does: who, when, why, and what the resident was written about it, or `not_told` why nothing."""

    by: CaseWorker
    now: datetime
    reason: str = ""
    told: str = ""
    not_told: str = ""


def case_of(session: Session, number: str, departments: Sequence[str] = ()) -> ServiceRequestRow | None:
    """The case of exactly this number, if it belongs to one of the departments (none means all)."""
    found = select(ServiceRequestRow).where(ServiceRequestRow.number == number.upper())
    if departments:
        found = found.where(ServiceRequestRow.department_code.in_(departments))
    return session.scalar(found)


def assign_case(session: Session, row: ServiceRequestRow, act: Act, to: CaseWorker | None) -> bool:
    """Give the case to a person, or to nobody; whether that changed anything."""
    if row.assignee_id == (to.staff_id if to else None):
        return False
    before = row.assignee_name
    row.assignee_id, row.assignee_name = (to.staff_id, to.name) if to else (None, "")
    write_down(row, "assigned", act, before=before, after=row.assignee_name)
    session.flush()
    return True


def move_case(session: Session, row: ServiceRequestRow, act: Act, department: str) -> bool:
    """Hand the case to another department; whoever it was given to has it no longer."""
    if row.department_code == department:
        return False
    needed_text(act.reason, "reason")
    new = session.get(DepartmentRow, department)
    if new is None:
        raise CaseRefused("unknown_department", "department")
    before = row.department_code
    row.department_code, row.department_name = new.code, new.definition["name"]
    row.assignee_id, row.assignee_name = None, ""
    write_down(row, "department", act, before=before, after=new.code)
    session.flush()
    return True


def set_status(session: Session, row: ServiceRequestRow, act: Act, status: str) -> None:
    """Set the status and say why; the reason is shown to whoever asks about the case."""
    if status not in STATUSES or status == "duplicate":
        raise CaseRefused("unknown_status", "status")
    if status == row.status:
        raise CaseRefused("same_status", "status")
    needed_text(act.reason, "reason")
    write_down(row, "status", act, status=status, before=row.status, after=status)
    enter_status(row, status, act.reason.strip(), act.now)
    row.main_id = None
    session.flush()


def enter_status(row: ServiceRequestRow, status: str, notes: str, now: datetime) -> None:
    """Put a case into a status, with all that belongs to it."""
    row.status, row.status_notes, row.updated_at = status, notes, now
    row.is_open = status in WORKED_ON
    row.settled_at = now if status in SETTLED else None
    row.confirmed_at = None
    row.ask_again_at = None


def set_due(session: Session, row: ServiceRequestRow, act: Act, due: datetime | None) -> None:
    """Promise another day, or none, and say why."""
    needed_text(act.reason, "reason")
    if due == row.expected_at:
        raise CaseRefused("same_day", "due")
    before = row.expected_at.isoformat() if row.expected_at else ""
    promise_day(row, due)
    write_down(row, "due", act, before=before, after=due.isoformat() if due else "")
    session.flush()


def promise_day(row: ServiceRequestRow, due: datetime | None) -> None:
    """Set the day by which it should be done; None for none."""
    row.expected_at, row.due_key = due, due or NEVER


def add_note(session: Session, row: ServiceRequestRow, act: Act) -> None:
    """Write something for colleagues only: the act's reason is the note."""
    needed_text(act.reason, "note")
    write_down(row, "note", act)
    add_words(session, row.id, act.reason)
    session.flush()


def add_fix_photos(session: Session, row: ServiceRequestRow, act: Act, media_ids: Sequence[str]) -> None:
    """Add pictures of the work done."""
    known = {photo.media_id for photo in row.photos}
    new = [media_id for media_id in media_ids if media_id not in known]
    row.photos += [RequestPhotoRow(media_id=media_id, of_fix=True, created_at=act.now) for media_id in new]
    if new:
        write_down(row, "photo", act, count=str(len(new)))
    session.flush()


def write_down(
    row: ServiceRequestRow, kind: str, act: Act, *, status: str | None = None, **details: str
) -> None:
    """A line of the case's history, by staff."""
    why_silent = {"not_told": act.not_told} if act.not_told else {}
    row.updates.append(
        RequestUpdateRow(
            kind=kind,
            author="staff",
            staff_id=act.by.staff_id,
            staff_name=act.by.name,
            text=act.reason.strip(),
            status=status,
            told=act.told.strip(),
            details=details | why_silent,
            created_at=act.now,
        )
    )
    row.updated_at = act.now


def needed_text(text: str, field: str) -> str:
    """The text without blanks around it; refused when there is nothing in it, or too much."""
    text = text.strip()
    if not text:
        raise CaseRefused(f"needs_{field}", field)
    if len(text) > LONGEST_TEXT:
        raise CaseRefused("too_long", field)
    return text
