"""Word's DOCX into Markdown, by its styles. Runs in the child process; the archive is checked before it is unpacked."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from typing import Any

from core.errors import UnreadableDocument
from knowledge.base.text import escape_markdown, one_line, readable_text
from knowledge.base.unreadable import UnreadableCode
from knowledge.index.blocks import row_as_text
from knowledge.readers.grid import joined_heads
from knowledge.readers.left_out import LeftOut
from knowledge.readers.word_revisions import W, accept_revisions, add_notes, join_drop_caps, note_pictures

Parsed = tuple[str, str, dict[str, object]]

MOST_MEMBERS = 2000
MOST_UNPACKED = 100 * 2**20
MOST_RATIO = 100
SMALL = 2**20
MOST_REPEATED = 300
"""Characters of a cell that are said again in every column that it spans."""


def check_archive(data: bytes) -> None:
    """Refuse an archive that would unpack to too much, has links, or whose XML declares entities. Unpacks nothing twice."""
    from defusedxml import ElementTree
    from defusedxml.common import DefusedXmlException

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _check_sizes(members)
            for member in members:
                if member.filename.endswith((".xml", ".rels")):
                    with archive.open(member) as part:
                        for _ in ElementTree.iterparse(part, events=("start",), forbid_dtd=True):
                            break  # a declaration stands before the first element
    except DefusedXmlException:
        raise UnreadableDocument(UnreadableCode.DOCX_ENTITIES) from None
    except (
        zipfile.BadZipFile,
        ElementTree.ParseError,
        NotImplementedError,
        RuntimeError,
        OSError,
        ValueError,
        EOFError,
    ):
        raise UnreadableDocument(UnreadableCode.DOCX_DAMAGED) from None


def _check_sizes(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_MEMBERS:
        raise UnreadableDocument(UnreadableCode.DOCX_PARTS, count=MOST_MEMBERS)
    if sum(member.file_size for member in members) > MOST_UNPACKED:
        raise UnreadableDocument(UnreadableCode.DOCX_UNPACKS, count=MOST_UNPACKED // 2**20)
    for member in members:
        if member.file_size > SMALL and member.file_size > MOST_RATIO * max(member.compress_size, 1):
            raise UnreadableDocument(UnreadableCode.DOCX_TIGHT)
        if (member.external_attr >> 28) == 0xA:
            raise UnreadableDocument(UnreadableCode.DOCX_LINK)


def parse_docx(data: bytes) -> Parsed:
    """Title, Markdown and what the file says of itself."""
    check_archive(data)
    import docx
    from docx.opc.exceptions import OpcError
    from lxml import etree  # type: ignore[import-untyped]

    try:
        document = docx.Document(io.BytesIO(data))
        left_out = LeftOut()
        lines = _document_lines(document, left_out)
        values = _document_values(document.core_properties) | {"left_out": left_out.as_data()}
    except (
        OpcError,
        etree.LxmlError,
        KeyError,
        ValueError,
        AttributeError,
        TypeError,
        IndexError,
        zipfile.BadZipFile,
    ):
        raise UnreadableDocument(UnreadableCode.DOCX_BROKEN) from None
    stated = one_line(document.core_properties.title or "")
    heading = next((line[2:] for line in lines if line.startswith("# ")), "")
    heading = readable_text(heading)
    title = heading if not stated or stated.lower() in {"word document", "untitled"} else stated
    return title, "\n".join(lines), values


def _document_lines(document: Any, left_out: LeftOut) -> list[str]:
    """The lines of a document: what stands at the top and foot of its pages, once, and its body with footnotes."""
    from lxml import etree

    styles = document.styles.element
    for part in document.part.rels.values():
        kind = part.reltype.rpartition("/")[2].removesuffix("s")
        if kind in {"footnote", "endnote"} and not part.is_external:
            notes = etree.fromstring(part.target_part.blob, etree.XMLParser(resolve_entities=False))
            add_notes(document.element.body, notes, kind)
    join_drop_caps(document.element.body)
    lines = _margin_lines(document, styles, left_out)
    accept_revisions(document.element.body, styles, left_out)
    note_pictures(document.element.body, left_out)
    return [*lines, *(line for item in document.iter_inner_content() for line in _item_lines(item))]


def _margin_lines(document: Any, styles: Any, left_out: LeftOut) -> list[str]:
    """What the tops and feet of pages say, each line once, without page numbers."""
    found: dict[str, None] = {}
    for section in document.sections:
        margins = [section.header, section.footer]
        if section.different_first_page_header_footer:
            margins += [section.first_page_header, section.first_page_footer]
        for margin in margins:
            if not margin.is_linked_to_previous:
                _remove_page_numbers(margin._element)  # noqa: SLF001  python-docx has no other way to ask
                accept_revisions(margin._element, styles, left_out)  # noqa: SLF001
                found |= dict.fromkeys(
                    line for item in margin.iter_inner_content() for line in _item_lines(item)
                )
    words = [line.lstrip("# ") for line in found]
    return [
        part for line in dict.fromkeys(words) if len(re.findall(r"[^\W\d]", line)) > 2 for part in ("", line)
    ]


def _remove_page_numbers(margin: Any) -> None:
    """Remove paragraphs with numbers of pages, and with what a field repeats of the page's own headings."""
    for paragraph in list(margin.iter(f"{W}p")):
        fields = [one.text or "" for one in paragraph.iter(f"{W}instrText")]
        fields += [one.get(f"{W}instr") or "" for one in paragraph.iter(f"{W}fldSimple")]
        if any("PAGE" in one or "STYLEREF" in one for one in fields):
            paragraph.getparent().remove(paragraph)


