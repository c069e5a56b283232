"""Questions about a report that is not sent yet: whether it has come, and how long it will take. All languages at all times."""

from __future__ import annotations

from enum import StrEnum

from actions.reading.asked_words import expression_of
from city.facts.names import fold_question
from core.texts import Texts

LONGEST = 12
"""Words up to which such a text asks this and does not tell a story."""


class DraftQuestion(StrEnum):
    """What is asked."""

    WHEN = "when"
    SENT = "sent"


class DraftQuestionReader:
    """Reads them with the words of the catalogue."""

    def __init__(self, texts: Texts) -> None:
        self._expressions = {each: expression_of(texts, f"drafts.{each}_words") for each in DraftQuestion}

    def read(self, text: str) -> DraftQuestion | None:
        """What a short text asks; None where it asks neither."""
        folded = fold_question(text)
        if len(folded.split()) > LONGEST:
            return None
        return next((each for each, asked in self._expressions.items() if asked.search(folded)), None)
