"""A page of a file as a picture, for staff to compare. Runs in the child process: what comes out is drawn anew."""

from __future__ import annotations

import base64
import io
from typing import Any

from core.errors import UnreadableDocument
from knowledge.base.unreadable import UnreadableCode
from knowledge.readers.pdf import open_pdf
from knowledge.readers.picture import open_picture

LONG_SIDE = 1400
"""Pixels of the longer side: letters of a page can be read on it."""


def draw_page(data: bytes, number: int) -> dict[str, object]:
    """How many pages there are, and page `number` (from 1) as PNG in base64; no page for 0."""
    drawn, count = _pdf_page(data, number) if data[:1024].find(b"%PDF-") >= 0 else _picture_page(data, number)
    return {"count": count, "picture": _as_png(drawn) if drawn else ""}


def _pdf_page(data: bytes, number: int) -> tuple[Any, int]:
    document = open_pdf(data)
    try:
        count = len(document)
        if not 1 <= number <= count:
            return None, count
        page = document[number - 1]
        scale = min(LONG_SIDE / max(*page.get_size(), 1.0), 4.0)
        return page.render(scale=scale).to_pil(), count
    finally:
        document.close()


def _picture_page(data: bytes, number: int) -> tuple[Any, int]:
    with open_picture(data) as (picture, count):
        if not 1 <= number <= count:
            return None, count
        picture.seek(number - 1)
        if picture.width * picture.height > LONG_SIDE**2 * 40:
            raise UnreadableDocument(UnreadableCode.MEMORY)
        drawn = picture.convert("RGB")
        drawn.thumbnail((LONG_SIDE, LONG_SIDE))
        return drawn, count


def _as_png(drawn: Any) -> str:
    written = io.BytesIO()
    drawn.convert("RGB").save(written, "PNG")
    return base64.b64encode(written.getvalue()).decode("ascii")
