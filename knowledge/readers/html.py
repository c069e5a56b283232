"""HTML into Markdown: the main content, its headings, lists, tables and links. Runs in the child process.

Nothing here recurses: a page of a million nested tags is walked as a flat stream of starts and ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from core.errors import UnreadableDocument
from knowledge.base.text import escape_markdown, one_line
from knowledge.base.unreadable import UnreadableCode
from knowledge.readers.disclosures import open_disclosures
from knowledge.readers.encodings import decode_bytes
from knowledge.readers.furniture import DROPPED, mark_furniture
from knowledge.readers.hidden import HEADINGS, words_in
from knowledge.readers.left_out import DELETED, HIDDEN, UNREAD, LeftOut

Parsed = tuple[str, str, dict[str, object]]

_BREAKS = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "main",
        "header",
        "address",
        "blockquote",
        "figure",
        "figcaption",
        "ul",
        "ol",
        "dl",
        "table",
        "tr",
        "body",
        "details",
        "hr",
        "pre",
        "fieldset",
    ]
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)} | {"summary": 4}
_STARTS = frozenset([*_HEADINGS, "li", "dt"])
"""Begin a line with a mark of their own, or with none."""
_ENDS = frozenset([*_HEADINGS, *_BREAKS, "li", "dd"])
_SPACES = frozenset(["br", "td", "th", "dd"])
_META = {
    "reviewed": "reviewed", "last-reviewed": "reviewed", "dcterms.modified": "reviewed", "dc.date.modified": "reviewed",
    "article:modified_time": "reviewed", "last-modified": "reviewed", "date": "reviewed",
    "source-url": "url", "og:url": "url", "keywords": "keywords", "language": "language", "id": "id",
}  # fmt: skip


LEAST_OF_MAIN, LEAST_OF_ARTICLE = 0.05, 0.5
"""Shares of the words of a page that make a main part its main part: an empty one is filled elsewhere, one article may be a teaser."""
MOST_SPAN, MOST_COLUMNS, MOST_REPEATED = 1000, 100, 300
"""Rows and columns that a cell may span, and characters of one that are said again in each."""


def parse_html(data: bytes) -> Parsed:
    """Title, Markdown and meta values of a page; raises `UnreadableDocument` where there is nothing to read."""
    root = parse_tree(data)
    values = _page_values(root)
    open_disclosures(root)
    if updated := mark_furniture(root):
        values.setdefault("reviewed", updated)
    main = _main_element(root)
    values["left_out"] = _left_out_of(main).as_data()
    text = _Writer(str(values.get("url") or "")).write(main)
    heading = next((one for part in (main, root) for one in part.iter("h1") if _is_kept(one)), None)
    title = _page_title(one_line(root.findtext(".//title") or ""), one_line(words_in(heading)))
    return title, text, values


def parse_tree(data: bytes) -> Any:
    """A page as a tree of lxml's, in whatever charset it is; `UnreadableDocument` where there is none."""
    from lxml import etree, html  # type: ignore[import-untyped]

    named = re.search(rb"charset\s*=\s*[\"']?\s*([\w.:-]+)", data[:4096], re.IGNORECASE)
    text = decode_bytes(data, named[1].decode("ascii", "replace") if named else "")
    parser = html.HTMLParser(
        recover=True, no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8"
    )
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise UnreadableDocument(UnreadableCode.PAGE_EMPTY) from None
    return root


def _page_values(root: Any) -> dict[str, object]:
    values: dict[str, object] = {"language": root.get("lang") or ""}
    for meta in root.iter("meta"):
        name = _name_of(meta)
        if name in _META and meta.get("content"):
            values.setdefault(_META[name], meta.get("content"))
    for link in root.iter("link"):
        if (link.get("rel") or "").lower() == "canonical" and link.get("href"):
            values.setdefault("url", link.get("href"))
    return values


def _name_of(meta: Any) -> str:
    return str(meta.get("name") or meta.get("property") or meta.get("http-equiv") or "").lower()


def _main_element(root: Any) -> Any:
    """What holds the words of a page: the part that the page says is the main one, unless hardly any words are in it."""
    body = next(root.iter("body"), root)
    whole = _count_kept(body)
    mains = [*root.iter("main"), *root.xpath("//*[@role='main']")]
    best = max(mains, key=_count_kept, default=None)
    if best is not None and _count_kept(best) > whole * LEAST_OF_MAIN:
        return best
    articles = list(root.iter("article"))
    if len(articles) == 1 and _count_kept(articles[0]) > whole * LEAST_OF_ARTICLE:
        return articles[0]
    return body


