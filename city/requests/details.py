"""What a reporter answers after a request was filed: it becomes part of the request, as if it had been said at first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from city.requests.requests import is_known, own_row
from city.requests.tables import RequestUpdateRow, ServiceRequestRow
from city.requests.word_index import add_words

Answers = Mapping[str, str | list[str]]
"""Answers to a service's own questions by their codes, as in `city.records.model.NewRequest`."""


def add_answers(
    session: Session, number: str, person_id: str, answers: Answers, *, dedupe_key: str, now: datetime
) -> bool:
    """Add the reporter's answers to the service's own questions once; whether there is such a request of theirs."""
    row = own_row(session, number, person_id)
    if row is None:
        return False
    if answers and not is_known(session, dedupe_key):
        row.answers = {**row.answers, **answers}
        _note_details(row, dedupe_key, now)
        session.flush()
    return True


def add_contact(session: Session, number: str, person_id: str, contact: str, now: datetime) -> bool:
    """Keep how the reporter can be reached; whether there is such a request of theirs."""
    row = own_row(session, number, person_id)
    if row is None:
        return False
    if contact != row.contact:
        row.contact, row.updated_at = contact, now
        add_words(session, row.id, contact)
        session.flush()
    return True


def _note_details(row: ServiceRequestRow, dedupe_key: str, now: datetime) -> None:
    row.updates.append(
        RequestUpdateRow(kind="details", author="reporter", dedupe_key=dedupe_key, created_at=now)
    )
    row.updated_at = now
