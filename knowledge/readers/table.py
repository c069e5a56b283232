"""CSV: questions and answers (`question`, `answer` and, where known, `url`, `reviewed`, `language`), or a table of any columns."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path

from core.errors import UnreadableDocument
from knowledge.base.model import Document
from knowledge.base.unreadable import UnreadableCode
from knowledge.readers.grid import Row, grid_lines, title_of
from knowledge.readers.parts import NAMES, make_document, read_text, title_of_file

_QUESTION = ("question", "questions", "q", "title", "pregunta", "frage", "topic", "titulo", "título")
_ANSWER = ("answer", "answers", "a", "text", "respuesta", "antwort", "reply", "response", "texto")
_PLAIN = re.compile(r"question|answer|pregunta|respuesta|frage|antwort|pergunta|resposta|réponse")
"""Found within a longer name of a column ("FAQ Question") it is meant."""

MOST_COLUMNS = 50
"""Looked at, of those that say something about a document."""
MOST_SNIFFED = 50
"""Rows by which the character between cells is told."""


def read_table(path: Path, origin: str) -> list[Document]:
    """One document for each row with an answer, the question its title; of any other table one document."""
    rows = _rows(read_text(path))
    if not rows:
        raise UnreadableDocument(UnreadableCode.TABLE_EMPTY)
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    if (found := question_columns(filled)) is not None:
        return _questions(filled[found[2] :], found[0], found[1], filled[0] if found[2] else [], origin)
    title = title_of(rows)
    text = "\n".join(grid_lines(rows))
    return [make_document(origin, text, {}, title=title or title_of_file(origin))]


def question_columns(rows: list[Row]) -> tuple[int, int, int] | None:
    """Where questions and answers stand, and how many rows are above them; None for other tables."""
    columns = [cell.strip().lower() for cell in rows[0]] if rows else []
    question, answer = _column_named(columns, _QUESTION), _column_named(columns, _ANSWER)
    if question is not None and answer is not None:
        return question, answer, 1
    two = [
        row for row in rows if _is_filled(row, 0) and _is_filled(row, 1) and len(list(filter(None, row))) == 2
    ]
    if len(two) == len(rows) and all(row[0].strip().endswith(("?", "？", "؟")) for row in rows):
        return 0, 1, 0
    return None


def _questions(rows: list[Row], question: int, answer: int, names: Row, origin: str) -> list[Document]:
    columns = [name.strip().lower() for name in names]
    known = {name for names in NAMES.values() for name in names} - set(_QUESTION)
    about = [(at, name) for at, name in enumerate(columns) if name in known][:MOST_COLUMNS]
    found = []
    for row in rows:
        values = {name: row[at].strip() for at, name in about if at < len(row)}
        if _is_filled(row, question) and _is_filled(row, answer):
            title = row[question]
            found.append(make_document(origin, row[answer], values, title=title, key=" ".join(title.split())))
    if not found:
        raise UnreadableDocument(UnreadableCode.TABLE_ROWS)
    return found


def _rows(text: str) -> list[Row]:
    """All rows, without empty ones at the beginning and end."""
    csv.field_size_limit(1_000_000)
    try:
        rows = list(csv.reader(*_with_delimiter(text)))
    except csv.Error as error:
        raise UnreadableDocument(UnreadableCode.TABLE, error=str(error)) from None
    filled = [at for at, row in enumerate(rows) if any(cell.strip() for cell in row)]
    return rows[filled[0] : filled[-1] + 1] if filled else []


def _with_delimiter(text: str) -> tuple[io.StringIO, type[csv.Dialect]]:
    """The text below what it says of its delimiter, and that, or the one by which most rows have as many cells."""
    stated = re.match(r"\s*sep=(.)\r?\n", text)
    body = text[stated.end() :] if stated else text
    delimiter = stated[1] if stated else max(",;\t|", key=lambda one: _fit_of(body, one))
    return io.StringIO(body), type("Table", (csv.excel,), {"delimiter": delimiter})


def _fit_of(text: str, delimiter: str) -> tuple[float, int]:
    """How many of the first rows have the commonest number of cells, if that is more than one, and that number."""
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        rows = [row for row, _ in zip(reader, range(MOST_SNIFFED), strict=False) if any(map(str.strip, row))]
    except csv.Error:
        return 0.0, 0
    wide, count = max(Counter(map(len, rows)).items(), key=lambda one: (one[0] > 1, one[1]), default=(0, 0))
    return (count / len(rows), wide) if wide > 1 else (0.0, 0)


def _is_filled(row: Row, at: int) -> bool:
    return at < len(row) and bool(row[at].strip())


def _column_named(columns: Row, names: tuple[str, ...]) -> int | None:
    exact = next((columns.index(name) for name in names if name in columns), None)
    if exact is not None:
        return exact
    plain = [name for name in names if _PLAIN.fullmatch(name)]
    return next(
        (at for at, column in enumerate(columns) if any(name in column.split() for name in plain)), None
    )
