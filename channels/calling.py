"""Whether a text says a phone number: a number that is in the words needs no line of its own below them."""

from __future__ import annotations

import re

SHORT = 4
"""Digits of a number such as 911, which is in many others: it counts only where it stands alone and unspaced."""

_BETWEEN = r"[\s().\u2013-]{0,3}"


def says_number(text: str, phone: str) -> bool:
    """Whether the text says this number, a long one however it is spaced. 1911 does not say 911, nor does "open 9-11"."""
    digits = [sign for sign in phone if sign.isdecimal()]
    ways = [re.escape(phone.strip())]
    if len(digits) > SHORT:
        ways.append(_BETWEEN.join(digits))
    return bool(digits) and re.search(rf"(?<!\d)(?:{'|'.join(ways)})(?!\d)", text) is not None
