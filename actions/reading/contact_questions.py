"""Reading "who do I call about ...": which contact, or which department sees to it. Pure functions of words, nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from actions.reading.asked_words import NamesInBook, expression_of, is_small, words_left
from actions.reading.coming import GAP
from actions.reading.labels import Encode
from actions.reading.nearest_names import NearestNames
from city.facts.book import FactBook
from city.facts.names import fold_question
from city.records.model import Service, Suggestion, all_words
from core.texts import Texts

FEW_BEFORE = 3
"""Words before those by which a number is asked for: "hi, please, who do I call"; who tells more first tells a story."""
FEW_AROUND = 6
"""Words before them, where they stand at the end."""

ServicesNamed = Callable[[str], Sequence[Suggestion]]
"""The services whose name or keyword a whole text is."""
SureService = Callable[[str], Service | None]
"""The service that a text surely means, whatever its words."""


def no_service(_text: str) -> None:
    """Of a city that is asked for names alone."""


@dataclass(frozen=True, slots=True)
class ContactQuestion:
    """Whose number is asked for: contacts by their codes, and the departments (codes) of the services that were named."""

    contacts: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()


class ContactQuestionReader:
    """Reads questions with the words of the catalogue, all languages at all times."""

    def __init__(self, texts: Texts, encode: Encode | None = None) -> None:
        self._asking = expression_of(texts, "contacts.asking_words", "facts.phone_words")
        self._other_way = expression_of(texts, "contacts.other_way_words")
        self._around = expression_of(texts, "contacts.around", "facts.around")
        self._names = NamesInBook(_called)
        self._person = expression_of(texts, "contacts.person_words")
        self._nearest = NearestNames(encode, _called_plainly)

    def read(
        self, text: str, book: FactBook, services_named: ServicesNamed, sure_service: SureService = no_service
    ) -> ContactQuestion | None:
        """The question that a text asks; None where it asks for no number, or tells of something else as well."""
        folded = fold_question(text)
        is_asked = self._asking.search(folded) and not self._other_way.search(folded)
        if not book.contacts or not is_asked:
            return None
        names = self._names.of(book)
        found = names.find(folded)
        left = self._left_over(names.expression.sub(GAP, folded))
        if found:
            codes = tuple(dict.fromkeys(c for _, cs in found for c in cs))
            return self._meant(text, folded, book) if left else ContactQuestion(codes)
        if not left:
            return None
        return self._of_services(left, services_named) or self._meant(text, folded, book, sure_service)

    def _meant(
        self, text: str, folded: str, book: FactBook, sure_service: SureService = no_service
    ) -> ContactQuestion | None:
        """The contact that the words come nearest to by their meaning, where a number is asked for at the beginning or end, and not by the way.

        Words that are surely a kind of problem ("a light is out") are its department's as well, which comes first.
        """
        if any(map(str.isdecimal, text)) or self._person.search(folded) or not self._asks_first(folded):
            return None
        words = words_left(folded, (self._asking,))
        what = " ".join(word for word in words if not is_small(word))
        service = sure_service(what)
        codes = self._nearest.find(book, what)
        departments = (service.department.code,) if service else ()
        return ContactQuestion(codes, departments) if codes or departments else None

    def _asks_first(self, folded: str) -> bool:
        found = list(self._asking.finditer(folded))
        before, behind = folded[: found[0].start()], folded[found[-1].end() :]
        return len(before.split()) <= (FEW_BEFORE if behind.strip() else FEW_AROUND)

    def warm(self, book: FactBook) -> None:
        """Make the vectors of all names."""
        self._nearest.warm(book)

    @staticmethod
    def _of_services(left: list[str], services_named: ServicesNamed) -> ContactQuestion | None:
        """The department that sees to all that the words name; several are nobody's number."""
        departments = {each.service.department.code for each in services_named(" ".join(left))}
        return ContactQuestion(departments=tuple(departments)) if len(departments) == 1 else None

    def _left_over(self, rest: str) -> list[str]:
        """The words that say what it is about."""
        return [word for word in words_left(rest, (self._asking, self._around)) if not is_small(word)]


def _called(book: FactBook) -> Iterator[tuple[str, list[str]]]:
    """What each contact is called."""
    for code, contact in book.contacts.items():
        yield code, list(map(fold_question, all_words(contact.name, contact.keywords)))


def _called_plainly(book: FactBook) -> Iterator[tuple[str, list[str]]]:
    """What each contact is called, as it is written."""
    for code, contact in book.contacts.items():
        yield code, all_words(contact.name, contact.keywords)
