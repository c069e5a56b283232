"""Plain words: cleaning, counting, sentences, hashes. What every other file of the library needs."""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from urllib.parse import quote

# Control characters, halves of characters, and the invisible marks that turn the direction of writing; tab and newline stay.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_CJK_CHARACTER = re.compile(f"[{_CJK}]")
_WORD = re.compile(rf"[^\W{_CJK}]+(?:['’][^\W{_CJK}]+)?")
_SENTENCE_END = re.compile(r"(?<=[.!?؟])[\"'”’)\]]*\s+(?=[^\sa-z])|(?<=[。！？])(?=\S)|\n+")
_ABBREVIATION = re.compile(
    r"(?:\b(?:St|Ave|Rd|Blvd|Dr|Mr|Mrs|Ms|No|Nr|Inc|Sra?|Ext|approx|e\.g|i\.e|vs|bzw|ca|Str|z\.B)|\b[A-Z])\.$"
)
_LONGEST_ABBREVIATION = 12
_LINK = re.compile(
    r"!?\[([^\]\[]*)\]\(\s*<?([^()\s<>]*(?:\([^()\s]*\)[^()\s]*)?)>?(?:\s+[\"'][^\"')]*[\"'])?\s*\)"
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
_SPACES = re.compile(r"[^\S\n]+")
_MARK = re.compile(r"[\\\[<>&*_`\ue020-\ue07e]")
"""What `readable_text` looks for; a text without any of it stays as it is."""
_ADDRESS = re.compile(r"\s*\(?(?:https?://|www\.)[^\s()<>]+\)?")


_SIGNS_OF_ADDRESSES = "!#$%&'()*+,/:;=?@[]~"


def ascii_address(address: str, encoding: str = "utf-8") -> str:
    """A web address as it travels: spaces, accents and whatever else no address may have as percent and number; what is so already stays."""
    return quote(address.strip(), safe=_SIGNS_OF_ADDRESSES, encoding=encoding)


def text_digest(*parts: str) -> str:
    """A stable name for some texts: 32 hexadecimal digits, different when any part differs."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


# Escaped characters of Markdown wait in a private part of Unicode while the marks are taken away.
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()<>#+.!|-])")
_PRIVATE = 0xE000
_HIDDEN = re.compile("[\ue020-\ue07e]")


def escape_markdown(text: str) -> str:
    """Plain words as Markdown that says the same: what could be taken for a mark gets a backslash."""
    return re.sub(r"([\\`*_\[\]<>#|])", r"\\\1", text)


def _hide_mark(match: re.Match[str]) -> str:
    return chr(_PRIVATE + ord(match[1]))


def _show_mark(match: re.Match[str]) -> str:
    return chr(ord(match[0]) - _PRIVATE)


def clean_text(text: str) -> str:
    """`text` in composed Unicode, one kind of line break, without control, zero-width and direction characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    return _UNWANTED.sub("", unicodedata.normalize("NFC", text))


def one_line(text: str, limit: int = 300) -> str:
    """`text` as a title: cleaned, on one line, at most `limit` characters."""
    return " ".join(clean_text(text).split())[:limit].strip()


def count_words(text: str) -> int:
    """Words, where two Chinese or Japanese characters count as one."""
    return len(_WORD.findall(text)) + (len(_CJK_CHARACTER.findall(text)) + 1) // 2


def split_sentences(text: str) -> list[str]:
    """The sentences of `text` in order, each as written; a line break ends one, a full stop after "St" does not."""
    found: list[list[str]] = []
    for piece in map(str.strip, _SENTENCE_END.split(text)):
        if found and _ABBREVIATION.search(found[-1][-1], max(0, len(found[-1][-1]) - _LONGEST_ABBREVIATION)):
            found[-1].append(piece)
        elif piece:
            found.append([piece])
    return [" ".join(pieces) for pieces in found]


def without_addresses(text: str) -> str:
    """`text` without web addresses, which say nothing to a search by meaning."""
    return _ADDRESS.sub("", text)


def readable_text(markdown: str) -> str:
    """One block of Markdown as a person would read it aloud: links as `text (address)`, no marks of emphasis, no tags."""
    markdown = _SPACES.sub(" ", markdown)  # many in a row make expressions slow, and end as one anyway
    if not _MARK.search(markdown):
        return "\n".join(line for line in map(str.strip, markdown.split("\n")) if line)
    text = _LINK.sub(_spell_out, _ESCAPED.sub(_hide_mark, markdown))
    text = re.sub(r"<br\s*/?>", "\n", text, flags=re.IGNORECASE)
    text = re.sub(r"<(https?://[^\s<>]{1,2000}|[^\s<>@]{1,100}@[^\s<>@]{1,200})>", r"\1", text)
    text = html.unescape(_TAG.sub(" ", _without_comments(text)))
    text = re.sub(r"(\*\*|__)(?=[^\s*_])(.{1,1000}?)(?<=\S)\1", r"\2", text)
    text = re.sub(r"(?<![\w*])\*(?=\S)([^*\n]{1,1000})(?<=\S)\*(?![\w*])", r"\1", text)
    text = re.sub(r"(?<!\w)_(?=\S)([^_\n]{1,1000})(?<=\S)_(?!\w)", r"\1", text)
    text = re.sub(r"(?<!`)(`{1,3})([^`]{1,1000})\1(?!`)", r"\2", text)
    text = _HIDDEN.sub(_show_mark, text)
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _without_comments(text: str) -> str:
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        kept += [text[at:start], " "]
        at = end + len("-->")
    return "".join([*kept, text[at:]])


def _spell_out(match: re.Match[str]) -> str:
    words, address = match[1].strip(), match[2]
    if match[0].startswith("!"):
        return " "
    address = address.removeprefix("mailto:").removeprefix("tel:")
    if words.endswith(address) or same_number(words, address):
        return words
    if not re.match(r"https?://|[^\s@/]+@[^\s@/]+$|\+?[\d -]+$", address):
        return words
    if not words or address.rstrip("/").endswith(f"//{words.rstrip('/')}"):
        return address
    return f"{words} ({address})"


def same_number(words: str, address: str) -> bool:
    """Whether a link's words already hold the telephone number that it dials."""
    dialled = re.sub(r"\D", "", address)
    return bool(re.fullmatch(r"[+\d\s()-]+", address)) and re.sub(r"\D", "", words)[-6:] == dialled[-6:] != ""
