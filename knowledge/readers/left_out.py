"""What an author may look for in a document and not find: the words that were left out, by the reason for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

DELETED, HIDDEN = "deleted", "hidden"
MOST_PIECES, MOST_OF_A_PIECE = 20, 200
"""Pieces that are kept for each reason, and characters of each."""


@dataclass(slots=True)
class LeftOut:
    """Words that were left out, by reason: struck or deleted by its author, or hidden."""

    words: dict[str, list[str]] = field(default_factory=dict)

    def note(self, reason: str, words: str) -> None:
        """Keep the beginning of a piece that goes, unless there are many or nothing is said in it."""
        pieces = self.words.setdefault(reason, [])
        line = " ".join(words.split())
        if re.search(r"\w", line) and len(pieces) < MOST_PIECES and line[:MOST_OF_A_PIECE] not in pieces:
            pieces.append(line[:MOST_OF_A_PIECE])

    def as_data(self) -> Mapping[str, list[str]]:
        """The reasons that have any, each with its pieces."""
        return {reason: pieces for reason, pieces in self.words.items() if pieces}
