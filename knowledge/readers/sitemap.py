"""A sitemap (sitemaps.org) into the addresses that it names. Runs in the child process."""

from __future__ import annotations

import io

from core.errors import UnreadableDocument
from knowledge.base.unreadable import UnreadableCode

MOST_ADDRESSES = 5000


def parse_sitemap(data: bytes) -> dict[str, object]:
    """`addresses` of pages, and `sitemaps` that a sitemap of sitemaps names; XML that declares entities is refused."""
    from defusedxml import ElementTree
    from defusedxml.common import DefusedXmlException

    found: dict[str, list[str]] = {"url": [], "sitemap": []}
    try:
        parts = ElementTree.iterparse(io.BytesIO(data), events=("end",), forbid_dtd=True)
        for _, element in parts:
            name = element.tag.rpartition("}")[2]
            if name in found:
                found[name] += [
                    child.text.strip()
                    for child in element
                    if child.tag.rpartition("}")[2] == "loc" and child.text
                ]
                element.clear()
            if sum(map(len, found.values())) > MOST_ADDRESSES:
                raise UnreadableDocument(UnreadableCode.SITEMAP_MANY, count=MOST_ADDRESSES)
    except DefusedXmlException:
        raise UnreadableDocument(UnreadableCode.SITEMAP_ENTITIES) from None
    except (ElementTree.ParseError, ValueError, LookupError):
        raise UnreadableDocument(UnreadableCode.NO_SITEMAP) from None
    if not any(found.values()):
        raise UnreadableDocument(UnreadableCode.SITEMAP_EMPTY)
    return {"addresses": found["url"], "sitemaps": found["sitemap"]}
