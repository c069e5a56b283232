"""Scans for the tests of the readers: a page of words as a scanner would see it, and nothing of the words left in the file."""

import io

import pypdfium2
from PIL import Image, ImageOps

from tests.support import document_files as files

DOTS = 150


def scanned_page(*texts, turned=0, most=6.0):
    """A picture of the upper `most` inches of a page of `placed` texts, grey on cream, turned by so many degrees."""
    document = pypdfium2.PdfDocument(files.pdf([list(texts)]))
    page = document[0].render(scale=DOTS / 72).to_pil().convert("L")
    document.close()
    tinted = ImageOps.colorize(page.crop((0, 0, page.width, round(most * DOTS))), "#2a2a2a", "#fbfaf5")
    return tinted.rotate(
        turned, expand=turned % 180 != 0, fillcolor="#fbfaf5", resample=Image.Resampling.BICUBIC
    )


def as_file(*pages, kind="PDF"):
    """The bytes of a file that holds nothing but these pictures."""
    file = io.BytesIO()
    more = {"append_images": pages[1:], "save_all": True} if len(pages) > 1 else {}
    pages[0].save(file, kind, **({"resolution": DOTS} if kind == "PDF" else {}), **more)
    return file.getvalue()
