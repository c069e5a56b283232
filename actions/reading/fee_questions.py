"""Reading a question of price: what costs something, and for whom. Pure functions of words, nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from actions.reading.asked_words import (
    NamesInBook,
    expression_of,
    is_small,
    words_in,
    words_left,
)
from actions.reading.coming import GAP
from actions.reading.labels import Encode
from actions.reading.nearest_names import NearestNames
from city.facts.book import FactBook
from city.facts.names import fold_question
from city.places.words import ARTICLES
from city.records.facts import Fee, FeeRow
from city.records.model import all_words, text_in
from core.texts import ARABIC_BEFORE, UNSPACED, Texts, phrases_expression

NEGATIONS = "fees.negations"


@dataclass(frozen=True, slots=True)
class FeeQuestion:
    """A question of price: of one fee the rows that fit, or of several fees all that may be meant."""

    fees: tuple[str, ...]
    rows: tuple[FeeRow, ...] = ()


class FeeQuestionReader:
    """Reads questions with the words of the catalogue, all languages at all times."""

    def __init__(self, texts: Texts, encode: Encode | None = None) -> None:
        self._asking = expression_of(texts, "fees.asking_words")
        self._amounts = expression_of(texts, "fees.other_words")
        self._negations = frozenset(map(fold_question, texts.words_of_all(NEGATIONS)))
        around = frozenset(map(fold_question, texts.words_of_all("fees.around")))
        self._around = phrases_expression(tuple(sorted(around - self._negations)))
        self._names = NamesInBook(self._called)
        self._nearest = NearestNames(encode, _meant_by)

    def read(self, text: str, book: FactBook, today: date) -> FeeQuestion | None:
        """The question that a text asks; None where it asks for no price of ours, or tells of something else as well."""
        folded = fold_question(text)
        if not book.fees or not (asked := self._asking.search(folded)):
            return None
        rest = self._bare(f"{folded[: asked.start()]}{GAP}{folded[asked.end() :]}")
        return self._named(rest, book, today) or self._meant(folded, book, today)

    def warm(self, book: FactBook) -> None:
        """Make the vectors of all names."""
        self._nearest.warm(book)

    def _named(self, rest: str, book: FactBook, today: date) -> FeeQuestion | None:
        """The fee that is called by its name."""
        names = self._names.of(book)
        found = names.find(rest)
        if not found:
            return None
        codes = _common_codes([codes for _, codes in found])
        left = self._left_over(names.expression.sub(GAP, rest))
        if len(codes) > 1:
            return None if left else FeeQuestion(codes)
        return self._of_fee(book.fees[codes[0]], left, today)

    def _meant(self, folded: str, book: FactBook, today: date) -> FeeQuestion | None:
        """The fee that the words come nearest to by their meaning, and the row, or the few fees of which it is one."""
        if self._amounts.search(folded):
            return None
        words = [word for word in words_left(folded, (self._asking,)) if not _is_small(word)]
        codes = self._nearest.find(book, " ".join(words))
        if len(codes) != 1:
            return FeeQuestion(codes) if codes else None
        rows = book.fees[codes[0]].rows_on(today)
        phrases = [(row, phrase) for row in rows for phrase in all_words(row.applies_to)]
        at = self._nearest.best_of(
            " ".join(words), [(str(rows.index(row)), phrase) for row, phrase in phrases]
        )
        fits = (rows[int(at)],) if at else rows
        return FeeQuestion(codes, fits) if fits else None

    def _of_fee(self, fee: Fee, left: list[str], today: date) -> FeeQuestion | None:
        """The rows of a fee that the words left over tell, all of them where there are none."""
        rows = fee.rows_on(today)
        told = [word for word in left if not _among(word, _words_of(fee))]
        fits = _best_rows(rows, told, self._negations)
        return FeeQuestion((fee.code,), fits) if fits else None

    def _bare(self, folded: str) -> str:
        """The text without small words, so that a name is found however it is put together: `licencia de un perro`."""
        words = [word for word in folded.split() if word in self._negations or not _is_small(word)]
        return " ".join(words) or folded

    def _called(self, book: FactBook) -> Iterator[tuple[str, list[str]]]:
        """What each fee is called, without small words."""
        for code, fee in book.fees.items():
            yield code, [self._bare(fold_question(said)) for said in all_words(fee.name, fee.aliases)]

    def _left_over(self, rest: str) -> list[str]:
        """The words that tell of a row, or of something else."""
        words = words_left(rest, (self._asking, self._around))
        return [word for word in words if word in self._negations or not _is_small(word)]


def _meant_by(book: FactBook) -> Iterator[tuple[str, list[str]]]:
    """What each fee is for: its names, and its name with that of each row."""
    for code, fee in book.fees.items():
        rows = [
            f"{text_in(fee.name, 'en')}: {text_in(row.applies_to, 'en')}"
            for row in fee.rows
            if row.applies_to
        ]
        yield code, [*all_words(fee.name, fee.aliases), *rows]


def _common_codes(named: list[tuple[str, ...]]) -> tuple[str, ...]:
    """What all names have in common, else what the first of them means."""
    common = [code for code in named[0] if all(code in other for other in named)]
    return tuple(common or named[0])


def _best_rows(rows: tuple[FeeRow, ...], told: list[str], negations: frozenset[str]) -> tuple[FeeRow, ...]:
    """The rows whose words tell all that was said, those that say least besides; none where a word is no row's."""
    if not told:
        return rows
    said = [word for word in told if word not in negations]
    denied = len(said) < len(told)
    fitting = [row for row in rows if said and all(_among(word, _row_words(row)) for word in said)]
    agreeing = [row for row in fitting if bool(_row_words(row) & negations) == denied]
    return tuple(agreeing or fitting)


def _row_words(row: FeeRow) -> frozenset[str]:
    return frozenset(
        word for text in all_words(row.applies_to, row.unit) for word in words_in(fold_question(text))
    )


def _words_of(fee: Fee) -> frozenset[str]:
    said = all_words(fee.name, fee.aliases)
    return frozenset(word for text in said for word in words_in(fold_question(text)))


def _among(word: str, words: frozenset[str]) -> bool:
    """Whether a word is one of these, in another number or gender perhaps; in a script without spaces a part of one."""
    if re.match(rf"[{UNSPACED}]", word):
        return any(word in each or each in word for each in words if re.match(rf"[{UNSPACED}]", each))
    bare = re.sub(rf"^{ARABIC_BEFORE}", "", word)
    return any(_stem(form) == _stem(each) for each in words for form in (word, bare) if form)


def _stem(word: str) -> str:
    """A word without the endings of number and gender: `dogs` is dog, `perra` is perro."""
    return re.sub(r"(?:es|[aeos]|as|os)$", "", word) if len(word) > len("dog") else word


def _is_small(word: str) -> bool:
    return word in ARTICLES or is_small(word)
