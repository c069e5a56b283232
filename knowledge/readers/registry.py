"""Which reader takes which file, told by the end of its name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bot.errors import UnreadableDocument
from knowledge.model import Document
from knowledge.readers.jsonlines import read_json_lines
from knowledge.readers.markdown import read_markdown, read_plain
from knowledge.readers.parent import read_docx, read_html, read_pdf
from knowledge.readers.table import read_table

READERS: dict[str, Callable[[Path, str], list[Document]]] = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".txt": read_plain,
    ".text": read_plain,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".csv": read_table,
    ".tsv": read_table,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
}
# Raised when a reader gives other documents for the same file, so that an import reads all files again.
VERSION = "1"


def read(path: Path, origin: str) -> list[Document]:
    """The documents in a file; raises `UnreadableDocument` with a sentence for the person who uploaded it."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(sorted(suffix[1:] for suffix in READERS))
        raise UnreadableDocument(f"Files of this type are not read; what is read: {known}.")
    return reader(path, origin)
