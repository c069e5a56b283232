"""After a case is settled: its reporter says that it is fixed, that it is not, or that they will look later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from city.records.tables import ServiceRow
from city.requests.casework import SETTLED, enter_status, promise_day
from city.requests.duplicates import main_of
from city.requests.requests import is_known, note_by_reporter, own_row
from city.requests.tables import RequestPhotoRow, ServiceRequestRow
from city.requests.word_index import add_words

ASK_AGAIN_AFTER = timedelta(days=3)


class FollowupOutcome(StrEnum):
    """What became of a reporter's word."""

    CONFIRMED = "confirmed"
    REOPENED = "reopened"
    ADDED = "added"
    LATER = "later"
    NOT_YOURS = "not_yours"


@dataclass(frozen=True, slots=True)
class WaitingFollowup:
    """Somebody who wanted to be asked again: who, and about which case."""

    person_id: str
    number: str


def awaits_word(session: Session, number: str, person_id: str) -> bool:
    """Whether this person's case, or the one that it follows, is settled and not yet confirmed."""
    row = _settled_for(session, number, person_id)
    return row is not None and row.status in SETTLED and row.confirmed_at is None


def confirm_fixed(
    session: Session, number: str, person_id: str, *, dedupe_key: str, now: datetime
) -> FollowupOutcome:
    """The reporter says that it is fixed."""
    row = _settled_for(session, number, person_id)
    if row is None:
        return FollowupOutcome.NOT_YOURS
    if row.status in SETTLED and not is_known(session, dedupe_key):
        row.confirmed_at, row.ask_again_at = now, None
        note_by_reporter(row, "confirmed", dedupe_key, now, number=number)
        session.flush()
    return FollowupOutcome.CONFIRMED


def dispute_fixed(
    session: Session,
    number: str,
    person_id: str,
    reason: str,
    photos: Sequence[str],
    *,
    dedupe_key: str,
    now: datetime,
) -> FollowupOutcome:
    """The reporter says that it is not fixed, and why: the case is open again, with a new day to be done by.

    The reporter of a duplicate speaks for the case that theirs follows. What is worked on already only gets the words.
    """
    row = _settled_for(session, number, person_id)
    if row is None:
        return FollowupOutcome.NOT_YOURS
    settled = row.status in SETTLED
    if is_known(session, dedupe_key):
        return FollowupOutcome.ADDED
    if settled:
        enter_status(row, "open", "", now)
        promise_day(row, _new_day(session, row, now))
        row.reopened += 1
    kind, status = ("not_fixed", "open") if settled else ("comment", None)
    note_by_reporter(row, kind, dedupe_key, now, text=reason.strip(), status=status, number=number)
    known = {photo.media_id for photo in row.photos}
    new = [photo for photo in dict.fromkeys(photos) if photo not in known]
    row.photos += [RequestPhotoRow(media_id=photo, created_at=now) for photo in new]
    add_words(session, row.id, reason)
    session.flush()
    return FollowupOutcome.REOPENED if settled else FollowupOutcome.ADDED


def postpone_question(session: Session, number: str, person_id: str, now: datetime) -> FollowupOutcome:
    """The reporter wants to look later: they are asked once more."""
    row = own_row(session, number, person_id)
    if row is None:
        return FollowupOutcome.NOT_YOURS
    if awaits_word(session, number, person_id):
        row.ask_again_at = now + ASK_AGAIN_AFTER
        session.flush()
    return FollowupOutcome.LATER


def take_waiting(session: Session, now: datetime, most: int = 100) -> list[WaitingFollowup]:
    """Those whose time to be asked again has come; each is given out once."""
    due = select(ServiceRequestRow).where(ServiceRequestRow.ask_again_at <= now)
    due = due.order_by(ServiceRequestRow.ask_again_at).limit(most).with_for_update(skip_locked=True)
    rows = session.scalars(due).all()
    for row in rows:
        row.ask_again_at = None
    session.flush()
    return [
        WaitingFollowup(row.person_id, row.number)
        for row in rows
        if awaits_word(session, row.number, row.person_id)
    ]


def _settled_for(session: Session, number: str, person_id: str) -> ServiceRequestRow | None:
    """The case that this person's word is about: their own, or the one that it is a duplicate of."""
    row = own_row(session, number, person_id)
    return (main_of(session, row) or row) if row else None


def _new_day(session: Session, row: ServiceRequestRow, now: datetime) -> datetime | None:
    service = session.get(ServiceRow, row.service_code)
    days = service.definition.get("days") if service else None
    return None if days is None else now + timedelta(days=days)
