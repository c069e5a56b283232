"""JSON lines: one document a line with `text` and, where known, `id`, `title`, `url`, `updated`, `lang`, `keywords`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from core.errors import UnreadableDocument
from knowledge.base.model import Document
from knowledge.base.unreadable import UnreadableCode
from knowledge.readers.parts import field_of, make_document, read_text

_FLATTENED = re.compile(r"^#{1,6} .{80}|[^#\s][ \t]+#{1,6} +\S|\S \* \S.* \* \S", re.MULTILINE)
_TEXT = ("text", "body", "content", "answer", "description")


def read_json_lines(path: Path, origin: str) -> list[Document]:
    """The documents of a file; a line that is not an object with text makes the file unreadable, naming the line."""
    found = [
        _document_of_line(line, number, origin)
        for number, line in enumerate(read_text(path).split("\n"), start=1)
        if line.strip()
    ]
    if not found:
        raise UnreadableDocument(UnreadableCode.JSONL_EMPTY)
    return found


def _document_of_line(line: str, number: int, origin: str) -> Document:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        raise UnreadableDocument(UnreadableCode.JSONL_LINE, line=number) from None
    if not isinstance(values, dict):
        raise UnreadableDocument(UnreadableCode.JSONL_OBJECT, line=number)
    text = next((value for key in _TEXT if isinstance(value := values.get(key), str) and value.strip()), "")
    title = field_of(values, "title") or str(values.get("question") or "")
    if not text and not title:
        raise UnreadableDocument(UnreadableCode.JSONL_NOTHING, line=number)
    return make_document(origin, restore_line_breaks(text), values, title=title, key=title or f"{number}")


def restore_line_breaks(text: str) -> str:
    """Markdown that lost its line breaks, as crawlers leave it, gets them back before headings and list items.

    Where a heading ends is not written any more. It is told by a question mark or colon, by an emphasis or list that
    follows, or by a capital after small letters ("How to appeal You can ..."); where none of that is found the words stay as
    a paragraph, so that nothing is lost or put into the wrong place.
    """
    if not _FLATTENED.search(text):
        return text
    broken = re.sub(r"(?<![ \t])[ \t]+(?=#{1,6} +\S)", "\n\n", text)
    broken = re.sub(r"(?<![ \t])[ \t]+\* +(?=\S)", "\n- ", broken)
    broken = re.sub(r"(?<![ \t])[ \t]+(?=\*\*[^*\n]{1,40}:\*\*)", "\n\n", broken)
    return "\n".join(_restored_lines(broken))


def _restored_lines(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        match = re.match(r"(#{1,6})\s+(.*)", line)
        if not match:
            yield line
            continue
        end = _heading_end(match[2])
        if end:
            yield f"{match[1]} {match[2][:end].strip()}"
            yield ""
        yield match[2][end or 0 :].strip()


def _heading_end(text: str) -> int | None:
    """Where the heading at the start of `text` stops, or None where that cannot be told."""
    words = text.split(" ")
    if len(words) <= 12 and not re.search(r"[.!?:]\s", text) and not re.search(r"[a-z,)] [A-Z][a-z]", text):
        return len(text)
    stop = re.search(r"[?:](?=\s)|(?=\s\*\*)|(?<=[a-z0-9)]) (?=[A-Z][a-z]*\s(?!of\b|and\b))", text[:120])
    return stop.end() if stop and stop.end() > 2 else None
