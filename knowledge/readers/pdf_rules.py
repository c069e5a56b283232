"""The lines that are drawn on a PDF's page, where they part the rows of a table. Runs in the child process."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from knowledge.readers.pdf_words import turned_box

_MOST_PARTS, _MOST_SEGMENTS = 5000, 20_000
_SHORTEST = 8.0
_THIN = 1.0


@dataclass(frozen=True, slots=True)
class LevelLine:
    """A level line from `left` to `right` at this height, in points, the page turned as its words run."""

    left: float
    right: float
    height: float


Edge = tuple[float, float, float, float]


def page_edges(page: Any) -> list[Edge]:
    """The level and upright edges of what is drawn on a page: left, bottom, right and top, of which two are the same."""
    return list(islice(_drawn_edges(page), _MOST_SEGMENTS))


def _drawn_edges(page: Any) -> Iterator[Edge]:
    from pypdfium2 import raw

    x, y = ctypes.c_float(), ctypes.c_float()
    for part in islice(page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=1), _MOST_PARTS):
        matrix = part.get_matrix()
        start = before = (0.0, 0.0)
        for at in range(raw.FPDFPath_CountSegments(part.raw)):
            segment = raw.FPDFPath_GetPathSegment(part.raw, at)
            raw.FPDFPathSegment_GetPoint(segment, x, y)
            point = matrix.on_point(x.value, y.value)
            if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO:
                start = point
            elif raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_LINETO:
                yield from _edge(before, point)
            if raw.FPDFPathSegment_GetClose(segment):
                yield from _edge(point, start)
            before = point


def _edge(one: tuple[float, float], other: tuple[float, float]) -> Iterator[Edge]:
    """The edge between two points, where it is level or upright and long enough to be no part of a letter."""
    width, height = abs(one[0] - other[0]), abs(one[1] - other[1])
    if min(width, height) < _THIN and max(width, height) > _SHORTEST:
        yield min(one[0], other[0]), min(one[1], other[1]), max(one[0], other[0]), max(one[1], other[1])


def rules_of(edges: Sequence[Edge], direction: int) -> list[LevelLine]:
    """The edges that are level when the page is turned as words of this direction run."""
    turned = [turned_box(edge, direction) for edge in edges]
    return [
        LevelLine(min(left, right), max(left, right), (bottom + top) / 2)
        for left, bottom, right, top in turned
        if abs(right - left) > abs(top - bottom)
    ]


def full_heights(rules: Sequence[LevelLine], left: float, right: float) -> list[float]:
    """The heights, from top to bottom, at which lines run over nearly all of the width between two places."""
    heights: list[float] = []
    begun: list[LevelLine] = []
    for rule in [*sorted(rules, key=lambda rule: -rule.height), LevelLine(0, 0, -1e9)]:
        if begun and begun[0].height - rule.height > _THIN * 2:
            if _covered_width(begun, left, right) > 0.8 * (right - left):
                heights.append(begun[0].height)
            begun = []
        begun.append(rule)
    return heights


def _covered_width(rules: Sequence[LevelLine], left: float, right: float) -> float:
    covered, end = 0.0, left
    for rule in sorted(rules, key=lambda rule: rule.left):
        stop = min(rule.right, right)
        covered += max(0.0, stop - max(rule.left, end))
        end = max(end, stop)
    return covered
