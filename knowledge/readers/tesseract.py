"""The lines on a picture in letters that RapidOCR does not know, read by Tesseract where Debian's `tesseract-ocr` is installed.

Runs in the child process of the readers, whose limits hold for the program as well.
"""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from typing import Any

from knowledge.readers.recognition import Corners, PictureLine, PictureWord

SURE = 0.6
"""How sure a line is that may be quoted: Tesseract thinks less of itself than RapidOCR does."""
SECONDS = 60.0
LANGUAGES = {
    "Arabic": ("ara", "fas", "urd", "pus"),
    "Armenian": ("hye",),
    "Bengali": ("ben",),
    "Cyrillic": ("rus", "ukr", "bul", "srp"),
    "Devanagari": ("hin", "mar", "nep"),
    "Ethiopic": ("amh", "tir"),
    "Greek": ("ell",),
    "Hangul": ("kor",),
    "Hebrew": ("heb", "yid"),
    "Khmer": ("khm",),
    "Korean": ("kor",),
    "Thai": ("tha",),
}
"""The names of Tesseract's models by the script that it finds on a page; the first two that are installed read it."""
_WORD = "5"
"""The level of a row in what it writes that is a word."""


def lines_by_tesseract(picture: Any) -> list[PictureLine]:
    """The lines on a picture, in the order in which they are read; none where Tesseract, or its model for this script, is missing."""
    if not shutil.which("tesseract"):
        return []
    data = _as_png(picture)
    known = _answer_of(["--list-langs"]).split()
    script = _script_of(data) if "osd" in known else ""
    languages = [name for name in LANGUAGES.get(script, ()) if name in known][:2]
    if not languages:
        return []
    return list(read_rows(_answer_of(["-", "-", "-l", "+".join(languages), "tsv"], data)))


def read_rows(table: str) -> Iterator[PictureLine]:
    """The lines in a table of words as `tesseract ... tsv` writes it."""
    lines: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["level"] == _WORD and (row["text"] or "").strip():
            place = row["page_num"], row["block_num"], row["par_num"], row["line_num"]
            lines.setdefault(place, []).append(row)
    for words in lines.values():
        sure = sum(float(word["conf"]) for word in words) / len(words) / 100
        yield PictureLine(tuple(_words_of(words)), sure)


def _words_of(rows: Sequence[dict[str, str]]) -> Iterator[PictureWord]:
    """The words of a line, each as high as the line."""
    top = min(float(row["top"]) for row in rows)
    bottom = max(float(row["top"]) + float(row["height"]) for row in rows)
    for row in rows:
        left, right = float(row["left"]), float(row["left"]) + float(row["width"])
        corners: Corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        yield PictureWord(row["text"].strip(), corners)


def _script_of(data: bytes) -> str:
    found = _answer_of(["-", "-", "--psm", "0"], data)
    return next(
        (line.removeprefix("Script: ") for line in found.splitlines() if line.startswith("Script: ")), ""
    )


def _answer_of(arguments: Sequence[str], data: bytes = b"") -> str:
    """What the program writes; empty where it fails or takes too long."""
    try:
        done = subprocess.run(
            ["tesseract", *arguments], input=data, capture_output=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace")


def _as_png(picture: Any) -> bytes:
    from PIL import Image

    written = io.BytesIO()
    Image.fromarray(picture).save(written, "PNG")
    return written.getvalue()
