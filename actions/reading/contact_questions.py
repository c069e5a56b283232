"""Reading "who do I call about ...": which contact, or which department sees to it. Pure functions of words, nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from actions.reading.coming import GAP
from city.facts.book import FactBook
from city.facts.names import fold_question
from city.facts.phrases import PhraseNames
from city.places.words import SMALL_WORDS
from city.records.model import Suggestion
from core.texts import ARABIC_BEFORE, UNSPACED, Texts, phrases_expression

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
        self._asking = _expression(texts, "contacts.asking_words", "facts.phone_words")
        self._other_way = _expression(texts, "contacts.other_way_words")
        self._around = _expression(texts, "contacts.around", "facts.around")
        self._known: tuple[FactBook | None, PhraseNames] = (None, PhraseNames({}))

    def read(self, text: str, book: FactBook, services_named: ServicesNamed) -> ContactQuestion | None:
        """The question that a text asks; None where it asks for no number, or tells of something else as well."""
        folded = fold_question(text)
        is_asked = self._asking.search(folded) and not self._other_way.search(folded)
        if not book.contacts or not is_asked:
            return None
        names = self._names_of(book)
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

    def _names_of(self, book: FactBook) -> PhraseNames:
        known, names = self._known
        if known is book:
            return names
        named: dict[str, tuple[str, ...]] = {}
        for code, contact in book.contacts.items():
            said = [*contact.name.values(), *(word for words in contact.keywords.values() for word in words)]
            for phrase in dict.fromkeys(map(fold_question, said)):
                named[phrase] = (*named.get(phrase, ()), code)
        names = PhraseNames(named)
        self._known = (book, names)
        return names

    def _left_over(self, rest: str) -> list[str]:
        """The words that say what it is about."""
        for expression in (self._asking, self._around):
            rest = expression.sub(GAP, rest)
        words = re.findall(rf"[{UNSPACED}]+|[^\W{UNSPACED}]+", rest)
        return [word for word in words if word not in SMALL_WORDS and not re.fullmatch(ARABIC_BEFORE, word)]


def _expression(texts: Texts, *keys: str) -> re.Pattern[str]:
    words = {fold_question(word) for key in keys for word in texts.words_of_all(key)}
    return phrases_expression(tuple(sorted(words)))
