"""Counts the segments of an SMS as Twilio does, because each of them is paid for and each can be lost on its own.

A text of nothing but GSM 03.38 signs has 160 of them in one segment, or 153 in each of several; one other sign makes the
whole text UCS-2, with 70 or 67 UTF-16 units. What a reader sees as one sign (a letter with its marks, an emoji of several
code points) is never divided between two segments. The oracle of the tests is Twilio's own `sms-segments-calculator`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate

import regex  # type: ignore[import-untyped]

SEGMENT_BITS = 140 * 8
HEADER_BITS = 6 * 8
GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION = frozenset("\f^{}\\[~]|€")
"""Signs of GSM 03.38 that take two places."""
GSM = GSM_BASIC | GSM_EXTENSION

TYPOGRAPHY = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "‚": "'",
        "‛": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "‐": "-",
        "‑": "-",
        "‒": "-",
        "–": "-",
        "—": "-",
        "―": "-",
        "−": "-",
        "…": "...",
        "•": "-",
        "·": "-",
        "×": "x",
        "′": "'",
        "″": '"',
        "\u00a0": " ",
        "\u2009": " ",
        "\u202f": " ",
        "\u200b": "",
        "\ufeff": "",
        "\t": " ",
    }
)
"""Typography that says the same in plain signs, and would more than double the price of an English text."""

_SIGN = regex.compile(r"\X")


class Encoding(StrEnum):
    """How the signs of a text travel."""

    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"


@dataclass(frozen=True, slots=True)
class Segments:
    """`units` are septets of GSM-7 or UTF-16 units of UCS-2, without headers; `count` is what is paid for."""

    encoding: Encoding
    units: int
    count: int


def encoding_of(text: str) -> Encoding:
    """GSM-7 where every sign is one of its own, else UCS-2."""
    return Encoding.GSM_7 if GSM.issuperset(text) else Encoding.UCS_2


def utf16_units(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text) + sum(sign > "\uffff" for sign in text)


def signs_of(text: str) -> list[str]:
    """What a reader sees as single signs (grapheme clusters), except that a CRLF is two."""
    found: list[str] = []
    for sign in _SIGN.findall(text):
        found.extend(sign if sign == "\r\n" else (sign,))
    return found


def _character_sizes(text: str, encoding: Encoding) -> Iterator[int]:
    """Bits of each sign."""
    if encoding is Encoding.GSM_7:
        return (14 if sign in GSM_EXTENSION else 7 for sign in text)
    return (16 * utf16_units(sign) for sign in signs_of(text))


def count_segments(text: str, encoding: Encoding | None = None) -> Segments:
    """How many segments this text makes, and of which kind. An empty text is one segment, as Twilio counts it.

    `encoding` is that of the message when `text` is a part of one; GSM-7 only where `text` has no other signs.
    """
    encoding = encoding or encoding_of(text)
    sizes = list(_character_sizes(text, encoding))
    units = sum(sizes) // (7 if encoding is Encoding.GSM_7 else 16)
    if sum(sizes) <= SEGMENT_BITS:
        return Segments(encoding, units, 1)
    return Segments(encoding, units, _filled_segments(sizes))


def _filled_segments(sizes: list[int]) -> int:
    """Segments filled one after the other, each with a header. A sign larger than a segment gets one of its own."""
    room = SEGMENT_BITS - HEADER_BITS
    # Twilio fills the first segment without a header, and on overflow moves what no longer fits into the second one as it
    # is; only signs larger than a whole segment make that differ from filling each in turn.
    unheaded = sum(total <= SEGMENT_BITS for total in accumulate(sizes))
    first = sum(total <= room for total in accumulate(sizes[:unheaded]))
    count, used = 2, sum(sizes[first:unheaded])
    for position, size in enumerate(sizes[unheaded:]):
        if position and room - used < size:
            count, used = count + 1, 0
        used += size
    return count


def fold_to_gsm7(text: str) -> str:
    """The text with accents dropped where GSM-7 does not have the letter: `¿Dónde está?` becomes `¿Donde esta?`, `ñ` stays."""
    return "".join(_folded_character(sign) for sign in unicodedata.normalize("NFC", text))


def _folded_character(sign: str) -> str:
    if sign in GSM_BASIC or sign in GSM_EXTENSION:
        return sign
    bare = "".join(part for part in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(part))
    return bare if bare and all(part in GSM_BASIC for part in bare) else sign


def as_sent(text: str, *, fold_accents: bool) -> str:
    """The text in the signs that are sent; `fold_accents` drops accents that would make it UCS-2."""
    text = re.sub(r"[ \t]+\n", "\n", plain_signs(text)).strip()
    return fold_to_gsm7(text) if fold_accents else text


def plain_signs(text: str) -> str:
    """The text with typographic quotes, dashes and spaces made plain; letters and emoji stay as they are."""
    return unicodedata.normalize("NFC", text.translate(TYPOGRAPHY))
