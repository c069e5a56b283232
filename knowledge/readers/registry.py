"""Which reader takes which file, told by the end of its name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core.errors import UnreadableDocument
from knowledge.base.model import Document
from knowledge.base.unreadable import UnreadableCode
from knowledge.readers.jsonlines import read_json_lines
from knowledge.readers.markdown import read_markdown, read_plain
from knowledge.readers.parent import read_docx, read_html, read_pdf, read_text_in_child, read_xlsx
from knowledge.readers.table import read_table

Reader = Callable[[Path, str], list[Document]]
READERS: dict[str, Reader] = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".txt": read_plain,
    ".text": read_plain,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".xlsx": read_xlsx,
    ".csv": read_table,
    ".tsv": read_table,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
}
# Raised when a reader gives other documents for the same file, so that an import reads all files again.
VERSION = "3"


_IN_CHILD: tuple[Reader, ...] = (read_html, read_pdf, read_docx, read_xlsx)


def read_documents(path: Path, origin: str) -> list[Document]:
    """The documents in a file; raises `UnreadableDocument` with a sentence for the person who uploaded it."""
    return _reader_of(path)(path, origin)


def read_upload(path: Path, origin: str) -> list[Document]:
    """The same for a file that anybody may have made: whatever its type, it is read in the child process."""
    if (reader := _reader_of(path)) in _IN_CHILD:
        return reader(path, origin)
    return read_text_in_child(path.suffix.lower(), path, origin)


def _reader_of(path: Path) -> Reader:
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(sorted(suffix[1:] for suffix in READERS))
        raise UnreadableDocument(UnreadableCode.TYPE, types=known)
    return reader
