"""Tables of a city folder: CSV with a line of names first, each further line an entry, mistakes named by their line."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from core.errors import CityDataError


def read_table(file: Path, columns: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """The lines by their number in the file, each as its fields by name; none where there is no such file.

    Commas or semicolons part the fields. Raises `CityDataError` where one of `columns` is missing.
    """
    if not file.is_file():
        return []
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CityDataError(f"{file.name} is not UTF-8; save it as UTF-8.") from None
    head = text.partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text), delimiter=";" if head.count(";") > head.count(",") else ",")
    named = [name.strip() for name in rows.fieldnames or ()]
    rows.fieldnames = named
    if missing := [name for name in columns if name not in named]:
        raise CityDataError(
            f"{file.name}, line 1: expected the columns {', '.join(columns)}; {', '.join(missing)} is missing."
        )
    return [(rows.line_num, {name: (row[name] or "").strip() for name in named}) for row in rows]
