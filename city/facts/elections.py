"""Elections by their day: the one to come, the one that is over, and where a house votes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from city.facts.calendars import AddressBook, House
from city.facts.opening import OpenSpan, known_opening
from city.records.facts import Election


class ElectionCalendar:
    """Elections in the order of their days. Immutable."""

    def __init__(self, elections: Iterable[Election] = ()) -> None:
        self.all = tuple(sorted(elections, key=lambda each: each.day))

    def next_from(self, day: date) -> Election | None:
        """The first election from a day on, that day included; None when none is known."""
        return next((each for each in self.all if each.day >= day), None)

    def last_before(self, day: date) -> Election | None:
        """The last election that was before a day."""
        return next((each for each in reversed(self.all) if each.day < day), None)


def polling_spans(election: Election) -> tuple[OpenSpan, ...]:
    """When the polls are open on the day of an election; nothing where that is not known."""
    return known_opening(election.opening).on(election.day) if election.opening else ()


def polling_places(election: Election, book: AddressBook, house: House) -> list[tuple[str, str]]:
    """Where a house votes, as (area, place); of a whole street an entry for each answer that its houses have."""
    numbers = [house.number] if house.number is not None else book.telling_numbers(house.street)
    found = [
        (each.area, each.place)
        for number in numbers
        for each in election.polling
        if each.area in book.areas_at(house.street, number)
    ]
    return list(dict.fromkeys(found))
