"""Excel's XLSX into Markdown: each visible sheet as the tables on it, cells as the page shows them. Runs in the child process."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from core.errors import UnreadableDocument
from knowledge.base.text import escape_markdown, one_line
from knowledge.base.unreadable import UnreadableCode
from knowledge.readers.docx import check_archive
from knowledge.readers.grid import Row, grid_lines, title_of
from knowledge.readers.left_out import DELETED, HIDDEN, LeftOut
from knowledge.readers.table import question_columns

Parsed = tuple[str, str, dict[str, object]]

MOST_ROWS, MOST_COLUMNS = 20_000, 100
"""Looked at on a sheet."""
_UNNAMED = re.compile(r"(?:sheet|table|tabelle|hoja|feuille|feuil|planilha|plan|工作表)\s*\d*", re.IGNORECASE)
_TOKEN = re.compile(r"\"([^\"]*)\"|\\(.)|([$€£¥])|([0#?.,%]+)")
"""Of a number's format: words in quotation marks, a single sign, a currency, and places for digits."""
_MONTH_IN_WORDS = re.compile(r"mmm", re.IGNORECASE)
_MASK = re.compile(r"[0#() .+/-]+")


def parse_xlsx(data: bytes) -> Parsed:
    """Title, Markdown and what the file says of itself."""
    check_archive(data)
    import openpyxl

    left_out = LeftOut()
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True, rich_text=True, keep_links=False)
        sheets = [(sheet.title, _sheet_rows(sheet, left_out)) for sheet in _visible_sheets(book, left_out)]
        values = _book_values(book.properties) | {"left_out": left_out.as_data()}
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, zipfile.BadZipFile):
        raise UnreadableDocument(UnreadableCode.DOCX_BROKEN) from None
    sheets = [(name, rows) for name, rows in sheets if any(map(any, rows))]
    title = one_line(book.properties.title or "") or (title_of(sheets[0][1]) if sheets else "")
    return title, "\n".join(_book_lines(sheets)), values


def _book_values(about: Any) -> dict[str, object]:
    return {
        "reviewed": about.modified.date().isoformat() if about.modified else "",
        "language": about.language or "",
        "keywords": about.keywords or "",
    }


def _book_lines(sheets: list[tuple[str, list[Row]]]) -> Iterator[str]:
    """The tables of all sheets; several have their names above them, unless they have none."""
    for name, rows in sheets:
        if len(sheets) > 1 and not _UNNAMED.fullmatch(name.strip()):
            yield from (f"## {escape_markdown(name)}", "")
        filled = [row for row in rows if any(row)]
        yield from _question_lines(filled) if question_columns(filled) else grid_lines(rows)


def _question_lines(rows: list[Row]) -> Iterator[str]:
    """Questions as headings with their answers below."""
    question, answer, above = question_columns(rows) or (0, 1, 0)
    for row in rows[above:]:
        if row[question] and row[answer]:
            yield from (
                f"### {escape_markdown(one_line(row[question]))}",
                "",
                escape_markdown(row[answer]),
                "",
            )


def _visible_sheets(book: Any, left_out: LeftOut) -> Iterator[Any]:
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            yield sheet
        else:
            left_out.note(HIDDEN, sheet.title)


def _sheet_rows(sheet: Any, left_out: LeftOut) -> list[Row]:
    """The cells of a sheet as words, row by row, without hidden rows and columns."""
    merged = _merged_cells(sheet)
    hidden = _hidden_columns(sheet)
    rows = []
    for cells in sheet.iter_rows(
        max_row=min(sheet.max_row, MOST_ROWS), max_col=min(sheet.max_column, MOST_COLUMNS)
    ):
        row = [_cell_words(merged.get((cell.row, cell.column), cell), left_out) for cell in cells]
        if sheet.row_dimensions[cells[0].row].hidden:
            left_out.note(HIDDEN, " ".join(filter(None, row)))
            continue
        gone = [words for at, words in enumerate(row, start=1) if at in hidden]
        left_out.note(HIDDEN, " ".join(filter(None, gone)))
        rows.append([words for at, words in enumerate(row, start=1) if at not in hidden])
    return rows


def _merged_cells(sheet: Any) -> dict[tuple[int, int], Any]:
    """Which cell speaks for another: over the columns that it spans, and down the rows; one over a whole row is there once."""
    speaks: dict[tuple[int, int], Any] = {}
    for area in sheet.merged_cells.ranges:
        first = sheet.cell(area.min_row, area.min_col)
        last = area.min_col if area.min_col == 1 else min(area.max_col, MOST_COLUMNS)
        for row in range(area.min_row, min(area.max_row, MOST_ROWS) + 1):
            for column in range(area.min_col, last + 1):
                speaks[row, column] = first
    return speaks


