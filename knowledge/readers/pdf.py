"""PDF into Markdown: lines by their place on the page, headings by the size of their letters, tables. Runs in the child process."""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.errors import UnreadableDocument
from knowledge.base.text import escape_markdown, one_line
from knowledge.base.unreadable import UnreadableCode
from knowledge.readers.left_out import UNREAD, LeftOut
from knowledge.readers.page_margins import without_margins
from knowledge.readers.page_rows import (
    PageRow,
    column_words,
    is_prose,
    joined_text,
    regions_of,
    rows_of,
    settled_hyphens,
)
from knowledge.readers.page_tables import Table, parted_by, table_lines, table_of
from knowledge.readers.pdf_pictures import is_picture, named_pages
from knowledge.readers.pdf_rules import Edge, LevelLine, page_edges, rules_of
from knowledge.readers.pdf_words import Word, page_words
from knowledge.readers.scans import Render, ScanReader

Parsed = tuple[str, str, dict[str, object]]

MOST_PAGES = 500
MOST_CHARACTERS = 5_000_000
MOST_DEPTH = 3
"""Columns within columns."""
LARGER = 1.12
"""Letters of a heading, in sizes of the body's."""
MOST_HEADING = 150
"""Letters of a heading; what is longer is words, whatever its size."""
MOST_BOLD, MOST_BOLD_HEADING = 0.2, 80
"""Share of a document's letters that is bold at most where bold lines are headings, and letters of such a heading."""
_BULLET = re.compile(r"^\s*[•◦▪‣·●○■–\-*\uf0b7\uf0a7]\s+(?=\S)")
_SECTION = re.compile(r"\d{1,2}(?:\.\d{1,2})*\.?\s")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_NUMBERED = re.compile(r"^\s*(?:\d{1,3}|[a-zA-Z])[.)]\s+\S")


@dataclass(frozen=True, slots=True)
class _TextLine:
    text: str
    size: float
    left: float
    y: float
    page: int
    bold: bool


def parse_pdf(data: bytes, scans: ScanReader | None = None) -> Parsed:
    """Title, Markdown and what the file says of itself; raises `UnreadableDocument` for protected files and scans.

    Pages that are pictures are read by `scans`; without it they are named. `values["pictures"]` says how many there are,
    `values["scanned"]` whether some of the text is read from them.
    """
    document = open_pdf(data)
    pictures: list[int] = []
    try:
        pages = list(_read_pages(document, pictures, scans))
        title, values = _about_document(document)
    finally:
        document.close()
    title, text, about = parse_read_pages(pages, pictures, scans, title)
    return title, text, values | about


def parse_read_pages(
    pages: Sequence[ReadPage], pictures: Sequence[int], scans: ScanReader | None, title: str = ""
) -> Parsed:
    """Title, Markdown and what was left out of pages whose words are read; `pictures` are the numbers of those that were pictures."""
    read = _as_document(pages, title)
    if read is None:
        raise UnreadableDocument(_why_empty(pictures, scans))
    return *read, _about_pictures(pictures, scans)


def _why_empty(pictures: Sequence[int], scans: ScanReader | None) -> UnreadableCode:
    if not pictures:
        return UnreadableCode.NO_WORDS
    if scans is None:
        return UnreadableCode.PDF_SCAN
    return UnreadableCode.SCAN_UNCLEAR if scans.unclear or scans.unsure else UnreadableCode.NO_WORDS


def has_scans(data: bytes) -> bool:
    """Whether pages of a PDF are pictures, so that reading it takes long."""
    document = open_pdf(data)
    try:
        return any(
            is_picture(page, len(page.get_textpage().get_text_range().split()))
            for page in (document[number] for number in range(len(document)))
        )
    finally:
        document.close()


def _as_document(pages: Sequence[ReadPage], title: str) -> tuple[str, str] | None:
    """Title and Markdown of what stands on the pages; None where nothing does."""
    found = without_margins([[rows_of(words) for words in page.words.values()] for page in pages])
    items = list(
        _with_heads(
            item
            for number, (page, groups) in enumerate(zip(pages, found.pages, strict=True))
            for item in _page_items(number, page, groups)
        )
    )
    if not items:
        return None
    text = "\n\n".join([_items_as_markdown(items), *map(escape_markdown, found.dated)])
    title = title or _largest_lines(items) or " ".join(found.repeated[:1])
    return one_line(settled_hyphens(title)), settled_hyphens(text)


