"""The words of a PDF's page with their places, as PDFium finds them. Runs in the child process."""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from knowledge.base.text import clean_text

_LINE_END_HYPHENS = (0x2, 0xAD, 0xFFFE)
"""What PDFium gives for a hyphen at the end of a line, by its version, and the soft hyphen itself."""
HYPHEN = "\u2010"
"""Ends a word that goes on in the next line."""
_SAME_PLACE = 0.3
"""Sizes of letters; two words that say the same do not stand nearer to each other."""
_LEADERS = re.compile(r"(?:\.{4,}|…{2,}|_{4,}|·{4,})")
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_BOLD = re.compile(rb"bold|black|heavy|demi", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a page; lengths in points, the page turned so that the word reads from left to right and upwards is more.

    `base` is the line that it stands on, `size` that of its letters, `at` its place in the order of the file.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    at: int
    bold: bool = False


Point = tuple[float, float]


def page_words(page: Any) -> dict[int, list[Word]]:
    """The words of a page by the direction that they are written in (a quarter of a turn each), most words first."""
    from pypdfium2 import raw

    text_page = page.get_textpage()
    try:
        found: dict[int, list[Word]] = {}
        letters = _Letters(raw, text_page.raw)
        for start, end, hyphen in _word_ranges(letters.codes()):
            for first, last in letters.without_jumps(start, end):
                direction, word = letters.word(first, last, hyphen and last == end)
                found.setdefault(direction, []).extend(_without_leaders(word))
        once = {direction: _drawn_once(words) for direction, words in found.items() if words}
        return dict(sorted(once.items(), key=lambda one: -len(one[1])))
    finally:
        text_page.close()


def _drawn_once(words: list[Word]) -> list[Word]:
    """The words without those drawn again over themselves, which makes them look bold."""
    found: dict[str, list[Word]] = {}
    for word in words:
        alike = found.setdefault(word.text, [])
        near = _SAME_PLACE * word.size
        if not any(abs(word.left - one.left) < near and abs(word.base - one.base) < near for one in alike):
            alike.append(word)
    return [word for alike in found.values() for word in alike]


def _word_ranges(codes: list[int]) -> Iterator[tuple[int, int, bool]]:
    """First and one past the last letter of each word, and whether a hyphen cuts it at the end of a line."""
    start = 0
    for at, code in enumerate([*codes, 0x20]):
        if code > 0x20 and code not in _LINE_END_HYPHENS and not chr(code).isspace():
            continue
        if at > start:
            yield start, at, code in _LINE_END_HYPHENS
        start = at + 1


class _Letters:
    """The letters of a page, asked one by one."""

    def __init__(self, raw: Any, page: Any) -> None:
        self._raw = raw
        self._page = page
        self._sides = [ctypes.c_double() for _ in range(4)]
        self._matrix = raw.FS_MATRIX()
        self._name = ctypes.create_string_buffer(128)
        self._flags = ctypes.c_int()

    def codes(self) -> list[int]:
        ask, page = self._raw.FPDFText_GetUnicode, self._page
        return [ask(page, at) for at in range(max(0, self._raw.FPDFText_CountChars(page)))]

    def _box(self, at: int) -> tuple[float, float, float, float]:
        """Left, bottom, right and top."""
        left, right, bottom, top = self._sides
        self._raw.FPDFText_GetCharBox(self._page, at, left, right, bottom, top)
        return left.value, bottom.value, right.value, top.value

    def _size_and_direction(self, at: int) -> tuple[float, int]:
        matrix = self._matrix
        self._raw.FPDFText_GetMatrix(self._page, at, matrix)
        size = self._raw.FPDFText_GetFontSize(self._page, at) * math.hypot(matrix.c, matrix.d)
        return max(size, 1.0), round(math.atan2(matrix.b, matrix.a) / (math.pi / 2)) % 4

    def without_jumps(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The range in one piece, or in several where its letters lie further apart than one word's do."""
        size, direction = self._size_and_direction(start)
        left, right = self._extent(start, end, direction)
        if right - left <= 1.2 * size * (end - start + 1):
            yield start, end
            return
        begun = start
        for at in range(start + 1, end):
            before, after = (turned_box(self._box(one), direction) for one in (at - 1, at))
            if after[0] - before[2] > size or before[0] - after[2] > size:
                yield begun, at
                begun = at
        yield begun, end

    def _extent(self, start: int, end: int, direction: int) -> tuple[float, float]:
        first, last = (turned_box(self._box(at), direction) for at in (start, end - 1))
        return min(first[0], last[0]), max(first[2], last[2])

    def word(self, start: int, end: int, hyphen: bool) -> tuple[int, Word]:
        """The direction of a word and the word."""
        size, direction = self._size_and_direction(start)
        left, right = self._extent(start, end, direction)
        x, y = self._origin(start)
        base = turned_box((x, y, x, y), direction)[1]
        text = clean_text("".join(self._in_reading_order(start, end))) + HYPHEN * hyphen
        return direction, Word(text, left, right, base, size, start, bold=self._is_bold(start))

    def _origin(self, at: int) -> Point:
        x, y = self._sides[0], self._sides[1]
        self._raw.FPDFText_GetCharOrigin(self._page, at, x, y)
        return x.value, y.value

    def _in_reading_order(self, start: int, end: int) -> list[str]:
        """The letters of a word; where one sign stands for several, PDFium turns those of Arabic and Hebrew round once too often."""
        letters = [chr(self._code(at)) for at in range(start, end)]
        if not any(map(RIGHT_TO_LEFT.match, letters)):
            return letters
        origins = [self._origin(at) for at in range(start, end)]
        return [
            letter
            for _, sign in groupby(zip(origins, letters, strict=True), key=lambda one: one[0])
            for _, letter in reversed(list(sign))
        ]

    def _code(self, at: int) -> int:
        code = int(self._raw.FPDFText_GetUnicode(self._page, at))
        return code if code < 0x110000 else 0xFFFD

    def _is_bold(self, at: int) -> bool:
        self._raw.FPDFText_GetFontInfo(self._page, at, self._name, len(self._name), self._flags)
        return bool(_BOLD.search(self._name.value))


def turned_box(box: tuple[float, float, float, float], direction: int) -> tuple[float, float, float, float]:
    """A box as it lies when the page is turned so that this direction of writing goes from left to right."""
    left, bottom, right, top = box
    if direction == 0:
        return box
    if direction == 1:
        return bottom, -right, top, -left
    if direction == 2:
        return -right, -top, -left, -bottom
    return -top, left, -bottom, right


def _without_leaders(word: Word) -> Iterator[Word]:
    """The word, or what stands before and after the dots that lead from a name to its price."""
    if not _LEADERS.search(word.text):
        if word.text.strip(". "):
            yield word
        return
    length = (word.right - word.left) / len(word.text)
    at = 0
    for part in _LEADERS.split(word.text):
        start = word.text.index(part, at) if part else at
        if part.strip(". "):
            left = word.left + length * start
            yield Word(
                part, left, left + length * len(part), word.base, word.size, word.at + start, bold=word.bold
            )
        at = start + len(part)
