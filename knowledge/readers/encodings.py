"""Bytes into text: the mark at the beginning, UTF-8 where it fits, what the file says of itself, and only then a guess."""

from __future__ import annotations

import codecs
import re

MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
"""Where one of these begins a file, nothing else counts."""
# What a label means on the web, where it is not what Python takes it for (encoding.spec.whatwg.org).
MEANT = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874", "gb2312": "gb18030",
    "gbk": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932", "euc_kr": "cp949", "utf-16": "utf-8", "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
}  # fmt: skip
WESTERN = "cp1252"
MOST_GUESSED = 65536
"""Bytes that a guess looks at."""
FEWEST_GUESSED, MOST_IN_LATIN = 8, 0.6
"""Bytes beyond ASCII that a guess needs, and their share of the words that have any: it is 0.2 in French and 1 in Russian."""
_WORD = re.compile(rb"[a-zA-Z\x80-\xff]*[\x80-\xff][a-zA-Z\x80-\xff]*")
_SCRIPTS = ["cp1251", "koi8_r", "cp1253", "cp1255", "cp1256", "cp874", "gb18030", "big5", "cp932", "cp949"]


def decode_bytes(data: bytes, stated: str = "") -> str:
    """The text in `data`. `stated` is the encoding that the file claims: it counts only where the bytes do not say otherwise."""
    if marked := next((MARKS[mark] for mark in MARKS if data.startswith(mark)), None):
        return data.decode(marked, errors="replace")
    if wide := wide_encoding(data):
        return data.decode(wide, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    claimed = web_encoding(stated)
    encoding = claimed if claimed and _fits(data, claimed) else guess_encoding(data)
    return data.decode(encoding, errors="replace")


def web_encoding(label: str) -> str:
    """The codec that browsers take for this label; empty where there is none of that name, and for UTF-8, which was tried."""
    try:
        name = codecs.lookup(label.strip()).name if label.strip() else ""
        "".encode(name or "utf-8")  # some codecs of Python make no text
    except (LookupError, ValueError, TypeError):
        return ""
    name = MEANT.get(name, name)
    return "" if name.startswith("utf-8") else name


def guess_encoding(data: bytes) -> str:
    """The encoding of bytes that are no UTF-8: Western European in Latin script, else the one that makes most sense."""
    words = b" ".join(_WORD.findall(re.sub(rb"<[^<>]*>", b" ", data)))[:MOST_GUESSED]
    beyond = sum(byte > 127 for byte in words)
    if beyond < FEWEST_GUESSED or beyond < MOST_IN_LATIN * len(words.replace(b" ", b"")):
        return WESTERN
    from charset_normalizer import from_bytes

    best = from_bytes(words, cp_isolation=_SCRIPTS).best()
    guess = web_encoding(best.encoding) if best is not None else ""
    return guess if guess and _fits(data, guess) else WESTERN


def _fits(data: bytes, encoding: str) -> bool:
    """Whether at most one character in a hundred of those beyond ASCII cannot be read."""
    text = data.decode(encoding, errors="replace")
    beyond = sum(not character.isascii() for character in text)
    return text.count("\ufffd") * 100 <= beyond


def wide_encoding(data: bytes) -> str:
    """UTF-16 without a mark: every second byte of what is mostly ASCII is zero."""
    head = data[:512]
    if len(head) < 8 or len(head) % 2:
        return ""
    if head[1::2].count(0) > len(head) * 0.4 and not head[0::2].count(0):
        return "utf-16-le"
    return "utf-16-be" if head[0::2].count(0) > len(head) * 0.4 and not head[1::2].count(0) else ""
