"""Lines that were read on a picture into words of a page: made level, their letters of few sizes. Runs in the child process."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from knowledge.readers.pdf_words import Word
from knowledge.readers.recognition import Corners, PictureLine, Point

_OF_BOX = 0.7
"""Size of the letters in heights of the box that is found around a line of print."""
_BELOW_MIDDLE = 0.3
"""How far below the middle of its box a line stands, in sizes of its letters."""
_SAME_SIZE = 0.75, 1.3
"""Boxes around letters of one size differ by so much, as a line has letters that reach up and down or has none."""
_WIDE = 1.2
_SPACE = 0.25
"""Between words of a line no gap counts that is narrower than the first, in sizes of letters; it is made the second: boxes of words are rough."""
_LONG = 3
"""Times its height that a line is wide whose slope tells that of the page."""


@dataclass(frozen=True, slots=True)
class _Box:
    left: float
    right: float
    middle: float
    height: float


def words_of_lines(lines: Sequence[PictureLine], height: float, scale: float) -> list[Word]:
    """The words of a page that is `height` pixels high, `scale` of which are a point; upwards is more."""
    slope = _slope_of([line for line in lines if line.words])
    boxes = [[_level_box(word.corners, slope, height, scale) for word in line.words] for line in lines]
    usual = _usual_size(lines, boxes)
    found: list[Word] = []
    for line, placed in zip(lines, boxes, strict=True):
        found += _words_of_line(line, placed, usual, len(found))
    return found


def _words_of_line(line: PictureLine, boxes: Sequence[_Box], usual: float, first: int) -> Iterator[Word]:
    if not boxes:
        return
    size = _settled_size(_size_of(boxes), usual)
    base = median(box.middle for box in boxes) - _BELOW_MIDDLE * size
    ends = [
        max(box.right, after.left - _SPACE * size) if after.left - box.right < _WIDE * size else box.right
        for box, after in pairwise(boxes)
    ]
    for at, (word, box, right) in enumerate(zip(line.words, boxes, [*ends, boxes[-1].right], strict=True)):
        yield Word(word.text, box.left, right, base, size, first + at)


def _size_of(boxes: Sequence[_Box]) -> float:
    return _OF_BOX * median(box.height for box in boxes)


def _usual_size(lines: Sequence[PictureLine], boxes: Sequence[Sequence[_Box]]) -> float:
    """The size that the page's letters have in the middle."""
    sizes = sorted(
        (_size_of(placed), len(line.text)) for line, placed in zip(lines, boxes, strict=True) if placed
    )
    half = sum(letters for _, letters in sizes) / 2
    for size, letters in sizes:
        half -= letters
        if half <= 0:
            return round(size)
    return 1.0


def _settled_size(size: float, usual: float) -> float:
    """The usual size unless this is plainly another; then one of few."""
    share = size / max(usual, 1.0)
    if _SAME_SIZE[0] <= share < _SAME_SIZE[1]:
        return usual
    return usual * max(round(share * 2) / 2, 0.5)


def _slope_of(lines: Sequence[PictureLine]) -> float:
    """How far the page's lines lean, in radians."""
    found = []
    for line in lines:
        (left, top), (right, lower) = line.words[0].corners[0], line.words[-1].corners[1]
        height = math.dist(line.words[0].corners[0], line.words[0].corners[3])
        if right - left > _LONG * height:
            found.append(math.atan2(lower - top, right - left))
    return median(found) if found else 0.0


def _level_box(corners: Corners, slope: float, height: float, scale: float) -> _Box:
    top_left, top_right, bottom_right, bottom_left = (_turned_back(point, slope) for point in corners)
    top, bottom = (top_left[1] + top_right[1]) / 2, (bottom_left[1] + bottom_right[1]) / 2
    return _Box(
        (top_left[0] + bottom_left[0]) / 2 / scale,
        (top_right[0] + bottom_right[0]) / 2 / scale,
        (height - (top + bottom) / 2) / scale,
        max(bottom - top, 1.0) / scale,
    )


def _turned_back(point: Point, slope: float) -> Point:
    x, y = point
    return x * math.cos(slope) + y * math.sin(slope), y * math.cos(slope) - x * math.sin(slope)
