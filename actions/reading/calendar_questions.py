"""Reading a question about a calendar by address: what comes, to which house or area, and when. Pure functions of words, nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from actions.reading.asked_words import NamesInBook, expression_of, is_small, words_left
from actions.reading.coming import GAP, AskedTime, ComingReader
from city.facts.book import FactBook
from city.facts.names import NamedMention, SubjectKind, fold_question
from city.facts.phrases import PhraseNames
from city.records.model import Holiday, PlaceMatch, all_words
from core.texts import Texts

KINDS = ("trash", "recycling", "organics", "yard", "bulk", "sweeping", "snow")
"""Kinds of calendars that the catalogue has words for."""
HOUSES = frozenset({"address", "street", "beyond"})
"""Kinds of places that a calendar can be looked up for."""

FindPlaces = Callable[[str], Sequence[PlaceMatch]]
"""The places that a text may mean, likeliest first."""
ExtractPlace = Callable[[str], PlaceMatch | None]
"""The place that is mentioned within a longer text."""


@dataclass(frozen=True, slots=True)
class CalendarQuestion:
    """A question about calendars (their codes), as it was read. `holiday` is the one of which it is asked whether it changes the days."""

    calendars: tuple[str, ...]
    place: PlaceMatch | None = None
    area: str = ""
    when: AskedTime | None = None
    holiday: Holiday | None = None


class CalendarQuestionReader:
    """Reads questions with the words of the catalogue, all languages at all times."""

    def __init__(self, texts: Texts) -> None:
        self._coming = ComingReader(texts)
        self._kinds = {
            fold_question(word): kind
            for kind in KINDS
            for word in texts.words_of_all(f"calendars.{kind}_words")
        }
        self._names = NamesInBook(
            self._called, self._kinds
        )  # words of a kind that a city has no calendar of lead to none
        self._asking = expression_of(texts, "calendars.asking_words")
        self._change = expression_of(texts, "calendars.change_words")
        self._past = expression_of(texts, "calendars.past_words")
        self._holiday = expression_of(texts, "facts.holiday_words")
        self._around = expression_of(texts, "calendars.around", "facts.around")

    def read(  # noqa: PLR0917  the text, what is known, and who asks
        self,
        text: str,
        book: FactBook,
        extract: ExtractPlace,
        find: FindPlaces,
        here: datetime,
        language: str,
    ) -> CalendarQuestion | None:
        """The question that a text asks; None where it asks for no calendar of this city, or for something else as well."""
        names = self._names.of(book)
        if not book.calendars or not names.find(fold_question(text)):
            return None
        place = house_of(extract(text))
        folded = fold_question(text.replace(place.words, GAP, 1) if place else text)
        found = names.find(folded)
        codes = tuple(dict.fromkeys(code for _, named in found for code in named))
        if not codes or self._past.search(folded) or _is_part_of_name(found[0][0], book.find(folded)):
            return None
        return self._about(codes, place, names.expression.sub(GAP, folded), book, find, here, language)

    def _about(  # noqa: PLR0917  as it was read
        self,
        codes: tuple[str, ...],
        place: PlaceMatch | None,
        rest: str,
        book: FactBook,
        find: FindPlaces,
        here: datetime,
        language: str,
    ) -> CalendarQuestion | None:
        area, rest = _named_area(book, rest)
        holiday, rest = _named_holiday(book, rest)
        when, rest = self._coming.read(rest, here, language)
        holiday = holiday or self._next_holiday(rest, book, here)
        question = CalendarQuestion(codes, place, area, when, holiday)
        return self._whole(question, rest, find) if self._is_asked(question, rest, book) else None

    def _next_holiday(self, rest: str, book: FactBook, here: datetime) -> Holiday | None:
        """The holiday to come, where it is asked whether one changes something and none is named."""
        if not (self._change.search(rest) and self._holiday.search(rest)):
            return None
        following = book.holidays.next_from(here.date())
        return following[1] if following else None

    def _is_asked(self, question: CalendarQuestion, rest: str, book: FactBook) -> bool:
        """Whether it asks for days at all; a street beside the name of a list asks whether it is on that."""
        if question.when or question.holiday or self._asking.search(rest):
            return True
        return question.place is not None and all(book.calendars[code].is_list for code in question.calendars)

    def _whole(self, question: CalendarQuestion, rest: str, find: FindPlaces) -> CalendarQuestion | None:
        """The question, if no word is left that tells of anything else; what is left may be a street's bare name."""
        left = self._left_over(rest)
        if not left:
            return question
        place = None if question.place else house_of(next(iter(find(" ".join(left))), None))
        named = fold_question(place.label).split() if place else []
        return replace(question, place=place) if all(word in named for word in left) else None

    def _called(self, book: FactBook) -> Iterator[tuple[str, list[str]]]:
        """What each calendar is called, by its own names and those of its kind."""
        for code, calendar in book.calendars.items():
            own = map(fold_question, all_words(calendar.name, calendar.aliases))
            yield code, [*own, *(word for word, kind in self._kinds.items() if kind == calendar.kind)]

    def _left_over(self, rest: str) -> list[str]:
        """The words that tell of something else."""
        words = words_left(rest, (self._asking, self._change, self._holiday, self._around))
        return [word for word in words if not is_small(word)]


def house_of(match: PlaceMatch | None) -> PlaceMatch | None:
    """The match, where it is a house or street of this city that the text names."""
    return match if match and match.words and match.kind in HOUSES and not match.town else None


def _is_part_of_name(found: re.Match[str], mentions: Sequence[NamedMention]) -> bool:
    """Whether the word is part of the name of a place or department, as in `recycling center`."""
    return any(
        mention.start < found.end() and found.start() < mention.end
        for mention in mentions
        if any(subject.kind is not SubjectKind.HOLIDAY for subject in mention.subjects)
    )


def _named_area(book: FactBook, rest: str) -> tuple[str, str]:
    """The area that is named, and the text without its name."""
    named = {
        fold_question(name): (area.code,)
        for area in book.addresses.areas.values()
        for name in all_words(area.name, area.aliases)
    }
    found = PhraseNames(named).find(rest)
    if not found:
        return "", rest
    match, codes = found[0]
    return codes[0], f"{rest[: match.start()]}{GAP}{rest[match.end() :]}"


def _named_holiday(book: FactBook, rest: str) -> tuple[Holiday | None, str]:
    for mention in book.find(rest):
        for subject in mention.subjects:
            if holiday := book.holiday(subject):
                return holiday, f"{rest[: mention.start]}{GAP}{rest[mention.end :]}"
    return None, rest
