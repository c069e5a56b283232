"""The city's facts in memory: what can be looked up of places, departments, holidays, calendars by address, fees and contacts."""

from __future__ import annotations

from collections.abc import Sequence

from city.facts.calendars import AddressBook
from city.facts.days import OpenDays
from city.facts.elections import ElectionCalendar
from city.facts.holidays import HolidayCalendar
from city.facts.names import FactNames, NamedMention, Subject, SubjectKind
from city.facts.opening import OpeningHours, known_opening
from city.records.facts import AddressCalendar, Area, ContactPoint, Election, Fee, SpecialHours
from city.records.model import Department, Holiday, Place


class FactBook:
    """Facts by subject, and the names by which they are asked for. Immutable."""

    def __init__(
        self,
        places: Sequence[Place] = (),
        departments: Sequence[Department] = (),
        holidays: Sequence[Holiday] = (),
        *,
        areas: Sequence[Area] = (),
        calendars: Sequence[AddressCalendar] = (),
        fees: Sequence[Fee] = (),
        contacts: Sequence[ContactPoint] = (),
        special: Sequence[SpecialHours] = (),
        elections: Sequence[Election] = (),
    ) -> None:
        self.places = {place.code: place for place in places}
        self.departments = {department.code: department for department in departments}
        self.holidays = HolidayCalendar(holidays)
        self.calendars = {calendar.code: calendar for calendar in calendars}
        self.fees = {fee.code: fee for fee in fees}
        self.contacts = {contact.code: contact for contact in contacts}
        self.special = tuple(special)
        self.elections = ElectionCalendar(elections)
        self.addresses = AddressBook(areas)
        self._holidays_by_code = {holiday.code: holiday for holiday in holidays}
        self._names = FactNames(places, departments, holidays)

    def find(self, folded: str) -> list[NamedMention]:
        """What a folded text names (`city.facts.names.fold_question`)."""
        return self._names.find(folded)

    def telling(self, subject: Subject) -> frozenset[str]:
        """The words by which a subject is told from others."""
        return self._names.telling(subject)

    def place(self, subject: Subject) -> Place | None:
        """The place that is meant, if it is one."""
        return self.places.get(subject.code) if subject.kind is SubjectKind.PLACE else None

    def has_opening(self, subject: Subject) -> bool:
        """Whether it is known by the day when this is open."""
        place = self.place(subject)
        return place is not None and bool(place.opening)

    def days_of(self, place: Place) -> OpenDays:
        """When a place is open by the day; of one whose hours are not known only special days are."""
        usual = known_opening(place.opening) if place.opening else OpeningHours(())
        return OpenDays(usual, self.holidays, [each for each in self.special if each.place == place.code])

    def department(self, subject: Subject) -> Department | None:
        """The department that is meant, if it is one."""
        return self.departments.get(subject.code) if subject.kind is SubjectKind.DEPARTMENT else None

    def holiday(self, subject: Subject) -> Holiday | None:
        """The holiday that is meant, if it is one."""
        return self._holidays_by_code.get(subject.code) if subject.kind is SubjectKind.HOLIDAY else None
