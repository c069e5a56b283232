"""What stands on a page around its words: menus, paths, share buttons, questions about the page, deleted and hidden words.

A name in the markup ("share", "menu", "cookie") is a hint and no more: what it names goes only where it is made of links, buttons and a
word or two, as furniture is, and not of sentences. One walk over the page; every element is judged at its end, by what is in it.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from knowledge.base.text import count_words
from knowledge.readers.hidden import HEADINGS, Asides, attribute_of, find_asides, is_hidden, words_in
from knowledge.readers.left_out import DELETED, HIDDEN

DROPPED = "data-dropped"
"""The attribute of what is left out, with the reason."""
_NO_WORDS = frozenset([
    "script", "style", "noscript", "template", "svg", "canvas", "iframe", "object", "embed", "video",
    "audio", "head", "math", "input", "textarea", "datalist", "select", "button",
])  # fmt: skip
_CONTROLS = frozenset(["input", "textarea", "select", "button"])
_ROLES = frozenset(
    ["navigation", "search", "menu", "menubar", "alertdialog", "dialog", "tooltip", "contentinfo"]
)
_STRUCK = frozenset(["del", "s", "strike"])
_LINE_THROUGH = re.compile(r"text-decoration[\w-]*\s*:[^;]*line-through", re.IGNORECASE)
_HINTS = frozenset([
    "share", "sharing", "social", "addthis", "addtoany", "sharethis", "breadcrumb", "breadcrumbs",
    "crumbs", "pagination", "pager", "menu", "nav", "navbar", "navigation", "sidenav", "subnav",
    "submenu", "topnav", "toolbar", "skip", "skiplink", "skipnav", "cookie", "cookies", "consent", "gdpr",
    "feedback", "helpful", "rating", "newsletter", "subscribe", "login", "search", "translate", "toc",
    "related", "sidebar", "print", "masthead",
])  # fmt: skip
_NOTICES = frozenset(["cookie", "cookies", "consent", "gdpr"])
_NOTICE = frozenset(
    ["banner", "notice", "bar", "popup", "message", "overlay", "modal", "dialog", "consent", "compliance"]
)
_ABOUT_SITE = frozenset([
    "site", "page", "global", "main", "footer", "wrapper", "container", "region", "area", "bottom",
    "section", "inner", "outer", "row",
])  # fmt: skip
_BLOCKS = frozenset([
    "div", "section", "article", "aside", "header", "footer", "form", "fieldset", "ul", "ol", "li", "p",
    "dl", "figure", "center", "address", "span", "details",
])  # fmt: skip
_CELLS = frozenset(["td", "th"])
_SENTENCE = re.compile(r"[.!。！؟…](?:\s|$)|[:;]\s|\d")
_UPDATED = re.compile(
    r"(?:last|page|content|date)?\W*(?:last )?(?:updated|modified|reviewed|revised|changed|published|posted)\b"
    r"|(?:últim\w+ )?(?:actualiza\w+|modifica\w+|atualiza\w+|revis\w+)|(?:dernière )?(?:mise à jour|modification|révision)|mis à jour"
    r"|(?:最后|最後|上次)?(?:更新|修改)|آخر (?:تحديث|تعديل)",
    re.IGNORECASE,
)
_DATED = re.compile(r"\b(?:19|20)\d\d\b|\d{1,2}[./-]\d{1,2}[./-]\d{2}|年")
_CALLS = re.compile(r"mailto:\?|javascript:.*(?:print|share|addthis)", re.IGNORECASE)
_PASSES_ON = re.compile(r"(?:https?:)?//[^?]*\?(?:.*&)?\w+=https?(?::|%3a)", re.IGNORECASE)
MOST_AROUND = 8
"""Words beside its links and buttons that furniture has: "You are here", "Follow us on"."""
MOST_KEPT = 40
"""Words of an element that are looked at; furniture has fewer."""
MOST_ASKED = 15
"""Words of a question about the page itself, and its answers."""


@dataclass(slots=True)
class _Inside:
    """What is in an element, as far as it stays: `count` words outside links, the first of them in `around`, and `linked` in links."""

    around: list[str] = field(default_factory=list)
    count: int = 0
    linked: int = 0
    links: int = 0
    home: int = 0
    places: int = 0
    shares: list[str] = field(default_factory=list)
    controls: int = 0
    titles: int = 0
    headings: int = 0

    def add(self, other: _Inside) -> None:
        """Count in what is in a child."""
        self.around += other.around[: MOST_KEPT - len(self.around)]
        self.shares += other.shares
        for name in ("count", "linked", "links", "home", "places", "controls", "titles", "headings"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def is_sharing(self) -> bool:
        """Whether its links hand an address on, each to another site, and none does anything else."""
        return 1 < len(set(self.shares)) == len(self.shares) and len(self.shares) + self.places == self.links

    @property
    def leads_nowhere(self) -> bool:
        """Whether its links lead to places on the page, or hand it on."""
        return 0 < len(self.shares) + self.places == self.links

    @property
    def is_furniture(self) -> bool:
        """Whether it is what furniture is made of: links, and hardly a word that is none, let alone a sentence."""
        return self.count <= MOST_AROUND and not _SENTENCE.search(" ".join(self.around))


def mark_furniture(root: Any) -> str:
    """Mark with `DROPPED` whatever on a page is not the city's words; the day on which it says it was updated, where that is plain."""
    return _Walk(find_asides(root), _repeated_questions(root), _field_names(root)).take(root)


