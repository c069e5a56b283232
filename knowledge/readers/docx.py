"""Word's DOCX into Markdown, by its styles. Runs in the child process; the archive is checked before it is unpacked."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from core.errors import UnreadableDocument
from knowledge.base.text import escape_markdown, one_line, readable_text
from knowledge.base.unreadable import UnreadableCode

Parsed = tuple[str, str, dict[str, object]]

MOST_MEMBERS = 2000
MOST_UNPACKED = 100 * 2**20
MOST_RATIO = 100
SMALL = 2**20


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
        lines = [line for item in document.iter_inner_content() for line in _item_lines(item)]
        values = _document_values(document.core_properties)
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
    if style == "Title":
        return ["", f"# {text}", ""]
    if match := re.match(r"heading (\d)", style, re.IGNORECASE):
        return ["", f"{'#' * min(int(match[1]), 6)} {text}", ""]
    return [f"- {text}"] if _is_listed(item, style) else ["", text]


def _table_lines(table: Any) -> list[str]:
    rows = [[" ".join(cell.text.split()) for cell in row.cells] for row in table.rows]
    return [_row_line(row) for row in rows if any(row)]


def _row_line(row: list[str]) -> str:
    """A row of a table; a cell that is merged over all columns is there once."""
    cells = row[:1] if len(set(row)) == 1 else row
    return f"| {' | '.join(map(escape_markdown, cells))} |"


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
