"""Makes what people wrote harmless: one spelling of each letter, nothing invisible that reorders or hides text, no more than can be read."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

MOST_MARKS = 5
MOST_CHARACTERS = 4096
"""Characters of a message that are read, counted as readers see them: a ligature is as long as what it stands for."""
MOST_LOOKED_AT = 100_000
"""Characters that are looked at to find those, however many are dropped."""
# Bidirectional controls, byte order mark, zero-width spaces and interlinear marks; the joiner of emoji (200D) stays.
HIDDEN = frozenset(
    map(chr, (0x061C, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x2070), 0xFEFF))
) | frozenset(map(chr, range(0xFFF9, 0xFFFC)))


def clean_text(text: str, *, keep: str = "") -> str:
    """The text in NFC, without control, bidirectional and lone surrogate characters, and with at most five marks on a letter.

    `keep` are hidden signs that stay, such as the mark that keeps a phone number in order within Arabic words of ours.
    """
    # Heaps of marks go first: putting them in order takes the square of their number.
    harmless = _harmless_text(text.replace("\r\n", "\n").replace("\r", "\n"), keep, 2 * MOST_MARKS)
    return _harmless_text(unicodedata.normalize("NFC", harmless), keep, MOST_MARKS).strip()


def clean_message(text: str) -> tuple[str, bool]:
    """A resident's text, cleaned and no longer than readers are given, and whether something was cut off for that."""
    looked_at = text.lstrip()[:MOST_LOOKED_AT]
    clean = clean_text(looked_at)
    kept = readable_beginning(clean)
    return kept.rstrip(), len(kept) < len(clean) or len(looked_at) < len(text.strip())


def readable_beginning(text: str, most: int = MOST_CHARACTERS) -> str:
    """The beginning of the text that has at most so many characters once ligatures and the like are spelled out."""
    if text.isascii():
        return text[:most]
    room = most
    for at, sign in enumerate(text):
        room -= _character_width(sign)
        if room < 0:
            return text[:at]
    return text


@lru_cache(maxsize=8192)
def _character_width(sign: str) -> int:
    return max(1, len(unicodedata.normalize("NFKC", sign.casefold())))


def _harmless_text(text: str, keep: str, most_marks: int) -> str:
    kept: list[str] = []
    marks = 0
    for sign in text:
        kind = unicodedata.category(sign)
        if (sign in HIDDEN and sign not in keep) or kind == "Cs" or (kind == "Cc" and sign not in "\n\t"):
            continue
        marks = marks + 1 if kind in {"Mn", "Me"} or unicodedata.combining(sign) else 0
        if marks <= most_marks:
            kept.append(sign)
    return "".join(kept)
