"""Words on a page into rows, and rows with gaps into columns that are read one after the other or as a table.

Lengths are in points. A gap is told by the size of the letters beside it: between the words of a line lies a quarter of it to a third.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from knowledge.base.text import count_words
from knowledge.readers.pdf_words import HYPHEN, RIGHT_TO_LEFT, Word

WIDE = 1.0, 3.2
"""A gap that no line of words has, in sizes of its letters, and in the usual spaces between the page's words."""
NARROW = 0.45, 1.6
"""The least that parts two columns where other rows show by wide gaps that they are columns."""
_LARGEST_SPACE = 0.65
"""Between words, in sizes of their letters: that of a typewriter's."""
_ALIGNED = 0.25
"""So near are the edges of cells that stand below one another, in sizes of their letters."""
_SAME_LINE = 0.45
_OUTSIDE = 1e9
_MARKER = re.compile(r"^(?:[(\[]?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)\]]|\d{1,2}(?:\.\d{1,2}){1,3})$")
_BULLET = re.compile("^[•◦▪‣·●○■–*\uf0b7\uf0a7-]$")
"""What stands before an item of a list or before a numbered paragraph, a gap after it and then words."""
_NUMBER = re.compile(r"\d")

_KEEPS_HYPHEN = re.compile(
    r"(?:\b(?:[a-z]|self|non|ex|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)|-[^\W\d_]+)-$",
    re.IGNORECASE,
)
"""A letter, parts of words that English always parts with a hyphen, and a word that has one already."""
JOINED = "\u00ad"
"""Stands where a hyphen at the end of a line was, until it is known whether the word has one (`settled_hyphens`)."""
_JOINED_WORD = re.compile(f"([^\\W\\d_]+){JOINED}([^\\W\\d_]+)")
_HYPHENATED = re.compile(r"[^\W\d_]+-[^\W\d_]+")

Gap = tuple[float, float]


@dataclass(frozen=True, slots=True)
class PageRow:
    """Words that stand on one line, from left to right."""

    words: tuple[Word, ...]
    base: float
    size: float
    wide: float
    narrow: float

    @property
    def text(self) -> str:
        """The words in the order in which they are read."""
        return text_of(self.words)

    @property
    def bold(self) -> bool:
        """Whether all its words are."""
        return all(word.bold for word in self.words)


def text_of(words: Sequence[Word]) -> str:
    """Words of one line in the order in which they are read."""
    in_order = sorted(words, key=lambda word: word.at) if is_right_to_left(words) else words
    return " ".join(word.text for word in in_order)


def is_right_to_left(words: Sequence[Word]) -> bool:
    """Whether most of the words are of a script that is written from right to left."""
    lettered = [word for word in words if any(map(str.isalpha, word.text))]
    return sum(bool(RIGHT_TO_LEFT.search(word.text)) for word in lettered) * 2 > len(lettered)


def rows_of(words: Sequence[Word]) -> list[PageRow]:
    """The rows of a page or of a column, from top to bottom."""
    groups: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (-word.base, word.left)):
        if groups and _is_on_line(groups[-1], word):
            groups[-1].append(word)
        else:
            groups.append([word])
    lines = [sorted(group, key=lambda word: word.left) for group in groups]
    space = _usual_space(lines)
    return [_make_row(line, space) for line in lines]


