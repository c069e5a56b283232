"""Which language a message is written in, among those that the city offers."""

from __future__ import annotations

import re

from lingua import IsoCode639_1, LanguageDetectorBuilder

from bot.gate import ALWAYS, BETWEEN_FORMS
from bot.texts import Texts, plain

COMMANDS = (*ALWAYS, *BETWEEN_FORMS)

FEWEST_WORDS = 2
"""Single words and names fool every detector: below this the last language is kept."""
FEWEST_IN_FORM = 4
"""In a form the answer may be a street or a name in any language: "Calle de la Paz 12" changes nothing."""
SURE = 0.65
"""Confidence from which a text changes the language of a conversation."""


class LanguageOf:
    """Detects with lingua, restricted to the offered languages; keeps the last language for short or doubtful texts.

    Small words that only one of the languages has decide first, as long as all of them agree: lingua takes "hay un bache" for
    English. Lingua's low-accuracy mode takes 10 MB for two languages and tells 143 of 146 English and Spanish civic texts apart; eld,
    as good, takes 450 MB.
    """

    def __init__(self, languages: tuple[str, ...], texts: Texts) -> None:
        self._telling = {language: frozenset(texts.words("gate.telling", language)) for language in languages}
        self._commands = {
            language: frozenset(
                plain(word) for name in COMMANDS for word in texts.words(f"gate.{name}", language)
            )
            for language in languages
        }
        codes = [getattr(IsoCode639_1, language.upper()) for language in languages]
        builder = LanguageDetectorBuilder.from_iso_codes_639_1(*codes) if len(codes) > 1 else None
        self._detector = builder.with_low_accuracy_mode().build() if builder else None

    def __call__(self, text: str, last: str, *, in_form: bool = False, first: bool = False) -> str:
        """Code of the language of `text`, or `last` when it is too short or doubtful.

        The `first` words of somebody may be one word, a greeting or a command: nothing else is known of them yet.
        """
        if first and (commanded := self._commanded_in(plain(text))):
            return commanded
        words = telling_words(text)
        if self._detector is None or len(words) < (FEWEST_IN_FORM if in_form else FEWEST_WORDS):
            return last
        if told := self._told_by(words):
            return told
        likeliest = self._detector.compute_language_confidence_values(" ".join(words))[0]
        return likeliest.language.iso_code_639_1.name.lower() if likeliest.value >= SURE else last

    def _commanded_in(self, words: str) -> str | None:
        speaking = [language for language, commands in self._commands.items() if words in commands]
        return speaking[0] if len(speaking) == 1 else None

    def _told_by(self, words: list[str]) -> str | None:
        bare = {plain(word) for word in words}
        speaking = [language for language, telling in self._telling.items() if bare & telling]
        return speaking[0] if len(speaking) == 1 else None


_CODE = re.compile(r"[BCDFGHJKLMNPQRSTVWXZ]{2,}")
"""A piece of a code, such as the one that links two phones: capitals without a vowel belong to no language."""


def telling_words(text: str) -> list[str]:
    """The words that tell a language: names (capitalised within a sentence) and numbers belong to none."""
    words = [word.strip(".,;:!?¡¿()\"'") for word in text.split()]
    words = [word for word in words if word.replace("'", "").isalpha() and not _CODE.fullmatch(word)]
    if text.isupper():
        return words
    return [word for number, word in enumerate(words) if number == 0 or not word[0].isupper()]