def _repeated_questions(root: Any) -> frozenset[str]:
    """Short questions that a page asks more than once outside its headings: about the page, never by a resident."""
    counts = Counter(
        words_in(one) for one in root.iter("p", "div", "span", "legend", "label") if len(one) == 0
    )
    return frozenset(words for words, count in counts.items() if count > 1 and words.endswith("?"))


@dataclass(slots=True)
class _Walk:
    asides: Asides
    repeated: frozenset[str]
    fields: frozenset[str]
    updated: str = ""
    held: list[_Inside] = field(default_factory=lambda: [_Inside()])
    titled: bool = False
    in_link: int = 0
    has_title: bool = False

    def take(self, root: Any) -> str:
        """Walk over the page once; the day of its last update."""
        from lxml import etree  # type: ignore[import-untyped]

        self.has_title = next(root.iter("h1"), None) is not None
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            if not isinstance(element.tag, str):
                continue
            if event == "start":
                if reason := self._certain_reason(element):
                    self._drop(element, reason)
                    walk.skip_subtree()
                self._begin(element)
            else:
                self._end(element)
        return self.updated

    def _certain_reason(self, element: Any) -> str:
        """Why an element goes whatever is in it; empty where it may stay."""
        if element.tag in _NO_WORDS:
            return "control" if element.tag in _CONTROLS else "other"
        if element.tag in _STRUCK or _LINE_THROUGH.search(attribute_of(element, "style")):
            return DELETED
        if is_hidden(element):
            return HIDDEN
        if _is_menu(element):
            return "menu"
        return "aside" if self.asides.has(element) else ""

    def _begin(self, element: Any) -> None:
        inside = _Inside()
        self.held.append(inside)
        self.in_link += element.tag == "a"
        if (reason := element.get(DROPPED)) is not None:
            inside.controls += reason == "control" and _is_answered(element)
            return
        self._add_words(inside, element.text)
        if element.tag == "a":
            _count_link(inside, element)
        inside.titles += element.tag == "h1"
        inside.headings += element.tag in HEADINGS
        self.titled = self.titled or element.tag == "h1"

    def _end(self, element: Any) -> None:
        inside = self.held.pop()
        self.in_link -= element.tag == "a"
        if element.get(DROPPED) is None and (reason := self._reason_to_drop(element, inside)):
            self._drop(element, reason)
            inside = self._left_of(inside, reason)
        above = self.held[-1]
        above.add(inside)
        self._add_words(above, element.tail)

    def _left_of(self, inside: _Inside, reason: str) -> _Inside:
        """What still counts of an element that went: a field beside its label, and the first step of a path of several boxes."""
        if reason == "label":
            return _Inside(controls=inside.controls)
        return _Inside() if self.titled else _Inside(home=inside.home, links=inside.links)

    def _add_words(self, inside: _Inside, text: str | None) -> None:
        if not text or text.isspace():
            return
        if self.in_link:
            inside.linked += count_words(text)
            return
        inside.count += count_words(text)
        inside.around += text.split()[: MOST_KEPT - len(inside.around)]

    def _drop(self, element: Any, reason: str) -> None:
        element.set(DROPPED, reason)

    def _reason_to_drop(self, element: Any, inside: _Inside) -> str:
        """Why an element goes for what is in it."""
        if element.tag == "label":
            return "label" if inside.count <= MOST_AROUND and _names_control(element, self.fields) else ""
        if inside.titles or not _is_box(element, inside):
            return ""
        if _is_named_furniture(element, inside) or self._is_furniture_by_form(element, inside):
            return "furniture"
        return self._stamp_reason(element, inside)

    def _is_furniture_by_form(self, element: Any, inside: _Inside) -> bool:
        if element.tag not in _BLOCKS or not (inside.count or inside.linked):
            return False
        is_part = element.tag in {"li", "span"}
        return (not is_part and self._is_list_of_ways(inside)) or _asks_about_page(
            element, inside, self.repeated
        )

    def _is_list_of_ways(self, inside: _Inside) -> bool:
        """Whether a block is links alone that lead around the site: the menu above the title, the path, places on the page, sharing."""
        if not inside.links or inside.headings or not inside.is_furniture:
            return False
        if self.has_title and not self.titled:
            return (inside.links >= 3 and not inside.count) or inside.home > 0
        return inside.is_sharing or (inside.links == inside.places and inside.count <= 3)

    def _stamp_reason(self, element: Any, inside: _Inside) -> str:
        if inside.headings or inside.links or not 0 < inside.count <= MOST_AROUND + 4:
            return ""
        words = " ".join(inside.around)
        if not (_UPDATED.match(words) and _DATED.search(words)):
            return ""
        self.updated = self.updated or _day_of(element, words)
        return "stamp"


