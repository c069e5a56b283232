"""Which language a text is in that the city does not offer."""

from __future__ import annotations

import re
from dataclasses import replace

from core.languages import main_script, scripts_of
from core.other_languages import OtherLanguage, other_languages
from core.texts import Texts, plain_words

FEWEST_WORDS = 4
"""Shorter texts are left to the conversation's language, as with a switch."""
FEWEST_OWN = 2
"""Small words that no offered language has; one alone is as likely a name or a slip."""
A_SHARE = 0.1
"""Of the letters, from which on letters of its own tell a language among others of its script, if they are `FEWEST_OWN` at least: one kana in a
Chinese name does not."""
KANA = re.compile("[\u3041-\u30ff]")


class NotOffered:
    """Knows a language that is not offered: by its script, where no offered language is written in it, else by letters or small words of its own."""

    def __init__(self, offered: tuple[str, ...], texts: Texts) -> None:
        self._offered = {code: _small_words(texts, code) for code in offered}
        self._others = [
            _as_known(one, texts) for code, one in other_languages().items() if code not in offered
        ]
        self._scripts = frozenset(script for code in offered for script in scripts_of(texts, code))

    def __call__(self, text: str) -> str | None:
        """Code of the language; None where the text is in an offered one, or it cannot be told."""
        script = main_script(KANA.sub("一", text))
        able = [one for one in self._others if one.script == script]
        if not able:
            return None
        words = {plain_words(word) for word in text.split()}
        is_shared = script in self._scripts
        told = _by_letters(able, text, is_shared=is_shared) or self._by_words(able, words)
        return told if told or is_shared else _likeliest(able, words)

    def _by_words(self, able: list[OtherLanguage], words: set[str]) -> str | None:
        if len(words) < FEWEST_WORDS:
            return None
        known = max((len(words & small) for small in self._offered.values()), default=0)
        counts = {one.code: len(words & one.words) for one in able if self._has_own(one, words)}
        best = max(counts, key=lambda code: counts[code], default=None)
        return best if best and counts[best] > known else None

    def _has_own(self, one: OtherLanguage, words: set[str]) -> bool:
        return len((words & one.words).difference(*self._offered.values())) >= FEWEST_OWN


def _likeliest(able: list[OtherLanguage], words: set[str]) -> str:
    """Of the languages of a script that none offered has: the one with most of the words, else the first that needs no letters of its own."""
    return max(able, key=lambda one: (len(words & one.words), not one.letters)).code


def _by_letters(able: list[OtherLanguage], text: str, *, is_shared: bool) -> str | None:
    """The language whose own letters are in the text: a single one, or enough where an offered language has the script as well."""
    letters = [sign for sign in text.casefold() if sign.isalpha()]
    least = max(FEWEST_OWN, A_SHARE * len(letters)) if is_shared else 1
    return next((one.code for one in able if sum(sign in one.letters for sign in letters) >= least), None)


def _small_words(texts: Texts, code: str) -> frozenset[str]:
    return frozenset(map(plain_words, texts.words("gate.telling", code)))


def _as_known(one: OtherLanguage, texts: Texts) -> OtherLanguage:
    """With the script and the small words of its catalogue, where it has one."""
    if one.code not in texts.languages:
        return one
    script = next(iter(sorted(scripts_of(texts, one.code) - {"LATIN"})), "LATIN")
    return replace(one, script=script, words=_small_words(texts, one.code))