def _about_pictures(pictures: Sequence[int], scans: ScanReader | None) -> dict[str, object]:
    left_out = LeftOut()
    if scans:
        scans.note_in(left_out)
    else:
        left_out.note(UNREAD, named_pages(pictures))
    return {
        "left_out": left_out.as_data(),
        "pictures": len(pictures),
        "scanned": bool(scans and scans.read),
    }


def open_pdf(data: bytes) -> Any:
    """The document, of so many pages at most as are read; raises `UnreadableDocument`."""
    from pypdfium2 import PdfDocument, PdfiumError, raw

    try:
        document = PdfDocument(data)
    except PdfiumError as error:
        locked = error.err_code in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}
        raise UnreadableDocument(
            UnreadableCode.PDF_LOCKED if locked else UnreadableCode.PDF_DAMAGED
        ) from None
    if len(document) > MOST_PAGES:
        raise UnreadableDocument(UnreadableCode.PDF_PAGES, count=MOST_PAGES)
    return document


@dataclass(frozen=True, slots=True)
class ReadPage:
    """Words by their direction, and the edges of what is drawn."""

    words: dict[int, list[Word]]
    edges: list[Edge]


def _read_pages(document: Any, pictures: list[int], scans: ScanReader | None) -> Iterator[ReadPage]:
    """Each page; the numbers of those that are pictures are added to `pictures`."""
    from pypdfium2 import PdfiumError

    characters = 0
    for number in range(len(document)):
        try:
            page = document[number]
        except PdfiumError:
            raise UnreadableDocument(UnreadableCode.PDF_DAMAGED) from None
        words = page_words(page)
        edges = page_edges(page)
        if is_picture(page, sum(map(len, words.values()))):
            pictures.append(number + 1)
            if scans:
                words, edges = {0: scans.words_on(number + 1, page.get_size(), picture_of(page))}, []
        page.close()
        characters += sum(len(word.text) for group in words.values() for word in group)
        if characters > MOST_CHARACTERS:
            raise UnreadableDocument(UnreadableCode.MUCH_TEXT)
        yield ReadPage(words, edges)


def picture_of(page: Any) -> Render:
    """What draws a page."""

    def render(scale: float) -> Any:
        return page.render(scale=scale).to_numpy().copy()

    return render


def _about_document(document: Any) -> tuple[str, dict[str, object]]:
    about = document.get_metadata_dict()
    title = one_line(about.get("Title") or "")
    if re.search(r"\.(docx?|pdf|indd|pub)$|^(untitled|microsoft word)", title, re.IGNORECASE):
        title = ""
    dated = re.match(r"D:(\d{4})(\d{2})(\d{2})", about.get("ModDate") or about.get("CreationDate") or "")
    values: dict[str, object] = {"language": _language_of(document), "keywords": about.get("Keywords") or ""}
    return title, values | ({"reviewed": "-".join(dated.groups())} if dated else {})