def _hidden_columns(sheet: Any) -> set[int]:
    """The numbers of hidden columns; one dimension may stand for several."""
    hidden: set[int] = set()
    for dimension in sheet.column_dimensions.values():
        if dimension.hidden and dimension.min:
            hidden |= set(range(dimension.min, min(dimension.max or dimension.min, MOST_COLUMNS) + 1))
    return hidden


def _cell_words(cell: Any, left_out: LeftOut) -> str:
    value = cell.value
    if value is None or (isinstance(value, str) and value.startswith("#") and cell.data_type == "e"):
        return ""
    if cell.font is not None and cell.font.strike:
        left_out.note(DELETED, shown_value(value, cell.number_format))
        return ""
    return shown_value(_without_struck(value, left_out), cell.number_format)


def _without_struck(value: Any, left_out: LeftOut) -> Any:
    """A value without the pieces of its text that are struck."""
    if not isinstance(value, list):
        return value
    pieces = []
    for piece in value:
        if getattr(getattr(piece, "font", None), "strike", False):
            left_out.note(DELETED, str(piece))
        else:
            pieces.append(str(piece))
    return "".join(pieces)


def shown_value(value: object, form: str) -> str:
    """A cell's value in words, as its number format shows it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime | date | time):
        return _shown_date(value, form)
    if isinstance(value, timedelta):
        minutes = int(value.total_seconds()) // 60
        return f"{minutes // 60}:{minutes % 60:02}"
    return (
        _shown_number(value, form.split(";", maxsplit=1)[0]) if isinstance(value, int | float) else str(value)
    )


def _shown_date(value: datetime | date | time, form: str) -> str:
    """A day with the name of its month where the sheet shows that, else as 2026-05-03; hours where there are any."""
    if isinstance(value, time):
        return _shown_time(value, form)
    day = f"{value:%B} {value.day}, {value.year}" if _MONTH_IN_WORDS.search(form) else f"{value:%Y-%m-%d}"
    hours = value.time() if isinstance(value, datetime) else time()
    return f"{day} {_shown_time(hours, form)}" if hours != time() else day


def _shown_time(value: time, form: str) -> str:
    if "am/pm" in form.lower():
        return f"{value.hour % 12 or 12}:{value:%M} {'a.m.' if value.hour < 12 else 'p.m.'}"
    return f"{value:%H:%M}"


def _shown_number(value: float, form: str) -> str:
    """A number with what its format writes around it (a currency, a unit), its per cent sign, decimals and leading zeros."""
    form = re.sub(r"_.|\*.|\[(?!\$)[^\]]*\]", "", re.sub(r"\[\$([^-\]]*)[^\]]*\]", r'"\1"', form))
    mask = form.replace("\\", "")
    if len(re.findall(r"[0#]", mask)) > 4 and _MASK.fullmatch(mask) and float(value).is_integer():
        return _masked(int(value), mask)
    before, digits, behind = _parts_of_form(form)
    places = len(digits.partition(".")[2].rstrip(",%")) if "0" in digits else None
    per_cent = "%" if "%" in digits else ""
    number = _plain_number(value * 100 if per_cent else value, places, grouped="," in digits)
    before = f"{before} " if before.isalpha() else before
    return f"{before}{number}{per_cent} {behind}".strip()


def _parts_of_form(form: str) -> tuple[str, str, str]:
    """What a number's format writes before it, its places for digits, and what it writes behind."""
    tokens = [(token[0] or token[1] or token[2], token[3]) for token in _TOKEN.findall(form)]
    at = [place for place, (_, number) in enumerate(tokens) if number]
    if not at:
        return "", "", ""
    before = "".join(words for words, _ in tokens[: at[0]]).strip()
    behind = "".join(words for words, _ in tokens[at[-1] + 1 :]).strip()
    return before, "".join(number for _, number in tokens), behind


def _plain_number(number: float, places: int | None, *, grouped: bool) -> str:
    """A number with so many decimals, or with those that it has."""
    comma = "," if grouped else ""
    if places is None:
        return f"{int(number):{comma}}" if float(number).is_integer() else f"{number:{comma}.10g}"
    return f"{number:{comma}.{places}f}"


def _masked(value: int, mask: str) -> str:
    """Digits in the places that a format has for them: a telephone number, a postal code."""
    places = len(re.findall(r"[0#]", mask))
    if "." in mask or len(str(abs(value))) > places:
        return str(value)
    digits = iter(f"{value:0{places}}")
    return re.sub(r"[0#]", lambda _: next(digits), mask)
