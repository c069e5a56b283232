"""Pages that are pictures, read: which way up they are, what is clear enough to be quoted, and what is named to staff instead.

Runs in the child process. What RapidOCR has no letters for, Arabic above all, is read by Tesseract where that is installed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from knowledge.readers import tesseract
from knowledge.readers.left_out import BEYOND, SCANNED, UNREAD, UNSURE, LeftOut
from knowledge.readers.pdf_pictures import named_pages
from knowledge.readers.pdf_words import Word
from knowledge.readers.recognition import PictureLine, Recogniser
from knowledge.readers.scan_limits import LONGEST, SECONDS_A_PAGE
from knowledge.readers.scan_words import words_of_lines

SURE = 0.95
"""How sure a line is that may be quoted: of 24 pages made blurred, grey, leaning and rough, 97 in 100 of such lines are right, half of the others."""
CLEAR = 0.6
"""The share of a page's letters that is sure where the page is the right way up and in letters that are known."""
LEAST_CLEAR = 0.3
"""A page of which less is sure is left out whole: what is left of it would say something else."""
FEW_LETTERS = 20
DOTS_AN_INCH = 150
MOST_PIXELS = 2400
"""Of the longer side."""

Render = Callable[[float], Any]
"""The picture of a page, so many pixels a point, as an array of height, width and three colours."""
ReadLines = Callable[[Any], list[PictureLine]]


def _lines_by_rapidocr() -> ReadLines:
    return Recogniser().lines_on


@dataclass(slots=True)
class ScanReader:
    """Reads the pages of one file that are pictures, as many as `pages` and the time allow, and keeps what staff are told of it."""

    pages: int
    lines_on: ReadLines = field(default_factory=_lines_by_rapidocr)
    in_other_letters: ReadLines = tesseract.lines_by_tesseract
    read: list[int] = field(default_factory=list)
    beyond: list[int] = field(default_factory=list)
    unclear: list[int] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)
    begun: float = field(default_factory=time.monotonic)
    worked_before: float = field(default_factory=time.process_time)

    def words_on(self, number: int, size: tuple[float, float], render: Render) -> list[Word]:
        """The words of page `number`, which is `size` points wide and high; none where it has none or they are not clear."""
        if len(self.read) + len(self.unclear) >= self.pages or self._time_is_over():
            self.beyond.append(number)
            return []
        scale = min(DOTS_AN_INCH / 72, MOST_PIXELS / max(*size, 1.0))
        picture, lines = _right_way_up(render(scale), self.lines_on)
        least = SURE
        if lines and _clear_share(lines) < LEAST_CLEAR:
            lines, least = self.in_other_letters(picture), tesseract.SURE
            if not lines:
                self.unclear.append(number)
        if not lines:
            return []
        self.read.append(number)
        self.unsure += [f"p. {number}: {line.text}" for line in lines if line.sure < least]
        return words_of_lines([line for line in lines if line.sure >= least], picture.shape[0], scale)

    def _time_is_over(self) -> bool:
        worked = time.process_time() - self.worked_before
        return worked > SECONDS_A_PAGE * self.pages or time.monotonic() - self.begun > LONGEST

    def note_in(self, left_out: LeftOut) -> None:
        """What staff are told of the pages."""
        left_out.note(SCANNED, named_pages(self.read))
        left_out.note(BEYOND, named_pages(self.beyond))
        left_out.note(UNREAD, named_pages(self.unclear))
        for words in self.unsure:
            left_out.note(UNSURE, words)


def _right_way_up(picture: Any, lines_on: ReadLines) -> tuple[Any, list[PictureLine]]:
    """The picture turned so that most can be read, and its lines."""
    import numpy as np

    best = picture, lines_on(picture)
    if _count_letters(best[1]) < FEW_LETTERS or _clear_share(best[1]) >= CLEAR:
        return best
    for quarters in (1, 3, 2):
        turned = np.ascontiguousarray(np.rot90(picture, quarters))
        best = max(best, (turned, lines_on(turned)), key=lambda one: _count_clear(one[1]))
        if _clear_share(best[1]) >= CLEAR:
            break
    return best


def _count_letters(lines: Sequence[PictureLine]) -> int:
    return sum(len(line.text) for line in lines)


def _count_clear(lines: Sequence[PictureLine]) -> int:
    """Letters of lines that are sure and run from left to right."""
    return sum(len(line.text) for line in lines if line.sure >= SURE and line.is_level)


def _clear_share(lines: Sequence[PictureLine]) -> float:
    return _count_clear(lines) / max(_count_letters(lines), 1)
