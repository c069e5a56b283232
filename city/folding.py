"""Writing habits taken off a word, so that people's spelling does not matter; lengths may change."""

from __future__ import annotations

import unicodedata

_ARABIC = str.maketrans({"ى": "ي", "ة": "ه", "ـ": None})
"""Letters that Arabic writers put for one another, and the stroke that only widens a word."""

_WIDE = str.maketrans({chr(wide): chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)} | {"\u3000": " "})


def fold(text: str) -> str:
    """Lower case, without accents, vowel signs and apostrophes."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(
        letter
        for letter in plain.translate(_ARABIC)
        if not unicodedata.combining(letter) and letter not in "'’´"
    )


def narrow(text: str) -> str:
    """Letters and digits of Chinese keyboards' full width as ordinary ones, sign by sign."""
    return text.translate(_WIDE)
