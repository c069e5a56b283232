"""Reading answers: a choice by number, word, label or near miss; several; numbers; contacts. Pure functions, no state."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from actions.reading.words import plain_text
from core.model import Choice
from core.texts import (
    ARABIC_BEFORE,
    EDGE_BEFORE,
    EDGE_BEHIND,
    UNSPACED,
    Texts,
    bounded_expression,
    fold_text,
    han_figures,
    plain_digits,
)

NEAR = 82
"""Likeness (rapidfuzz, 0 to 100) from which a misspelt label counts, when no other label comes close."""
LEAD = 8
MOST_PARTS = 50
"""Parts of an answer that may name choices; no question has as many."""
NUMBER_BEFORE_LABEL = re.compile(
    rf"^(?P<before>[^\d+-]{{0,20}}?)\s*(?P<number>\d{{1,2}})(?P<behind>[{UNSPACED}]*)\s*[.):\u3002-]?(?:\s+(?P<label>.*))?$"
)
NUMERAL = re.compile(rf"{EDGE_BEFORE}(?<![.,])[-+]?\d+(?:[.,]\d+)*")
WRITTEN_TOGETHER = re.compile(f"^{ARABIC_BEFORE}")
E_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"(?<![A-Za-z\d.-])\+?\(?\d(?:[ \u00a0().\-/]{0,2}\d){6,14}(?![A-Za-z\d-])")
DAY = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}([./-])\d{1,2}\1\d{4}")


def word_table(entries: Sequence[str]) -> dict[str, int]:
    """Catalogue entries such as `twenty=20` as a table."""
    return {plain_text(word): int(number) for word, _, number in (entry.partition("=") for entry in entries)}


class WordReader:
    """Reads answers with the words of the catalogue; all languages count at all times, as people mix them."""

    def __init__(self, texts: Texts) -> None:
        self.numbers = word_table(texts.words_of_all("words.numbers"))
        self.ordinals = word_table(texts.words_of_all("words.ordinals"))
        self.yes = self._list_words(texts, "words.yes")
        self.no = self._list_words(texts, "words.no")
        self.none = self._list_words(texts, "words.none")
        self.all = self._list_words(texts, "words.all")
        self.done = self._list_words(texts, "words.done")
        self.skip = self._list_words(texts, "words.skip")
        self._beside_number = self._list_words(texts, "words.beside_number") | {""}
        joining = [_joining_expression(plain_text(word)) for word in texts.words_of_all("words.and")]
        self._and = re.compile("|".join([r"[,;+&/\n\u3001\uff0c\uff1b\u060c\u061b]", *joining]))

    @staticmethod
    def _list_words(texts: Texts, key: str) -> frozenset[str]:
        return frozenset(plain_text(word) for word in texts.words_of_all(key))

    def choice(self, text: str, choices: Sequence[Choice], *, by_number: bool = True) -> str | None:
        """The key that `text` picks: number, number word, ordinal, label, yes or no, or a near miss of a label."""
        words = plain_text(text)
        if not words and not text.strip().startswith("#"):
            return None
        if by_number and (key := self._by_number(text, words, choices)):
            return key
        for choice in choices:
            if words in {plain_text(choice.label), _word_of(choice.key)}:
                return choice.key
        return self._by_meaning(words, choices) or self._by_likeness(words, choices)

    def split_joined(self, text: str) -> list[str]:
        """What is joined by commas or an "and" of any language."""
        return [part.strip() for part in self._and.split(text) if part.strip()]

    def several(self, text: str, choices: Sequence[Choice]) -> list[str] | None:
        """The keys that `text` picks ("1 and 3", "2 y 4", labels with commas); [] for none; None if any part is unclear."""
        words = plain_text(text)
        if (whole := self.choice(text, choices)) is not None:
            return [whole]
        if words in self.none or words in self.no:
            return []
        if words in self.all:
            return [choice.key for choice in choices]
        return self._by_parts(text, choices)

    def _by_parts(self, text: str, choices: Sequence[Choice]) -> list[str] | None:
        """The keys that the parts of a text pick, each once."""
        parts = [part for part in self._and.split(fold_text(text).strip(" .")) if part.strip()]
        if len(parts) == 1 and re.fullmatch(r"[\d\s]+", text.strip()):
            parts = text.split()
        if not 1 < len(parts) <= MOST_PARTS:
            return None
        keys = [self.choice(part, choices) for part in parts]
        found = [key for key in keys if key is not None]
        return list(dict.fromkeys(found)) if len(found) == len(keys) else None

    def number(self, text: str) -> float | None:
        """The one number in `text`, in digits (decimal point or comma) or words; None when there is none or more than one."""
        found = NUMERAL.findall(han_figures(plain_digits(text)))
        if len(found) == 1:
            return parse_numeral(found[0])
        return self._number_in_words(plain_text(text)) if not found else None

    def _number_in_words(self, words: str) -> float | None:
        if words in self.numbers:
            return float(self.numbers[words])
        total, seen = 0, False
        for said in self._and.sub(" ", words).split():
            word = said if said in self.numbers else WRITTEN_TOGETHER.sub("", said)
            if word in self.numbers:
                value = self.numbers[word]
                total = max(total, 1) * value if value == 100 else total + value  # "two hundred"
                seen = True
        return float(total) if seen else None

    def _by_number(self, text: str, words: str, choices: Sequence[Choice]) -> str | None:
        match = NUMBER_BEFORE_LABEL.match(fold_text(text).strip())
        position = self.ordinals.get(words) or (self.numbers.get(words) or 0)
        rest = ""
        if match and {plain_text(match["before"]), match["behind"]} <= self._beside_number:
            position, rest = int(match["number"]), plain_text(match["label"] or "")
        if not 1 <= position <= len(choices):
            return None
        choice = choices[position - 1]
        agrees = not rest or fuzz.partial_ratio(rest, plain_text(choice.label)) >= NEAR
        return choice.key if agrees else None

    def _by_meaning(self, words: str, choices: Sequence[Choice]) -> str | None:
        """Yes, no or none, when exactly one label is or begins with such a word."""
        for meaning in (self.yes, self.no, self.none):
            if words not in meaning:
                continue
            labels = {choice.key: plain_text(choice.label) for choice in choices}
            exact = [key for key, label in labels.items() if label in meaning]
            fitting = exact or [key for key, label in labels.items() if label.split(" ")[0] in meaning]
            return fitting[0] if len(fitting) == 1 else None
        return None

    @staticmethod
    def _by_likeness(words: str, choices: Sequence[Choice]) -> str | None:
        labels = [plain_text(choice.label) for choice in choices]
        at = _holding(words, labels)
        if at is None and len(words) >= 4:
            at = _nearest(words, labels)
        return None if at is None else choices[at].key


def _holding(words: str, labels: Sequence[str]) -> int | None:
    """Which label, and no other, has all these words in it; in a script without spaces, these characters in a row."""
    if re.fullmatch(rf"[{UNSPACED}]{{2,}}", words):
        in_a_row = [at for at, label in enumerate(labels) if words in label]
        if len(in_a_row) == 1:
            return in_a_row[0]
    if not any(len(word) >= 4 for word in words.split()):
        return None
    inside = [at for at, label in enumerate(labels) if set(words.split()) <= set(label.split())]
    return inside[0] if len(inside) == 1 else None


def _nearest(words: str, labels: Sequence[str]) -> int | None:
    """Which label is written almost as these words, clearly more than any other."""
    ranked = process.extract(words, labels, scorer=fuzz.ratio, limit=2)
    if not ranked or ranked[0][1] < NEAR:
        return None
    is_clear = len(ranked) == 1 or ranked[0][1] - ranked[1][1] >= LEAD
    return int(ranked[0][2]) if is_clear else None


def _joining_expression(word: str) -> str:
    """The expression for a word between two choices: a word of its own, before a figure, or written together with what follows (Arabic)."""
    together = rf"|\s{word}(?=\w)" if re.fullmatch(r"[\u0600-\u06ff]", word) else ""
    return f"{bounded_expression(word).removesuffix(EDGE_BEHIND)}(?:{EDGE_BEHIND}|(?=\\d)){together}"


def _word_of(key: str) -> str:
    """A key as somebody might type it who saw it in a link or a form: its last part, when that is a word."""
    last = plain_text(key.rpartition(".")[2])
    return last if len(last) >= 3 and not last.isdecimal() else "\0"


def parse_numeral(text: str) -> float:
    """`12`, `12.5`, `12,5`, `1,200` and `1.200,50`: a sign followed by exactly three digits groups thousands."""
    sign = re.fullmatch(r"([-+]?\d{1,3}(?:[.,]\d{3})+)(?:[.,](\d{1,2}))?", text)
    if sign:
        return float(re.sub(r"[.,]", "", sign[1]) + ("." + sign[2] if sign[2] else ""))
    head, _, tail = text.replace(",", ".").rpartition(".")
    return float(head.replace(".", "") + "." + tail if head else tail)


def phone_in(text: str) -> str | None:
    """The phone number in a text as digits, with its plus: 7 to 15 of them, of any script, in groups as people write them. A day is none."""
    if not (said := _said_phone(text)):
        return None
    digits = re.sub(r"\D", "", plain_digits(said))
    return f"+{digits}" if said.startswith("+") else digits


def contacts_in(text: str) -> tuple[str, str]:
    """The e-mail address and the phone number in a text as they are written; each is empty when there is none."""
    e_mail = E_MAIL.search(text)
    return e_mail[0] if e_mail else "", _said_phone(text)


def _said_phone(text: str) -> str:
    match = PHONE.search(DAY.sub(lambda day: "x" * len(day[0]), text))
    return match[0] if match else ""


def has_contact(text: str) -> bool:
    """Whether an e-mail address or a phone number is in it."""
    return bool(E_MAIL.search(text)) or phone_in(text) is not None