def _document_values(about: Any) -> dict[str, object]:
    return {
        # python-docx's own template is of 2013: a document made by it says nothing about a review
        "reviewed": about.modified.date().isoformat()
        if about.modified and about.modified.year > 2013
        else "",
        "language": about.language or "",
        "keywords": about.keywords or "",
    }


def _item_lines(item: Any) -> list[str]:
    if hasattr(item, "rows"):
        return ["", *_table_lines(item), ""]
    text = " ".join(_paragraph_words(item).split())
    if not text:
        return []
    style = (item.style.name if item.style is not None else "") or ""
    if re.match(r"toc (?:\d|heading)", style, re.IGNORECASE):
        return []
    if style == "Title":
        return ["", f"# {text}", ""]
    if match := re.match(r"heading (\d)", style, re.IGNORECASE):
        return ["", f"{'#' * min(int(match[1]), 6)} {text}", ""]
    return [f"- {text}"] if _is_listed(item, style) else ["", text]


def _table_lines(table: Any) -> list[str]:
    """The rows of a table. A first row that is one cell over all columns names the table, and stands above it."""
    heads = sum(1 for _ in itertools.takewhile(_is_head_row, table.rows))
    rows = [_row_cells(row, is_first=at < max(heads, 1)) for at, row in enumerate(table.rows)]
    titled = len(rows) > 1 and len(rows[0]) > 1 and len(set(rows[0])) == 1 and bool(rows[0][0])
    lines = [rows[0][0], ""] if titled else []
    named = rows[titled : max(heads, titled)]
    if len(named) > 1:
        lines.append(_row_line(joined_heads(named)))
    below = rows[max(heads, titled) if len(named) > 1 else titled :]
    return [*lines, *(_row_line(row) for row in below if any(row))]


def _is_head_row(row: Any) -> bool:
    """Whether Word repeats a row at the top of every page."""
    about = row._tr.trPr  # noqa: SLF001  python-docx has no other way to ask
    mark = None if about is None else about.find(f"{W}tblHeader")
    return mark is not None and mark.get(f"{W}val") not in {"0", "false"}


def _row_cells(row: Any, *, is_first: bool) -> list[str]:
    """The words of a row, column by column. A cell over several columns counts for each, and at the beginning of a row once."""
    cells = [""] * row.grid_cols_before
    before = None
    for cell in row.cells:
        is_same, before = cell._tc is before, cell._tc  # noqa: SLF001  two cells of python-docx are never equal
        words = _cell_words(cell)
        is_name = not is_first and not any(cells[1:])
        cells.append("" if is_same and (is_name or len(words) > MOST_REPEATED) else words)
    return cells


def _cell_words(cell: Any) -> str:
    """The words of a cell, a table in it row by row."""
    parts = []
    for item in cell.iter_inner_content():
        if hasattr(item, "rows"):
            rows = (_row_cells(row, is_first=True) for row in item.rows)
            parts.append("; ".join(row_as_text([], row) for row in rows if any(row)))
        else:
            parts.append(_paragraph_words(item))
    return " ".join(" ".join(parts).split())


def _row_line(row: list[str]) -> str:
    """A row of a table; a cell that is merged over all columns is there once."""
    filled = [cell for cell in row if cell]
    cells = filled[:1] if len(set(filled)) == 1 and (len(filled) > 1 or row[0]) else row
    return f"| {' | '.join(cells)} |"


def _is_listed(paragraph: Any, style: str) -> bool:
    """Whether a paragraph is an item of a list, by its style or by its own numbering."""
    about = paragraph._p.pPr  # noqa: SLF001  python-docx has no other way to ask
    return style.startswith("List") or (about is not None and about.numPr is not None)


def _paragraph_words(paragraph: Any) -> str:
    """The runs of a paragraph, its links with their address."""
    parts = []
    for part in paragraph.iter_inner_content():
        address = getattr(part, "address", "") or ""
        words = escape_markdown(part.text)
        linked = address.startswith(("http://", "https://", "mailto:")) and not re.search(
            r"[\s()<>]", address
        )
        parts.append(f"[{words.strip()}]({address})" if linked and words.strip() else words)
    return "".join(parts)
