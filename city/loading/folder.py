"""Reading a city folder, or a plain Open311 service list: files in, checked values of `city.records.model` out."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from city.loading import facts
from city.loading.entries import check_entry, read_entries
from city.loading.schema import (
    DepartmentEntry,
    HolidayEntry,
    PlaceEntry,
    ProfileEntry,
    ServiceEntry,
    SurveyEntry,
)
from city.loading.streets.files import StreetCounts, read_streets, street_files_in
from city.loading.streets.whereabouts import check_timezone
from city.loading.translations import language_files, read_translations
from city.records.facts import AddressCalendar, Area, ContactPoint, Election, Fee
from city.records.model import (
    CityProfile,
    Department,
    Holiday,
    Place,
    Service,
    ServiceAttribute,
    Street,
    Survey,
    SurveyQuestion,
)
from core.errors import CityDataError
from core.texts import load_texts

FILES = (
    "city.toml",
    "departments.json",
    "services.json",
    "places.json",
    "surveys.json",
    "holidays.json",
    *facts.FILES,
)
SHAPE = "9"
"""Grows when this module reads the same files differently, so that they are loaded again."""

NOT_A_NAME = {"services", "service", "list", "open311", "requests", "city", "data"}
"""Words in the file name of a bare service list that are not part of the city's name."""


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


@dataclass(frozen=True, slots=True)
class CityFolder:
    """All that a city folder says, checked."""

    profile: CityProfile
    departments: tuple[Department, ...]
    services: tuple[Service, ...]
    streets: tuple[Street, ...]
    places: tuple[Place, ...]
    surveys: tuple[Survey, ...]
    holidays: tuple[Holiday, ...] = ()
    areas: tuple[Area, ...] = ()
    calendars: tuple[AddressCalendar, ...] = ()
    fees: tuple[Fee, ...] = ()
    contacts: tuple[ContactPoint, ...] = ()
    elections: tuple[Election, ...] = ()
    street_counts: StreetCounts = field(default_factory=StreetCounts)


def content_hash(folder: Path) -> str:
    """A fingerprint of everything that `read_city` reads: equal exactly when loading again would change nothing."""
    digest = hashlib.sha256(SHAPE.encode())
    for file in _files_of(folder):
        digest.update(
            "/".join(file.parts[len(folder.parts) :]).encode()
            + b"\0"
            + hashlib.sha256(file.read_bytes()).digest()
        )
    return digest.hexdigest()


def read_city(folder: Path) -> CityFolder:
    """Read and check a folder, or one file with a service list (JSON or XML).

    Raises `CityDataError` naming the file, the entry, and what was expected.
    """
    if folder.is_dir() and (folder / "city.toml").exists():
        said = _read_profile(folder / "city.toml")
        profile, street_fields = said.value(), said.street_fields
        check_timezone(profile)
    else:
        street_fields = {}
        profile = CityProfile(code=folder.stem.lower()[:64] or "city", name=_name_in(folder.stem))
    departments = {
        entry.code: entry.value() for entry in read_entries(folder, "departments.json", DepartmentEntry)
    }
    street_files = read_streets(folder, profile.centre, street_fields)
    services = _services_with_departments(folder, departments)
    holidays = tuple(entry.value() for entry in read_entries(folder, "holidays.json", HolidayEntry))
    areas = facts.read_areas(folder, street_files.streets)
    places = tuple(entry.value() for entry in read_entries(folder, "places.json", PlaceEntry))
    contacts = facts.read_contacts(folder, departments)
    city = CityFolder(
        profile=profile,
        departments=tuple(departments.values()),
        services=services,
        streets=street_files.streets,
        places=places,
        surveys=tuple(entry.value() for entry in read_entries(folder, "surveys.json", SurveyEntry)),
        holidays=holidays,
        areas=areas,
        calendars=facts.read_calendars(folder, areas, holidays),
        fees=facts.read_fees(folder),
        contacts=contacts,
        elections=facts.read_elections(folder, areas, {place.code for place in places}, contacts),
        street_counts=street_files.counts,
    )
    _check_codes(city)
    _check_questions(city)
    return city


