"""What an author may look for in a document and not find: the words that were left out, by the reason for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.failures import ErrorCode, Failure, fail_with
from knowledge.base.text import one_line

MOST_PIECES, MOST_OF_A_PIECE = 20, 200
"""Pieces that are kept for each reason, and characters of each."""
MOST_SHOWN, MOST_OF_A_SHOWN = 5, 80
"""Of these, what is shown to staff."""


class LeftOutCode(ErrorCode):
    """Why something in a file that was read is not in its text, or may stand in it wrongly."""

    DELETED = "left_deleted", "Left out, as its author deleted or struck it: {words}."
    HIDDEN = "left_hidden", "Left out, as it is hidden: {words}."
    UNREAD = "left_unread", "Words in pictures and embedded pages are not read: {words}."
    BEYOND = "left_beyond", "Scanned pages beyond the number that is read of one file: {words}."
    UNSURE = "left_unsure", "Left out, as it is not clear enough in the scan: {words}."
    SCANNED = "left_scanned", "Read from a scan by machine, please compare with the original: {words}."


DELETED = LeftOutCode.DELETED.value
HIDDEN = LeftOutCode.HIDDEN.value
UNREAD = LeftOutCode.UNREAD.value
BEYOND = LeftOutCode.BEYOND.value
UNSURE = LeftOutCode.UNSURE.value
SCANNED = LeftOutCode.SCANNED.value


@dataclass(slots=True)
class LeftOut:
    """Words that were left out, by the value of their reason (`LeftOutCode`)."""

    words: dict[str, list[str]] = field(default_factory=dict)

    def note(self, reason: str, words: str) -> None:
        """Keep the beginning of a piece that goes, unless there are many or nothing is said in it."""
        pieces = self.words.setdefault(reason, [])
        line = one_line(words, MOST_OF_A_PIECE)
        if re.search(r"\w", line) and len(pieces) < MOST_PIECES and line not in pieces:
            pieces.append(line)

    def take(self, data: object) -> None:
        """Note what `as_data` of another process said, taken with care."""
        known = data if isinstance(data, dict) else {}
        for code in LeftOutCode:
            pieces = known.get(code.value)
            for piece in pieces if isinstance(pieces, list) else ():
                self.note(code.value, str(piece))

    def as_data(self) -> Mapping[str, list[str]]:
        """The reasons that have any, each with its pieces."""
        return {reason: pieces for reason, pieces in self.words.items() if pieces}

    def as_failure(self) -> Failure | None:
        """What staff are told, one reason after the other; None where nothing was left out."""
        told: Failure | None = None
        for code in reversed(LeftOutCode):
            if pieces := self.words.get(code.value):
                told = fail_with(code, cause=told, words=_shown_pieces(pieces))
        return told


def _shown_pieces(pieces: list[str]) -> str:
    shown = [
        f"“{piece}”" if len(piece) <= MOST_OF_A_SHOWN else f"“{piece[:MOST_OF_A_SHOWN]}…”" for piece in pieces
    ]
    return ", ".join(shown[:MOST_SHOWN]) + (", …" if len(shown) > MOST_SHOWN else "")
