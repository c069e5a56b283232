"""The way between the registry's values and its tables: dataclasses to JSON and back, and the city's settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from city.records.definition_tables import SurveyVersionRow
from city.records.facts import AddressCalendar, Area, ContactPoint, Election, Fee, SpecialHours
from city.records.model import CityProfile, Department, Holiday, Place, Service, Street, Survey
from city.records.tables import (
    CitySetting,
    DepartmentRow,
    FactRow,
    PlaceRow,
    ServiceRow,
    StreetRow,
    SurveyRow,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CityData:
    """Everything about the city that fits in memory, as of one `version`. Services hold the active ones only."""

    version: int
    profile: CityProfile
    services: tuple[Service, ...]
    streets: tuple[Street, ...]
    places: tuple[Place, ...]
    surveys: dict[str, Survey]
    departments: tuple[Department, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    areas: tuple[Area, ...] = ()
    calendars: tuple[AddressCalendar, ...] = ()
    fees: tuple[Fee, ...] = ()
    contacts: tuple[ContactPoint, ...] = ()
    special: tuple[SpecialHours, ...] = ()
    elections: tuple[Election, ...] = ()


_adapters: dict[type[Any], TypeAdapter[Any]] = {}


def _type_adapter(kind: type[Any]) -> TypeAdapter[Any]:
    """Built once a type, because building costs more than using."""
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def dump_record(value: object) -> dict[str, Any]:
    """A value of `city.records.model` as JSON."""
    plain: dict[str, Any] = _type_adapter(type(value)).dump_python(value, mode="json")
    return plain


def parse_record(kind: type[T], definition: dict[str, Any]) -> T:
    """The value that `dump_record` made JSON of."""
    value: T = _type_adapter(kind).validate_python(definition)
    return value


def city_setting(session: Session, key: str, default: Any) -> Any:
    """A city setting, or the default."""
    row = session.get(CitySetting, key)
    return default if row is None else row.value


def set_setting(session: Session, key: str, value: Any) -> None:
    """Store a city setting."""
    session.merge(CitySetting(key=key, value=value))


def city_version(session: Session) -> int:
    """The counter that grows with every change of the city's data; 0 while no city is loaded."""
    return int(session.scalar(select(CitySetting.value).where(CitySetting.key == "version")) or 0)


def touch_city(session: Session) -> None:
    """Say that the city's data changed, so that every process reads it anew."""
    set_setting(session, "version", int(city_setting(session, "version", 0)) + 1)


def read_data(session: Session) -> CityData:
    """The city's data from the database; a profile without a name while none is loaded."""
    profile = city_setting(session, "profile", None)
    streets = session.scalars(select(StreetRow).order_by(StreetRow.id))
    places = session.scalars(select(PlaceRow).order_by(PlaceRow.code))
    return CityData(
        version=city_version(session),
        profile=CityProfile("", "") if profile is None else parse_record(CityProfile, profile),
        services=_stored_services(session),
        streets=tuple(parse_record(Street, row.definition) for row in streets),
        places=tuple(parse_record(Place, row.definition) for row in places),
        surveys=_stored_surveys(session),
        departments=tuple(
            parse_record(Department, row.definition)
            for row in session.scalars(select(DepartmentRow).order_by(DepartmentRow.code))
        ),
        holidays=_stored_facts(session, "holiday", Holiday),
        areas=_stored_facts(session, "area", Area),
        calendars=_stored_facts(session, "calendar", AddressCalendar),
        fees=_stored_facts(session, "fee", Fee),
        contacts=_stored_facts(session, "contact", ContactPoint),
        special=_stored_facts(session, "special", SpecialHours),
        elections=_stored_facts(session, "election", Election),
    )


def _stored_facts(session: Session, kind: str, value: type[T]) -> tuple[T, ...]:
    rows = session.scalars(select(FactRow).where(FactRow.kind == kind).order_by(FactRow.position))
    return tuple(parse_record(value, row.definition) for row in rows)


def _stored_services(session: Session) -> tuple[Service, ...]:
    departments = {row.code: row.definition for row in session.scalars(select(DepartmentRow))}
    rows = session.scalars(select(ServiceRow).where(ServiceRow.active).order_by(ServiceRow.position))
    return tuple(
        parse_record(Service, row.definition | {"department": departments[row.department_code]})
        for row in rows
    )


def _stored_surveys(session: Session) -> dict[str, Survey]:
    """All surveys that were ever open, closed ones too, in the city's order, each with its earlier versions."""
    earlier: dict[str, list[SurveyVersionRow]] = {}
    for version in session.scalars(select(SurveyVersionRow).order_by(SurveyVersionRow.version)):
        earlier.setdefault(version.survey_code, []).append(version)
    rows = session.scalars(select(SurveyRow).where(SurveyRow.version > 0).order_by(SurveyRow.position))
    return {row.code: _with_past(row, earlier.get(row.code, [])) for row in rows}


def _with_past(row: SurveyRow, versions: list[SurveyVersionRow]) -> Survey:
    past = [version for version in versions if version.version < row.version]
    state = row.definition | {"is_open": row.is_open, "version": row.version}
    return parse_record(
        Survey, state | {"past": [version.definition | {"version": version.version} for version in past]}
    )
