"""Lengths as Telegram counts them, in UTF-16 units, and cutting a long text where a reader would pause."""

from __future__ import annotations

import re
import unicodedata

PAUSES = (r"\n[ \t]*\n+", r"\n", r"(?<=[.!?…])\s+", r"\s+")
"""Where a text may be cut, best first: between paragraphs, lines, sentences, words."""

JOINER = "\u200d"
LONGEST_CLUSTER = 16


def units(text: str) -> int:
    """UTF-16 code units: an emoji counts two or more."""
    return len(text) + sum(sign > "\uffff" for sign in text)


def pieces(text: str, most: int) -> list[str]:
    """The text in pieces of at most `most` units, in order, none of them empty; no character is cut in two."""
    return _split(text.strip(), most, PAUSES)


def shorten(text: str, most: int) -> str:
    """The text, or its beginning and an ellipsis, in at most `most` units."""
    return text if units(text) <= most else _chop(text, most - 1)[0].rstrip() + "…"


def _split(text: str, most: int, pauses: tuple[str, ...]) -> list[str]:
    if units(text) <= most:
        return [text] if text else []
    if not pauses:
        return _chop(text, most)
    parts = re.split(f"({pauses[0]})", text)
    packed: list[str] = []
    open_piece, size = "", 0
    for gap, part in zip(["", *parts[1::2]], parts[::2], strict=True):
        if open_piece and size + units(gap) + units(part) <= most:
            open_piece += gap + part
            size += units(gap) + units(part)
            continue
        *whole, open_piece = [open_piece, *_split(part, most, pauses[1:])] if part else [open_piece]
        packed += whole
        size = units(open_piece)
    return [piece for piece in (*packed, open_piece) if piece.strip()]


def _chop(text: str, most: int) -> list[str]:
    """Cut a text that has no pause at all, such as a very long word."""
    chopped: list[str] = []
    start = size = 0
    for at, sign in enumerate(text):
        if size + units(sign) > most:
            cut = _cluster_start(text, start, at)
            chopped.append(text[start:cut])
            start, size = cut, units(text[cut:at])
        size += units(sign)
    return [*chopped, text[start:]]


def _cluster_start(text: str, start: int, at: int) -> int:
    """The last place up to `at` that is not inside of an accented letter or a composed emoji."""
    for cut in range(at, max(start, at - LONGEST_CLUSTER), -1):
        if not _belongs_to_the_left(text[cut]) and text[cut - 1] != JOINER:
            return cut
    return at


def _belongs_to_the_left(sign: str) -> bool:
    return bool(
        unicodedata.combining(sign)
        or sign == JOINER
        or "\ufe00" <= sign <= "\ufe0f"
        or "\U0001f3fb" <= sign <= "\U0001f3ff"
    )
