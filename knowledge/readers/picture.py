"""A picture file into Markdown: its pages read as scans are. Runs in the child process."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from core.errors import UnreadableDocument
from knowledge.base.unreadable import UnreadableCode
from knowledge.readers.pdf import MOST_PAGES, Parsed, ReadPage, parse_read_pages
from knowledge.readers.scans import DOTS_AN_INCH, Render, ScanReader

FORMATS = ("PNG", "JPEG", "TIFF", "WEBP")
MOST_PIXELS = 60_000_000
"""Of a picture: an A4 page at 600 dots an inch has 35 million."""


def parse_picture(data: bytes, scans: ScanReader | None) -> Parsed:
    """Title, Markdown and what was left out of a picture; raises `UnreadableDocument` where nothing reads it or nothing is in it."""
    if scans is None:
        raise UnreadableDocument(UnreadableCode.PDF_SCAN)
    with open_picture(data) as (picture, count):
        pages = list(_read_frames(picture, count, scans))
    return parse_read_pages(pages, list(range(1, count + 1)), scans)


@contextmanager
def open_picture(data: bytes) -> Iterator[tuple[Any, int]]:
    """The picture and how many pages it has; raises `UnreadableDocument`, also for damage that shows while it is looked at."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            count = getattr(picture, "n_frames", 1)
            if count > MOST_PAGES:
                raise UnreadableDocument(UnreadableCode.PDF_PAGES, count=MOST_PAGES)
            yield picture, count
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise UnreadableDocument(UnreadableCode.DAMAGED) from None


def _read_frames(picture: Any, count: int, scans: ScanReader) -> Iterator[ReadPage]:
    for number in range(count):
        picture.seek(number)
        if picture.width * picture.height > MOST_PIXELS:
            raise UnreadableDocument(UnreadableCode.MEMORY)
        points = tuple(side * 72 / DOTS_AN_INCH for side in picture.size)
        yield ReadPage({0: scans.words_on(number + 1, points, _render_of(picture))}, [])


def _render_of(picture: Any) -> Render:
    def render(scale: float) -> Any:
        import numpy as np
        from PIL import ImageOps

        turned = ImageOps.exif_transpose(picture).convert("RGBA")
        white = turned.copy()
        white.paste((255, 255, 255, 255), (0, 0, *turned.size))
        white.alpha_composite(turned)
        shrunk = white.convert("RGB")
        shrink = scale * 72 / DOTS_AN_INCH
        if shrink < 1:
            shrunk = shrunk.resize([max(1, round(side * shrink)) for side in shrunk.size])
        return np.asarray(shrunk)

    return render
