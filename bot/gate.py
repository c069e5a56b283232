"""The gate of exact rules that stands before the NLU, in every language of the catalogue.

What must never be misunderstood is decided here, by whole words: danger, opting out and in, help, the way out of a form, a
request number. Accents, case, punctuation and repeated spaces do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from actions.desk import BY_TEXT
from actions.turn import Rule
from bot.model import InboundMessage
from bot.spoken import names_of
from bot.texts import UNSPACED, Texts, plain, within

ALWAYS = (
    "help",
    "menu",
    "stop",
    "start",
    "back",
    "skip",
    "start_over",
    "leave",
    "why",
    "repeat",
    "person",
    "my_requests",
    "report",
    "join",
    "unjoin",
)
BETWEEN_FORMS = ("greet", "thank")
"""The shortest courtesies need no NLU; within a form "thanks" may be an answer, and the form knows best."""

LONGEST_COMMAND = 60


class Gate:
    """Looks for an exact rule in a message. `number_of` and `survey_of` find a request number and a survey's keyword, `join_code_of` a code of
    `city.people`, `wish_of`
    a wish to be left alone that is put in other words (`channels.sms.optout`).
    """

    def __init__(
        self,
        texts: Texts,
        number_of: Callable[[str], str | None],
        survey_of: Callable[[str], str | None],
        join_code_of: Callable[[str], str | None] = lambda _text: None,
        wish_of: Callable[[InboundMessage], Rule | None] = lambda _message: None,
    ) -> None:
        self._join_code_of = join_code_of
        self._wish_of = wish_of
        self._number_of = number_of
        self._survey_of = survey_of
        self._tables = {language: _Words.of(texts, language) for language in texts.languages}
        self._all = _Words.joined(list(self._tables.values()))
        self._join_words = sorted(_words(texts, "join_code"), key=len, reverse=True)
        self._emergency = within(tuple(_words(texts, "emergency")))

    def match(
        self, message: InboundMessage, *, in_form: bool = False, stopped: bool = False, language: str = ""
    ) -> Rule | None:
        """The rule that this message is an instance of, or None. In a form, "stop" means the form where no carrier rules.

        Words count in every language at all times, as people mix them; where two disagree, the conversation's `language` decides. To somebody who is not `stopped`, a carrier's words for starting again mean what they say: "yes" is an answer.
        """
        if message.start:
            return Rule("deep_link", message.start)
        if message.choice or not message.text:
            return None
        words = plain(message.text)
        if self._emergency.search(words):
            return Rule("emergency")
        if len(words) <= LONGEST_COMMAND:
            carrier = self._carriers_word(words, message, stopped=stopped)
            rule = carrier or self._command(words, message, in_form=in_form, language=language)
            if rule or (rule := self._named_thing(message.text)):
                return rule
        return self._wish_of(message)

    def _carriers_word(self, words: str, message: InboundMessage, *, stopped: bool) -> Rule | None:
        rule = self._all.carrier.get(words) if message.channel in BY_TEXT else None
        return None if rule and rule.name == "start" and not stopped else rule

    def _command(self, words: str, message: InboundMessage, *, in_form: bool, language: str) -> Rule | None:
        own, other = self._tables.get(language, self._all), self._all
        rule = own.common.get(words) or own.language.get(words)
        if rule is None and not (not in_form and words in own.courtesies):
            rule = other.common.get(words) or other.language.get(words)
        if rule and rule.name == "stop" and in_form and message.channel not in BY_TEXT:
            return Rule("leave")
        return rule or (None if in_form else own.courtesies.get(words) or other.courtesies.get(words))

    def _named_thing(self, text: str) -> Rule | None:
        if code := self._code_in(plain(text)):
            return Rule("join_code", code)
        if number := self._number_of(text):
            return Rule("request_number", number)
        if survey := self._survey_of(text):
            return Rule("survey", survey)
        return None

    def _code_in(self, words: str) -> str | None:
        """The code behind a word for linking, such as "link kr3 7mw"; in scripts without spaces it may follow at once."""
        for word in self._join_words:
            if words.startswith(f"{word} ") or (
                words.startswith(word) and re.search(rf"[{UNSPACED}]$", word)
            ):
                return self._join_code_of(words.removeprefix(word))
        return None


@dataclass(frozen=True, slots=True)
class _Words:
    """The commands of one language, or of all: whole messages and the rules that they are."""

    common: dict[str, Rule]
    courtesies: dict[str, Rule]
    language: dict[str, Rule]
    carrier: dict[str, Rule]

    @classmethod
    def of(cls, texts: Texts, language: str) -> _Words:
        """The commands of this language; its name and its words for itself are a wish for it, whoever says them."""

        def table(names: Iterable[str]) -> dict[str, Rule]:
            return {
                plain(word): Rule(name)
                for name in reversed(tuple(names))
                for word in texts.words(f"gate.{name}", language)
            }

        begin = {plain(word): Rule("menu") for word in texts.words("gate.begin", language)}
        stops = {plain(word): Rule("stop") for word in texts.words("gate.stop_sms", language)}
        starts = {plain(word): Rule("start") for word in texts.words("gate.start_sms", language)}
        choosing = {plain(word): Rule("language") for word in texts.words("gate.choose_language", language)}
        itself = {plain(word) for word in texts.words("gate.to_this_language", language)}
        itself |= names_of(texts, language)
        return cls(
            table(ALWAYS) | begin,
            table(BETWEEN_FORMS),
            {word: Rule("language", language) for word in itself} | choosing,
            stops | starts,
        )

    @classmethod
    def joined(cls, tables: Sequence[_Words]) -> _Words:
        """All of them; of two rules for one word the earlier language's, and among a language's names its own."""
        chained = reversed(tables)
        everything = cls({}, {}, {}, {})
        for one in chained:
            for name in ("common", "courtesies", "language", "carrier"):
                getattr(everything, name).update(getattr(one, name))
        return everything


def _words(texts: Texts, name: str) -> list[str]:
    return [plain(word) for word in texts.words_of_all(f"gate.{name}")]
