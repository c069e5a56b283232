"""Whether a text is put like one that goes on with what was just answered: how it begins, what points back, and what it says of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass

from city.facts.names import fold_question
from city.places.words import SMALL_WORDS
from core.texts import ARABIC_BEFORE, UNSPACED, Texts, any_of_phrases, phrases_expression

GAP = " ; "
ARABIC_AND = r"و(?=(?:ال|يوم|هل|كم|متي|اين|كيف|ماذا|في|لو|اذا))"
"""The Arabic "and", which is written on to the word behind it."""
ASKING = ("hours", "when", "phone", "address", "email")
"""Lists of the catalogue's facts that ask for something of a thing."""


@dataclass(frozen=True, slots=True)
class TopicCues:
    """How a text is put: `points` back by how it begins or by a word; asks for the `other` one of a kind; `rest` is the folded text without
    how it begins and without the word for another, and `own` are the words that tell a subject.
    """

    points: bool
    other: bool
    rest: str
    own: tuple[str, ...]


class TopicCueReader:
    """Reads with the words of all languages. Make it once."""

    def __init__(self, texts: Texts) -> None:
        def folded(*keys: str) -> tuple[str, ...]:
            words = (fold_question(word) for key in keys for word in texts.words_of_all(key))
            return tuple(sorted(set(words)))

        starts = any_of_phrases(folded("topic.starts"))
        self._starts = re.compile(rf"^\W*(?:no )?(?:(?:{starts})\W*|{ARABIC_AND})")
        self._points = phrases_expression(folded("topic.points"))
        self._other = phrases_expression(folded("topic.other"))
        asking = (f"facts.{name}_words" for name in ASKING)
        self._around = phrases_expression(folded("topic.aspects", "facts.around", "words.weekdays", *asking))

    def read(self, text: str) -> TopicCues:
        """The cues in a text."""
        whole = fold_question(text)
        begun = self._starts.sub("", whole, count=1)
        rest = self._other.sub(GAP, begun)
        bare = self._points.sub(GAP, rest)
        return TopicCues(
            points=begun != whole or bare != rest, other=rest != begun, rest=rest, own=self._own_words(bare)
        )

    def _own_words(self, bare: str) -> tuple[str, ...]:
        left = self._around.sub(GAP, bare)
        words = re.findall(rf"[{UNSPACED}]+|[^\W\d{UNSPACED}]+", left)
        return tuple(
            word for word in words if word not in SMALL_WORDS and not re.fullmatch(ARABIC_BEFORE, word)
        )
