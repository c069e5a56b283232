"""A sitemap (sitemaps.org) into the addresses that it names. Runs in the child process."""

from __future__ import annotations

import io
import re
import zlib

from core.errors import UnreadableDocument
from knowledge.base.unreadable import UnreadableCode

MOST_ADDRESSES = 5000
MOST_UNPACKED = 50 * 2**20
"""What sitemaps.org lets one sitemap have."""


def parse_sitemap(data: bytes) -> dict[str, object]:
    """`addresses` of pages, `sitemaps` that a sitemap of sitemaps names, and whether there are `more` than are taken.

    It may be packed (gzip) or a list of addresses, one a line. XML that declares entities is refused, and what unpacks to more than
    sitemaps.org allows.
    """
    data = _unpacked(data) if data.startswith(b"\x1f\x8b") else data
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return _list_of(data)
    return _read_xml(data)


def _unpacked(data: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        found = unpacker.decompress(data, MOST_UNPACKED)
    except zlib.error:
        raise UnreadableDocument(UnreadableCode.NO_SITEMAP) from None
    if unpacker.unconsumed_tail:
        raise UnreadableDocument(UnreadableCode.SITEMAP_UNPACKS, count=MOST_UNPACKED // 2**20)
    return found


def _list_of(data: bytes) -> dict[str, object]:
    lines = (line.strip() for line in data.decode("utf-8-sig", "replace").splitlines())
    found = [line for line in lines if re.match(r"https?://\S+$", line)]
    if not found:
        raise UnreadableDocument(UnreadableCode.NO_SITEMAP)
    return {"addresses": found[:MOST_ADDRESSES], "sitemaps": [], "more": len(found) > MOST_ADDRESSES}


def _read_xml(data: bytes) -> dict[str, object]:
    from defusedxml import ElementTree
    from defusedxml.common import DefusedXmlException

    found: dict[str, list[str]] = {"url": [], "sitemap": []}
    more = False
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
            if more := sum(map(len, found.values())) > MOST_ADDRESSES:
                break
    except DefusedXmlException:
        raise UnreadableDocument(UnreadableCode.SITEMAP_ENTITIES) from None
    except (ElementTree.ParseError, ValueError, LookupError):
        raise UnreadableDocument(UnreadableCode.NO_SITEMAP) from None
    if not any(found.values()):
        raise UnreadableDocument(UnreadableCode.SITEMAP_EMPTY)
    return {"addresses": found["url"][:MOST_ADDRESSES], "sitemaps": found["sitemap"], "more": more}
