"""What readers of questions share: words of the catalogue as one expression, what is left of a text without them, and what names mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from actions.reading.coming import GAP
from city.facts.book import FactBook
from city.facts.names import fold_question
from city.facts.phrases import PhraseNames
from city.places.words import SMALL_WORDS
from core.texts import ARABIC_BEFORE, UNSPACED, Texts, phrases_expression

_WORD = re.compile(rf"[{UNSPACED}]+|[^\W{UNSPACED}]+")


def expression_of(texts: Texts, *keys: str) -> re.Pattern[str]:
    """All words of these keys, of every language."""
    words = {fold_question(word) for key in keys for word in texts.words_of_all(key)}
    return phrases_expression(tuple(sorted(words)))


def words_in(folded: str) -> list[str]:
    """The words of a folded text; in a script without spaces, what stands between its gaps."""
    return _WORD.findall(folded)


def words_left(folded: str, expressions: Iterable[re.Pattern[str]]) -> list[str]:
    """The words of a folded text that stand in none of these expressions."""
    for expression in expressions:
        folded = expression.sub(GAP, folded)
    return words_in(folded)


def is_small(word: str) -> bool:
    """Whether a word tells nothing by itself, such as an article, or what Arabic writes together with the next."""
    return word in SMALL_WORDS or re.fullmatch(ARABIC_BEFORE, word) is not None


class NamesInBook:
    """Names of one kind of thing in a book of facts, made once for each book.

    `called` gives the code of each thing with what it is called, folded.
    """

    def __init__(
        self, called: Callable[[FactBook], Iterable[tuple[str, Iterable[str]]]], others: Iterable[str] = ()
    ) -> None:
        self._called = called
        self._others = tuple(others)
        self._known: tuple[FactBook | None, PhraseNames] = (None, PhraseNames({}))

    def of(self, book: FactBook) -> PhraseNames:
        """The names in this book; `others` are names too, that mean nothing where the book has nothing of theirs."""
        known, names = self._known
        if known is book:
            return names
        named: dict[str, tuple[str, ...]] = dict.fromkeys(self._others, ())
        for code, phrases in self._called(book):
            for phrase in dict.fromkeys(phrases):
                named[phrase] = (*named.get(phrase, ()), code)
        names = PhraseNames(named)
        self._known = (book, names)
        return names
