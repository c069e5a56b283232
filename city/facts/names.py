"""What a question names: places, departments and holidays, by any name of theirs in any language, found in a folded text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from rapidfuzz.distance import OSA

from city.places.words import ARTICLES, FILES
from city.records.model import Department, Holiday, Local, Place, all_words
from core.texts import UNSPACED, phrases_expression, plain_words

SHORTEST_SLIPPED = 6
"""Letters of the shortest name in which one slip of the finger is forgiven; shorter ones become other words."""
LONGEST_SLIPPED = 4
"""Words of the longest name that is looked for behind slips."""


class SubjectKind(StrEnum):
    """What a fact is about."""

    PLACE = "place"
    DEPARTMENT = "department"
    HOLIDAY = "holiday"


class Subject(NamedTuple):
    """One thing that facts are known of."""

    kind: SubjectKind
    code: str


@dataclass(frozen=True, slots=True)
class NamedMention:
    """Where a text names something, and what that may be; several, where a word such as `library` is a kind's."""

    start: int
    end: int
    subjects: tuple[Subject, ...]


def fold_question(text: str) -> str:
    """The text in plain words, with a word's apostrophe as a space: `l'heure` is two words, as `l heure` is."""
    return plain_words(re.sub("['’´]", " ", text), also=":/")


class FactNames:
    """The names of everything that facts are known of. Immutable."""

    def __init__(
        self, places: Sequence[Place], departments: Sequence[Department], holidays: Sequence[Holiday]
    ) -> None:
        self._phrases: dict[str, tuple[Subject, ...]] = {}
        self._words: dict[Subject, frozenset[str]] = {}
        for place in places:
            self._add(Subject(SubjectKind.PLACE, place.code), place.name, place.aliases, place.address)
        for department in departments:
            self._add(Subject(SubjectKind.DEPARTMENT, department.code), department.name, {})
        for holiday in holidays:
            self._add(Subject(SubjectKind.HOLIDAY, holiday.code), holiday.name, holiday.aliases)
        named, kinds = frozenset(self._phrases), _phrases_by_kind()
        for place in places:
            for phrase in _kind_phrases(place, named, kinds):
                self._put(phrase, Subject(SubjectKind.PLACE, place.code))
        self._expression = phrases_expression(tuple(self._phrases))
        self._by_letter: dict[str, list[str]] = {}
        for phrase in self._phrases:
            if len(phrase) >= SHORTEST_SLIPPED:
                self._by_letter.setdefault(phrase[0], []).append(phrase)

    def find(self, folded: str) -> list[NamedMention]:
        """The things that a folded text names, the longest name at each place, in the text's order."""
        found = [
            NamedMention(match.start(), match.end(), subjects)
            for match in self._expression.finditer(folded)
            if (subjects := self._subjects_of(match[0]))
        ]
        return found or list(self._slipped(folded))

    def telling(self, subject: Subject) -> frozenset[str]:
        """The single words of all its names and of its address."""
        return self._words.get(subject, frozenset())

    def _subjects_of(self, said: str) -> tuple[Subject, ...]:
        """Also behind what Arabic writes together with a name."""
        whole = self._phrases.get(said)
        return whole or next((found for name, found in self._phrases.items() if said.endswith(name)), ())

    def _add(
        self, subject: Subject, name: Local, aliases: Mapping[str, Sequence[str]], address: str = ""
    ) -> None:
        names = all_words(name, aliases)
        for phrase in {form for each in names for form in _forms_of(each)}:
            self._put(phrase, subject)
        words = {word for each in (*names, address) for word in _single_words(fold_question(each))}
        self._words[subject] = frozenset(words - ARTICLES)

    def _put(self, phrase: str, subject: Subject) -> None:
        known = self._phrases.get(phrase, ())
        if subject not in known:
            self._phrases[phrase] = (*known, subject)

    def _slipped(self, folded: str) -> Iterator[NamedMention]:
        """Names with one slip, in letters of scripts that put spaces between words; the longest first."""
        words = list(re.finditer(r"\S+", folded))
        for length in range(LONGEST_SLIPPED, 0, -1):
            for first, last in zip(words, words[length - 1 :], strict=False):
                said = folded[first.start() : last.end()]
                if len(said) < SHORTEST_SLIPPED or re.search(rf"[{UNSPACED}\d]", said):
                    continue
                near = [name for name in self._by_letter.get(said[0], ()) if _is_slip(said, name)]
                subjects = tuple(dict.fromkeys(each for name in near for each in self._phrases[name]))
                if subjects:
                    yield NamedMention(first.start(), last.end(), subjects)
                    return


def _is_slip(said: str, name: str) -> bool:
    """Whether one slip makes the one of the other; both begin with the same letter."""
    return abs(len(said) - len(name)) <= 1 and OSA.distance(said, name, score_cutoff=1) <= 1


def _forms_of(name: str) -> set[str]:
    """A name as people write it: whole, and without the article before it."""
    phrase = fold_question(name)
    first, _, rest = phrase.partition(" ")
    return {form for form in (phrase, rest if first in ARTICLES else "") if len(form) > 1}


def _phrases_by_kind() -> dict[str, set[str]]:
    """What places of a kind are called, in every language."""
    kinds: dict[str, set[str]] = {}
    for words in FILES.values():
        for kind, phrases in words.get("places", {}).items():
            kinds.setdefault(kind, set()).update(map(fold_question, phrases))
    return kinds


def _kind_phrases(place: Place, named: frozenset[str], kinds: Mapping[str, set[str]]) -> set[str]:
    """What people call a place of its kind, unless that is the name of one; one called `Town Hall` is that in every language."""
    called = {form for name in all_words(place.name, place.aliases) for form in _forms_of(name)}
    forms = [phrases for kind, phrases in kinds.items() if kind == place.kind or called & phrases]
    found = {form for phrases in forms for phrase in phrases for form in _with_plural(phrase)}
    return found - (named - called)


def _with_plural(phrase: str) -> set[str]:
    if not phrase.isascii():
        return {phrase}
    other = f"{phrase[:-1]}ie" if phrase.endswith("y") else f"{phrase}e"
    return {phrase, f"{phrase}s", f"{other}s"}


def _single_words(folded: str) -> set[str]:
    """Words of three letters or more; of a script without spaces every two signs that stand together."""
    spaced = {word for word in re.findall(rf"[^\W{UNSPACED}]+", folded) if len(word) > 2}
    runs = re.findall(rf"[{UNSPACED}]{{2,}}", folded)
    return spaced | {run[at : at + 2] for run in runs for at in range(len(run) - 1)}
