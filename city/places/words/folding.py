"""Writing habits taken off a word, so that people's spelling does not matter; lengths may change."""

from __future__ import annotations

from core.texts import fold_text as fold_letters

_APOSTROPHES = str.maketrans(dict.fromkeys("'’´"))
_WIDE = str.maketrans({chr(wide): chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)} | {"\u3000": " "})


def fold_name(text: str) -> str:
    """As `core.texts.fold_text`, and without apostrophes, which names lose as often as they gain them."""
    return fold_letters(text.translate(_APOSTROPHES))


def narrow_text(text: str) -> str:
    """Letters and digits of Chinese keyboards' full width as ordinary ones, sign by sign, so that places in the text stay."""
    return text.translate(_WIDE)
