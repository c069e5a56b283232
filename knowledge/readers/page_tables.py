"""A region of a page that is a table into rows of cells, with its heads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from knowledge.base.text import count_words, escape_markdown
from knowledge.readers.grid import row_line
from knowledge.readers.page_rows import Gap, PageRow, Region, cells_of, is_right_to_left, joined_text, text_of
from knowledge.readers.pdf_rules import LevelLine, full_heights
from knowledge.readers.pdf_words import HYPHEN

MOST_HEAD_ROWS = 3
MOST_LINES = 4
"""Of a row between two drawn lines, on average; what has more is a part of a table and no row."""
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"^(?:fy\s*)?(?:19|20)\d\d(?:\s*[-–/]\s*\d{2,4})?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells below `heads`, all of one length; `heads` is empty where the table names no columns.

    A row with its first cell alone parts the rows above from those below and names them. `caption` stood above the heads.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    columns: tuple[Gap, ...]
    caption: tuple[str, ...] = ()


@dataclass(slots=True)
class _CellLine:
    """A row of the page as cells, each of the text that it holds."""

    cells: list[str]
    bold: bool
    base: float
    size: float

    @property
    def filled(self) -> list[int]:
        return [at for at, cell in enumerate(self.cells) if cell]


def parted_by(region: Region, rules: Sequence[LevelLine]) -> list[float]:
    """The heights of the lines that run through the region and part rows of it; none where they do not part all of its rows."""
    heights = full_heights(rules, region.columns[0][0], region.columns[-1][1])
    bases = [row.base for row in region.rows]
    inside = [height for height in heights if bases[-1] < height < bases[0]]
    return inside if len(inside) > 1 and len(bases) <= MOST_LINES * (len(inside) + 1) else []


def table_of(region: Region, rules: Sequence[LevelLine] = ()) -> Table:
    """The table that the region is; `rules` are the lines that are drawn on its page."""
    words = [word for row in region.rows for word in row.words]
    order = -1 if is_right_to_left(words) else 1
    lines = _ruled_lines(
        [_line_of(row, region.columns, order) for row in region.rows], parted_by(region, rules)
    )
    caption: list[str] = []
    while len(lines) > 1 and len(lines[0].filled) == 1 and lines[0].filled != [1]:
        caption.append(" ".join(filter(None, lines.pop(0).cells)))
    count = _count_heads(lines)
    heads = _merged_heads(lines[:count])
    rows = _joined_rows(lines[count:])
    return Table(
        tuple(heads),
        tuple(map(tuple, rows)),
        region.columns[::order],
        tuple(caption),
    )


def _line_of(row: PageRow, columns: Sequence[Gap], order: int) -> _CellLine:
    return _CellLine(
        [text_of(cell) for cell in cells_of(row, columns)][::order], row.bold, row.base, row.size
    )


def _ruled_lines(lines: list[_CellLine], heights: Sequence[float]) -> list[_CellLine]:
    """The lines, those between two heights made one; not where that would put two amounts into one cell."""
    bands: list[list[_CellLine]] = []
    for before, line in zip([None, *lines], lines, strict=False):
        parted = before is None or any(line.base < height < before.base for height in heights)
        if parted or not heights:
            bands.append([])
        bands[-1].append(line)
    return [one for band in bands for one in _one_line(band)]


def _one_line(band: list[_CellLine]) -> list[_CellLine]:
    columns = list(zip(*(line.cells for line in band), strict=True))
    if any(sum(map(_is_value, column)) > 1 for column in columns[1:]):
        return band
    cells = [reduce(joined_text, filter(None, column), "") for column in columns]
    return [_CellLine(cells, all(line.bold for line in band), band[-1].base, band[-1].size)]


def _count_heads(lines: list[_CellLine]) -> int:
    """How many of the first lines name the columns: bold ones above others, or those without a number above rows with numbers."""
    bold = _count_bold(lines)
    if 0 < bold <= MOST_HEAD_ROWS:
        return bold
    numbered = next((at for at, line in enumerate(lines) if _has_values(line.cells)), len(lines))
    if numbered == len(lines):
        return 0
    named = [at for at in range(numbered) if len(lines[at].filled) > 1]
    return min(named[-1] + 1, MOST_HEAD_ROWS) if named and named[0] == 0 else 0


def _count_bold(lines: list[_CellLine]) -> int:
    """How many of the first lines are bold, of which the last has several cells; none where all lines are."""
    bold = next((at for at, line in enumerate(lines) if not line.bold), 0)
    while bold and len(lines[bold - 1].filled) == 1:
        bold -= 1
    return bold


def _has_values(cells: list[str]) -> bool:
    """Whether a cell beside the first holds a number; the years above columns are their names."""
    values = [cell for cell in cells[1:] if _DIGIT.search(cell)]
    return bool(values) and not all(_YEAR.match(cell) for cell in values)


def _merged_heads(lines: list[_CellLine]) -> list[str]:
    heads = [""] * len(lines[0].cells) if lines else []
    for line in lines:
        heads = [joined_text(head, cell) for head, cell in zip(heads, line.cells, strict=True)]
    return heads


def _joined_rows(lines: list[_CellLine]) -> list[list[str]]:
    """The rows of a table: a line that only goes on with cells of the line above is joined to it."""
    rows: list[list[str]] = []
    before: _CellLine | None = None
    for line in lines:
        if before is not None and _goes_on(rows[-1], line, before):
            rows[-1] = [joined_text(cell, more) for cell, more in zip(rows[-1], line.cells, strict=True)]
        else:
            rows.append(line.cells)
        before = line
    return rows


def _goes_on(row: list[str], line: _CellLine, before: _CellLine) -> bool:
    """Whether a line has no more than the rest of cells that the row above began."""
    if before.base - line.base > 1.8 * max(line.size, before.size):
        return False
    filled = line.filled
    if not filled or any(not row[at] for at in filled):
        return False
    if filled == [0]:
        return line.cells[0][:1].islower() or row[0].endswith(("-", HYPHEN, ",", "(", "/", "&"))
    return 0 not in filled and not any(_is_value(line.cells[at]) for at in filled)


def _is_value(cell: str) -> bool:
    """Whether a cell is an amount, a date or a time, and no sentence that has a number in it."""
    return bool(_DIGIT.search(cell)) and count_words(cell) <= 3


def table_lines(table: Table) -> list[str]:
    """The table as Markdown; its heads again below each row that names a part of it."""
    lines: list[str] = []
    for words in table.caption:
        lines += ["", escape_markdown(words)]
    if not table.rows and any(table.heads):
        return [*lines, "", row_line(table.heads), ""]
    begun = False
    for row in table.rows:
        if row[0] and not any(row[1:]):
            lines += ["", escape_markdown(row[0])]
            begun = False
            continue
        if not begun:
            heads = table.heads or ("",) * len(row)
            lines += ["", row_line(heads), f"|{' --- |' * len(row)}"]
            begun = True
        lines.append(row_line(row))
    return [*lines, ""]
