"""Whether somebody is worn out by waiting, or is going through hardship: only where the words show it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.texts import Texts, phrases_expression, plain_words

HARDSHIP, WAITED = "hardship", "waited"


@dataclass(frozen=True, slots=True)
class FeelingReader:
    """The words of all languages, as people mix them; hardship before waiting, where both are told."""

    expressions: tuple[tuple[str, re.Pattern[str]], ...]

    @classmethod
    def of(cls, texts: Texts) -> FeelingReader:
        """With the words of the catalogue."""
        return cls(
            tuple(
                (name, phrases_expression(tuple(map(plain_words, texts.words_of_all(f"feelings.{name}")))))
                for name in (HARDSHIP, WAITED)
            )
        )

    def read(self, text: str) -> str | None:
        """`hardship` or `waited`; None for a calm text."""
        words = plain_words(text)
        return next((name for name, expression in self.expressions if expression.search(words)), None)
