"""Tables of any columns (a fee list, a schedule) into Markdown: titles, names of columns, groups of rows, notes below.

Nothing says which row of a table names its columns, which is a title and which a note; it is told by how the rows are filled.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from knowledge.base.text import count_words, escape_markdown

Row = list[str]

_VALUE = re.compile(r"^[\s$€£¥+(<>~±-]*\d[\d\s.,:/%$€£¥)+-]*(?:[ap]\.?m\.?|%)?$|https?://|@", re.IGNORECASE)
MOST_OF_HEAD = 12
"""Words that name a column; what is longer is a sentence."""
MOST_OF_GROUP = 10
"""Words of a row that names those below it; what is longer is a note."""
MOST_HEADS = 3
"""Rows that name columns together: "Resident" over "Adult" and "Child"."""


def grid_lines(rows: Sequence[Row]) -> list[str]:
    """The Markdown of a table; empty rows part it into tables with heads of their own."""
    lines: list[str] = []
    for part in _parts_of(rows):
        lines += [*_part_lines(part), ""]
    return lines


def title_of(rows: Sequence[Row]) -> str:
    """The words above the names of the columns, where they are one short line; empty where there are none."""
    parts = list(_parts_of(rows))
    first = [cell for cell in parts[0][0] if cell] if parts else []
    is_table = any(_filled(row) > 1 for part in parts[:2] for row in part)
    return first[0] if is_table and len(first) == 1 and count_words(first[0]) <= MOST_OF_HEAD else ""


def _parts_of(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Runs of rows without an empty one between them; a lone row of names belongs to the rows behind it."""
    held: list[Row] = []
    for row in map(_clean_row, rows):
        if any(row):
            held.append(row)
        elif held and not (len(held) == 1 and _filled(held[0]) > 1 and _may_be_head(held[0])):
            yield held
            held = []
    if held:
        yield held


def _clean_row(row: Row) -> Row:
    return [" ".join(cell.split()) for cell in row]


def _filled(row: Row) -> int:
    return sum(map(bool, row))


def _part_lines(part: list[Row]) -> Iterator[str]:
    wide = max(map(_filled, part))
    if wide < 2:
        yield from (line for row in part for line in (escape_markdown(" ".join(filter(None, row))), ""))
        return
    first = next(at for at, row in enumerate(part) if _filled(row) > 1)
    for row in part[:first]:
        yield from (escape_markdown(" ".join(filter(None, row))), "")
    rows = _without_empty_columns(part[first:])
    heads = _count_heads(rows)
    yield from _table_lines(_spread_heads(rows[:heads]), rows[heads:])


def _without_empty_columns(rows: list[Row]) -> list[Row]:
    wide = max(map(len, rows))
    full = [[*row, *[""] * (wide - len(row))] for row in rows]
    used = [at for at in range(wide) if any(row[at] for row in full)]
    return [[row[at] for at in used] for row in full]


def _count_heads(rows: list[Row]) -> int:
    """How many of the first rows name the columns; none where the first is a row like those below it."""
    if len(rows) < 2 or not _may_be_head(rows[0]):
        return 0
    if not _differs_from_rows(rows[0], rows[1:]):
        return 0
    count = 1
    while count < min(MOST_HEADS, len(rows) - 1) and _goes_on_below(
        rows[count - 1], rows[count], rows[count + 1 :]
    ):
        count += 1
    return count


def _may_be_head(row: Row) -> bool:
    filled = [cell for cell in row if cell]
    are_short = all(count_words(cell) <= MOST_OF_HEAD for cell in filled)
    values = [cell for cell in filled if _VALUE.search(cell)]
    asks = any(cell.endswith(("?", "？", "؟")) for cell in filled)
    return are_short and not asks and (not values or (not _VALUE.search(row[0]) and _is_series(values)))


def _is_series(values: list[str]) -> bool:
    """Whether numbers name columns: years, or one number after the other."""
    if len(values) < 2 or not all(re.fullmatch(r"\d{1,4}", value) for value in values):
        return False
    numbers = [int(value) for value in values]
    follow = all(later == earlier + 1 for earlier, later in itertools.pairwise(numbers))
    return follow or all(1900 <= number < 2100 for number in numbers)


def _differs_from_rows(head: Row, rows: list[Row]) -> bool:
    """Whether a first row reads as names: below one of them stand values, longer words or the same words again and again."""
    columns = [(name, [row[at] for row in rows if row[at]]) for at, name in enumerate(head)]
    return (len(rows) > 1 and all(head)) or any(_names_column(name, below) for name, below in columns)


def _names_column(name: str, below: list[str]) -> bool:
    if any(_VALUE.search(cell) or count_words(cell) > MOST_OF_HEAD for cell in below):
        return True
    return len(set(below)) < len(below) or (
        bool(below) and all(len(cell) > 2 * len(name) > 0 for cell in below)
    )


def _goes_on_below(above: Row, row: Row, rows: list[Row]) -> bool:
    """Whether a second row of names stands below the first: that has fewer, and this has no value where others have one."""
    named_above = [name for name in above[1:] if name]
    gaps = len(set(named_above)) < sum(bool(name) for name in row[1:])
    named = sum(bool(cell) for cell in row[1:]) > 1
    below = [cell for other in rows for cell in other[1:] if cell]
    return gaps and named and _may_be_head(row) and any(map(_VALUE.search, below))


def _spread_heads(heads: list[Row]) -> Row:
    """The names of the columns; one that stands over several counts for each until the next begins."""
    if not heads:
        return []
    spread = [_spread_names(row) for row in heads[:-1]] + [heads[-1]]
    return joined_heads(spread)


def joined_heads(heads: Sequence[Row]) -> Row:
    """The names that stand above each other as one for each column, each word of them once."""
    return [
        " ".join(dict.fromkeys(filter(None, names))) for names in itertools.zip_longest(*heads, fillvalue="")
    ]


def _spread_names(row: Row) -> Row:
    spread, last = [row[0]], ""
    for cell in row[1:]:
        last = cell or last
        spread.append(last)
    return spread


def _table_lines(heads: Row, rows: list[Row]) -> Iterator[str]:
    """The lines of a table; a row that is one cell names the rows below it, or is a note."""
    begun, name = False, ""
    for row, below in zip(rows, [*rows[1:], []], strict=True):
        if _filled(row) == 1 and (row[0] or len(row) > 2):
            yield from ("", _line_between(next(filter(None, row)), below), "")
            begun, name = False, ""
            continue
        if not begun:
            yield row_line(heads) if heads else "| |"
        begun, name = True, row[0] or name
        yield row_line([name, *row[1:]])


def _line_between(words: str, below: Row) -> str:
    """A row of one cell: a heading where it is short and rows of a table follow."""
    is_name = count_words(words) <= MOST_OF_GROUP and _filled(below) > 1
    return f"### {escape_markdown(words)}" if is_name else escape_markdown(words)


def row_line(cells: Sequence[str]) -> str:
    """A row of a table in Markdown."""
    return f"| {' | '.join(map(escape_markdown, cells))} |"