def _is_box(element: Any, inside: _Inside) -> bool:
    return element.tag in _BLOCKS or (element.tag == "a" and inside.leads_nowhere)


def _is_menu(element: Any) -> bool:
    """Whether an element says that it is a menu, a search or a dialog; one that is open is words."""
    if element.tag == "dialog":
        return element.get("open") is None
    return element.tag == "nav" or (element.get("role") in _ROLES and element.tag not in {"body", "main"})


def _day_of(element: Any, words: str) -> str:
    """The date of a stamp where it cannot be misread."""
    stamps = [one.get("datetime") or "" for one in element.iter("time")]
    found = re.search(r"\d{4}-\d{2}-\d{2}", " ".join([*stamps, words]))
    return found[0] if found else ""


def _count_link(inside: _Inside, element: Any) -> None:
    address = (element.get("href") or "").strip()
    inside.links += 1
    parts = urlsplit(address) if not re.search(r"[\[\]\s]", address) else None
    inside.home += (
        parts is not None and parts.path in {"/", "/index.html", "/en", "/home"} and not parts.query
    )
    inside.places += address.startswith("#")
    if _CALLS.match(address) or _PASSES_ON.match(address):
        inside.shares.append(address.split("?")[0])


def _is_answered(element: Any) -> bool:
    """Whether a control is one to answer with: a button with words, a field to fill in; not a picture, and nothing hidden."""
    if element.tag == "button":
        return bool(words_in(element) or element.get("aria-label"))
    return attribute_of(element, "type").lower() not in {"hidden", "image"}


def _field_names(root: Any) -> frozenset[str]:
    """The ids of a page's fields; a box to tick is none, as it may open what is below it."""
    return frozenset(
        one.get("id") for one in root.iter(*_CONTROLS) if one.get("id") and one.get("type") != "checkbox"
    )


def _names_control(label: Any, fields: frozenset[str]) -> bool:
    """Whether a label names a field, rather than opening what is below it."""
    if next(label.iter(*_CONTROLS), None) is not None or label.get("for") in fields:
        return True
    beside = [one for one in (label.getprevious(), label.getnext()) if one is not None]
    return any(one.tag == "input" and one.get("type") == "radio" for one in beside)


def _name_words(element: Any) -> list[frozenset[str]]:
    """The names that the markup gives an element, each as its words."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", f"{element.get('class') or ''} {element.get('id') or ''}")
    return [frozenset(re.split(r"[-_]+", name.lower())) for name in apart.split()]


def _is_named_furniture(element: Any, inside: _Inside) -> bool:
    """Whether an element is called furniture, and made like it."""
    named = _name_words(element)
    if element.tag == "footer" or any("footer" in words and words <= _ABOUT_SITE for words in named):
        return inside.is_furniture or all(
            one.tag not in {"main", "article"} for one in element.iterancestors()
        )
    if _is_notice(named, inside):
        return True
    hinted = element.tag == "aside" or element.get("role") in {"complementary", "banner"}
    return (hinted or any(words & _HINTS for words in named)) and inside.is_furniture and inside.headings < 2


def _is_notice(named: list[frozenset[str]], inside: _Inside) -> bool:
    """Whether an element is a notice about cookies, which may well be sentences."""
    return any(words & _NOTICES and (words & _NOTICE or inside.controls) for words in named)


def _asks_about_page(element: Any, inside: _Inside, repeated: frozenset[str]) -> bool:
    """Whether a block asks what the reader thinks of the page: one question, and nothing behind it but buttons to answer it with."""
    words = " ".join(inside.around)
    if words in repeated and not inside.links and element.tag != "li":
        return True
    if not words or inside.count > MOST_ASKED or words.count("?") + words.count("？") + words.count("؟") != 1:
        return False
    ends = words.endswith(("?", "？", "؟"))
    return ends and inside.controls + inside.places >= 2 and inside.linked <= 6
