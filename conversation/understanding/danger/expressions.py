"""What is said in so many words: expressions of danger by kind, in every language, and spelling that is forgiven."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from core.languages import A_WORD
from core.texts import ARABIC_BEFORE, EDGE_BEFORE, EDGE_BEHIND, UNSPACED, fold_text, is_unspaced, script_of

FOLDER = Path(__file__).parent / "words"
GAP = r" (?:\w+ ){0,3}"
GAP_UNSPACED = r".{0,6}?"
TAKEN_OUT = " | "
"""Stands where harmless words stood, so that no expression reaches across."""
SHORTEST_MENDED = 5
SHORTEST_MENDED_TWICE = 10
"""Letters of a word that may have two slips; of eight, `addicted` would be `abducted`."""
MOST_MENDED = 60
"""Words of a message that are looked at for spelling: danger is told early."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the words say: kinds of danger that are named outright, those that words only hint at, and whether there is reason for doubt."""

    outright: tuple[str, ...] = ()
    hinted: tuple[str, ...] = ()
    doubtful: bool = False
    mended: bool = False
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Writing:
    """How a script is written: the letters by which it is known, as an expression; what stands for `~` between two words; and what stands
    before and behind each of them.
    """

    letters: str
    gap: str = GAP
    before: str = EDGE_BEFORE
    behind: str = EDGE_BEHIND


LATIN = _Writing("[a-z0-9]")
ARABIC = _Writing(r"[\u0600-\u06ff]", before=EDGE_BEFORE + ARABIC_BEFORE)
WITHOUT_SPACES = _Writing(f"[{UNSPACED}]|^911$|^sos$", GAP_UNSPACED, "", "")


@dataclass(frozen=True, slots=True)
class _Language:
    code: str
    script: str
    sure: Mapping[str, re.Pattern[str]]
    perhaps: Mapping[str, re.Pattern[str]]
    harmless: re.Pattern[str]
    doubt: re.Pattern[str]


@dataclass(frozen=True)
class Expressions:
    """All languages at once, as people mix them; `ordinary` are words that are right as they are and no misspelling of others."""

    languages: tuple[_Language, ...]
    vocabulary: tuple[str, ...]
    ordinary: frozenset[str]
    _remembered: dict[str, str] = field(default_factory=dict, compare=False)

    def read(self, words: str) -> Said:
        """What folded words (`core.texts.plain_words`) say; misspelt words are read again as the nearest word of danger."""
        said = self._said_danger(words)
        if said.outright or (mended := self._mended_words(words)) == words:
            return said
        again = self._said_danger(mended)
        return replace(again, doubtful=said.doubtful, mended=bool(again.outright))

    def _said_danger(self, words: str) -> Said:
        """Harmless words of all languages are taken out before any is listened to."""
        speaking = [language for language in self.languages if re.search(language.script, words)]
        left = words
        for language in speaking:
            left = language.harmless.sub(TAKEN_OUT, left)
        outright = {language.code: list(_kinds_found(language.sure, left)) for language in speaking}
        hinted = {language.code: list(_kinds_found(language.perhaps, left)) for language in speaking}
        doubtful = any(language.doubt.search(words) for language in speaking)
        telling = outright if any(outright.values()) else hinted
        languages = tuple(code for code, kinds in telling.items() if kinds)
        return Said(_flat_kinds(outright), _flat_kinds(hinted), doubtful, languages=languages)

    def _mended_words(self, words: str) -> str:
        spelled = words.split(" ")
        return " ".join([*map(self._mend_word, spelled[:MOST_MENDED]), *spelled[MOST_MENDED:]])

    def _mend_word(self, word: str) -> str:
        if len(word) < SHORTEST_MENDED or not word.isascii() or not word.isalpha() or word in self.ordinary:
            return word
        if (known := self._remembered.get(word)) is None:
            most = 1 if len(word) < SHORTEST_MENDED_TWICE else 2
            nearest = process.extractOne(word, self.vocabulary, scorer=OSA.distance, score_cutoff=most)
            known = str(nearest[0]) if nearest and nearest[0][0] == word[0] else word
            if len(self._remembered) < 20_000:
                self._remembered[word] = known
        return known


def _flat_kinds(kinds: Mapping[str, list[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(kind for of_language in kinds.values() for kind in of_language))


def _kinds_found(kinds: Mapping[str, re.Pattern[str]], words: str) -> Iterator[str]:
    return (kind for kind, expression in kinds.items() if expression.search(words))


@cache
def load_expressions(ordinary: frozenset[str], folder: Path = FOLDER) -> Expressions:
    """Read the expressions of all languages below `folder`, once in a process: they take half a second to compile."""
    files = {
        file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.toml"))
    }
    vocabulary = {word for table in files.values() for word in _words_in(table)}
    return Expressions(
        tuple(_language_expressions(code, table) for code, table in files.items()),
        tuple(sorted(vocabulary - ordinary)),
        ordinary | vocabulary,
    )


def _language_expressions(code: str, table: Mapping[str, Any]) -> _Language:
    writing = _writing_of("".join(_expressions_in(table)))
    compiled = {
        level: {kind: _joined_expressions(writing, table, each) for kind, each in table[level].items()}
        for level in ("sure", "perhaps")
    }
    plain = table["plain"]
    return _Language(
        code,
        writing.letters,
        compiled["sure"],
        compiled["perhaps"],
        _joined_expressions(writing, table, plain["harmless"]),
        _joined_expressions(writing, table, plain["doubt"]),
    )


def _writing_of(words: str) -> _Writing:
    """How the language is written that has these expressions; a script of which nothing more is known by its own letters."""
    letters = [sign for sign in words if sign.isalpha()]
    if A_WORD * sum(map(is_unspaced, letters)) > len(letters):
        return WITHOUT_SPACES
    script, _ = Counter(map(script_of, letters)).most_common(1)[0]
    if script == "ARABIC":
        return ARABIC
    own = sorted({sign for sign in fold_text(words) if script_of(sign) == script})
    return LATIN if script == "LATIN" else _Writing(f"[{''.join(own)}]")


def _joined_expressions(
    writing: _Writing, table: Mapping[str, Any], expressions: list[str]
) -> re.Pattern[str]:
    mark = "~" if writing is WITHOUT_SPACES else " ~ "
    parts = (
        _filled_expression(expression, table["sets"]).replace(mark, writing.gap) for expression in expressions
    )
    joined = "|".join(f"(?:{fold_text(part)})" for part in parts)
    return re.compile(f"{writing.before}(?:{joined}){writing.behind}")


def _filled_expression(expression: str, sets: Mapping[str, str]) -> str:
    """The expression with its sets put in; one set may use others that stand before it."""
    for name in reversed(tuple(sets)):
        expression = expression.replace(f"{{{name}}}", sets[name])
    return expression


def _expressions_in(table: Mapping[str, Any]) -> Iterator[str]:
    for expressions in table["sure"].values():
        yield from (_filled_expression(expression, table["sets"]) for expression in expressions)


def _words_in(table: Mapping[str, Any]) -> Iterator[str]:
    for expression in _expressions_in(table):
        whole = re.sub(r"\(\?!(?:[^()]|\([^()]*\))*\)", " ", expression)
        yield from re.findall(rf"(?<![a-z\\])[a-z]{{{SHORTEST_MENDED},}}(?![a-z?*+\\])", fold_text(whole))
