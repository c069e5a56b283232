"""Reading "who do I call about ...": which contact, or which department sees to it. Pure functions of words, nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from actions.reading.asked_words import NamesInBook, expression_of, is_small, words_left
from actions.reading.coming import GAP
from city.facts.book import FactBook
from city.facts.names import fold_question
from city.records.model import Suggestion, all_words
from core.texts import Texts

ServicesNamed = Callable[[str], Sequence[Suggestion]]
"""The services whose name or keyword a whole text is."""


@dataclass(frozen=True, slots=True)
class ContactQuestion:
    """Whose number is asked for: contacts by their codes, or else the departments (codes) of the services that were named."""

    contacts: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()


class ContactQuestionReader:
    """Reads questions with the words of the catalogue, all languages at all times."""

    def __init__(self, texts: Texts) -> None:
        self._asking = expression_of(texts, "contacts.asking_words", "facts.phone_words")
        self._other_way = expression_of(texts, "contacts.other_way_words")
        self._around = expression_of(texts, "contacts.around", "facts.around")
        self._names = NamesInBook(_called)

    def read(self, text: str, book: FactBook, services_named: ServicesNamed) -> ContactQuestion | None:
        """The question that a text asks; None where it asks for no number, or tells of something else as well."""
        folded = fold_question(text)
        is_asked = self._asking.search(folded) and not self._other_way.search(folded)
        if not book.contacts or not is_asked:
            return None
        names = self._names.of(book)
        found = names.find(folded)
        left = self._left_over(names.expression.sub(GAP, folded))
        if found:
            return None if left else ContactQuestion(tuple(dict.fromkeys(c for _, cs in found for c in cs)))
        return self._of_services(left, services_named) if left else None

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
