"""Which language a message is written in, among those that the city offers."""

from __future__ import annotations

import re
from collections.abc import Callable

from lingua import IsoCode639_1, LanguageDetectorBuilder

from conversation.understanding.not_offered import NotOffered
from conversation.understanding.rules import ALWAYS, BETWEEN_FORMS, CONSENT
from core.languages import main_script, scripts_of
from core.texts import Texts, plain_words

COMMANDS = (*ALWAYS, *BETWEEN_FORMS)
"""What tells a language as the first word of somebody; carriers' words (STOP, START) belong to none, so those of English do not."""

FEWEST_WORDS = 2
"""Single words and names fool every detector: below this the last language is kept."""
FEWEST_IN_FORM = 4
"""In a form the answer may be a street or a name in any language: "Calle de la Paz 12" changes nothing."""
FEW_WORDS = 4
"""Up to here only a small word of another language's own changes the language: "noise complaint" is French to a detector."""
SURE = 0.65
"""Confidence from which a text changes the language of a conversation."""


class OfferedLanguages:
    """`LanguageOf` for the languages that are offered now; it is made at the first text, and anew when others are offered."""

    def __init__(self, offered: Callable[[], tuple[str, ...]], texts: Texts) -> None:
        self._offered = offered
        self._texts = texts
        self._made: tuple[tuple[str, ...], LanguageOf] | None = None

    def __call__(self, text: str, last: str, *, in_form: bool = False, first: bool = False) -> str:
        """Code of the language of `text`, or `last` when it is too short or doubtful."""
        return self.detector()(text, last, in_form=in_form, first=first)

    def not_offered(self, text: str) -> str | None:
        """Code of the language of `text` where the city does not offer it, and it is known."""
        return self.detector().not_offered(text)

    def detector(self) -> LanguageOf:
        """The one for the languages that are offered now; where two threads make it at once, either will do."""
        offered, made = self._offered(), self._made
        if made is None or made[0] != offered:
            self._made = made = (offered, LanguageOf(offered, self._texts))
        return made[1]