def _left_out_of(main: Any) -> LeftOut:
    """The deleted and hidden words of a page's main part, and the pages embedded in it."""
    from lxml import etree

    left_out = LeftOut()
    walk = etree.iterwalk(main, events=("start",))
    for _, one in walk:
        if isinstance(one.tag, str) and not _is_kept(one):
            walk.skip_subtree()
            if one.tag == "iframe":
                left_out.note(UNREAD, one.get("title") or one.get("src") or "")
            elif one.get(DROPPED) in {DELETED, HIDDEN}:
                left_out.note(one.get(DROPPED), words_in(one))
    return left_out


def _count_kept(element: Any) -> int:
    """Words of an element outside its headings, without what is left out."""
    from lxml import etree

    count = 0
    walk = etree.iterwalk(element, events=("start",))
    for _, one in walk:
        if not isinstance(one.tag, str) or not _is_kept(one) or one.tag in HEADINGS:
            walk.skip_subtree()
        else:
            count += len((one.text or "").split())
        count += len((one.tail or "").split()) if one is not element else 0
    return count


def _is_kept(element: Any) -> bool:
    return element.get(DROPPED) is None


def _page_title(title: str, heading: str) -> str:
    """The heading where the title only adds the site's name to it ("Glass | City of X"), else the title."""
    return heading if not title or (heading and title.casefold().startswith(heading.casefold())) else title


@dataclass(slots=True)
class _Table:
    """A table under way. `cells` is its row, None between two; `spans` are cells that reach down: how many rows more, and their words."""

    cells: list[str] | None = None
    rows: int = 0
    are_heads: bool = True
    spans: dict[int, tuple[int, str]] = field(default_factory=dict)

    def begin_row(self) -> None:
        """Go on with an empty row."""
        self.cells, self.are_heads = [], True

    def add_cell(self, element: Any, words: str) -> None:
        """A cell where its column is, in all columns that it spans."""
        cells = self._reached_cells()
        is_head = _is_head_cell(element)
        self.are_heads = self.are_heads and is_head
        below, wide = _span_of(element, "rowspan"), _span_of(element, "colspan")
        repeated = words if len(words) <= MOST_REPEATED and (cells or is_head) else ""
        for at in range(min(wide, max(1, MOST_COLUMNS - len(cells)))):
            if below > 1:
                self.spans[len(cells)] = (below - 1, (repeated if at else words)[:MOST_REPEATED])
            cells.append(repeated if at else words)

    def end_row(self) -> list[str]:
        """The row as lines of Markdown; a first row that names no columns stands below an empty one."""
        cells = self._reached_cells()
        self.cells = None
        if not any(cells):
            return []
        if len(cells) > 1 and len(set(filter(None, cells))) == 1 and not self.rows:
            return [next(filter(None, cells)), ""]
        self.rows += 1
        row = f"| {' | '.join(cells)} |"
        return [row] if self.rows > 1 or self.are_heads else ["| |", row]

    def _reached_cells(self) -> list[str]:
        """The row with the cells from above that come next in it."""
        cells = self.cells if self.cells is not None else []
        while len(cells) in self.spans:
            left, words = self.spans.pop(len(cells))
            if left > 1:
                self.spans[len(cells)] = (left - 1, words)
            cells.append(words)
        return cells


def _span_of(element: Any, name: str) -> int:
    value = (element.get(name) or "").strip()
    return (
        min(max(int(value), 1), MOST_SPAN) if value.isascii() and value.isdecimal() and len(value) < 6 else 1
    )


def _number_before(items: Any) -> int:
    """The number before the first of a list; -1 for a list without numbers."""
    value = (items.get("start") or "").strip()
    if items.tag == "ul":
        return -1
    return max(int(value), 1) - 1 if re.fullmatch(r"\d{1,3}", value, re.ASCII) else 0


def _is_head_cell(element: Any) -> bool:
    """Whether a cell names its column: by its tag, or because all of its words are bold."""
    bold = next(element.iter("b", "strong"), None)
    words = words_in(element)
    return element.tag == "th" or not words or words == words_in(bold)


