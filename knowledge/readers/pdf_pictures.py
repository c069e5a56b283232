"""Pages of a PDF whose words are a picture, or in letters that cannot be told: what is told to staff instead of being lost."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

FEW_WORDS = 8
"""A stamp or the number of a page on a scan; what has more is read."""
_MOST_OF_PAGE = 0.3
_MOST_PARTS = 5000
_LEAST_LETTERS, _LOST = 100, 0.7
"""Of so many texts of a page at least, so large a share without any extent is in a font that is neither in the file nor on the machine."""


def is_picture(page: Any, words: int) -> bool:
    """Whether a page has hardly a word and shows a picture or drawing, or nearly all its letters have no shape to be told by."""
    from pypdfium2 import raw

    width, height = page.get_size()
    lost = letters = drawn = 0
    largest = 0.0
    for part in islice(page.get_objects(max_depth=3), _MOST_PARTS):
        left, bottom, right, top = part.get_bounds()
        drawn += 1
        if part.type == raw.FPDF_PAGEOBJ_TEXT:
            letters += 1
            lost += right - left < 0.01 and top - bottom < 0.01
        elif part.type == raw.FPDF_PAGEOBJ_IMAGE:
            largest = max(largest, (right - left) * (top - bottom) / max(width * height, 1.0))
    if letters >= _LEAST_LETTERS and lost >= _LOST * letters:
        return True
    return words < FEW_WORDS and (largest >= _MOST_OF_PAGE or (not words and drawn > 0))


def named_pages(numbers: Iterable[int]) -> str:
    """Pages as people write them: `p. 2-10, 12`; empty for none."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return "p. " * bool(runs) + ", ".join(
        str(first) if first == last else f"{first}-{last}" for first, last in runs
    )