class LanguageOf:
    """Detects with lingua, restricted to the offered languages; keeps the last language for short or doubtful texts.

    A script that only one of the languages is written in decides at once, even by one word. Then decides the language
    that has more of the text's small words than any other: lingua takes "hay un bache" for English. Lingua is asked about longer
    texts alone. Its low-accuracy mode takes 10 MB for two languages and tells 143 of 146 English and Spanish civic texts apart;
    eld, as good, takes 450 MB.
    """

    def __init__(self, languages: tuple[str, ...], texts: Texts) -> None:
        self._scripts = _only_one_has({language: scripts_of(texts, language) for language in languages})
        self._telling = {
            language: frozenset(map(plain_words, texts.words("gate.telling", language)))
            for language in languages
        }
        self._numbers = {
            language: frozenset(
                plain_words(number.partition("=")[0]) for number in texts.words("words.numbers", language)
            )
            for language in languages
        }
        self._own = {language: self._words_of_only(language) for language in languages}
        self._commands = {
            language: frozenset(
                plain_words(word)
                for name in (COMMANDS if language == texts.fallback else (*COMMANDS, *CONSENT))
                for word in texts.words(f"gate.{name}", language)
            )
            for language in languages
        }
        codes = [code for code in (getattr(IsoCode639_1, one.upper(), None) for one in languages) if code]
        builder = LanguageDetectorBuilder.from_iso_codes_639_1(*codes) if len(codes) > 1 else None
        self._detector = builder.with_low_accuracy_mode().build() if builder else None
        self.not_offered = NotOffered(languages, texts)

    def __call__(self, text: str, last: str, *, in_form: bool = False, first: bool = False) -> str:
        """Code of the language of `text`, or `last` when it is too short or doubtful.

        The `first` words of somebody may be one word, a greeting or a command: nothing else is known of them yet.
        """
        if self.not_offered(text):
            return last
        if of_script := self._scripts.get(main_script(text)):
            return of_script
        if first and (commanded := self._commanded_in(plain_words(text))):
            return commanded
        words = telling_words(text)
        fewest = FEWEST_IN_FORM if in_form else FEWEST_WORDS
        return last if len(words) < fewest else self._read(words, last)

    def _read(self, words: list[str], last: str) -> str:
        """By the small words, or by lingua where there are enough words and none is told by them."""
        bare = {plain_words(word) for word in words}
        told = self._told_by(bare)
        if len(words) <= FEW_WORDS:
            return told if told and self._is_clear(told, bare, words) else last
        return told or self._detected_language(words, bare) or last

    def _is_clear(self, told: str, bare: set[str], words: list[str]) -> bool:
        """Whether a few words are of this language: a small word of its own, and another small word of it or lingua's word."""
        if self._own[told].isdisjoint(bare):
            return False
        return len(bare & self._telling[told]) > 1 or self._likeliest(words) in {told, ""}

    def _words_of_only(self, language: str) -> frozenset[str]:
        """The small words that no other offered language has, not as a number either; a single letter (5th n Elm) is none."""
        others = [self._telling[code] | self._numbers[code] for code in self._telling if code != language]
        return frozenset(word for word in self._telling[language].difference(*others) if len(word) > 1)

    def _likeliest(self, words: list[str], least: float = 0.0) -> str:
        """What lingua takes the words for; empty where it is less sure than that, or there is nothing to choose from."""
        if self._detector is None:
            return ""
        likeliest = self._detector.compute_language_confidence_values(" ".join(words))[0]
        return likeliest.language.iso_code_639_1.name.lower() if likeliest.value >= least else ""

    def _detected_language(self, words: list[str], bare: set[str]) -> str:
        """What lingua is sure of; not where none of that language's small words are there, as in a language that nobody offers."""
        likeliest = self._likeliest(words, SURE)
        return likeliest if bare & self._telling.get(likeliest, frozenset()) else ""

    def _commanded_in(self, words: str) -> str | None:
        speaking = [language for language, commands in self._commands.items() if words in commands]
        return speaking[0] if len(speaking) == 1 else None

    def _told_by(self, bare: set[str]) -> str | None:
        """The one language that has the most of the text's small words; None where two have as many, or none has any."""
        counts = {language: len(bare & telling) for language, telling in self._telling.items()}
        most = max(counts.values(), default=0)
        having = [language for language, count in counts.items() if count == most > 0]
        return having[0] if len(having) == 1 else None


def _only_one_has(scripts: dict[str, frozenset[str]]) -> dict[str, str]:
    """The scripts that a single language is written in, with that language."""
    found: dict[str, list[str]] = {}
    for language, own in scripts.items():
        for script in own:
            found.setdefault(script, []).append(language)
    return {script: using[0] for script, using in found.items() if len(using) == 1 and len(scripts) > 1}


_CODE = re.compile(r"[BCDFGHJKLMNPQRSTVWXZ]{2,}")
"""A piece of a code, such as the one that links two phones: capitals without a vowel belong to no language."""


_NAME = re.compile(r"(?<=\s)[^\W\d_a-z][\w'’-]*(?:(?: [^\W\d_A-Z]{1,3}){1,2} [^\W\d_a-z][\w'’-]*)+")
"""A name with small words inside it, within a sentence: Calle de la Paz, Rue de l'Église."""


def telling_words(text: str) -> list[str]:
    """The words that tell a language: names (capitalised within a sentence) and numbers belong to none."""
    words = [word.strip(".,;:!?¡¿()\"'") for word in _NAME.sub(" ", text).split()]
    words = [word for word in words if word.replace("'", "").isalpha() and not _CODE.fullmatch(word)]
    if text.isupper():
        return words
    return [word for number, word in enumerate(words) if number == 0 or not word[0].isupper()]
