"""Builders for casework: a small city with two departments, and cases in it."""

from __future__ import annotations

import itertools
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from city.loading.load import load_city
from city.records.model import NewRequest, PlaceMatch
from city.requests.casework import Act, CaseWorker
from city.requests.requests import file_request, find_row
from city.requests.tables import ServiceRequestRow
from core.model import Position
from tests.support.builders import NOON
from tests.unit.city.town import service_entry, write_city

ANA = CaseWorker("staff-ana", "Ana Ruiz")
BEN = CaseWorker("staff-ben", "Ben Okafor")
PARKS = {"code": "parks", "name": {"en": "Parks", "es": "Parques"}}
SPOT = Position(41.65, -74.34)
_messages = itertools.count(1)


def load_town(session: Session, folder: Path) -> None:
    """Potholes of Public Works within five days; trees of the parks, with no promise."""
    works = {"code": "works", "name": {"en": "Public Works", "es": "Obras Públicas"}}
    load_city(
        session,
        write_city(
            folder,
            departments_json=[works, PARKS],
            services_json=[service_entry(), service_entry("tree", days=None, department="parks")],
        ),
    )


def a_case(
    session: Session,
    description: str = "a huge hole",
    *,
    at: datetime = NOON,
    place: str = "12 Mill Road",
    position: Position | None = SPOT,
    **fields: object,
) -> ServiceRequestRow:
    """A pothole that Anna reported."""
    known: dict[str, object] = {
        "service_code": "pothole",
        "person_id": "anna",
        "channel": "web",
        "language": "en",
        "dedupe_key": f"message-{next(_messages)}",
        "place": PlaceMatch(place, position, "address") if place else None,
    }
    view = file_request(session, NewRequest(description=description, **(known | fields)), at)  # type: ignore[arg-type]
    row = find_row(session, view.number)
    assert row is not None
    return row


def act(reason: str = "because", *, by: CaseWorker = ANA, now: datetime = NOON, told: str = "") -> Act:
    return Act(by, now, reason, told)
