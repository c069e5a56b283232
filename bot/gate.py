"""The gate of exact rules that stands before the NLU, in every language of the catalogue.

What must never be misunderstood is decided here, by whole words: danger, opting out and in, help, the way out of a form, a
request number. Accents, case, punctuation and repeated spaces do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from actions.desk import BY_TEXT
from actions.turn import Rule
from bot.model import InboundMessage
from bot.texts import Texts, plain

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

LANGUAGES = {"to_english": "en", "to_spanish": "es"}
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
        self._common = _table(texts, ALWAYS)
        self._common |= {word: Rule("menu") for word in _words(texts, "begin")}
        self._courtesies = _table(texts, BETWEEN_FORMS)
        self._carrier = {word: Rule("stop") for word in _words(texts, "stop_sms")}
        self._carrier |= {word: Rule("start") for word in _words(texts, "start_sms")}
        self._language = {
            word: Rule("language", language)
            for name, language in LANGUAGES.items()
            for word in _words(texts, name)
        } | {word: Rule("language") for word in _words(texts, "choose_language")}
        self._join_words = sorted(_words(texts, "join_code"), key=len, reverse=True)
        phrases = sorted(_words(texts, "emergency"), key=len, reverse=True)
        self._emergency = re.compile(r"\b(?:" + "|".join(map(re.escape, phrases)) + r")\b")

    def match(self, message: InboundMessage, *, in_form: bool = False, stopped: bool = False) -> Rule | None:
        """The rule that this message is an instance of, or None. In a form, "stop" means the form where no carrier rules.

        To somebody who is not `stopped`, a carrier's words for starting again mean what they say: "yes" is an answer.
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
            rule = carrier or self._command(words, message, in_form=in_form)
            if rule or (rule := self._named_thing(message.text)):
                return rule
        return self._wish_of(message)

    def _carriers_word(self, words: str, message: InboundMessage, *, stopped: bool) -> Rule | None:
        rule = self._carrier.get(words) if message.channel in BY_TEXT else None
        return None if rule and rule.name == "start" and not stopped else rule

    def _command(self, words: str, message: InboundMessage, *, in_form: bool) -> Rule | None:
        rule = self._common.get(words) or self._language.get(words)
        if rule and rule.name == "stop" and in_form and message.channel not in BY_TEXT:
            return Rule("leave")
        return rule or (None if in_form else self._courtesies.get(words))

    def _named_thing(self, text: str) -> Rule | None:
        if code := self._code_in(plain(text)):
            return Rule("join_code", code)
        if number := self._number_of(text):
            return Rule("request_number", number)
        if survey := self._survey_of(text):
            return Rule("survey", survey)
        return None

    def _code_in(self, words: str) -> str | None:
        """The code behind a word for linking, such as "link kr3 7mw"."""
        for word in self._join_words:
            if words.startswith(f"{word} "):
                return self._join_code_of(words.removeprefix(word))
        return None


def _words(texts: Texts, name: str) -> list[str]:
    return [plain(word) for word in texts.words_of_all(f"gate.{name}")]


def _table(texts: Texts, names: tuple[str, ...]) -> dict[str, Rule]:
    return {word: Rule(name) for name in reversed(names) for word in _words(texts, name)}
