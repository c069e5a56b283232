"""What a reporter answers, changes or takes back after a request was filed: it becomes part of the request, as if it had been said at first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from city.records.model import PlaceMatch, text_in
from city.records.tables import DepartmentRow, ServiceRow
from city.requests.casework import enter_status, promise_day
from city.requests.requests import is_known, note_by_reporter, own_row
from city.requests.word_index import add_words, replace_place_words

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
        row.missing = [code for code in row.missing if code not in answers]
        note_by_reporter(row, "details", dedupe_key, now)
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


def may_be_changed(session: Session, number: str, person_id: str, now: datetime, within: timedelta) -> bool:
    """Whether the reporter may still change their request: it is so young, and staff have not begun with it."""
    row = own_row(session, number, person_id)
    if row is None or row.status != "open" or now - row.requested_at > within:
        return False
    return row.assignee_id is None and all(update.author != "staff" for update in row.updates)


def change_place(
    session: Session, number: str, person_id: str, place: PlaceMatch, *, dedupe_key: str, now: datetime
) -> None:
    """Put another place in a request of this person's, once."""
    row = own_row(session, number, person_id)
    if row is None or is_known(session, dedupe_key):
        return
    note_by_reporter(row, "changed", dedupe_key, now, before=row.place_label, after=place.label)
    row.place_label, row.place_kind = place.label, place.kind
    row.latitude = place.position.latitude if place.position else None
    row.longitude = place.position.longitude if place.position else None
    session.flush()
    replace_place_words(session, row)
    if place.said:
        row.description = f"{row.description}\n{place.said}".strip()
        add_words(session, row.id, place.said)
    session.flush()


def change_service(
    session: Session,
    number: str,
    person_id: str,
    service_code: str,
    answers: Answers,
    *,
    dedupe_key: str,
    now: datetime,
) -> None:
    """Make a request of this person's one for another service, once: with its department, its day, and no answers but these."""
    row, service = own_row(session, number, person_id), session.get(ServiceRow, service_code)
    if row is None or service is None or is_known(session, dedupe_key):
        return
    department = session.get_one(DepartmentRow, service.department_code)
    names, days = service.definition["name"], service.definition.get("days")
    before, after = (text_in(name, row.language) for name in (row.service_name, names))
    note_by_reporter(row, "changed", dedupe_key, now, before=before, after=after)
    row.service_code, row.service_name = service.code, names
    row.department_code, row.department_name = department.code, department.definition["name"]
    row.answers, row.missing = dict(answers), []
    promise_day(row, None if days is None else row.requested_at + timedelta(days=days))
    add_words(session, row.id, " ".join(names.values()))
    session.flush()


def withdraw_request(
    session: Session, number: str, person_id: str, note: str, *, dedupe_key: str, now: datetime
) -> None:
    """Close a request of this person's because they take it back, once; `note` says so to whoever asks about it."""
    row = own_row(session, number, person_id)
    if row is None or is_known(session, dedupe_key):
        return
    enter_status(row, "closed", note, now)
    row.confirmed_at = now
    note_by_reporter(row, "withdrawn", dedupe_key, now)
    session.flush()
