"""Which reader takes which file, told by the end of its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from core.errors import UnreadableDocument
from knowledge.base.model import Document
from knowledge.base.unreadable import UnreadableCode
from knowledge.readers.jsonlines import read_json_lines
from knowledge.readers.left_out import LeftOut
from knowledge.readers.markdown import read_markdown, read_plain
from knowledge.readers.parent import is_scan, read_in_child, read_text_in_child
from knowledge.readers.scan_limits import MOST_SCANNED
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
PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp")
"""Read where staff see the draft before anybody is answered from it; a folder's pictures are mostly there to look at."""
SUFFIXES = (*READERS, *IN_CHILD)
UPLOADS = (*SUFFIXES, *PICTURES)
# Raised when a reader gives other documents for the same file, so that an import reads all files again.
VERSION = "5"


def read_documents(
    path: Path, origin: str, left_out: LeftOut | None = None, scan_pages: int = MOST_SCANNED
) -> list[Document]:
    """The documents in a file; raises `UnreadableDocument` with a sentence for the person who uploaded it.

    What is left out of their texts is noted in `left_out`. Of pages that are pictures `scan_pages` are read.
    """
    suffix = _known_suffix(path, SUFFIXES)
    if kind := IN_CHILD.get(suffix):
        return read_in_child(kind, path, origin, left_out, scan_pages)
    return READERS[suffix](path, origin)


def read_upload(
    path: Path, origin: str, left_out: LeftOut | None = None, scan_pages: int = MOST_SCANNED
) -> list[Document]:
    """The same for a file that anybody may have made: whatever its type, it is read in the child process."""
    suffix = _known_suffix(path, UPLOADS)
    if suffix in READERS:
        return read_text_in_child(suffix, path, origin)
    return read_in_child(IN_CHILD.get(suffix, "picture"), path, origin, left_out, scan_pages)


def is_slow_to_read(path: Path) -> bool:
    """Whether it is a picture, or a PDF of pictures, whose pages take seconds each."""
    suffix = path.suffix.lower()
    return suffix in PICTURES or (suffix == ".pdf" and is_scan(path))


def _known_suffix(path: Path, suffixes: Sequence[str]) -> str:
    suffix = path.suffix.lower()
    if suffix not in suffixes:
        known = ", ".join(sorted(one[1:] for one in suffixes))
        raise UnreadableDocument(UnreadableCode.TYPE, types=known)
    return suffix
