"""Where a web page leads, and what it says of itself to whoever reads a site. Runs in the child process."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin

from knowledge.base.text import ascii_address
from knowledge.readers.html import parse_tree

MOST_LINKS = 2000


def find_links(data: bytes, address: str) -> dict[str, object]:
    """`links` as whole addresses, each once, in their order; the `canonical` address, empty where the page names none; whether it is `unlisted`.

    A page is unlisted that asks search engines to leave it out. Links of one that asks not to follow them are none.
    """
    root = parse_tree(data)
    base = next((one.get("href") for one in root.iter("base") if one.get("href")), "")
    base = _joined(address, base) or address
    wishes = _wishes_of(root)
    links = _links_of(root, base) if wishes.isdisjoint({"nofollow", "none"}) else []
    named = [one for one in root.iter("link") if _word_of(one, "rel") == "canonical" and one.get("href")]
    canonical = _joined(base, named[0].get("href")) if named else ""
    return {"links": links, "canonical": canonical, "unlisted": not wishes.isdisjoint({"noindex", "none"})}


def _links_of(root: Any, base: str) -> list[str]:
    anchors = (one for one in root.iter("a", "area") if one.get("href"))
    found = (_joined(base, one.get("href")) for one in anchors if "nofollow" not in _word_of(one, "rel"))
    return list(dict.fromkeys(one for one in found if one))[:MOST_LINKS]


def _word_of(element: Any, name: str) -> str:
    return (element.get(name) or "").lower()


def _wishes_of(root: Any) -> frozenset[str]:
    named = (one for one in root.iter("meta") if _word_of(one, "name") in {"robots", "cityline"})
    return frozenset(word for one in named for word in re.split(r"[\s,]+", _word_of(one, "content")))


def _joined(base: str, link: str) -> str:
    """The whole address of a link; empty for what is no page, such as a phone number."""
    try:
        whole = ascii_address(urljoin(base, link.strip()))
    except ValueError:
        return ""
    return whole if re.match(r"https?://\S+$", whole) else ""
