"""Reading a question of price: what costs something, and for whom. Pure functions of words, nothing is guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from actions.reading.coming import GAP
from city.facts.book import FactBook
from city.facts.names import fold_question
from city.facts.phrases import PhraseNames
from city.places.words import ARTICLES, SMALL_WORDS
from city.records.facts import Fee, FeeRow
from core.texts import ARABIC_BEFORE, UNSPACED, Texts, phrases_expression

NEGATIONS = "fees.negations"


@dataclass(frozen=True, slots=True)
class FeeQuestion:
    """A question of price: of one fee the rows that fit, or of several fees all that may be meant."""

    fees: tuple[str, ...]
    rows: tuple[FeeRow, ...] = ()


class FeeQuestionReader:
    """Reads questions with the words of the catalogue, all languages at all times."""

    def __init__(self, texts: Texts) -> None:
        self._asking = _expression(texts, "fees.asking_words")
        self._negations = frozenset(map(fold_question, texts.words_of_all(NEGATIONS)))
        around = frozenset(map(fold_question, texts.words_of_all("fees.around")))
        self._around = phrases_expression(tuple(sorted(around - self._negations)))
        self._known: tuple[FactBook | None, PhraseNames] = (None, PhraseNames({}))

    def read(self, text: str, book: FactBook, today: date) -> FeeQuestion | None:
        """The question that a text asks; None where it asks for no price of ours, or tells of something else as well."""
        folded = fold_question(text)
        if not book.fees or not (asked := self._asking.search(folded)):
            return None
        rest = self._bare(f"{folded[: asked.start()]}{GAP}{folded[asked.end() :]}")
        names = self._names_of(book)
        found = names.find(rest)
        if not found:
            return None
        codes = _common_codes([codes for _, codes in found])
        left = self._left_over(names.expression.sub(GAP, rest))
        if len(codes) > 1:
            return None if left else FeeQuestion(codes)
        return self._of_fee(book.fees[codes[0]], left, today)

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

    def _names_of(self, book: FactBook) -> PhraseNames:
        known, names = self._known
        if known is book:
            return names
        named: dict[str, tuple[str, ...]] = {}
        for code, fee in book.fees.items():
            said = [*fee.name.values(), *(alias for words in fee.aliases.values() for alias in words)]
            for phrase in dict.fromkeys(self._bare(fold_question(each)) for each in said):
                named[phrase] = (*named.get(phrase, ()), code)
        names = PhraseNames(named)
        self._known = (book, names)
        return names

    def _left_over(self, rest: str) -> list[str]:
        """The words that tell of a row, or of something else."""
        for expression in (self._asking, self._around):
            rest = expression.sub(GAP, rest)
        words = re.findall(rf"[{UNSPACED}]+|[^\W{UNSPACED}]+", rest)
        return [word for word in words if word in self._negations or not _is_small(word)]


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
        word for text in (*row.applies_to.values(), *row.unit.values()) for word in _words_in(text)
    )


def _words_of(fee: Fee) -> frozenset[str]:
    said = [*fee.name.values(), *(alias for words in fee.aliases.values() for alias in words)]
    return frozenset(word for text in said for word in _words_in(text))


def _words_in(text: str) -> list[str]:
    return re.findall(rf"[{UNSPACED}]+|[^\W{UNSPACED}]+", fold_question(text))


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
    return word in SMALL_WORDS or word in ARTICLES or re.fullmatch(ARABIC_BEFORE, word) is not None


def _expression(texts: Texts, *keys: str) -> re.Pattern[str]:
    words = {fold_question(word) for key in keys for word in texts.words_of_all(key)}
    return phrases_expression(tuple(sorted(words)))
