"""Loading a city into the database: what the folder says becomes what the tables say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from city.folder import CityFolder, content_hash, read_city
from city.store import dump, set_setting, setting, touch_city
from city.tables import DepartmentRow, PlaceRow, ServiceRow, StreetRow, SurveyRow

__all__ = ["LoadReport", "content_hash", "load_city", "loaded_hash"]


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did. `changed` is False when the very same folder was loaded before; then nothing was written."""

    city: str
    changed: bool
    departments: int = 0
    services: int = 0
    deactivated: tuple[str, ...] = ()
    streets: int = 0
    places: int = 0
    surveys: int = 0


def loaded_hash(session: Session) -> str:
    """`content_hash` of the folder that was loaded last; empty when there was none."""
    return str(setting(session, "content_hash", ""))


def load_city(session: Session, folder: Path, *, force: bool = False) -> LoadReport:
    """Make the database say what the folder (or the one file with a service list) says; the caller commits.

    A folder is the whole city: streets and places that it does not have are gone afterwards. Services and surveys that it
    does not have are deactivated and closed, because requests and answers point at them. Raises `CityDataError`.
    """
    fingerprint = content_hash(folder)
    city = read_city(folder)
    if not force and loaded_hash(session) == fingerprint:
        return LoadReport(city.profile.name, changed=False)
    _load_departments(session, city)
    deactivated = _load_services(session, city)
    _load_map(session, city)
    _load_surveys(session, city)
    set_setting(session, "profile", dump(city.profile))
    set_setting(session, "content_hash", fingerprint)
    touch_city(session)
    session.flush()
    return LoadReport(
        city=city.profile.name,
        changed=True,
        departments=len(city.departments),
        services=len(city.services),
        deactivated=deactivated,
        streets=len(city.streets),
        places=len(city.places),
        surveys=len(city.surveys),
    )


def _load_departments(session: Session, city: CityFolder) -> None:
    for department in city.departments:
        session.merge(DepartmentRow(code=department.code, definition=dump(department)))
    session.flush()


def _load_services(session: Session, city: CityFolder) -> tuple[str, ...]:
    codes = {service.code for service in city.services}
    gone = [row for row in _all(session, ServiceRow) if row.active and row.code not in codes]
    for row in gone:
        row.active = False
    for position, service in enumerate(city.services):
        definition = dump(service)
        del definition["department"]
        session.merge(
            ServiceRow(
                code=service.code,
                department_code=service.department.code,
                position=position,
                active=True,
                definition=definition,
            )
        )
    return tuple(sorted(row.code for row in gone))


def _load_map(session: Session, city: CityFolder) -> None:
    session.execute(delete(StreetRow))
    session.execute(delete(PlaceRow))
    session.add_all(StreetRow(name=street.name, definition=dump(street)) for street in city.streets)
    session.add_all(PlaceRow(code=place.code, definition=dump(place)) for place in city.places)


def _load_surveys(session: Session, city: CityFolder) -> None:
    rows = {row.code: row for row in _all(session, SurveyRow)}
    codes = {survey.code for survey in city.surveys}
    for code, row in rows.items():
        row.is_open = row.is_open and code in codes
    for position, survey in enumerate(city.surveys):
        definition = dump(survey)
        old = rows.get(survey.code)
        version = 1 if old is None else old.version + (old.definition != definition)
        session.merge(
            SurveyRow(
                code=survey.code,
                position=position,
                version=version,
                is_open=survey.is_open,
                definition=definition,
            )
        )


def _all(session: Session, table: type[Any]) -> Iterable[Any]:
    return session.scalars(select(table)).all()
