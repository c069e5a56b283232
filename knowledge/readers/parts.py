"""What the readers share: limits, reading bytes as text, front matter, and making a `Document`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from core.errors import UnreadableDocument
from knowledge.base.language import detect_language, primary_language
from knowledge.base.model import Document
from knowledge.base.text import clean_text, one_line, text_digest
from knowledge.base.unreadable import UnreadableCode
from knowledge.readers.encodings import decode_bytes, wide_encoding

MOST_BYTES = 20 * 1024 * 1024
MOST_TEXT = 2_000_000
MOST_KEYWORDS = 100
"""Every passage of a document carries them all."""
_FRONT = re.compile(r"\A\ufeff?---[ \t]*\n(?:(.*?)\n)??---[ \t]*(?:\n|\Z)", re.DOTALL)
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
# Names that people give to the same thing, in a file's front matter, a table's header or a JSON object.
NAMES = {
    "title": ("title", "name", "titulo", "título", "titel", "heading"),
    "url": ("url", "source-url", "source_url", "source", "link", "enlace"),
    "reviewed": ("reviewed", "updated", "last-reviewed", "last_reviewed", "date", "modified", "revisado", "fecha"),
    "language": ("language", "lang", "idioma", "sprache"),
    "keywords": ("keywords", "tags", "synonyms", "palabras clave"),
    "id": ("id", "document_id", "document-id"),
}  # fmt: skip


def read_text(path: Path) -> str:
    """The text of a file in whatever encoding, cleaned; raises for anything that is not text."""
    if path.stat().st_size > MOST_BYTES:
        raise UnreadableDocument(UnreadableCode.FILE_LARGE, count=MOST_BYTES // 2**20)
    data = path.read_bytes()
    is_wide = data.startswith((b"\xff\xfe", b"\xfe\xff")) or bool(wide_encoding(data))
    if data.startswith((b"%PDF", b"PK\x03\x04", b"\x7fELF", b"\x89PNG")) or (
        not is_wide and b"\x00" in data[:65536]
    ):
        raise UnreadableDocument(UnreadableCode.NOT_TEXT)
    text = decode_bytes(data)
    strange = sum(character == "\ufffd" or ord(character) < 9 for character in text[:65536])
    if strange > len(text[:65536]) // 100:
        raise UnreadableDocument(UnreadableCode.NOT_UTF8)
    return clean_text(text)


def front_matter(text: str) -> tuple[dict[str, str], str]:
    """The `key: value` lines between `---` at the top of `text`, keys in lower case, and the text below them.

    Below a key its values may stand as a list; they are joined with commas.
    """
    match = _FRONT.match(text)
    values = _front_values(match[1] or "") if match else {}
    if not match or (not values and match[1]):
        return {}, text  # a line across, and no front matter
    return values, text[match.end() :]


def _front_values(lines: str) -> dict[str, str]:
    values: dict[str, str] = {}
    key = ""
    for line in lines.split("\n"):
        if item := re.match(r"\s*- +(.+)", line):
            if key:
                values[key] = ", ".join(filter(None, (values[key], item[1].strip().strip("\"'"))))
        elif named := re.match(r"([^\s#:-][^:]*):(.*)$", line):
            key = named[1].strip().lower()
            values[key] = named[2].strip().strip("\"'")
    return values


def field_of(values: Mapping[str, object], name: str) -> str:
    """The value that goes by `name` or one of its other names, as text; empty when there is none."""
    for key in NAMES[name]:
        value = values.get(key)
        if isinstance(value, list):
            return ", ".join(str(part) for part in value)
        if value not in (None, ""):
            return str(value)
    return ""


def make_document(
    origin: str, text: str, values: Mapping[str, object], *, title: str = "", key: str = ""
) -> Document:
    """A `Document` from a text and what was said about it; `key` tells several documents of one file apart."""
    text = clean_text(text)
    if len(text) > MOST_TEXT or len(unicodedata.normalize("NFKC", text)) > MOST_TEXT:
        raise UnreadableDocument(UnreadableCode.TEXT_LONG, count=f"{MOST_TEXT:,}")
    name = one_line(field_of(values, "title") or title)
    date = _DATE.search(field_of(values, "reviewed"))
    address = one_line(field_of(values, "url"), 2000)
    stated = primary_language(one_line(field_of(values, "language"), 20))
    stated = stated if re.fullmatch(r"[a-z]{2,3}", stated) else ""  # "Spanish" is no code
    words = re.split(r"[,;]", field_of(values, "keywords").strip("[]"))
    return Document(
        document_id=one_line(field_of(values, "id"), 200) or text_digest(origin, key)[:16],
        title=name,
        text=text.strip(),
        url=address if re.match(r"https?://", address) else "",
        reviewed="-".join(date.groups()) if date else "",
        language=stated or detect_language(f"{name}\n{text}"),
        origin=origin,
        keywords=tuple(word for part in words if (word := one_line(part.strip(" \"'"), 100)))[:MOST_KEYWORDS],
        scanned=values.get("scanned") is True,
    )


def title_of_file(origin: str) -> str:
    """A title made of a file's name: `bulky-waste_2024.md` becomes `bulky waste 2024`."""
    stem = Path(origin).stem
    return one_line(re.sub(r"[-_]+", " ", stem))
