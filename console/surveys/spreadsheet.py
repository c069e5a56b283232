"""Tables for spreadsheets, in which nothing that a resident wrote is ever executed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

BOM = "\ufeff"
"""Tells spreadsheets that the file is UTF-8."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
"""What makes a spreadsheet read a cell as a formula or a command (OWASP, "CSV Injection"), wide forms included."""


def safe_cell(cell: str | float | None) -> str:
    """A cell as it may stand in a file: words that begin like a formula get an apostrophe, which spreadsheets do not show."""
    if cell is None:
        return ""
    if isinstance(cell, int | float):
        return str(cell) if isinstance(cell, int) else f"{cell:g}"
    text = cell.replace("\0", "")
    return f"'{text}" if text.lstrip(" \u00a0").startswith(FORMULA) else text


def as_csv(rows: Iterable[Sequence[str | float | None]]) -> bytes:
    """The rows as a file: UTF-8, every cell quoted."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return (BOM + out.getvalue()).encode()
