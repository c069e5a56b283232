"""Short replies by their meaning, whatever the question: yes, no, don't know, later, none, all, "hold on", "thanks".

A reply is read when it is made of nothing but words that mean one of these and of words that people put around them (`replies.toml`), or
when it begins with one of them. The conversation's language is tried first, then all of them, as people mix them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from actions.reading.words import THUMBS, plain_text
from core.texts import UNSPACED, Texts, phrases_expression

LONGEST = 160
"""Characters above which a text is a story rather than a short reply."""


class Gist(StrEnum):
    """What a short reply means. `OKAY` is a yes where yes means something, else a courtesy."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    LATER = "later"
    NONE = "none"
    ANONYMOUS = "anonymous"
    ALL = "all"
    BOTH = "both"
    DONE = "done"
    WAIT = "wait"
    OKAY = "okay"
    THANKS = "thanks"
    COURTESY = "courtesy"


LISTS: tuple[tuple[Gist, tuple[str, ...]], ...] = (
    (Gist.WAIT, ("replies.wait",)),
    (Gist.OKAY, ("replies.okay",)),
    (Gist.THANKS, ("replies.thanks",)),
    (Gist.COURTESY, ("replies.courtesy",)),
    (Gist.LATER, ("replies.later",)),
    (Gist.UNKNOWN, ("replies.unknown",)),
    (Gist.DONE, ("replies.done", "words.done")),
    (Gist.BOTH, ("replies.both",)),
    (Gist.ALL, ("replies.all", "words.all")),
    (Gist.ANONYMOUS, ("replies.anonymous",)),
    (Gist.NONE, ("replies.none", "words.none")),
    (Gist.NO, ("replies.no", "words.no")),
    (Gist.YES, ("replies.yes", "words.yes")),
)
"""Where the words of each meaning stand in the catalogue; what stands in two lists means the first."""

STRONGER = (Gist.WAIT, Gist.LATER, Gist.UNKNOWN)
"""What a reply means that says this beside anything else: "ok wait", "no, not now, later"."""
WEAKER = frozenset({Gist.OKAY, Gist.THANKS, Gist.COURTESY})
"""What counts only where nothing else is said: "no thanks", "ok yes"."""
FIRST_OF_LABEL = frozenset({Gist.YES, Gist.NO, Gist.NONE, Gist.OKAY})
"""What the first word of a label may say of the whole."""
JOINED = {
    frozenset({Gist.NO, Gist.DONE}): Gist.NO,
    frozenset({Gist.NONE, Gist.DONE}): Gist.NONE,
    frozenset({Gist.NO, Gist.NONE}): Gist.NONE,
    frozenset({Gist.NO, Gist.NONE, Gist.DONE}): Gist.NONE,
    frozenset({Gist.NO, Gist.ANONYMOUS}): Gist.ANONYMOUS,
    frozenset({Gist.NONE, Gist.ANONYMOUS}): Gist.ANONYMOUS,
    frozenset({Gist.YES, Gist.ANONYMOUS}): Gist.ANONYMOUS,
    frozenset({Gist.YES, Gist.ALL}): Gist.ALL,
    frozenset({Gist.YES, Gist.BOTH}): Gist.BOTH,
    frozenset({Gist.ALL, Gist.BOTH}): Gist.BOTH,
    frozenset({Gist.YES, Gist.DONE}): Gist.DONE,
    frozenset({Gist.ALL, Gist.DONE}): Gist.DONE,
}
"""Meanings that say one thing together ("nope, that's all"); others that meet contradict each other."""


@dataclass(frozen=True, slots=True)
class ShortReply:
    """What a reply means; `rest` is what else it says, in folded words, where it only begins with that."""

    gist: Gist
    rest: str = ""


Words = tuple[str, ...]
TOKEN = re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}]+|[{THUMBS}]")
"""A word; in a script without spaces, a character."""


@dataclass(frozen=True, slots=True)
class _ReplyWords:
    """Phrases by their words: those that mean something with what they mean, those that people put around them with None."""

    meanings: dict[Words, Gist | None]
    longest: int

    @classmethod
    def of(cls, texts: Texts, languages: Iterable[str]) -> _ReplyWords:
        chosen = tuple(languages)

        def listed(key: str) -> list[Words]:
            return [_split_words(word) for language in chosen for word in texts.words(key, language)]

        meanings: dict[Words, Gist | None] = {}
        for gist, keys in LISTS:
            for words in (words for key in keys for words in listed(key)):
                meanings.setdefault(words, gist)
        for words in listed("replies.around"):
            meanings.setdefault(words, None)
        return cls(meanings, max(map(len, meanings)))

    def gists(self, words: Words) -> list[Gist] | None:
        """The meanings in their order; None when there is anything else among the words."""
        said: list[Gist] = []
        at = 0
        while at < len(words):
            length = self._length_at(words, at)
            if not length:
                return None
            gist = self.meanings[words[at : at + length]]
            said += [gist] if gist else []
            at += length
        return said

    def opening(self, words: Words) -> tuple[Gist, int] | None:
        """The meaning that the words begin with, and how many of them say so; "it is" may begin any sentence."""
        length = self._length_at(words, 0)
        gist = self.meanings[words[:length]] if length else None
        is_statement = length > 1 and gist in {Gist.YES, Gist.NO} and words[0].isascii()
        return (gist, length) if gist and not is_statement else None

    def _length_at(self, words: Words, at: int) -> int:
        """How many words the longest phrase has that begins here; 0 when none does."""
        most = min(self.longest, len(words) - at)
        return next((n for n in range(most, 0, -1) if words[at : at + n] in self.meanings), 0)


