"""Service requests: filing, finding, adding to them, and who may see what.

Anyone who has the number sees the state, and nothing of place, words, pictures or days: numbers can be guessed. Only the person
who filed a request sees the rest and may add to it. A function gets a session and never commits.
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from city.people.identities import people_of
from city.places.words.folding import narrow_text
from city.records.model import NewRequest, PlaceMatch, RequestView
from city.records.tables import DepartmentRow, ServiceRow
from city.requests.tables import WORKED_ON, RequestPhotoRow, RequestUpdateRow, ServiceRequestRow
from city.requests.word_index import add_words, keep_words
from core.errors import CityDataError
from core.model import Position
from core.texts import plain_digits

STATUSES = (*WORKED_ON, "fixed", "closed", "duplicate", "not_ours")
"""What can become of a request; `city.requests.casework` is what staff do to get it there."""

LETTERS = "CFHJKMPRTWXY"
"""No vowels (no words), and nothing that looks or sounds like a digit or another of them."""

_NOT_OURS = {"CT", "KY", "MT", "PR", "TX", "WY"}
"""Pairs that are states of the US: `CT 06101` is a postal code."""

_NUMBER = re.compile(rf"\W*([{LETTERS}]{{2}})[\W_]*((?:[0-9OQILSB][\s.-]*){{5}})\W*")
_LEAST_DIGITS = 3
"""So many of the five have to be digits: `my bills` is no number."""
_AS_DIGITS = str.maketrans("OQILSB", "001158")


def new_number() -> str:
    """A request number that is easy to read out, such as KR-48213: one of about 14 million, not guessable."""
    while (letters := secrets.choice(LETTERS) + secrets.choice(LETTERS)) in _NOT_OURS:
        pass
    return f"{letters}-{secrets.randbelow(100_000):05}"


def read_number(text: str) -> str | None:
    """The request number that a text consists of, however it is spaced or cased, with O for 0 and I for 1; else None."""
    match = _NUMBER.fullmatch(plain_digits(narrow_text(text)).upper())
    if match is None or match[1] in _NOT_OURS or sum(sign.isdecimal() for sign in match[2]) < _LEAST_DIGITS:
        return None
    return f"{match[1]}-{re.sub(r'[^0-9A-Z]', '', match[2]).translate(_AS_DIGITS)}"


def file_request(session: Session, new: NewRequest, now: datetime) -> RequestView:
    """File a request once: the same `dedupe_key` again gives back the first. Raises `CityDataError` on an unknown service."""
    filed = session.scalar(select(ServiceRequestRow).where(ServiceRequestRow.dedupe_key == new.dedupe_key))
    if filed is not None:
        return _request_view(filed, mine=True)
    service = session.get(ServiceRow, new.service_code)
    if service is None:
        raise CityDataError(
            f"There is no service {new.service_code!r} to file a request for; load the city again."
        )
    department = session.get_one(DepartmentRow, service.department_code)
    days = service.definition.get("days")
    position = new.place.position if new.place else None
    row = ServiceRequestRow(
        number=_free_number(session),
        dedupe_key=new.dedupe_key,
        person_id=new.person_id,
        channel=new.channel,
        language=new.language,
        service_code=service.code,
        service_name=service.definition["name"],
        department_code=department.code,
        department_name=department.definition["name"],
        description=new.description,
        contact=new.contact,
        answers=dict(new.answers),
        place_label=new.place.label if new.place else "",
        place_kind=new.place.kind if new.place else "",
        latitude=position.latitude if position else None,
        longitude=position.longitude if position else None,
        status="open",
        status_notes="",
        requested_at=now,
        updated_at=now,
        expected_at=None if days is None else now + timedelta(days=days),
        photos=[
            RequestPhotoRow(media_id=media_id, created_at=now) for media_id in dict.fromkeys(new.media_ids)
        ],
        updates=[],
        missing=list(new.missing),
    )
    session.add(row)
    session.flush()
    keep_words(session, row)
    session.flush()
    return _request_view(row, mine=True)


def find_request(session: Session, number: str, person_id: str | None = None) -> RequestView | None:
    """The request of this number as this person may see it; None when there is none."""
    row = find_row(session, number)
    if row is None:
        return None
    return _request_view(row, mine=person_id is not None and row.person_id in people_of(session, person_id))


def requests_of(session: Session, person_id: str, limit: int = 5) -> list[RequestView]:
    """The requests of one person, at whichever of their doors, newest first."""
    rows = session.scalars(
        select(ServiceRequestRow)
        .where(ServiceRequestRow.person_id.in_(people_of(session, person_id)))
        .order_by(ServiceRequestRow.requested_at.desc(), ServiceRequestRow.id.desc())
        .limit(limit)
    )
    return [_request_view(row, mine=True) for row in rows]


def last_place_of(session: Session, person_id: str) -> PlaceMatch | None:
    """The place of the newest request of one person that has one, for whoever writes "the same place"."""
    row = session.scalar(
        select(ServiceRequestRow)
        .where(
            ServiceRequestRow.person_id.in_(people_of(session, person_id)),
            ServiceRequestRow.place_label != "",
        )
        .order_by(ServiceRequestRow.requested_at.desc(), ServiceRequestRow.id.desc())
        .limit(1)
    )
    if row is None:
        return None
    here = row.latitude, row.longitude
    position = Position(here[0], here[1]) if here[0] is not None and here[1] is not None else None
    return PlaceMatch(row.place_label, position, row.place_kind)


def add_comment(
    session: Session, number: str, person_id: str, text: str, *, dedupe_key: str, now: datetime
) -> RequestView | None:
    """Add the reporter's words once; None when there is no such request or it is somebody else's."""
    row = own_row(session, number, person_id)
    if row is None:
        return None
    if not is_known(session, dedupe_key):
        note_by_reporter(row, "comment", dedupe_key, now, text=text)
        add_words(session, row.id, text)
        session.flush()
    return _request_view(row, mine=True)


def add_photo(
    session: Session, number: str, person_id: str, media_id: str, now: datetime
) -> RequestView | None:
    """Add the reporter's picture once; None when there is no such request or it is somebody else's."""
    row = own_row(session, number, person_id)
    if row is None:
        return None
    if media_id not in {photo.media_id for photo in row.photos}:
        row.photos.append(RequestPhotoRow(media_id=media_id, created_at=now))
        row.updated_at = now
        session.flush()
    return _request_view(row, mine=True)


def find_row(session: Session, number: str) -> ServiceRequestRow | None:
    """The request of this number, however it is written, as its row: for casework, not for residents' eyes."""
    canonical = read_number(number)
    if canonical is None:
        return None
    return session.scalar(select(ServiceRequestRow).where(ServiceRequestRow.number == canonical))


