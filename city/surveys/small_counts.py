"""Counting so that nobody can be found: what too few people said is put together with something else before it is shown.

A table is not punched full of holes that could be computed from its totals. All its small rows become one row, for all columns alike,
and if that is still small the next larger ones join it; whatever is shown is counted from these rows only. How the people in a row
that was put together spread over its parts shows nowhere, so it can be computed from nothing: the parts could change places.
docs/console/surveys.md says it for staff.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

FEWEST = 5
"""People below which a number is not shown."""

FEWEST_IN_GROUP = 20
"""People below which a channel, a language or an area is not shown beside others: its own numbers would all be small."""

Rows = Sequence[Sequence[int]]
Classes = list[tuple[int, ...]]


def put_together(rows: Rows, fewest: int = FEWEST, start: Classes | None = None) -> Classes | None:
    """Which rows (by index) are shown as one, so that in every column each has none or at least `fewest`; None when nothing helps.

    `rows` are counts, a column a group of people; `start` are rows that are together already. Empty rows join the small ones, so that
    it does not show which of them are empty; where none is small they stay alone.
    """
    parts: Classes = list(start or [(index,) for index in range(len(rows))])
    small = [part for part in parts if _has_small(_member_sums(rows, part), fewest)]
    if not small:
        return parts
    # Rows that are empty are known to be so where they were shown before, as `start`.
    empty = [] if start is not None else [part for part in parts if not any(_member_sums(rows, part))]
    larger = [part for part in parts if part not in (*small, *empty)]
    small = _with_larger(rows, small, empty, larger, fewest)
    joined = tuple(sorted(index for part in (*small, *empty) for index in part))
    if _has_small(_member_sums(rows, joined), fewest):
        return None
    return sorted([joined, *(part for part in parts if not set(part) & set(joined))])


def shown_sums(rows: Rows, classes: Classes) -> list[list[int]]:
    """The rows as they are shown: a row for each class."""
    return [_member_sums(rows, members) for members in classes]


def _with_larger(rows: Rows, small: Classes, empty: Classes, larger: Classes, fewest: int) -> Classes:
    """The small rows, and as many of the next larger ones as they need so as not to tell; of equal ones, none is chosen."""

    def size(part: Sequence[int]) -> int:
        return sum(_member_sums(rows, part))

    together = list(small)
    for _, equal in groupby(sorted(larger, key=size), key=size):
        if not _tells_too_much(rows, together, empty, fewest):
            break
        together += equal
    return together


def _tells_too_much(rows: Rows, small: Classes, empty: Classes, fewest: int) -> bool:
    """Whether these rows as one would still tell about too few: the sum is small, it has one part, or each part is as large as a
    small one can be.
    """
    together = [index for part in small for index in part]
    if len(small) + len(empty) < 2 or _has_small(_member_sums(rows, together), fewest):
        return True
    return all(sum(_member_sums(rows, part)) == fewest - 1 for part in small) and not empty


def _has_small(counts: Sequence[int], fewest: int) -> bool:
    return any(0 < count < fewest for count in counts)


def _member_sums(rows: Rows, members: Sequence[int]) -> list[int]:
    columns = zip(*(rows[member] for member in members), strict=True)
    return [sum(column) for column in columns]