@dataclass(slots=True)
class _Writer:
    """Turns the walk through a page into Markdown lines. `line` is the line under way, `start` what it begins with."""

    base: str
    lines: list[str] = field(default_factory=list)
    line: str = ""
    start: str = ""
    lists: list[int] = field(default_factory=list)
    links: list[tuple[str, int]] = field(default_factory=list)
    tables: list[_Table] = field(default_factory=list)

    @property
    def row(self) -> list[str] | None:
        """The row of a table that is under way."""
        return self.tables[-1].cells if self.tables else None

    def write(self, main: Any) -> str:
        """The Markdown of `main`."""
        from lxml import etree

        walk = etree.iterwalk(main, events=("start", "end"))
        for event, element in walk:
            if event == "start" and element is not main and not _is_kept(element):
                walk.skip_subtree()
                self._add_text(element.tail)
            elif event == "start":
                self._open_element(element)
                self._add_text(element.text)
            elif _is_kept(element):
                self._close_element(element)
                self._add_text(element.tail if element is not main else "")
        self._end_line()
        return "\n".join(self.lines)

    def _open_element(self, element: Any) -> None:
        tag = element.tag
        if self._begins_line(tag):
            self._end_line()
        elif self._is_space(tag):
            self.line += " "
        if tag in {"table", "tr"}:
            self._open_in_table(tag)
        elif tag in _STARTS and self.row is None:
            self.start = self._start_of(tag)
        if tag == "a":
            self.links.append((element.get("href") or "", len(self.line)))
        elif tag in {"ul", "ol"}:
            self.lists.append(_number_before(element))

    def _is_space(self, tag: str) -> bool:
        return tag in _SPACES or (self.row is not None and tag in _ENDS)

    def _open_in_table(self, tag: str) -> None:
        if tag == "table":
            self._open_table()
        else:
            self._end_row()
            self._table_here().begin_row()

    def _open_table(self) -> None:
        """A table within a cell ends the row around it, which goes on behind it with the cells that are left."""
        if self.row is not None:
            self._end_row(self.line)
            self.lines.append("")
        self.tables.append(_Table())

    def _table_here(self) -> _Table:
        if not self.tables:
            self.tables.append(_Table())
        return self.tables[-1]

    def _begins_line(self, tag: str) -> bool:
        if tag == "tr" or self.row is not None:
            return tag == "tr"
        is_first_in_line = tag in {"p", "div"} and not self.line.strip()
        return (tag in _STARTS or tag in _BREAKS) and not is_first_in_line

    def _start_of(self, tag: str) -> str:
        if tag in _HEADINGS:
            return f"{'#' * _HEADINGS[tag]} "
        return self._list_mark() if tag == "li" else ""

    def _close_element(self, element: Any) -> None:
        tag = element.tag
        if tag == "a":
            self._close_link()
        elif tag == "dt":
            self._close_term()
        elif self.row is not None:
            self._close_in_row(element)
        elif tag in _ENDS:
            self._end_line()
        if tag in {"table", "ul", "ol"}:
            self._close_group(tag)

    def _close_term(self) -> None:
        words = self.line.strip()
        self.line = words if words.endswith(("?", "!")) else f"{words.rstrip(':')}:"

    def _close_group(self, tag: str) -> None:
        if tag == "table":
            self._close_table()
        elif self.lists:
            self.lists.pop()
        if self.row is None:
            self.lines.append("")

    def _close_in_row(self, element: Any) -> None:
        if element.tag in {"td", "th"}:
            self.tables[-1].add_cell(element, " ".join(self.line.split()))
            self.line = ""
        elif element.tag in {"tr", "table"}:
            self._end_row()
        elif element.tag in _ENDS:
            self.line += " "

    def _close_table(self) -> None:
        self._end_row(self.line)
        del self.tables[-1:]
        if self.tables:
            self.lines.append("")
            self.tables[-1].rows = 0
            self.tables[-1].begin_row()

    def _list_mark(self) -> str:
        if not self.lists or self.lists[-1] < 0:
            return "- "
        self.lists[-1] += 1
        return f"{self.lists[-1]}. "

    def _add_text(self, text: str | None) -> None:
        if text:
            self.line += escape_markdown(re.sub(r"\s+", " ", text))

    def _close_link(self) -> None:
        if not self.links:
            return
        target, start = self.links.pop()
        words = self.line[start:].strip()
        address = urljoin(self.base, target) if self.base and target else target
        if words and re.match(r"https?://|mailto:|tel:", address) and not re.search(r"[\s()<>]", address):
            gap = " " if self.line[start : start + 1] == " " else ""
            self.line = f"{self.line[:start]}{gap}[{words}]({address})"

    def _end_row(self, left: str = "") -> None:
        """End the row that is under way; `left` are words of a cell that is not closed yet."""
        if self.row is None:
            return
        if words := " ".join(left.split()):
            self.row.append(words)
        self.line = ""
        self.lines += self.tables[-1].end_row()

    def _end_line(self) -> None:
        words = " ".join(self.line.split())
        if words:
            self.lines.append(f"{self.start}{words}")
            if not self.start.endswith(("- ", ". ")):
                self.lines.append("")
        if words or not self.start.endswith(("- ", ". ")):
            self.start = ""
        self.line = ""
        self.links = [(target, 0) for target, _ in self.links]  # one over several lines begins anew
