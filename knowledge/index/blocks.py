"""Markdown, line by line, into the blocks that a passage is made of: headings, paragraphs, list items, table rows.

The whole of Markdown is not needed here: what is quoted to residents is words, lists and table rows, so everything else
becomes a paragraph and keeps its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.base.text import readable_text

_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(\S.*)$")
_ITEM = re.compile(r"^(\s*)([-*+•]|\d{1,3}[.)])[ \t]+(\S.*)$")
_ROW = re.compile(r"^\s*\|(.*)\|\s*$")
_FENCE = re.compile(r"^\s*(```|~~~)")
_UNDERLINE = re.compile(r"^ {0,3}(={2,}|-{2,})\s*$")
_LINE_ACROSS = re.compile(r"\s*[-*_](?:\s*[-*_]){2,}\s*")
MOST_HEADING = 300
"""Characters; it stands above every passage below it, so what is longer is taken for a paragraph."""
MOST_CELLS = 200
"""Columns of a table; what has more is taken for words."""


@dataclass(frozen=True, slots=True)
class Block:
    """`kind` is heading, paragraph, item or row; `level` is a heading's, from 1."""

    kind: str
    text: str
    level: int = 0


class _Parser:
    """Collects lines into blocks; `open_lines` is the paragraph or item that the next line may continue."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._kind = "paragraph"
        self._open: list[str] = []
        self._header: list[str] | None = None
        self._unshown = ""
        self._fenced = False

    def take(self, line: str) -> None:
        """Go on with this line."""
        if self._fenced or not _is_row(line):
            self.end_table()
        if _FENCE.match(line):
            self.close()
            self._fenced = not self._fenced
            return
        if not self._fenced and (self._take_heading(line) or self._take_row(line) or self._take_item(line)):
            return
        if not line.strip():
            self.close()
            return
        self._open.append(line.strip())
        if self._fenced:
            self.close()

    def close(self) -> None:
        """End the block that is open."""
        text = readable_text(" ".join(self._open))
        if text and re.search(r"\w", text):
            self.blocks.append(Block(self._kind, text))
        self._open, self._kind = [], "paragraph"

    def end_table(self) -> None:
        """End the table that is open; a row that names columns and has none below it is a row like others."""
        if self._unshown:
            self.blocks.append(Block("row", self._unshown))
        self._header, self._unshown = None, ""

    def _take_heading(self, line: str) -> bool:
        if match := _HEADING.match(line):
            self.close()
            self._add_heading(match[2].rstrip().rstrip("#"), len(match[1]))
            return True
        if (match := _UNDERLINE.match(line)) and len(self._open) == 1 and self._kind == "paragraph":
            text, self._open = self._open[0], []
            self._add_heading(text, 1 if match[1].startswith("=") else 2)
            return True
        return bool(_LINE_ACROSS.fullmatch(line)) and self._take_blank()

    def _take_blank(self) -> bool:
        self.close()
        return True

    def _add_heading(self, text: str, level: int) -> None:
        words = " ".join(readable_text(text).split())
        if words:
            is_long = len(words) > MOST_HEADING
            self.blocks.append(Block("paragraph", words) if is_long else Block("heading", words, level))

    def _take_item(self, line: str) -> bool:
        match = _ITEM.match(line)
        if not match:
            return False
        self.close()
        self._kind = "item"
        mark = match[2] if match[2][0].isdecimal() else "-"
        self._open = [f"{mark} {match[3]}"]
        return True

    def _take_row(self, line: str) -> bool:
        match = _ROW.match(line)
        if not match or not _is_row(line):
            return False
        if "--" in line and not line.strip(" \t:|-"):
            self._unshown = ""
            return True
        self.close()
        cells = [readable_text(cell).replace("\n", " ") for cell in re.split(r"(?<!\\)\|", match[1])]
        if self._header is None:
            self._header, self._unshown = cells, row_as_text([], cells)
            return True
        if any(cells):
            self.blocks.append(Block("row", row_as_text(self._header, cells)))
            self._unshown = ""
        return True


def _is_row(line: str) -> bool:
    return bool(_ROW.match(line)) and line.count("|") <= MOST_CELLS


def row_as_text(header: list[str], cells: list[str]) -> str:
    """A table row as words: `Monday: 9 to 5` of two columns, `Monday: opens 9; closes 5` of more.

    A bare number needs the name of its column, also of two: `Dog licence: fee in dollars 15`.
    """
    first, rest = (cells[0].rstrip(" :："), cells[1:]) if cells else ("", [])
    if len(rest) <= 1 and not any(map(_is_bare_number, rest)):
        return ": ".join(part for part in (first, *rest) if part)
    names = [*header[1:], *[""] * len(rest)]
    named = [" ".join(filter(None, pair)) for pair in zip(names, rest, strict=False) if pair[1]]
    return ": ".join(part for part in (first, "; ".join(named)) if part)


def _is_bare_number(cell: str) -> bool:
    return not cell.strip("0123456789 .,/–-") and any(map(str.isdecimal, cell))


def blocks_of(markdown: str) -> list[Block]:
    """The blocks of a Markdown text, in order."""
    return list(_parse_blocks(markdown))


def _parse_blocks(markdown: str) -> Iterator[Block]:
    parser = _Parser()
    for line in markdown.split("\n"):
        parser.take(line)
    parser.end_table()
    parser.close()
    yield from parser.blocks
