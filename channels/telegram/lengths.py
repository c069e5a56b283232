"""Lengths as Telegram counts them, in UTF-16 units, and cutting a long text where a reader would pause."""

from __future__ import annotations

import re
import unicodedata

PAUSES = (r"\n[ \t]*\n+", r"\n", r"(?<=[.!?…])\s+", r"\s+")
"""Where a text may be cut, best first: between paragraphs, lines, sentences, words."""

JOINER = "\u200d"
LONGEST_CLUSTER = 16


def text_units(text: str) -> int:
    """UTF-16 code units: an emoji counts two or more."""
    return len(text) + sum(sign > "\uffff" for sign in text)


def text_pieces(text: str, most: int) -> list[str]:
    """The text in pieces of at most `most` units, in order, none of them empty; no character is cut in two."""
    return _split_at_pauses(text.strip(), most, PAUSES)


def shorten_units(text: str, most: int) -> str:
    """The text, or its beginning and an ellipsis, in at most `most` units."""
    return text if text_units(text) <= most else _chop_text(text, most - 1)[0].rstrip() + "…"


def _split_at_pauses(text: str, most: int, pauses: tuple[str, ...]) -> list[str]:
    if text_units(text) <= most:
        return [text] if text else []
    if not pauses:
        return _chop_text(text, most)
    parts = re.split(f"({pauses[0]})", text)
    packed: list[str] = []
    open_piece, size = "", 0
    for gap, part in zip(["", *parts[1::2]], parts[::2], strict=True):
        if open_piece and size + text_units(gap) + text_units(part) <= most:
            open_piece += gap + part
            size += text_units(gap) + text_units(part)
            continue
        *whole, open_piece = [open_piece, *_split_at_pauses(part, most, pauses[1:])] if part else [open_piece]
        packed += whole
        size = text_units(open_piece)
    return [piece for piece in (*packed, open_piece) if piece.strip()]


def _chop_text(text: str, most: int) -> list[str]:
    """Cut a text that has no pause at all, such as a very long word."""
    chopped: list[str] = []
    start = size = 0
    for at, sign in enumerate(text):
        if size + text_units(sign) > most:
            cut = _cluster_start(text, start, at)
            chopped.append(text[start:cut])
            start, size = cut, text_units(text[cut:at])
        size += text_units(sign)
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
