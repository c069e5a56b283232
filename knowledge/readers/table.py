"""CSV of questions and answers: `question`, `answer` and, where known, `url`, `reviewed`, `language`; names are forgiven."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from core.errors import UnreadableDocument
from knowledge.base.model import Document
from knowledge.base.unreadable import UnreadableCode
from knowledge.readers.parts import NAMES, make_document, read_text

_QUESTION = ("question", "questions", "q", "title", "pregunta", "frage", "topic", "titulo", "título")
_ANSWER = ("answer", "answers", "a", "text", "respuesta", "antwort", "reply", "response", "texto")

MOST_COLUMNS = 50
"""Looked at, of those that say something about a document."""


def read_table(path: Path, origin: str) -> list[Document]:
    """One document for each row with an answer: the question is its title. The first row must name the columns."""
    rows = _rows(read_text(path))
    columns = [cell.strip().lower() for cell in rows[0]] if rows else []
    question, answer = _column_named(columns, _QUESTION), _column_named(columns, _ANSWER)
    if question is None or answer is None:
        raise UnreadableDocument(UnreadableCode.TABLE_COLUMNS)
    known = {name for names in NAMES.values() for name in names} - set(_QUESTION)
    about = [(at, name) for at, name in enumerate(columns) if name in known][:MOST_COLUMNS]
    found = []
    for row in rows[1:]:
        values = {name: row[at].strip() for at, name in about if at < len(row)}
        if _is_filled(row, question) and _is_filled(row, answer):
            title = row[question]
            found.append(make_document(origin, row[answer], values, title=title, key=" ".join(title.split())))
    if not found:
        raise UnreadableDocument(UnreadableCode.TABLE_ROWS)
    return found


def _rows(text: str) -> list[list[str]]:
    """The rows that are not empty."""
    csv.field_size_limit(1_000_000)
    try:
        return [
            row
            for row in csv.reader(io.StringIO(text), _table_dialect(text))
            if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        raise UnreadableDocument(UnreadableCode.TABLE, error=str(error)) from None


def _is_filled(row: list[str], at: int) -> bool:
    return at < len(row) and bool(row[at].strip())


def _table_dialect(text: str) -> type[csv.Dialect] | csv.Dialect:
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t|", key=head.count)
    return type("Table", (csv.excel,), {"delimiter": delimiter})


def _column_named(columns: list[str], names: tuple[str, ...]) -> int | None:
    return next((columns.index(name) for name in names if name in columns), None)
