"""The child process that takes hostile formats apart: `python -m knowledge.imports.reading_child pdf < file`.

It sets its own limits before it imports a parser, reads the file from standard input, knows no path, and writes one JSON
object: `title`, `text` (Markdown) and `values` (what the file says of itself), `documents` for text formats, `addresses` for a
sitemap, `links` for where a web page leads, `scanned` (whether pages of a PDF are pictures) for `scan`, `count` and `picture` of pages for `draw`, or `refused` with a failure.
An archive is written member by member (`knowledge.readers.archive`). Told how many pages it may read from pictures, it has more memory and time.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from core.confined import ProcessLimits, confine_process
from knowledge.readers.scan_limits import AT_THE_END, SECONDS_A_PAGE

LIMITS = ProcessLimits(memory=512 * 2**20, cpu_seconds=20, output=32 * 2**20)
OF_ARCHIVES = replace(LIMITS, output=256 * 2**20)
KINDS = ("html", "pdf", "docx", "xlsx", "sitemap", "links", "zip", "scan", "picture", "draw")


def scan_limits(pages: int) -> ProcessLimits:
    """What reading so many pages from pictures may use: the models take 750 MB, and the time is looked at before each page."""
    return replace(LIMITS, memory=1536 * 2**20, cpu_seconds=int(SECONDS_A_PAGE * pages) + AT_THE_END)


def answer_parent(kind: str, origin: str, pages: int = 0) -> dict[str, object]:
    """What is in the file of this kind on standard input, or why it is refused. A `kind` with a dot is the end of a file's name."""
    from core.errors import UnreadableDocument
    from core.failures import fail_with
    from knowledge.base.unreadable import UnreadableCode

    try:
        if kind.startswith("."):
            return _documents_in(kind, origin)
        data = sys.stdin.buffer.read()
        if kind in _WITHOUT_TEXT:
            return _WITHOUT_TEXT[kind](data, origin)
        title, text, values = _parser_for(kind, pages)(data)
        _rehearse_split(origin, title, text, values)
    except UnreadableDocument as error:
        return {"refused": error.failure.as_data()}
    except MemoryError:
        return {"refused": fail_with(UnreadableCode.MEMORY).as_data()}
    except RecursionError:
        return {"refused": fail_with(UnreadableCode.NESTED).as_data()}
    return {"title": title, "text": text, "values": values}


def _find_addresses(data: bytes, _origin: str) -> dict[str, object]:
    from knowledge.readers.sitemap import parse_sitemap

    return parse_sitemap(data)


def _find_links(data: bytes, origin: str) -> dict[str, object]:
    from knowledge.readers.page_links import find_links

    return find_links(data, origin)


def _look_for_scans(data: bytes, _origin: str) -> dict[str, object]:
    from knowledge.readers.pdf import has_scans

    return {"scanned": has_scans(data)}


def _draw_page(data: bytes, number: str) -> dict[str, object]:
    from knowledge.readers.drawing import draw_page

    return draw_page(data, int(number or 0))


_WITHOUT_TEXT: dict[str, Callable[[bytes, str], dict[str, object]]] = {
    "sitemap": _find_addresses,
    "links": _find_links,
    "scan": _look_for_scans,
    "draw": _draw_page,
}
"""What is asked of a file beside its text. The number of the page to draw comes in place of an origin."""


def _parser_for(kind: str, pages: int) -> Callable[[bytes], tuple[str, str, dict[str, object]]]:
    if kind in {"pdf", "picture"}:
        return partial(_parse_pages, kind, pages)
    if kind == "html":
        from knowledge.readers.html import parse_html as parse
    elif kind == "xlsx":
        from knowledge.readers.workbook import parse_xlsx as parse
    else:
        from knowledge.readers.docx import parse_docx as parse
    return parse


def _parse_pages(kind: str, pages: int, data: bytes) -> tuple[str, str, dict[str, object]]:
    from knowledge.readers.pdf import parse_pdf
    from knowledge.readers.picture import parse_picture
    from knowledge.readers.scans import ScanReader

    scans = ScanReader(pages) if pages and find_spec("rapidocr") else None
    return parse_pdf(data, scans) if kind == "pdf" else parse_picture(data, scans)


def _documents_in(suffix: str, origin: str) -> dict[str, object]:
    from knowledge.index.passages import split_document
    from knowledge.readers.registry import READERS

    found = READERS[suffix](Path("/dev/stdin"), origin)
    for document in found:
        split_document(document)
    return {"documents": [dataclasses.asdict(document) for document in found]}


def _rehearse_split(origin: str, title: str, text: str, values: dict[str, object]) -> None:
    """Split the document as the parent will, so that one that cannot be split within the limits never gets there."""
    from knowledge.base.text import clean_text
    from knowledge.index.passages import split_document
    from knowledge.readers.parts import make_document

    split_document(make_document(origin, clean_text(text), values, title=title))


def main() -> None:
    """Read the file on standard input; the arguments are its kind, its origin, and how many pages may be read from pictures."""
    kind, origin, pages = sys.argv[1], (sys.argv[2:3] or [""])[0], int((sys.argv[3:4] or ["0"])[0])
    if kind == "zip":
        confine_process(OF_ARCHIVES)
        from knowledge.readers.archive import write_members

        write_members(sys.stdin.buffer, sys.stdout.buffer)
        return
    confine_process(scan_limits(pages) if pages else LIMITS)
    sys.stdout.write(json.dumps(answer_parent(kind, origin, pages)))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