class ReplyReader:
    """Reads short replies with the words of the catalogue. Make it once."""

    def __init__(self, texts: Texts) -> None:
        self._own = {language: _ReplyWords.of(texts, (language,)) for language in texts.languages}
        self._all = _ReplyWords.of(texts, texts.languages)
        self._here = phrases_expression(tuple(map(plain_text, texts.words_of_all("replies.here"))))
        self._time = phrases_expression(tuple(map(plain_text, texts.words_of_all("replies.time"))))
        self._place = phrases_expression(tuple(map(plain_text, texts.words_of_all("replies.place"))))
        self._since = phrases_expression(tuple(map(plain_text, texts.words_of_all("replies.since"))))
        self._asks_since = phrases_expression(
            tuple(map(plain_text, texts.words_of_all("replies.asks_since")))
        )
        self._also = phrases_expression(tuple(map(plain_text, texts.words_of_all("replies.also"))))
        self._telling = phrases_expression(tuple(map(plain_text, texts.words_of_all("replies.telling"))))

    def read(self, text: str, language: str) -> ShortReply | None:
        """What the whole text means, else what it begins with; None when it is no such reply."""
        if len(text) > LONGEST:
            return None
        tables = [*([self._own[language]] if language in self._own else []), self._all]
        words = _split_words(text)
        for said in dict.fromkeys((words, tuple(map(_without_lengthening, words)))):
            for table in tables:
                if gist := _joined_gist(table.gists(said) or []):
                    return ShortReply(gist)
        opening = next((found for table in tables if (found := table.opening(words))), None)
        return ShortReply(opening[0], " ".join(words[opening[1] :])) if opening else None

    def gist(self, text: str, language: str) -> Gist | None:
        """What the whole text means, None when it says anything else as well."""
        reply = self.read(text, language)
        return reply.gist if reply and not reply.rest else None

    def gist_of_label(self, label: str, language: str) -> Gist | None:
        """What a choice's label means: the whole of it, or its first word ("Yes, in writing")."""
        first = next(iter(plain_text(label).split()), "")
        own = self.gist(first, language)
        return self.gist(label, language) or (own if own in FIRST_OF_LABEL else None)

    def says_here(self, text: str) -> bool:
        """Whether a text asks to be answered in this conversation."""
        return self._here.search(plain_text(text)) is not None

    def says_when(self, text: str) -> bool:
        """Whether a text speaks of a time, even where no day can be told from it."""
        return self._time.search(plain_text(text)) is not None

    def says_since(self, text: str) -> bool:
        """Whether a text says since when something is so."""
        return self._since.search(plain_text(text)) is not None

    def asks_since(self, question: str) -> bool:
        """Whether a question asks since when something is so."""
        return self._asks_since.search(plain_text(question)) is not None

    def names_place(self, text: str) -> bool:
        """Whether a text speaks of an address by that or a like word."""
        return self._place.search(plain_text(text)) is not None

    def says_also(self, text: str) -> bool:
        """Whether there is a word in a text by which another thing is told besides."""
        return self._also.search(plain_text(text)) is not None

    def makes_statement(self, text: str) -> bool:
        """Whether there is a word in a text that makes a statement of it."""
        return self._telling.search(plain_text(text)) is not None


def _split_words(text: str) -> Words:
    return tuple(TOKEN.findall(plain_text(text)))


def _joined_gist(said: list[Gist]) -> Gist | None:
    """One meaning of several, None when they contradict each other."""
    for gist in STRONGER:
        if gist in said:
            return gist
    told = frozenset(said) - WEAKER or frozenset(said)
    if len(told) == 1:
        return next(iter(told))
    return JOINED.get(told) or next((gist for gist in said if told <= WEAKER), None)


def _without_lengthening(word: str) -> str:
    """A word without letters that are written several times ("yesss", "nooo")."""
    return re.sub(r"([^\W\d])\1+", r"\1", word)
