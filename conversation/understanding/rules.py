"""The gate of exact rules that stands before the NLU, in every language of the catalogue.

What must never be misunderstood is decided here, by whole words: danger, opting out and in, help, the way out of a form, a
request number. Accents, case, punctuation and repeated spaces do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from actions.reading.wishes import ABOUT_DATA, Wish
from actions.routes import IN_FORM, RULES
from actions.turn.route import WordsCount
from actions.turn.turn import Rule
from channels.registry import traits_of
from city.surveys.surveys import NamedSurvey
from conversation.understanding.automatic.reader import read_automatic
from conversation.understanding.danger.detector import Danger, Level
from core.languages import names_of
from core.model import InboundMessage
from core.texts import UNSPACED, Texts, plain_words

ALWAYS = (*IN_FORM, *(name for name, rule in RULES.items() if rule.words is WordsCount.ALWAYS))
"""Lists of `gate.toml` that are rules at any time: what actions declare, and what is said to whichever form stands open."""
BETWEEN_FORMS = tuple(name for name, rule in RULES.items() if rule.words is WordsCount.BETWEEN_FORMS)
"""The shortest courtesies need no NLU; within a form "thanks" may be an answer, and the form knows best."""

CONSENT = ("stop", "stop_or_leave", "stop_sms", "start", "start_again", "start_sms")
"""Lists of whole messages about being written to."""

LONGEST_COMMAND = 60


class RuleMatcher:
    """Looks for an exact rule in a message. `number_of` and `survey_of` find a request number and a survey's keyword, `join_code_of` a code of
    `city.people.identities`, `wish_of` a wish that is put in other words (`actions.reading.wishes`), `danger_of` danger (`conversation.understanding.danger`).
    """

    def __init__(  # noqa: PLR0917  what is found in words, each by the room that knows it
        self,
        texts: Texts,
        number_of: Callable[[str], str | None],
        survey_of: Callable[[str], NamedSurvey | None],
        join_code_of: Callable[[str], str | None] = lambda _text: None,
        wish_of: Callable[[str], Wish | None] = lambda _text: None,
        danger_of: Callable[[str], Danger | None] = lambda _text: None,
    ) -> None:
        self._join_code_of = join_code_of
        self._wish_of = wish_of
        self._number_of = number_of
        self._survey_of = survey_of
        self._tables = {language: _Words.of(texts, language) for language in texts.languages}
        self._all = _Words.joined(list(self._tables.values()))
        self._consent = {name: frozenset(_catalogue_words(texts, name)) for name in CONSENT}
        self._join_words = sorted(_catalogue_words(texts, "join_code"), key=len, reverse=True)
        self._danger_of = danger_of

    def match(
        self,
        message: InboundMessage,
        *,
        in_form: bool = False,
        stopped: bool = False,
        language: str = "",
        calm: bool = False,
    ) -> Rule | None:
        """The rule that this message is an instance of, or None. Sure danger comes before everything, then what no person wrote; perhaps danger
        behind what is exact. Neither is looked for in a text that is known to be `calm`.

        Words count in every language at all times, as people mix them; where two disagree, the conversation's `language` decides. To somebody
        who is not `stopped`, words for starting again mean what they say: "yes" is an answer. In a form, a wish in other words is left to it.
        """
        if message.start:
            return Rule("deep_link", message.start)
        if message.choice or not message.text:
            return None
        danger = None if calm else self._danger_of(message.text)
        if danger and danger.level is Level.SURE:
            return Rule("emergency", danger.kind, danger.languages)
        if automatic := read_automatic(message.text):
            return Rule("automatic", automatic.value)
        if rule := self._exact(message, in_form=in_form, stopped=stopped, language=language):
            return rule
        if danger:
            return Rule("ask_danger", danger.kind, danger.languages)
        return self._match_wish(message, in_form=in_form, stopped=stopped)

    def _exact(self, message: InboundMessage, *, in_form: bool, stopped: bool, language: str) -> Rule | None:
        """What a short text is word by word."""
        words = plain_words(message.text)
        if len(words) > LONGEST_COMMAND:
            return None
        rule = self._about_texts(words, message, in_form=in_form, stopped=stopped)
        rule = rule or self._match_command(words, in_form=in_form, language=language)
        return rule or self._named_thing(message.text)

    def _about_texts(
        self, words: str, message: InboundMessage, *, in_form: bool, stopped: bool
    ) -> Rule | None:
        """Stopping and starting again: what the carriers' words and our own phrases do at once, also in the middle of a form.

        A word that is an answer as well ("cancel", "end") stops only where carriers rule and no question stands open; "stop" leaves a form
        where they do not.
        """
        by_text = traits_of(message.channel).has_carrier_rules
        said = {name for name in CONSENT if words in self._consent[name]}
        if _is_start(said, by_text=by_text, in_form=in_form, stopped=stopped):
            return Rule("start")
        if "stop_or_leave" in said:
            return Rule("leave" if in_form and not by_text else "stop")
        at_once = "stop" in said or (by_text and not in_form and "stop_sms" in said)
        return Rule("stop") if at_once else None

    def _match_command(self, words: str, *, in_form: bool, language: str) -> Rule | None:
        own, other = self._tables.get(language, self._all), self._all
        rule = own.common.get(words) or own.language.get(words)
        if rule is None and not (not in_form and words in own.courtesies):
            rule = other.common.get(words) or other.language.get(words)
        return rule or (None if in_form else own.courtesies.get(words) or other.courtesies.get(words))

    def _match_wish(self, message: InboundMessage, *, in_form: bool, stopped: bool) -> Rule | None:
        """A wish that is understood, not spelled out: one to stop is asked back, and never in the middle of a form."""
        wish = self._wish_of(message.text)
        if wish in ABOUT_DATA:
            return Rule("privacy", wish.value)
        if wish is Wish.START:
            return Rule("start") if stopped else None
        return Rule("ask_stop") if wish is Wish.STOP and not in_form else None

    def _named_thing(self, text: str) -> Rule | None:
        if code := self._code_in(plain_words(text)):
            return Rule("join_code", code)
        if number := self._number_of(text):
            return Rule("request_number", number)
        if survey := self._survey_of(text):
            return Rule("survey", survey.code, survey.languages)
        return None

    def _code_in(self, words: str) -> str | None:
        """The code behind a word for linking, such as "link kr3 7mw"; in scripts without spaces it may follow at once."""
        for word in self._join_words:
            if words.startswith(f"{word} ") or (
                words.startswith(word) and re.search(rf"[{UNSPACED}]$", word)
            ):
                return self._join_code_of(words.removeprefix(word))
        return None


def _is_start(said: set[str], *, by_text: bool, in_form: bool, stopped: bool) -> bool:
    """Whether the words start the texts again, which somebody who has stopped them may say in more ways."""
    if stopped:
        return not said.isdisjoint({"start", "start_again"}) or (by_text and "start_sms" in said)
    return "start" in said and not in_form


@dataclass(frozen=True, slots=True)
class _Words:
    """The commands of one language, or of all: whole messages and the rules that they are."""

    common: dict[str, Rule]
    courtesies: dict[str, Rule]
    language: dict[str, Rule]

    @classmethod
    def of(cls, texts: Texts, language: str) -> _Words:
        """The commands of this language; its name and its words for itself are a wish for it, whoever says them."""

        def table(names: Iterable[str]) -> dict[str, Rule]:
            return {
                plain_words(word): Rule(name)
                for name in names
                for word in texts.words(f"gate.{name}", language)
            }

        begin = {plain_words(word): Rule("menu") for word in texts.words("gate.begin", language)}
        choosing = {
            plain_words(word): Rule("language") for word in texts.words("gate.choose_language", language)
        }
        itself = {plain_words(word) for word in texts.words("gate.to_this_language", language)}
        itself |= names_of(texts, language)
        return cls(
            table(ALWAYS) | begin,
            table(BETWEEN_FORMS),
            {word: Rule("language", language) for word in itself} | choosing,
        )

    @classmethod
    def joined(cls, tables: Sequence[_Words]) -> _Words:
        """All of them; of two rules for one word the earlier language's, and among a language's names its own."""
        chained = reversed(tables)
        everything = cls({}, {}, {})
        for one in chained:
            for name in ("common", "courtesies", "language"):
                getattr(everything, name).update(getattr(one, name))
        return everything


def _catalogue_words(texts: Texts, name: str) -> list[str]:
    return [plain_words(word) for word in texts.words_of_all(f"gate.{name}")]
