"""How much of a city's files the readers keep: words and numbers, against `pdftotext -layout` (Debian's poppler-utils).

For each PDF of a folder: the words (of two letters or more) and numbers that pdftotext finds, how many of them the reader's
text has, counted as often as they stand there, and the reader's processor time. Numbers that stand alone in the first or last line of a page
and count the pages are left aside. What the reader refuses is named with the reason and counts as lost.
With `--scanned N` the first N pages of each file are drawn first and read from the pictures, as scans are.
Prints JSON; without pdftotext it says so and measures nothing.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import time
import unicodedata
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core.errors import UnreadableDocument
from knowledge.base.text import readable_text
from knowledge.base.unreadable import UnreadableCode
from knowledge.readers.pdf import ReadPage, parse_pdf, parse_read_pages, picture_of
from knowledge.readers.scans import ScanReader

_NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")
_WORD = re.compile(r"[^\W\d_]{2,}")
_COUNTS_PAGES = re.compile(
    r"\s*(?:page|página|seite)?\s*(\d{1,4})\s*(?:(?:/|of|de|von)\s*\d+)?\s*", re.IGNORECASE
)


def reference_text(path: Path, pages: int = 0) -> str:
    """What pdftotext reads (of the first pages), without the numbers that count the pages."""
    command = ["pdftotext", "-layout", *(["-l", str(pages)] if pages else []), str(path), "-"]
    found = subprocess.run(command, capture_output=True, check=False).stdout.decode("utf-8", "replace")
    pages = [[line for line in page.split("\n") if line.strip()] for page in found.split("\f")]
    counted = [
        (number, at, int(match[1]) - number)
        for number, lines in enumerate(pages)
        for at in sorted({0, len(lines) - 1}) if lines
        if (match := _COUNTS_PAGES.fullmatch(lines[at]))
    ]  # fmt: skip
    offsets = Counter(offset for _, _, offset in counted)
    aside = {(number, at) for number, at, offset in counted if offset == 1 or offsets[offset] > 1}
    return "\n".join(
        line
        for number, lines in enumerate(pages)
        for at, line in enumerate(lines)
        if (number, at) not in aside
    )


def reader_text(path: Path) -> str:
    """What the reader makes of a file, title and all, as a resident would read it."""
    title, text, _ = parse_pdf(path.read_bytes())
    return f"{title}\n{readable_text(text)}"


def scanned_text(path: Path, pages: int) -> str:
    """What the reader makes of pictures of the first pages."""
    import pypdfium2

    scans = ScanReader(pages)
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError:
        raise UnreadableDocument(UnreadableCode.PDF_LOCKED) from None
    read = []
    for number in range(min(len(document), pages)):
        page = document[number]
        read.append(ReadPage({0: scans.words_on(number + 1, page.get_size(), picture_of(page))}, []))
    title, text, _ = parse_read_pages(read, scans.read, scans)
    return f"{title}\n{readable_text(text)}"


def kept(pattern: re.Pattern[str], reference: str, text: str) -> tuple[int, int]:
    """How many of the reference's matches the text has, and how many there are."""
    wanted, found = (
        Counter(pattern.findall(unicodedata.normalize("NFKC", one))) for one in (reference, text)
    )
    return (wanted & found).total(), wanted.total()


def measure_file(path: Path, scanned: int = 0) -> dict[str, object]:
    """Words and numbers kept of one file, of how many, and the reader's seconds; of so many pages `scanned`, where not 0."""
    reference = reference_text(path, scanned)
    begun = time.process_time()
    try:
        text, refused = scanned_text(path, scanned) if scanned else reader_text(path), ""
    except UnreadableDocument as error:
        text, refused = "", error.failure.code
    seconds = time.process_time() - begun
    numbers, words = kept(_NUMBER, reference, text), kept(_WORD, reference, text)
    found: dict[str, object] = {
        "file": path.name,
        "numbers": numbers,
        "words": words,
        "seconds": round(seconds, 2),
    }
    return found | ({"refused": refused} if refused else {})


def in_sum(rows: list[dict[str, object]], name: str) -> dict[str, object]:
    """What is kept of all files together."""
    had, wanted = (sum(row[name][at] for row in rows) for at in (0, 1))  # type: ignore[index]
    return {"kept": had, "of": wanted, "%": round(100 * had / wanted, 2) if wanted else None}


def main() -> None:
    """Measure every PDF below the folder and print the files and their sum."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--files", type=Path, required=True, help="folder of PDF files")
    arguments.add_argument(
        "--scanned", type=int, default=0, help="pages of each file, drawn and read as scans"
    )
    given = arguments.parse_args()
    if not shutil.which("pdftotext"):
        print(json.dumps({"skipped": "pdftotext is missing; Debian has it in poppler-utils"}))
        return
    rows = [measure_file(path, given.scanned) for path in sorted(given.files.rglob("*.pdf"))]
    print(
        json.dumps({"files": rows, **{name: in_sum(rows, name) for name in ("numbers", "words")}}, indent=1)
    )


if __name__ == "__main__":
    main()