def _language_of(document: Any) -> str:
    from pypdfium2 import raw

    size = raw.FPDFCatalog_GetLanguage(document.raw, None, 0)
    if not 2 < size < 100:
        return ""
    buffer = ctypes.create_string_buffer(size)
    raw.FPDFCatalog_GetLanguage(document.raw, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return buffer.raw.decode("utf-16-le", errors="replace").rstrip("\0")


_Item = _TextLine | Table


def _page_items(number: int, page: ReadPage, groups: Sequence[Sequence[PageRow]]) -> Iterator[_Item]:
    for direction, rows in zip(page.words, groups, strict=True):
        yield from _laid_out(list(rows), rules_of(page.edges, direction), number, 0)


def _laid_out(rows: list[PageRow], rules: Sequence[LevelLine], page: int, depth: int) -> Iterator[_Item]:
    """Lines and tables in the order in which they are read."""
    for region in regions_of(rows):
        if not region.columns:
            yield from (
                _TextLine(row.text, row.size, row.words[0].left, row.base, page, row.bold)
                for row in region.rows
            )
        elif depth < MOST_DEPTH and is_prose(region) and not parted_by(region, rules):
            for words in column_words(region):
                yield from _laid_out(rows_of(words), rules, page, depth + 1)
        else:
            yield table_of(region, rules)


def _with_heads(items: Iterable[_Item]) -> Iterator[_Item]:
    """A table that goes on below another, or on the next page, has the heads of that one."""
    above: Table | None = None
    between = 0
    for item in items:
        if isinstance(item, _TextLine):
            between += 1
            yield item
            continue
        goes_on = above is not None and between < 2 and not item.heads and _same_columns(above, item)
        above, between = replace(item, heads=above.heads) if goes_on and above else item, 0
        yield above


def _same_columns(above: Table, table: Table) -> bool:
    return len(above.columns) == len(table.columns) and all(
        one[0] < other[1] and other[0] < one[1]
        for one, other in zip(above.columns, table.columns, strict=True)
    )


def _items_as_markdown(items: list[_Item]) -> str:
    level_of = _heading_levels(items)
    found: list[str] = []
    before: _TextLine | None = None
    for item in items:
        if isinstance(item, Table):
            found += table_lines(item)
            before = None
            continue
        _add_line(found, item, before, level_of(item))
        before = item
    return "\n".join(found)


def _heading_levels(items: list[_Item]) -> Callable[[_TextLine], int]:
    """What says of a line which level of heading it is, by the size of its letters and then by their weight; 0 for none."""
    body = _body_size(items)
    lines = [item for item in items if isinstance(item, _TextLine)]
    sizes = sorted({round(line.size, 1) for line in lines if line.size > body * LARGER}, reverse=True)
    by_weight = _are_bold_lines_headings(lines)

    def level_of(line: _TextLine) -> int:
        if len(line.text) >= MOST_HEADING or _BULLET.match(line.text):
            return 0
        if line.size > body * LARGER:
            return sizes.index(round(line.size, 1)) + 1
        return len(sizes) + 1 if by_weight and _is_bold_heading(line) else 0

    return level_of


def _are_bold_lines_headings(lines: Sequence[_TextLine]) -> bool:
    """Whether so little is bold that a bold line says that something begins."""
    return sum(len(line.text) for line in lines if line.bold) < MOST_BOLD * sum(
        len(line.text) for line in lines
    )


def _is_bold_heading(line: _TextLine) -> bool:
    return line.bold and len(line.text) < MOST_BOLD_HEADING and not line.text.endswith((".", ",", ";"))


def _add_line(found: list[str], line: _TextLine, before: _TextLine | None, level: int) -> None:
    text = " ".join(line.text.split())
    if level:
        _add_heading(found, f"{'#' * min(level, 6)} ", escape_markdown(text))
    elif _BULLET.match(text):
        found.append(f"- {escape_markdown(_BULLET.sub('', text))}")
    elif before is None or _NUMBERED.match(text) or _paragraph_ends(before, line, found):
        found += ["", escape_markdown(text)]
    else:
        found[-1] = joined_text(found[-1], escape_markdown(text))


def _add_heading(found: list[str], mark: str, text: str) -> None:
    """A heading; one of the same size right above is its first half, unless this begins with the number of a section."""
    if found and found[-1].startswith(mark) and not _SECTION.match(text):
        found[-1] = joined_text(found[-1], text)
    else:
        found += ["", f"{mark}{text}"]


def _body_size(items: Sequence[_Item]) -> float:
    sizes: Counter[float] = Counter()
    for item in items:
        if isinstance(item, _TextLine):
            sizes[round(item.size, 1)] += len(item.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _paragraph_ends(before: _TextLine, line: _TextLine, found: list[str]) -> bool:
    """Whether a paragraph ends between two lines: after a heading, at a wide gap, after a short line with a full stop."""
    if not found or found[-1].startswith("#") or not found[-1]:
        return True
    if before.page == line.page and before.y - line.y > 1.7 * max(line.size, 1.0):
        return True
    if _BULLET.match(before.text) and line.left <= before.left and not line.text[:1].islower():
        return True
    return before.text.rstrip().endswith((".", ":", "?", "!")) and len(before.text.strip()) < 60


def _largest_lines(items: Sequence[_Item]) -> str:
    first = [item for item in items if isinstance(item, _TextLine) and item.page == 0]
    largest = max(first, key=lambda line: line.size, default=None)
    is_title = largest and largest.size > _body_size(items) * LARGER and _LETTERS.search(largest.text)
    return one_line(largest.text) if largest and is_title else ""
