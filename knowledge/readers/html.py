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

Parsed = tuple[str, str, dict[str, object]]

_DROPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "nav",
        "footer",
        "aside",
        "svg",
        "canvas",
        "iframe",
        "object",
        "video",
        "audio",
        "button",
        "select",
        "dialog",
        "head",
    ]
)
_CHROME = re.compile(
    r"\b(?:breadcrumbs?|cookie|skip-?(?:link|nav|to)|(?<!bike-)(?<!ride-)(?<!car-)share"
    r"|social(?:[-_](?:media|links?|icons?|shar(?:e|ing)|nav|bar|buttons?|follow|menu|list|feed)|(?!-))"
    r"|site-(?:header|footer)|pagination|visually-hidden)\b",
    re.IGNORECASE,
)
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


def parse_html(data: bytes) -> Parsed:
    """Title, Markdown and meta values of a page; raises `UnreadableDocument` where there is nothing to read."""
    root = _parse_tree(data)
    values = _page_values(root)
    main = _main_element(root)
    text = _Writer(str(values.get("url") or "")).write(main)
    heading = next(iter(main.iter("h1")), None)
    title = _page_title(one_line(root.findtext(".//title") or ""), one_line(_text_of(heading)))
    return title, text, values


def _parse_tree(data: bytes) -> Any:
    from lxml import etree, html  # type: ignore[import-untyped]

    encoding = None if re.search(rb"charset\s*=", data[:4096], re.IGNORECASE) else _declared_encoding(data)
    parser = html.HTMLParser(
        recover=True, no_network=True, remove_comments=True, remove_pis=True, encoding=encoding
    )
    try:
        root = html.document_fromstring(data, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise UnreadableDocument(UnreadableCode.PAGE_EMPTY) from None
    return root


def _declared_encoding(data: bytes) -> str:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


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
    found = [*root.iter("main"), *root.xpath("//*[@role='main']"), *root.iter("article")]
    if len(found) > 1 and found[0].tag == "article":
        found = []
    body = found or list(root.iter("body"))
    return body[0] if body else root


def _text_of(element: Any) -> str:
    return "" if element is None else "".join(element.itertext())


def _page_title(title: str, heading: str) -> str:
    """The heading where the title only adds the site's name to it ("Glass | City of X"), else the title."""
    return heading if not title or (heading and title.casefold().startswith(heading.casefold())) else title


@dataclass(slots=True)
class _Writer:
    """Turns the walk through a page into Markdown lines. `line` is the line under way, `start` what it begins with."""

    base: str
    lines: list[str] = field(default_factory=list)
    line: str = ""
    start: str = ""
    lists: list[int] = field(default_factory=list)
    links: list[tuple[str, int]] = field(default_factory=list)
    row: list[str] | None = None

    def write(self, main: Any) -> str:
        """The Markdown of `main`."""
        from lxml import etree

        walk = etree.iterwalk(main, events=("start", "end"))
        for event, element in walk:
            if event == "start" and element is not main and _is_dropped(element):
                walk.skip_subtree()
                self._add_text(element.tail)
                element.set("data-dropped", "")
            elif event == "start":
                self._open_element(element)
                self._add_text(element.text)
            elif "data-dropped" not in element.attrib:
                self._close_element(element)
                self._add_text(element.tail if element is not main else "")
        self._end_line()
        return "\n".join(self.lines)

    def _open_element(self, element: Any) -> None:
        tag = element.tag
        if self._begins_line(tag):
            self._end_line()
        elif tag in _SPACES:
            self.line += " "
        if tag == "tr":
            self.row = []
        elif tag in _STARTS and self.row is None:
            self.start = self._start_of(tag)
        if tag in {"ul", "ol"}:
            self.lists.append(0 if tag == "ol" else -1)
        elif tag == "a":
            self.links.append((element.get("href") or "", len(self.line)))

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
            self.line = f"{self.line.strip().rstrip(':')}:"
        elif self.row is not None:
            self._close_in_row(tag, self.row)
        elif tag in _ENDS:
            self._end_line()
        if tag in {"ul", "ol"} and self.lists:
            self.lists.pop()
        if tag in {"table", "ul", "ol"} and self.row is None:
            self.lines.append("")

    def _close_in_row(self, tag: str, row: list[str]) -> None:
        if tag in {"td", "th"}:
            row.append(" ".join(self.line.split()))
            self.line = ""
        elif tag == "tr":
            self._end_row(row)

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
        address = urljoin(self.base, target) if self.base else target
        if words and re.match(r"https?://|mailto:|tel:", address) and not re.search(r"[\s()<>]", address):
            gap = " " if self.line[start : start + 1] == " " else ""
            self.line = f"{self.line[:start]}{gap}[{words}]({address})"

    def _end_row(self, row: list[str]) -> None:
        self.line = ""
        self.row = None
        if any(row):
            self.lines.append(f"| {' | '.join(row)} |")

    def _end_line(self) -> None:
        words = " ".join(self.line.split())
        if words:
            self.lines.append(f"{self.start}{words}")
            if not self.start.endswith(("- ", ". ")):
                self.lines.append("")
        if words or not self.start.endswith(("- ", ". ")):
            self.start = ""
        self.line = ""


def _is_dropped(element: Any) -> bool:
    if not isinstance(element.tag, str) or element.tag in _DROPPED:
        return True
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    named = "" if element.tag in _HEADINGS else element.get("id")  # a heading's id is made of its words
    return bool(_CHROME.search(f"{element.get('class') or ''} {named or ''}"))
