# ruff: noqa: INP001, T201 - a program of its own that prints what it did
"""Print the sample city's leaflets: leaflets/NAME.pdf.md and NAME.docx.md become city/sample/documents/NAME.pdf and NAME.docx.

fpdf2 is needed for this only, and is no dependency of Cityline:
uv run --with fpdf2 --with python-docx deploy/sample/make_leaflets.py
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
DOCUMENTS = HERE.parents[1] / "city" / "sample" / "documents"
FOOT = {
    "en": "City of Penstock, 555-0100, penstock.example",
    "es": "Ciudad de Penstock, 555-0100, penstock.example",
}

Head = dict[str, str]
Block = tuple[str, str]


def read(path: Path) -> tuple[Head, list[Block]]:
    """The head of a leaflet and its blocks: heading, text, bullet, number or row."""
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    pairs = (line.partition(":") for line in head.splitlines())
    return {key: value.strip() for key, _, value in pairs}, list(_blocks(body))


def _blocks(body: str) -> Iterator[Block]:
    kinds = {r"## (.+)": "heading", r"- (.+)": "bullet", r"\d+\. (.+)": "number", r"\|(?! ---)(.+)\|": "row"}
    for line in filter(None, map(str.strip, body.splitlines())):
        found = next(
            ((kind, match[1]) for mark, kind in kinds.items() if (match := re.fullmatch(mark, line))), None
        )
        if found:
            yield found
        elif not line.startswith("|"):
            yield ("text", line)


def write_pdf(head: Head, blocks: list[Block], path: Path) -> None:
    """Pages with a running foot, in the sizes that people print at home."""
    from fpdf import FPDF

    class Leaflet(FPDF):  # type: ignore[misc]
        def footer(self) -> None:
            self.set_y(-15)
            self.set_font("Helvetica", size=8)
            self.cell(0, 5, f"{FOOT[head['language']]}        {self.page_no()}", align="C")

    leaflet = Leaflet(format="letter")
    leaflet.set_title(head["title"])
    leaflet.set_lang(head["language"])
    leaflet.set_creation_date(datetime.fromisoformat(head["reviewed"]).replace(tzinfo=UTC))
    leaflet.set_margin(22)
    leaflet.set_auto_page_break(auto=True, margin=22)
    leaflet.add_page()
    _line(leaflet, head["title"], size=22, height=10, bold=True)
    for kind, text in blocks:
        if kind == "heading":
            leaflet.ln(3)
            _line(leaflet, text, size=15, height=8, bold=True)
        else:
            _line(leaflet, f"- {text}" if kind == "bullet" else text, size=11, height=5.5)
    leaflet.output(str(path))


def _line(leaflet: Any, text: str, *, size: int, height: float, bold: bool = False) -> None:
    leaflet.set_font("Helvetica", style="B" if bold else "", size=size)
    leaflet.multi_cell(0, height, text, new_x="LMARGIN", new_y="NEXT")
    leaflet.ln(1.5)


def write_docx(head: Head, blocks: list[Block], path: Path) -> None:
    """A Word file with real headings, lists and tables."""
    import docx

    word = docx.Document()
    about = word.core_properties
    about.title, about.author, about.language = head["title"], "City of Penstock", head["language"]
    about.created = about.modified = datetime.fromisoformat(head["reviewed"]).replace(tzinfo=UTC)
    word.add_heading(head["title"], level=0)
    styles = {"bullet": "List Bullet", "number": "List Number", "text": None}
    table = None
    for kind, text in blocks:
        if kind == "row":
            cells = [cell.strip() for cell in text.split("|")]
            table = table or word.add_table(rows=0, cols=len(cells), style="Table Grid")
            for cell, words in zip(table.add_row().cells, cells, strict=True):
                cell.text = words
        elif kind == "heading":
            table = None
            word.add_heading(text, level=1)
        else:
            word.add_paragraph(text, style=styles[kind])
    word.save(str(path))


def main() -> None:
    """Print them all."""
    writers = {".pdf": write_pdf, ".docx": write_docx}
    for path in sorted((HERE / "leaflets").glob("*.md")):
        target = DOCUMENTS / path.stem
        writers[target.suffix](*read(path), target)
        print(f"{target.name}: {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
