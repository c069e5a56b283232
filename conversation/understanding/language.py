"""Which language a message is written in, among those that the city offers."""

from __future__ import annotations

from collections.abc import Callable

from lingua import IsoCode639_1, LanguageDetectorBuilder

from conversation.understanding.not_offered import NotOffered
from conversation.understanding.rules import ALWAYS, BETWEEN_FORMS, CONSENT
from conversation.understanding.telling_words import telling_words
from core.languages import main_script, scripts_of
from core.texts import Texts, plain_words, script_of

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
FEWEST_OWN = 2
"""Small words of another language's own that make a text perhaps one in it, whatever else it is made of (Spanglish)."""
FEWEST_SHARED = 3
"""As many where none is its own, but the conversation's language has none of them."""
MARGIN = 2
"""Small words by which another language must outnumber the last one where both are there."""
LIKELY = 0.9
"""Confidence from which a few words with a small word among them are perhaps in another language."""


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

    def perhaps(self, text: str, spoken: str, *, in_form: bool = False) -> str | None:
        """Code of another language than the `spoken` one that `text` may be in, not surely enough to change to it."""
        return self.detector().perhaps(text, spoken, in_form=in_form)

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
        self._questions = _only_one_asks(
            {language: texts.words("words.question_starts", language) for language in languages}
        )
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

    def perhaps(self, text: str, spoken: str, *, in_form: bool = False) -> str | None:
        """Code of another language than the `spoken` one that `text` may be in, not surely enough to change to it; None where there is none.

        In a form few words count only where they ask: a street has a name in any language.
        """
        if self.not_offered(text):
            return None
        if of_script := self._other_script_in(text, spoken):
            return of_script
        words = telling_words(text)
        asks = self._questions.get(plain_words(words[0])) if words else None
        if len(words) < FEWEST_WORDS or (in_form and len(words) < FEWEST_IN_FORM):
            return asks if asks != spoken else None
        bare = {plain_words(word) for word in words}
        likely = [
            code for code in self._telling if code != spoken and self._may_be(code, spoken, bare, words)
        ]
        heard = self._heard_by_lingua(words)
        return max(likely, key=lambda code: (*self._signs_of(code, bare), heard.get(code, 0.0)), default=None)

    def _other_script_in(self, text: str, spoken: str) -> str | None:
        """The language that alone is written in a script of which some of the text is, though not most of it."""
        scripts = {script_of(sign) for sign in text}
        found = [code for script, code in self._scripts.items() if script in scripts and code != spoken]
        own = [script for script, code in self._scripts.items() if code == spoken]
        return found[0] if len(found) == 1 and not scripts.intersection(own) else None

    def _may_be(self, code: str, spoken: str, bare: set[str], words: list[str]) -> bool:
        """Whether the words are perhaps of this language: several small words of it, or one where the spoken one has none of its own."""
        own, small = self._signs_of(code, bare)
        if own >= FEWEST_OWN or len((bare & self._telling[code]) - self._telling[spoken]) >= FEWEST_SHARED:
            return True
        if not small or not self._own[spoken].isdisjoint(bare):
            return False
        if own:
            return small > 1 or self._likeliest(words) != spoken
        return len(words) <= FEW_WORDS and self._likeliest(words, LIKELY) == code

    def _signs_of(self, code: str, bare: set[str]) -> tuple[int, int]:
        """How many of the words are small words of this language alone, and of it at all."""
        return len(bare & self._own[code]), len(bare & self._telling[code])

    def _read(self, words: list[str], last: str) -> str:
        """By the small words, or by lingua where there are enough words and none is told by them."""
        bare = {plain_words(word) for word in words}
        told = self._told_by(bare)
        if len(words) <= FEW_WORDS:
            return told if told and self._is_clear(told, bare, words) else last
        detected = told or self._detected_language(words, bare)
        return last if not detected or self._is_mixed(detected, last, bare, words) else detected

    def _is_mixed(self, told: str, last: str, bare: set[str], words: list[str]) -> bool:
        """Whether the last language is heard beside what a text is told to be ("the light is out en mi calle"): it has small words of its own
        against the other, almost as many; or lingua hears it, and the other has a single small word or is not alone.
        """
        if told == last or last not in self._telling:
            return False
        of_last = len((bare & self._telling[last]) - self._telling[told])
        of_told = len((bare & self._telling[told]) - self._telling[last])
        if of_last and of_told - of_last < MARGIN:
            return True
        is_alone = len(bare & self._telling[told]) == 1
        return (of_last > 0 or is_alone) and self._likeliest(words) == last

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
        likeliest, confidence = next(iter(self._heard_by_lingua(words).items()), ("", 0.0))
        return likeliest if confidence >= least else ""

    def _heard_by_lingua(self, words: list[str]) -> dict[str, float]:
        """What lingua takes the words for, the likeliest language first, each with its confidence."""
        if self._detector is None:
            return {}
        heard = self._detector.compute_language_confidence_values(" ".join(words))
        return {each.language.iso_code_639_1.name.lower(): each.value for each in heard}

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


def _only_one_asks(starts: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """The single words that begin a question in one language alone, with that language."""
    asking = {code: {plain_words(start) for start in listed} for code, listed in starts.items()}
    return {
        word: code
        for code, words in asking.items()
        for word in words.difference(*(others for other, others in asking.items() if other != code))
        if " " not in word
    }
