"""What a page hides for good, and what it only says to screen readers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
SHOWN = "data-shown"
"""The attribute of what is hidden only until a click."""
INLINE = frozenset(["span", "b", "strong", "em", "i", "abbr", "time", "small", "sub", "sup", "u", "font"])
_FOR_READERS = re.compile(
    r"(?:^|\s)(?:[\w-]*(?:visually-?hidden|sr-only|screen-?reader(?:-text|-only)?)|element-invisible|show-for-sr|assistive-text|offscreen)(?=\s|$)",
    re.IGNORECASE,
)
_FOR_SOME = re.compile(
    r"(?:^|\s)(?:d-(?:sm|md|lg|xl|xxl|print)-\w|(?:sm|md|lg|xl|print):|visible-|show-for-)"
)
_NEVER = re.compile(r"(?:^|\s)(?:d-none|hidden|is-hidden|hide|display-none|u-hidden|usa-hidden)(?=\s|$)")
_STYLE_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_STYLE_UNSEEN = re.compile(r"visibility\s*:\s*hidden", re.IGNORECASE)


def words_in(element: Any) -> str:
    """The words of an element on one line."""
    return "" if element is None else " ".join("".join(element.itertext()).split())


def attribute_of(element: Any, *names: str) -> str:
    """The first of these attributes that an element has, or nothing."""
    return next((str(value) for name in names if (value := element.get(name))), "")


def is_hidden_by_page(element: Any) -> bool:
    """Whether a page hides an element by markup or, not only on some screens, by a class."""
    if attribute_of(element, "hidden").lower() == "until-found" or element.get("role") == "tabpanel":
        return False
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    style = attribute_of(element, "style")
    if _STYLE_UNSEEN.search(style):  # with an id it is what a script shows when it has arranged it
        return element.get("id") is None
    return bool(_STYLE_HIDDEN.search(style)) or _is_of_hidden_class(attribute_of(element, "class"))


def _is_of_hidden_class(named: str) -> bool:
    return bool(_NEVER.search(named)) and not _FOR_SOME.search(named)


def is_hidden(element: Any) -> bool:
    """Whether an element is hidden for good. What only screen readers pass over is words on the screen, unless it repeats others."""
    if element.tag in {"html", "body", "main"} or element.get(SHOWN) is not None:
        return False
    return is_hidden_by_page(element) and not _is_for_eyes(element)


def _is_for_eyes(element: Any) -> bool:
    """Whether it is a word on the screen that is passed over by screen readers, and by them alone."""
    named, style = attribute_of(element, "class"), attribute_of(element, "style")
    if element.get("hidden") is not None or _STYLE_HIDDEN.search(style) or _is_of_hidden_class(named):
        return False
    is_word = element.tag in INLINE - {"i"} and "icon" not in named.lower()
    return is_word and len(re.findall(r"\w", words_in(element))) > 1 and not _is_said_else(element)


def _is_said_else(element: Any) -> bool:
    """Whether the words beside it say to screen readers what it says to the eye."""
    above = element.getparent()
    beside = [one for one in (element.getprevious(), element.getnext()) if one is not None]
    return (above is not None and bool(above.get("aria-label"))) or any(map(is_for_screen_readers, beside))


def is_for_screen_readers(element: Any) -> bool:
    """Whether an element is read aloud and not shown."""
    return isinstance(element.tag, str) and bool(_FOR_READERS.search(element.get("class") or ""))


@dataclass(frozen=True, slots=True)
class Asides:
    """What links say to screen readers alone, each with how often ("(opens in a new window)")."""

    counts: Counter[str]

    def has(self, element: Any) -> bool:
        """Whether words for screen readers speak of how a link works, or of the page while it is used, rather than of the city."""
        if not is_for_screen_readers(element):
            return False
        if element.get("aria-live") or (element.tag == "a" and (element.get("href") or "#").startswith("#")):
            return True
        words = words_in(element)
        link = next(element.iterancestors("a"), None)
        if link is None or words == words_in(link):
            return False
        return self.counts[words] > 1 or words.startswith(("(", "["))


def find_asides(root: Any) -> Asides:
    """What the links of a page say to screen readers."""
    return Asides(Counter(_said_in_links(root)))


def _said_in_links(root: Any) -> Iterator[str]:
    for element in root.iter():
        if is_for_screen_readers(element) and next(element.iterancestors("a"), None) is not None:
            yield words_in(element)
