"""The parent's side of reading hostile formats: start the child, wait a limited time, take what it says with care."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from core.confined import TookTooLong, WroteTooMuch, output_of
from core.errors import UnreadableDocument
from knowledge.base.model import Document
from knowledge.base.text import clean_text
from knowledge.base.unreadable import UnreadableCode, read_refusal
from knowledge.readers.left_out import LeftOut
from knowledge.readers.parts import MOST_BYTES, make_document, title_of_file
from knowledge.readers.scan_limits import AT_THE_END, LONGEST

SECONDS = 30
_PNG = b"\x89PNG\r\n\x1a\n"
_STARTS = {"pdf": b"%PDF-", "docx": b"PK\x03\x04", "xlsx": b"PK\x03\x04"}


def read_in_child(
    kind: str, path: Path, origin: str, left_out: LeftOut | None = None, scan_pages: int = 0
) -> list[Document]:
    """One document from an HTML, PDF, DOCX, XLSX or picture file; raises `UnreadableDocument` for damaged, protected and hostile ones.

    What it leaves out of the text is noted in `left_out`. Of pages that are pictures it reads `scan_pages`, which takes seconds each.
    """
    if path.stat().st_size > MOST_BYTES:
        raise UnreadableDocument(UnreadableCode.FILE_LARGE, count=MOST_BYTES // 2**20)
    with path.open("rb", buffering=0) as file:  # unbuffered: the child reads on from where this stops
        if kind in _STARTS and _STARTS[kind] not in file.read(1024):
            raise UnreadableDocument(UnreadableCode.NOT_THAT_KIND, kind=kind.upper())
        file.seek(0)
        found = _read_with_scans(kind, file, scan_pages)
    values, text = _checked_document(found)
    if left_out is not None:
        left_out.take(values.get("left_out"))
    title = str(found.get("title") or "")
    return [make_document(origin, text, values, title=title or title_of_file(origin))]


def _read_with_scans(kind: str, file: IO[bytes], scan_pages: int) -> dict[str, Any]:
    """What the child makes of a file; where pages of it are pictures, of these as well, unless that proves too much."""
    if kind == "picture":
        return run_child(kind, file, pages=scan_pages)
    try:
        found = run_child(kind, file)
    except UnreadableDocument as error:
        if not scan_pages or error.failure.code != UnreadableCode.PDF_SCAN:
            raise
        file.seek(0)
        return run_child(kind, file, pages=scan_pages)
    if not scan_pages or not _values_of(found).get("pictures"):
        return found
    file.seek(0)
    try:
        return run_child(kind, file, pages=scan_pages)
    except UnreadableDocument:
        return found


def _values_of(found: dict[str, Any]) -> dict[str, object]:
    values = found.get("values")
    return values if isinstance(values, dict) else {}


def is_scan(path: Path) -> bool:
    """Whether reading a PDF takes long, as pages of it are pictures; of a file that cannot be read the reading will tell."""
    with path.open("rb", buffering=0) as file:
        try:
            return run_child("scan", file).get("scanned") is True
        except UnreadableDocument:
            return False


def count_pages(path: Path) -> int:
    """How many pages of a PDF or picture can be drawn; 0 for what cannot be."""
    return _drawn(path, 0)[0]


def draw_page(path: Path, number: int) -> bytes:
    """Page `number` (from 1) of a PDF or picture, drawn anew as PNG; empty where there is none."""
    return _drawn(path, number)[1]


def _drawn(path: Path, number: int) -> tuple[int, bytes]:
    with path.open("rb", buffering=0) as file:
        try:
            found = run_child("draw", file, str(number))
            picture = base64.b64decode(str(found.get("picture") or ""), validate=True)
        except (UnreadableDocument, ValueError):
            return 0, b""
    count = found.get("count")
    return count if isinstance(count, int) else 0, picture if picture.startswith(_PNG) else b""


def read_text_in_child(suffix: str, path: Path, origin: str) -> list[Document]:
    """The documents of a Markdown, text, CSV or JSON lines file, read where nothing it holds can harm."""
    with path.open("rb", buffering=0) as file:
        found = run_child(suffix, file, origin)
    try:
        return [Document(**{**row, "keywords": tuple(row["keywords"])}) for row in found["documents"]]
    except (KeyError, TypeError):
        raise UnreadableDocument(UnreadableCode.DAMAGED) from None


def run_child(kind: str, file: IO[bytes], origin: str = "", pages: int = 0) -> dict[str, Any]:
    """What the child makes of a file of this kind (`knowledge.imports.reading_child`); `UnreadableDocument` where it refuses or dies."""
    with child_output(kind, file, origin, pages) as output:
        return _understood_output(output.read())


@contextmanager
def child_output(kind: str, file: IO[bytes], origin: str = "", pages: int = 0) -> Iterator[IO[bytes]]:
    """Everything that the child said about a file, once it has ended; it may read so many pages from pictures."""
    seconds = LONGEST + AT_THE_END if pages else SECONDS
    child = "knowledge.imports.reading_child"
    try:
        with output_of(child, kind, origin, str(pages), given=file, seconds=seconds) as output:
            yield output
    except TookTooLong:
        raise UnreadableDocument(UnreadableCode.SLOW) from None
    except WroteTooMuch:
        raise UnreadableDocument(UnreadableCode.MUCH_TEXT) from None


def _understood_output(output: bytes) -> dict[str, Any]:
    try:
        found = json.loads(output)
    except ValueError:
        raise UnreadableDocument(UnreadableCode.DAMAGED) from None
    if not isinstance(found, dict) or "refused" in found:
        raise read_refusal(found.get("refused") if isinstance(found, dict) else None)
    return found


def _checked_document(found: dict[str, Any]) -> tuple[dict[str, object], str]:
    text, values = found.get("text"), found.get("values")
    if not isinstance(text, str) or not isinstance(values, dict) or not any(map(str.isalnum, text)):
        raise UnreadableDocument(UnreadableCode.NO_WORDS)
    return values, clean_text(text)
