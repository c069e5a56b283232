"""Reading a question of fact: which place, department or holiday, what of it, and when. Pure functions of words, nothing is guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from actions.reading.asked_words import expression_of, is_small, words_left
from actions.reading.coming import GAP, AskedTime, ComingReader
from actions.reading.topic_cues import TopicCues
from city.facts.book import FactBook
from city.facts.names import NamedMention, Subject, SubjectKind, fold_question
from core.texts import UNSPACED, Texts

OF_FIELDS = ("hours", "when", "phone", "address", "email", "closed", "everything", "holiday", "next")
"""The lists of words of the catalogue that tell what is asked, in the order in which they are taken out of a text."""
ABOUT_DAYS = ("everything", "closed", "when", "holiday", "next")
"""The lists of words of the catalogue that tell of days rather than of things."""


class FactField(StrEnum):
    """What is asked of a thing."""

    HOURS = "hours"
    PHONE = "phone"
    ADDRESS = "address"
    EMAIL = "email"
    CLOSED = "closed"  # what is closed on a day
    HOLIDAY = "holiday"  # when a holiday is, or the next one


@dataclass(frozen=True, slots=True)
class FactQuestion:
    """A question of fact as it was read. `is_whole` says that the text has no word beside it that tells of anything else."""

    fields: tuple[FactField, ...]
    subjects: tuple[Subject, ...] = ()
    when: AskedTime | None = None
    is_whole: bool = True


class FactQuestionReader:
    """Reads questions with the words of the catalogue, all languages at all times."""

    def __init__(self, texts: Texts) -> None:
        self._coming = ComingReader(texts)
        self._fields = {name: expression_of(texts, f"facts.{name}_words") for name in OF_FIELDS}
        self._around = expression_of(texts, "facts.around")
        self._points = expression_of(texts, "topic.points")

    def read(self, text: str, book: FactBook, here: datetime, language: str) -> FactQuestion | None:
        """The question that a text asks; None where it names nothing that facts are known of, or no fact."""
        folded = fold_question(text)
        mentions = [
            each for each in book.find(folded) if not self._coming.is_weekday(folded, each.start, each.end)
        ]
        when, rest = self._coming.read(_blanked(folded, mentions), here, language)
        holidays = [s for mention in mentions for s in mention.subjects if s.kind is SubjectKind.HOLIDAY]
        when = when or _day_of_holiday(book, holidays, here)
        subjects = _meant(mentions)
        if not subjects:
            return self._about_days(rest, holidays, when)
        fields = self._asked_fields(rest)
        if not fields and when and all(map(book.has_opening, subjects)):  # "mill library sunday"
            fields = (FactField.HOURS,)
        if not fields:
            return None
        left = self._left_over(rest)
        subjects, left = _narrowed(book, subjects, left)
        return FactQuestion(fields, subjects, when, is_whole=not left)

    def read_after(
        self, cues: TopicCues, before: FactQuestion, book: FactBook, here: datetime, language: str
    ) -> FactQuestion | None:
        """The question that words ask which go on with one `before`: of the same things another fact or day, or the same of another thing."""
        mentions = [
            each
            for each in book.find(cues.rest)
            if not self._coming.is_weekday(cues.rest, each.start, each.end)
        ]
        when, rest = self._coming.read(_blanked(cues.rest, mentions), here, language)
        holidays = [s for mention in mentions for s in mention.subjects if s.kind is SubjectKind.HOLIDAY]
        when = when or _day_of_holiday(book, holidays, here)
        fields, left = self._asked_fields(rest), self._left_over(rest, points=True)
        named, left = _others_meant(book, cues, before.subjects, _meant(mentions), left)
        asked = FactQuestion(fields, named, when, is_whole=not left)
        return _completed(asked, before) if asked.is_whole else None

    def _asked_fields(self, rest: str) -> tuple[FactField, ...]:
        found = [
            field
            for field in (FactField.ADDRESS, FactField.PHONE, FactField.EMAIL, FactField.HOURS)
            if self._fields[field.value].search(rest)
        ]
        if FactField.EMAIL in found and FactField.ADDRESS in found:
            found.remove(FactField.ADDRESS)
        if FactField.HOURS not in found and self._fields["when"].search(rest):
            found.append(FactField.HOURS)
        return tuple(found)

    def _about_days(self, rest: str, holidays: list[Subject], when: AskedTime | None) -> FactQuestion | None:
        """What is closed on a day, when a holiday is, or which is the next one."""
        says = {name: self._fields[name].search(rest) is not None for name in ABOUT_DAYS}
        whole = not self._left_over(rest)
        if when and says["everything"] and says["closed"]:
            return FactQuestion((FactField.CLOSED,), (), when, is_whole=whole)
        if holidays and (says["when"] or says["holiday"]):
            return FactQuestion((FactField.HOLIDAY,), tuple(holidays[:1]), when, is_whole=whole)
        if not says["holiday"]:
            return None
        if when:
            return FactQuestion((FactField.CLOSED,), (), when, is_whole=whole)
        return self._about_next(says, whole=whole)

    @staticmethod
    def _about_next(says: dict[str, bool], *, whole: bool) -> FactQuestion | None:
        asks_next = says["next"] or says["when"]
        return FactQuestion((FactField.HOLIDAY,), is_whole=whole) if asks_next else None

    def _left_over(self, rest: str, *, points: bool = False) -> list[str]:
        """The words that tell of something else; words that point back may tell of what was talked about."""
        pointing = (self._points,) if points else ()
        words = words_left(rest, (*self._fields.values(), *pointing, self._around))
        return [word for word in words if not is_small(word)]


def _blanked(folded: str, mentions: list[NamedMention]) -> str:
    for mention in reversed(mentions):
        folded = f"{folded[: mention.start]}{GAP}{folded[mention.end :]}"
    return folded


def _meant(mentions: list[NamedMention]) -> tuple[Subject, ...]:
    """What is asked about: what all names have in common, else everything that is named; holidays are days, not things."""
    named = [
        [subject for subject in mention.subjects if subject.kind is not SubjectKind.HOLIDAY]
        for mention in mentions
    ]
    sets = [subjects for subjects in named if subjects]
    common = [subject for subject in sets[0] if all(subject in other for other in sets)] if sets else []
    return tuple(common or dict.fromkeys(subject for subjects in sets for subject in subjects))


def _completed(asked: FactQuestion, before: FactQuestion) -> FactQuestion | None:
    """What is left out is that of the question before: of another thing the same, of the same thing another day or fact."""
    if asked.subjects:
        fields = asked.fields or before.fields
        return replace(asked, fields=fields, when=asked.when or before.when) if fields else None
    fields = asked.fields or ((FactField.HOURS,) if asked.when else ())
    return replace(asked, fields=fields, subjects=before.subjects) if fields else None


def _others_meant(
    book: FactBook,
    cues: TopicCues,
    before: tuple[Subject, ...],
    named: tuple[Subject, ...],
    left: list[str],
) -> tuple[tuple[Subject, ...], list[str]]:
    """The things that words name instead of what was talked about, and the words that are left: "the other one" and "the Eastbank one" are of its kind."""
    if named and not cues.other:
        return _narrowed(book, named, left)
    kinds = {place.kind for subject in before if (place := book.place(subject))}
    alike = [Subject(SubjectKind.PLACE, code) for code, place in book.places.items() if place.kind in kinds]
    if cues.other:
        others = tuple(subject for subject in (named or alike) if subject not in before)
        return _narrowed(book, others, left)
    told, rest = _narrowed(book, tuple(alike), left)
    return ((), left) if len(told) == len(alike) else (told, rest)


def _narrowed(
    book: FactBook, subjects: tuple[Subject, ...], left: list[str]
) -> tuple[tuple[Subject, ...], list[str]]:
    """Of several alike those whose own words stand beside the name: "the library on Ridge Road"."""
    if len(subjects) < 2 or not left:
        return subjects, left
    shared = frozenset.intersection(*(book.telling(subject) for subject in subjects))
    own = {
        subject: {word for word in left if _tells(word, book.telling(subject) - shared)}
        for subject in subjects
    }
    most = max(len(words) for words in own.values())
    if not most:
        return subjects, left
    kept = tuple(subject for subject in subjects if len(own[subject]) == most)
    used = set().union(*(own[subject] for subject in kept))
    return kept, [word for word in left if word not in used]


def _tells(word: str, telling: frozenset[str]) -> bool:
    if re.match(rf"[{UNSPACED}]", word):
        return any(each in word for each in telling if re.match(rf"[{UNSPACED}]", each))
    return word in telling


def _day_of_holiday(book: FactBook, holidays: list[Subject], here: datetime) -> AskedTime | None:
    holiday = book.holiday(holidays[0]) if holidays else None
    day = book.holidays.date_of(holiday, here.date()) if holiday else None
    return AskedTime(day, day) if day else None
