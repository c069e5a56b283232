"""Which reader takes which file, told by the end of its name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core.errors import UnreadableDocument
from knowledge.base.model import Document
from knowledge.base.unreadable import UnreadableCode
from knowledge.readers.jsonlines import read_json_lines
from knowledge.readers.left_out import LeftOut
from knowledge.readers.markdown import read_markdown, read_plain
from knowledge.readers.parent import read_in_child, read_text_in_child
from knowledge.readers.table import read_table

Reader = Callable[[Path, str], list[Document]]
READERS: dict[str, Reader] = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".txt": read_plain,
    ".text": read_plain,
    ".csv": read_table,
    ".tsv": read_table,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
}
IN_CHILD = {
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".xlsx": "xlsx",
}
"""Formats that are taken apart in the child process, by what that calls them."""
SUFFIXES = (*READERS, *IN_CHILD)
# Raised when a reader gives other documents for the same file, so that an import reads all files again.
VERSION = "4"


def read_documents(path: Path, origin: str, left_out: LeftOut | None = None) -> list[Document]:
    """The documents in a file; raises `UnreadableDocument` with a sentence for the person who uploaded it.

    What is left out of their texts is noted in `left_out`.
    """
    suffix = _known_suffix(path)
    if kind := IN_CHILD.get(suffix):
        return read_in_child(kind, path, origin, left_out)
    return READERS[suffix](path, origin)


def read_upload(path: Path, origin: str, left_out: LeftOut | None = None) -> list[Document]:
    """The same for a file that anybody may have made: whatever its type, it is read in the child process."""
    suffix = _known_suffix(path)
    return (
        read_documents(path, origin, left_out)
        if suffix in IN_CHILD
        else read_text_in_child(suffix, path, origin)
    )


def _known_suffix(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        known = ", ".join(sorted(one[1:] for one in SUFFIXES))
        raise UnreadableDocument(UnreadableCode.TYPE, types=known)
    return suffix