def _files_of(folder: Path) -> list[Path]:
    if folder.is_file():
        return [folder]
    files = [folder / name for name in FILES if (folder / name).is_file()] + street_files_in(folder)
    if not files:
        raise CityDataError(
            f"{folder} is no city: expected a folder with {', '.join(FILES)} and streets.geojson, or one file with an Open311 service list."
        )
    return files + language_files(folder)


def _read_profile(file: Path) -> ProfileEntry:
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CityDataError(f"{file.name} is not TOML: {error}.") from None
    said = read_translations(file.parent).add_to(raw)
    return check_entry(ProfileEntry, said, file.name, "the city")


def _services_with_departments(folder: Path, departments: dict[str, Department]) -> tuple[Service, ...]:
    """Services with their departments; those of a plain list bring theirs along or belong to one called City."""
    services = []
    for number, entry in enumerate(read_entries(folder, "services.json", ServiceEntry), start=1):
        department = _department_of(entry, departments)
        if department is None:
            raise CityDataError(
                f"services.json, entry {number} ({entry.service_code}), department: {entry.department!r} is not in departments.json."
            )
        services.append(entry.value(department))
    if not services:
        raise CityDataError(
            f"{folder} has no services; expected a services.json with at least one, because residents report by them."
        )
    return tuple(services)


def _department_of(entry: ServiceEntry, departments: dict[str, Department]) -> Department | None:
    if entry.department:
        return departments.get(entry.department)
    own = entry.definitions.service_departments
    department = own[0].value() if own else _city_itself()
    return departments.setdefault(department.code, department)


def _city_itself() -> Department:
    """Who sees to everything where the city names no departments."""
    texts = load_texts()
    return Department("city", {code: texts.say("general.city", code) for code in texts.languages})


def _check_codes(city: CityFolder) -> None:
    _require_unique("departments.json", "code", city.departments)
    _require_unique("services.json", "service_code", city.services)
    _require_unique("places.json", "code", city.places)
    _require_unique("surveys.json", "code", city.surveys)
    _require_unique("holidays.json", "code", city.holidays)
    _require_unique("areas.json", "code", city.areas)
    _require_unique("calendars.json", "code", city.calendars)
    _require_unique("contacts.json", "code", city.contacts)
    _require_unique("elections.json", "code", city.elections)


def _require_unique(file: str, field: str, entries: Iterable[_Coded]) -> None:
    seen: set[str] = set()
    for number, entry in enumerate(entries, start=1):
        if entry.code in seen:
            raise CityDataError(
                f"{file}, entry {number} ({entry.code}), {field}: used twice; every {field} should be there once."
            )
        seen.add(entry.code)


def _check_questions(city: CityFolder) -> None:
    for service in city.services:
        _check_skips("services.json", service.code, service.attributes)
    for survey in city.surveys:
        _check_skips("surveys.json", survey.code, survey.questions)


def _check_skips(file: str, entry: str, questions: Sequence[ServiceAttribute | SurveyQuestion]) -> None:
    """A skip rule may only look at a question that was asked before, and only at values that it has."""
    before: dict[str, set[str]] = {}
    for question in questions:
        if question.code in before:
            raise CityDataError(
                f"{file}, {entry}: the question {question.code} is there twice; give one another code."
            )
        for code, keys in question.skip_unless.items():
            known = before.get(code)
            if known is None or (known and not known.issuperset(keys)):
                raise CityDataError(
                    f"{file}, {entry}, question {question.code}, skip_unless: expected an earlier question and its value keys,"
                    f" got {code} = {', '.join(keys)}."
                )
        before[question.code] = {value.key for value in question.values}


def _name_in(stem: str) -> str:
    """The city's name, as the name of a bare list's file suggests it: `boston_services` is Boston's."""
    words = [word for word in re.split(r"[\W_\d]+", stem) if word and word.lower() not in NOT_A_NAME]
    return " ".join(word.title() for word in words) or "Our City"
