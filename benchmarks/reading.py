"""How much of a city's files the readers keep: words and numbers, against `pdftotext -layout` (Debian's poppler-utils).

For each PDF of a folder: the words (of two letters or more) and numbers that pdftotext finds, how many of them the reader's
text has, counted as often as they stand there, and the reader's processor time. Numbers that stand alone in the first or last line of a page
and count the pages are left aside. What the reader refuses is named with the reason and counts as lost.
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
from knowledge.readers.pdf import parse_pdf

_NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")
_WORD = re.compile(r"[^\W\d_]{2,}")
_COUNTS_PAGES = re.compile(
    r"\s*(?:page|página|seite)?\s*(\d{1,4})\s*(?:(?:/|of|de|von)\s*\d+)?\s*", re.IGNORECASE
)


def reference_text(path: Path) -> str:
    """What pdftotext reads, without the numbers that count the pages."""
    command = ["pdftotext", "-layout", str(path), "-"]
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


def kept(pattern: re.Pattern[str], reference: str, text: str) -> tuple[int, int]:
    """How many of the reference's matches the text has, and how many there are."""
    wanted, found = (
        Counter(pattern.findall(unicodedata.normalize("NFKC", one))) for one in (reference, text)
    )
    return (wanted & found).total(), wanted.total()


def measure_file(path: Path) -> dict[str, object]:
    """Words and numbers kept of one file, of how many, and the reader's seconds."""
    reference = reference_text(path)
    begun = time.process_time()
    try:
        text, refused = reader_text(path), ""
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
    folder = arguments.parse_args().files
    if not shutil.which("pdftotext"):
        print(json.dumps({"skipped": "pdftotext is missing; Debian has it in poppler-utils"}))
        return
    rows = [measure_file(path) for path in sorted(folder.rglob("*.pdf"))]
    print(
        json.dumps({"files": rows, **{name: in_sum(rows, name) for name in ("numbers", "words")}}, indent=1)
    )


if __name__ == "__main__":
    main()
