"""Makes what people wrote harmless: one spelling of each letter, nothing invisible that reorders or hides text."""

from __future__ import annotations

import unicodedata

MOST_MARKS = 5
# Bidirectional controls, byte order mark, zero-width spaces and interlinear marks; the joiner of emoji (200D) stays.
HIDDEN = frozenset(
    map(chr, (0x061C, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x2070), 0xFEFF))
) | frozenset(map(chr, range(0xFFF9, 0xFFFC)))


def clean_text(text: str, *, keep: str = "") -> str:
    """The text in NFC, without control, bidirectional and lone surrogate characters, and with at most five marks on a letter.

    `keep` are hidden signs that stay, such as the mark that keeps a phone number in order within Arabic words of ours.
    """
    kept: list[str] = []
    marks = 0
    for sign in unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")):
        kind = unicodedata.category(sign)
        marks = marks + 1 if kind in {"Mn", "Me"} else 0
        if (
            marks > MOST_MARKS
            or (sign in HIDDEN and sign not in keep)
            or kind == "Cs"
            or (kind == "Cc" and sign not in "\n\t")
        ):
            continue
        kept.append(sign)
    return "".join(kept).strip()
