"""PDF into Markdown: lines by their place on the page, headings by the size of their letters. Runs in the child process."""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from core.errors import UnreadableDocument
from knowledge.base.text import clean_text, escape_markdown, one_line
from knowledge.base.unreadable import UnreadableCode

Parsed = tuple[str, str, dict[str, object]]

MOST_PAGES = 500
MOST_CHARACTERS = 5_000_000
_BULLET = re.compile(r"^\s*[•◦▪‣·●○■–\-*\uf0b7]\s+(?=\S)")
_NUMBER = re.compile(r"^(?:page|página|seite)?\s*\d+\s*(?:(?:/|of|de|von)\s*\d+)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    size: float
    y: float
    page: int


def parse_pdf(data: bytes) -> Parsed:
    """Title, Markdown and what the file says of itself; raises `UnreadableDocument` for protected files and scans."""
    from pypdf.errors import PyPdfError

    try:
        reader = _open_pdf(data)
        lines = _page_lines(reader)
        title, values = _about_document(reader)
    except UnreadableDocument:
        raise
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
        OSError,
        ArithmeticError,
        AssertionError,
    ):
        # pypdf meets damaged files with whatever Python raises on the broken value
        raise UnreadableDocument(UnreadableCode.PDF_DAMAGED) from None
    if not any(line.text.strip() for line in lines):
        raise UnreadableDocument(UnreadableCode.PDF_SCAN)
    text = _lines_as_markdown(_without_margins(lines))
    return title or _largest_lines(lines), text, values


def _open_pdf(data: bytes) -> Any:
    import logging

    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnreadableDocument(UnreadableCode.PDF_LOCKED)
    if len(reader.pages) > MOST_PAGES:
        raise UnreadableDocument(UnreadableCode.PDF_PAGES, count=MOST_PAGES)
    return reader


def _about_document(reader: Any) -> tuple[str, dict[str, object]]:
    about = reader.metadata or {}
    title = one_line(str(about.get("/Title") or ""))
    if re.search(r"\.(docx?|pdf|indd|pub)$|^(untitled|microsoft word)", title, re.IGNORECASE):
        title = ""
    dated = re.match(
        r"D:(\d{4})(\d{2})(\d{2})", str(about.get("/ModDate") or about.get("/CreationDate") or "")
    )
    language = str(reader.root_object.get("/Lang") or "")
    values: dict[str, object] = {"language": language, "keywords": str(about.get("/Keywords") or "")}
    return title, values | ({"reviewed": "-".join(dated.groups())} if dated else {})


def _page_lines(reader: Any) -> list[_Line]:
    lines: list[_Line] = []
    characters = 0
    for number, page in enumerate(reader.pages):
        fragments: list[tuple[float, float, str]] = []

        def visit(
            text: str,
            _cm: Any,
            matrix: Any,
            _font: Any,
            size: float,
            found: list[tuple[float, float, str]] = fragments,
        ) -> None:
            if text:
                found.append((float(matrix[5]), abs(float(matrix[3]) or 1.0) * float(size or 1.0), text))

        characters += len(page.extract_text(visitor_text=visit))
        if characters > MOST_CHARACTERS:
            raise UnreadableDocument(UnreadableCode.MUCH_TEXT)
        lines += _assembled_lines(fragments, number)
    return lines


def _assembled_lines(fragments: list[tuple[float, float, str]], page: int) -> list[_Line]:
    """The fragments of a page joined into lines: a line ends where the text says so or the height changes."""
    lines: list[_Line] = []
    ended = True
    for y, size, text in fragments:
        for at, part in enumerate(clean_text(text).split("\n")):
            ended = ended or at > 0
            if not part.strip():
                lines[-1:] = [_joined_line(lines[-1], part, 0.0)] if lines and not ended else lines[-1:]
            elif ended or lines[-1].y != y:
                lines.append(_Line(part, size, y, page))
                ended = False
            else:
                lines[-1] = _joined_line(lines[-1], part, size)
    return lines


def _joined_line(line: _Line, more: str, size: float) -> _Line:
    return _Line(line.text + more, max(line.size, size), line.y, line.page)


def _without_margins(lines: list[_Line]) -> list[_Line]:
    """Without page numbers, and without what stands at the edge of more than half of at least three pages."""
    pages = max(line.page for line in lines) + 1
    edges = [
        line for page in range(pages) for line in _edge_lines([one for one in lines if one.page == page])
    ]
    seen = Counter({key: len(found) for key, found in _pages_by_text(edges).items()})
    return [
        line
        for line in lines
        if not _NUMBER.match(line.text.strip())
        and not (pages >= 3 and line in edges and seen[_line_key(line)] > pages / 2)
    ]


def _edge_lines(lines: list[_Line]) -> list[_Line]:
    return [*lines[:2], *lines[-2:]] if len(lines) > 6 else []


def _pages_by_text(lines: list[_Line]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for line in lines:
        found.setdefault(_line_key(line), set()).add(line.page)
    return found


def _line_key(line: _Line) -> str:
    return re.sub(r"\d+", "#", line.text.strip())


def _lines_as_markdown(lines: list[_Line]) -> str:
    body = _body_size(lines)
    sizes = sorted({round(line.size, 1) for line in lines if line.size > body * 1.12}, reverse=True)
    found: list[str] = []
    for before, line in zip([None, *lines], lines, strict=False):
        text = " ".join(line.text.split())
        level = sizes.index(round(line.size, 1)) + 1 if line.size > body * 1.12 and len(text) < 150 else 0
        if level:
            _add_heading(found, f"{'#' * min(level, 6)} ", escape_markdown(text))
        elif _BULLET.match(text):
            found.append(f"- {escape_markdown(_BULLET.sub('', text))}")
        elif before is None or _paragraph_ends(before, line, found):
            found += ["", escape_markdown(text)]
        else:
            found[-1] = _continued_text(found[-1], escape_markdown(text))
    return "\n".join(found)


def _add_heading(found: list[str], mark: str, text: str) -> None:
    """A heading; one of the same size right above is its first half."""
    if found and found[-1].startswith(mark):
        found[-1] += f" {text}"
    else:
        found += ["", f"{mark}{text}"]


def _body_size(lines: list[_Line]) -> float:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0]


def _paragraph_ends(before: _Line, line: _Line, found: list[str]) -> bool:
    """Whether a paragraph ends between two lines: after a heading, at a wide gap, after a short line with a full stop."""
    if not found or found[-1].startswith("#") or not found[-1]:
        return True
    if (
        before.page == line.page
        and before.y > 0
        and line.y > 0
        and before.y - line.y > 1.7 * max(line.size, 1.0)
    ):
        return True
    return before.text.rstrip().endswith((".", ":", "?", "!")) and len(before.text.strip()) < 60


def _continued_text(text: str, more: str) -> str:
    if re.search(r"[a-zà-ÿ]-$", text) and more[:1].islower():
        return text[:-1] + more
    return f"{text} {more}"


def _largest_lines(lines: list[_Line]) -> str:
    first = [line for line in lines if line.page == 0]
    largest = max(first, key=lambda line: line.size, default=None)
    return one_line(largest.text) if largest and largest.size > _body_size(lines) * 1.12 else ""
