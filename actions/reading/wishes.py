"""Plain wishes about being written to ("please don't text me any more") and about one's own data, in every language of the catalogue.

Exact words (STOP and its like) are the gate's business and act at once. What stands here is told from meaning, and only ever leads to a
question: somebody who is silenced by mistake loses the line to the city. So phrases must speak of writing or of being on the list, and
whoever complains about somebody else is left alone. The phrases stand in `wishes.toml`, those about data, which have to be the whole text, in
`privacy.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from core.texts import Texts, is_unspaced, plain_words

LONGEST = 160
"""Signs above which a text is a story rather than a wish."""

GROUPS = ("ask", "write", "texts", "us")
"""Lists of the catalogue that phrases may name in angle brackets."""

Patterns = tuple[re.Pattern[str], ...]


class Wish(StrEnum):
    """What a resident wishes about being written to, or to know or have done about what is kept of them."""

    STOP = "stop"
    START = "start"
    DELETE = "delete"
    ACCESS = "access"
    READERS = "readers"


ABOUT_DATA = (Wish.DELETE, Wish.ACCESS, Wish.READERS)


@dataclass(frozen=True, slots=True)
class WishReader:
    """Phrases as patterns over plain text: of stopping, of starting again, and of what only sounds like it.

    `ending` and `about` are, language by language, the words without which no text speaks of ending and of being written to.
    """

    stop: Patterns
    start: Patterns
    other: Patterns
    ending: Patterns
    about: Patterns
    data: dict[Wish, Patterns]

    @classmethod
    def of(cls, texts: Texts, languages: Iterable[str] | None = None) -> WishReader:
        """The phrases of the catalogue; of all its languages unless some are named. Make it once."""
        chosen = tuple(languages or texts.languages)

        def phrases(name: str) -> Patterns:
            listed = (
                (one, language) for language in chosen for one in texts.words(f"wishes.{name}", language)
            )
            return tuple(re.compile(_expanded_phrase(phrase, texts, language)) for phrase, language in listed)

        def any_word(name: str) -> Patterns:
            return tuple(
                re.compile("|".join(texts.words(f"wishes.{name}", language)) or r"(?!)")
                for language in chosen
            )

        data = {
            wish: tuple(_whole_text_expression(texts, wish, language) for language in chosen)
            for wish in ABOUT_DATA
        }
        groups = (phrases("stop"), phrases("start"), phrases("other"), any_word("ending"), any_word("about"))
        return cls(*groups, data)

    def wish(self, text: str) -> Wish | None:
        """What the text as a whole asks for, else None."""
        if wish := self._about_data(text):
            return wish
        said = self._plain_request(text)
        if not said:
            return None
        if _any_matches(self.start, said):
            return Wish.START
        return Wish.STOP if _any_matches(self.stop, said) or self.may_ask_to_stop(text) else None

    def may_ask_to_stop(self, text: str) -> bool:
        """Whether a text speaks of ending something and of being written to at all: enough to ask, with the NLU or without."""
        said = self._plain_request(text)
        pairs = zip(self.ending, self.about, strict=True)
        return bool(said) and any(ending.search(said) and about.search(said) for ending, about in pairs)

    def _about_data(self, text: str) -> Wish | None:
        words = plain_words(text, also="") if len(text) <= LONGEST else ""
        return next(
            (wish for wish, patterns in self.data.items() if words and _any_matches(patterns, words)), None
        )

    def _plain_request(self, text: str) -> str:
        """The plain text; empty when it is a story, or only sounds like a wish."""
        said = plain_words(text, also="") if len(text) <= LONGEST else ""
        return "" if _any_matches(self.other, said) else said


def _any_matches(patterns: Patterns, said: str) -> bool:
    return any(pattern.search(said) for pattern in patterns)


def _whole_text_expression(texts: Texts, wish: Wish, language: str) -> re.Pattern[str]:
    """A whole text that is this wish, with what people say before and behind it; some scripts have no spaces between words."""
    gap = "" if any(is_unspaced(sign) for sign in texts.say("language.name", language)) else " "
    phrases, ask, tail = (
        "|".join(texts.words(f"privacy.{name}", language)) for name in (wish.value, "ask", "tail")
    )
    return re.compile(rf"^(?:(?:{ask}){gap})*(?:{phrases or '(?!)'})(?:{gap}(?:{tail}))*$")


def _expanded_phrase(phrase: str, texts: Texts, language: str) -> str:
    for group in GROUPS:
        named = f"<{group}>"
        if named in phrase:
            # The longest first, so that "text messages" is not taken for "text".
            listed = sorted(texts.words(f"wishes.{group}", language), key=len, reverse=True)
            phrase = phrase.replace(named, f"(?:{'|'.join(listed)})")
    return phrase