def own_row(session: Session, number: str, person_id: str) -> ServiceRequestRow | None:
    """The request of this number if this person filed it, at whichever of their doors."""
    row = find_row(session, number)
    return row if row is not None and row.person_id in people_of(session, person_id) else None


def is_known(session: Session, dedupe_key: str) -> bool:
    """Whether what came under this key is written down already."""
    found = session.scalar(select(RequestUpdateRow.id).where(RequestUpdateRow.dedupe_key == dedupe_key))
    return found is not None


def note_by_reporter(
    row: ServiceRequestRow,
    kind: str,
    dedupe_key: str,
    now: datetime,
    *,
    text: str = "",
    status: str | None = None,
    **details: str,
) -> None:
    """A line of the request's history, by its reporter; whether it is written down already is for the caller to see."""
    row.updates.append(
        RequestUpdateRow(
            kind=kind,
            author="reporter",
            text=text,
            status=status,
            details=details,
            dedupe_key=dedupe_key,
            created_at=now,
        )
    )
    row.updated_at = now


def _free_number(session: Session) -> str:
    while True:
        number = new_number()
        taken = session.scalar(select(ServiceRequestRow.id).where(ServiceRequestRow.number == number))
        if taken is None:
            return number


def _request_view(row: ServiceRequestRow, *, mine: bool) -> RequestView:
    if not mine:
        return RequestView(row.number, {}, row.department_name, row.status, "", "", None, None, None)
    return RequestView(
        number=row.number,
        service_name=row.service_name,
        department_name=row.department_name,
        status=row.status,
        place=row.place_label,
        description=row.description,
        requested_at=row.requested_at,
        updated_at=row.updated_at,
        expected_at=row.expected_at,
        status_notes=row.status_notes,
        photos=sum(not photo.of_fix for photo in row.photos),
        comments=sum(update.kind == "comment" for update in row.updates),
        is_reporter=True,
    )