def _usual_space(lines: list[list[Word]]) -> float:
    """The space between words, in sizes of their letters: a quarter of all is narrower."""
    found = sorted(
        gap
        for line in lines
        for word, after in pairwise(line)
        if 0 < (gap := (after.left - word.right) / word.size) < 2 * _LARGEST_SPACE
    )
    return min(found[len(found) // 4], _LARGEST_SPACE) if found else 0.0


def _is_on_line(line: list[Word], word: Word) -> bool:
    """Whether a word stands on a line, or so little below it that it belongs to the next column, which is set lower."""
    first = line[0]
    below = first.base - word.base
    size = max(first.size, word.size)
    if below <= _SAME_LINE * size:
        return True
    above = [other for other in line if other.base - word.base > _SAME_LINE * size]
    apart = all(word.left - other.right > size or other.left - word.right > size for other in above)
    return below <= 0.75 * min(first.size, word.size) and apart


def _make_row(words: list[Word], space: float) -> PageRow:
    longest = max(words, key=lambda word: len(word.text))
    size = median(word.size for word in words)
    wide, narrow = (max(sizes, spaces * space) * size for sizes, spaces in (WIDE, NARROW))
    return PageRow(tuple(words), longest.base, size, wide, narrow)


def gaps_of(row: PageRow, least: float) -> list[Gap]:
    """The gaps between words that are at least so wide; none right after the marker of an item."""
    found = []
    end = row.words[0].right
    for at, word in enumerate(row.words[1:], start=1):
        if word.left - end >= least and not (at == 1 and _is_marker(row.words[0].text, word.text)):
            found.append((end, word.left))
        end = max(end, word.right)
    return found


def _is_marker(text: str, after: str) -> bool:
    return bool(_BULLET.match(text)) or (bool(_MARKER.match(text)) and after[:2].isalpha())


def _free_spaces(row: PageRow) -> list[Gap]:
    inside = gaps_of(row, row.narrow)
    return [(-_OUTSIDE, row.words[0].left), *inside, (max(word.right for word in row.words), _OUTSIDE)]


def _shared_gaps(gaps: list[Gap], others: list[Gap], least: float) -> list[Gap]:
    shared = [
        (max(left, other_left), min(right, other_right))
        for left, right in gaps
        for other_left, other_right in others
    ]
    return [(left, right) for left, right in shared if right - left >= least]


@dataclass(frozen=True, slots=True)
class Region:
    """Rows below one another; with `columns` (left and right edges) where gaps run down between them, else one row of words."""

    rows: tuple[PageRow, ...]
    columns: tuple[Gap, ...] = ()


def regions_of(rows: list[PageRow]) -> Iterator[Region]:
    """The rows in regions: those that share gaps, and each other row alone."""
    at = 0
    while at < len(rows):
        end = _region_end(rows, at)
        region = rows[at:end]
        columns = _columns_of(region)
        if len(columns) > 1:
            yield Region(tuple(region), tuple(columns))
        else:
            yield from (Region((row,)) for row in region)
        at = end


def _region_end(rows: list[PageRow], at: int) -> int:
    """Where the region ends that begins with this row: after the last row that shares its gaps."""
    gaps = gaps_of(rows[at], rows[at].wide)
    edges = _Edges()
    for number in range(at, len(rows) if gaps else at + 1):
        before, row = rows[max(number - 1, at)], rows[number]
        gaps = _shared_gaps(gaps, _free_spaces(row), row.narrow)
        far = before.base - row.base > 4 * max(row.size, before.size)
        if not gaps or far or not edges.fit(row):
            return max(number, at + 1)
        edges.add(row)
    return len(rows) if gaps else at + 1


class _Edges:
    """Where the pieces of a region's rows begin and end."""

    def __init__(self) -> None:
        self._lefts: list[float] = []
        self._rights: list[float] = []

    def add(self, row: PageRow) -> None:
        if gaps_of(row, row.wide):
            pieces = pieces_of(row)
            self._lefts += [piece[0].left for piece in pieces[1:]]
            self._rights += [piece[-1].right for piece in pieces[1:]]

    def fit(self, row: PageRow) -> bool:
        """Whether the pieces of a row without a wide gap stand below others, so that it is no line of words that gaps run through."""
        pieces = pieces_of(row)
        if len(pieces) == 1 or gaps_of(row, row.wide):
            return True
        near = _ALIGNED * row.size
        return all(
            any(abs(piece[0].left - left) < near for left in self._lefts)
            or (len(piece) < 4 and any(abs(piece[-1].right - right) < near for right in self._rights))
            for piece in pieces[1:]
        )


def _columns_of(rows: list[PageRow]) -> list[Gap]:
    """The columns of a region: where words stand, with what hardly any row covers between them."""
    several = [row for row in rows if gaps_of(row, row.wide)]
    if len(several) < 2:  # one row with a gap is a line with a gap
        return []
    covered: list[tuple[float, int]] = []
    for row in rows:
        for piece in pieces_of(row):
            covered += [(piece[0].left, 1), (max(word.right for word in piece), -1)]
    columns = _covered_spans(sorted(covered), len(several) // 12, median(row.narrow for row in rows))
    return _aligned_columns(rows, columns)


def _aligned_columns(rows: list[PageRow], columns: list[Gap]) -> list[Gap]:
    """The columns, each whose cells do not stand below one another made one with that to its left."""
    near = _ALIGNED * median(row.size for row in rows)
    found: list[Gap] = []
    for at, column in enumerate(columns):
        cells = [cell for row in rows if (cell := cells_of(row, columns)[at])]
        if found and not _is_aligned(cells, near):
            found[-1] = (found[-1][0], column[1])
        else:
            found.append(column)
    return found


def _is_aligned(cells: list[list[Word]], near: float) -> bool:
    """Whether half of the cells begin below one another, or are short and end so or have their middles so."""
    if len(cells) < 2:
        return True
    least = max(2, len(cells) / 2)
    lefts = [cell[0].left for cell in cells]
    if _most_alike(lefts, near) >= least:
        return True
    short = [cell for cell in cells if len(cell) < 5]
    rights = [max(word.right for word in cell) for cell in short]
    middles = [(cell[0].left + right) / 2 for cell, right in zip(short, rights, strict=True)]
    return max(_most_alike(rights, near), _most_alike(middles, near)) >= least


def _most_alike(values: list[float], near: float) -> int:
    """The most values of which none is further from the least than `near`."""
    ordered = sorted(values)
    return max((bisect_right(ordered, value + near) - at for at, value in enumerate(ordered)), default=0)


def _covered_spans(changes: list[tuple[float, int]], most: int, least: float) -> list[Gap]:
    """The spans that more than `most` rows cover, those joined that lie less than `least` apart."""
    spans: list[Gap] = []
    depth, start = 0, 0.0
    for place, change in changes:
        before, depth = depth, depth + change
        if before <= most < depth:
            start = place
        elif depth <= most < before:
            if spans and start - spans[-1][1] < least:
                spans[-1] = (spans[-1][0], place)
            else:
                spans.append((start, place))
    return spans


def pieces_of(row: PageRow) -> list[tuple[Word, ...]]:
    """The words of a row between its gaps."""
    starts = {gap[1] for gap in gaps_of(row, row.narrow)}
    pieces: list[list[Word]] = []
    for word in row.words:
        if not pieces or word.left in starts:
            pieces.append([])
        pieces[-1].append(word)
    return [tuple(piece) for piece in pieces]


def cells_of(row: PageRow, columns: Sequence[Gap]) -> list[list[Word]]:
    """The words of a row in each of the columns; what reaches over several is in the first."""
    cells: list[list[Word]] = [[] for _ in columns]
    for piece in pieces_of(row):
        cells[_column_at(piece[0], columns)].extend(piece)
    return cells


def _column_at(word: Word, columns: Sequence[Gap]) -> int:
    middle = (word.left + word.right) / 2
    distances = [max(left - middle, middle - right, 0.0) for left, right in columns]
    return distances.index(min(distances))


def is_prose(region: Region) -> bool:
    """Whether the columns of a region are columns of a text, to be read one after the other, and not those of a table."""
    if len(region.columns) > 4:
        return False
    for at in range(len(region.columns)):
        lines = [text_of(cell) for row in region.rows if (cell := cells_of(row, region.columns)[at])]
        words = sum(map(count_words, lines))
        numbers = sum(bool(_NUMBER.search(word)) for line in lines for word in line.split())
        if len(lines) < 3 or words < 3.5 * len(lines) or numbers > 0.2 * words:
            return False
    return True


def column_words(region: Region) -> list[list[Word]]:
    """The words of each column, in the order in which the columns are read."""
    found: list[list[Word]] = [[] for _ in region.columns]
    for row in region.rows:
        for column, cell in zip(found, cells_of(row, region.columns), strict=True):
            column.extend(cell)
    every = [word for row in region.rows for word in row.words]
    return found[::-1] if is_right_to_left(every) else found


def joined_text(text: str, more: str) -> str:
    """Two lines of a paragraph as one, a word that a hyphen cuts made whole."""
    if text.endswith(HYPHEN):
        text = f"{text[:-1]}-"
    if re.search(r"\w-$", text) and more[:1].isalnum():
        is_cut = text[-2].islower() and more[0].islower() and not _KEEPS_HYPHEN.search(text)
        return f"{text[:-1]}{JOINED}{more}" if is_cut else text + more
    return f"{text} {more}" if text and more else text or more


def settled_hyphens(text: str) -> str:
    """A document whose words that a line's end cuts are whole: with a hyphen where the document writes them so elsewhere."""
    hyphenated = {word.casefold() for word in _HYPHENATED.findall(text)}

    def settled(match: re.Match[str]) -> str:
        with_hyphen = f"{match[1]}-{match[2]}"
        return with_hyphen if with_hyphen.casefold() in hyphenated else match[1] + match[2]

    return _JOINED_WORD.sub(settled, text).replace(HYPHEN, "-").replace(JOINED, "")
