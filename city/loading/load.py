"""Loading a city into the database: what the folder says becomes what the tables say, but for what staff have changed since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from city.definitions.fact_rows import Fact, list_facts, remove_fact, store_fact
from city.definitions.history import (
    State,
    current_state,
    department_state,
    edited_by_staff,
    forget_loaded,
    loaded_codes,
    loaded_state,
    remember_loaded,
    service_state,
    survey_state,
)
from city.definitions.store import ORDERED_BY_STAFF, store_department, store_service, store_survey
from city.loading.folder import CityFolder, content_hash, read_city
from city.records.model import CityProfile
from city.records.store import city_setting, dump_record, parse_record, set_setting, touch_city
from city.records.tables import ServiceRow, StreetRow, SurveyRow

__all__ = ["LoadReport", "content_hash", "load_city", "loaded_hash"]


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did. `changed` is False when the very same folder was loaded before; then nothing was written.

    `counted` says what was taken from street files and what was left out. `kept` names what staff had changed in the console and the folder says otherwise, such as `service pothole`: theirs stays.
    """

    city: str
    changed: bool
    departments: int = 0
    services: int = 0
    deactivated: tuple[str, ...] = ()
    streets: int = 0
    places: int = 0
    surveys: int = 0
    holidays: int = 0
    calendars: int = 0
    fees: int = 0
    kept: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()


def loaded_hash(session: Session) -> str:
    """`content_hash` of the folder that was loaded last; empty when there was none."""
    return str(city_setting(session, "content_hash", ""))


def load_city(session: Session, folder: Path, *, force: bool = False) -> LoadReport:
    """Make the database say what the folder (or the one file with a service list) says; the caller commits.

    A folder is the whole city: streets and places that it does not have are gone afterwards. Services and surveys that it
    does not have are deactivated and closed, because requests and answers point at them. What staff have changed or made
    stays as they left it. Raises `CityDataError`.
    """
    fingerprint = content_hash(folder)
    if not force and loaded_hash(session) == fingerprint:
        known = parse_record(CityProfile, city_setting(session, "profile", None))
        return LoadReport(known.name, changed=False)
    city = read_city(folder)
    kept: list[str] = []
    _load_departments(session, city, kept)
    deactivated = _load_services(session, city, kept)
    _load_map(session, city)
    _load_surveys(session, city, kept)
    _load_facts(session, city, kept)
    set_setting(session, "profile", dump_record(city.profile))
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
        holidays=len(city.holidays),
        calendars=len(city.calendars),
        fees=len(city.fees),
        kept=tuple(kept),
        counted=tuple(city.street_counts.sentences()),
    )


def _takes_folders_word(session: Session, kind: str, code: str, state: State | None, kept: list[str]) -> bool:
    """Whether the folder decides about this thing (`state` None: it has no such thing): not where staff have. Notes its word."""
    edited = edited_by_staff(session, kind, code)
    if edited and state != current_state(session, kind, code):
        kept.append(f"{kind} {code}")
    if state is not None:
        remember_loaded(session, kind, code, state)
    return not edited


def _load_departments(session: Session, city: CityFolder, kept: list[str]) -> None:
    for department in city.departments:
        state = department_state(department)
        if _takes_folders_word(session, "department", department.code, state, kept):
            store_department(session, department)
    session.flush()


def _load_services(session: Session, city: CityFolder, kept: list[str]) -> tuple[str, ...]:
    codes = [service.code for service in city.services]
    gone = []
    for row in _all_rows(session, ServiceRow):
        if row.active and row.code not in codes and _is_dropped(session, "service", row.code, kept):
            row.active = False
            _note_dropped(session, "service", row.code)
            gone.append(row.code)
    for service in city.services:
        if _takes_folders_word(session, "service", service.code, service_state(service), kept):
            store_service(session, service, active=True)
    session.flush()
    if not city_setting(session, ORDERED_BY_STAFF, default=False):
        _put_in_order(session, codes)
    return tuple(sorted(gone))


def _is_dropped(session: Session, kind: str, code: str, kept: list[str]) -> bool:
    """Whether something that the folder has not (any more) goes: what staff made was never the folder's to drop."""
    if loaded_state(session, kind, code) is None:
        return False
    return _takes_folders_word(session, kind, code, None, kept)


def _note_dropped(session: Session, kind: str, code: str) -> None:
    """That it is gone was the folder's word, not staff's."""
    session.flush()
    remember_loaded(session, kind, code, current_state(session, kind, code) or {})


def _put_in_order(session: Session, codes: list[str]) -> None:
    """The folder's order; what it does not have comes behind."""
    places = {code: place for place, code in enumerate(codes)}
    rows = sorted(
        _all_rows(session, ServiceRow), key=lambda row: (places.get(row.code, len(codes)), row.position)
    )
    for position, row in enumerate(rows):
        row.position = position


def _load_map(session: Session, city: CityFolder) -> None:
    session.execute(delete(StreetRow))
    session.add_all(StreetRow(name=street.name, definition=dump_record(street)) for street in city.streets)


def _load_facts(session: Session, city: CityFolder, kept: list[str]) -> None:
    """Special hours are staff's alone: no folder has any."""
    kinds: dict[str, Sequence[Fact]] = {
        "place": city.places,
        "holiday": city.holidays,
        "area": city.areas,
        "calendar": city.calendars,
        "fee": city.fees,
        "contact": city.contacts,
        "election": city.elections,
    }
    for kind, facts in kinds.items():
        wanted = {fact.code: (position, fact) for position, fact in enumerate(facts)}
        known = {fact.code for fact in list_facts(session, kind)} | loaded_codes(session, kind)
        for code in [*wanted, *sorted(known - set(wanted))]:
            _load_fact(session, (kind, code), wanted.get(code), kept)
        session.flush()


def _load_fact(
    session: Session, subject: tuple[str, str], wanted: tuple[int, Fact] | None, kept: list[str]
) -> None:
    """Make a fact what the folder says, or take it out where the folder has it no more; not where staff changed, made or removed it."""
    kind, code = subject
    now, before = current_state(session, kind, code), loaded_state(session, kind, code)
    state = dump_record(wanted[1]) if wanted else None
    if state is None:
        forget_loaded(session, kind, code)
    else:
        remember_loaded(session, kind, code, state)
    if now != before:
        if now != state and (before is not None or state is not None):
            kept.append(f"{kind} {code}")
    elif wanted:
        store_fact(session, kind, wanted[1], wanted[0])
    else:
        remove_fact(session, kind, code)


def _load_surveys(session: Session, city: CityFolder, kept: list[str]) -> None:
    codes = {survey.code for survey in city.surveys}
    for row in _all_rows(session, SurveyRow):
        if row.is_open and row.code not in codes and _is_dropped(session, "survey", row.code, kept):
            row.is_open = False
            _note_dropped(session, "survey", row.code)
    for position, survey in enumerate(city.surveys):
        if _takes_folders_word(session, "survey", survey.code, survey_state(survey), kept):
            store_survey(session, survey, position)


def _all_rows(session: Session, table: type[Any]) -> Iterable[Any]:
    return session.scalars(select(table)).all()
