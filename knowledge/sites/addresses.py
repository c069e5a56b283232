"""Addresses of a site: written in one way, left out by patterns, told to be files or nothing to read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from knowledge.base.text import ascii_address

MOST_LENGTH = 500
"""Characters of an address that is read; longer ones are those of machines."""
MOST_PATTERNS, MOST_HOSTS = 50, 10
FILES = (".pdf", ".docx", ".xlsx")
# fmt: off
NO_TEXT = (
    ".jpg", ".jpeg", ".png", ".gif", ".svg", ".webp", ".ico", ".bmp", ".tif", ".tiff", ".mp3", ".mp4", ".mov",
    ".avi", ".wav", ".webm", ".css", ".js", ".json", ".zip", ".gz", ".tar", ".7z", ".rar", ".exe", ".dmg",
    ".apk", ".ics", ".rss", ".atom", ".woff", ".woff2", ".ttf", ".eot", ".doc", ".xls", ".ppt", ".pptx", ".dwg",
    ".shp", ".kml", ".kmz", ".xml", ".epub",
)
# fmt: on
"""Ends of names that are never read, so that nothing is asked for them."""
_STRAY = re.compile(r"utm_\w+|fbclid|gclid|mc_[ce]id|_ga|phpsessid|jsessionid|sessionid|sid", re.IGNORECASE)
"""Parts of a query that follow a visitor about and name no other page."""
_USUAL = {"http": ":80", "https": ":443"}


def plain_address(address: str) -> str:
    """An address as every way of writing it comes out: without its fragment, the usual port and what follows visitors about; empty for none."""
    try:
        parts = urlsplit(ascii_address(address))
        host = (parts.hostname or "").rstrip(".").lower()
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    if parts.scheme not in _USUAL or not host or parts.username is not None:
        return ""
    path = re.sub(r";(?:jsessionid|phpsessid)=[^/?]*", "", parts.path, flags=re.IGNORECASE) or "/"
    whole = (
        parts.scheme,
        host + port.removesuffix(_USUAL[parts.scheme]),
        path,
        _plain_query(parts.query),
        "",
    )
    found = urlunsplit(whole)
    return found if len(found) <= MOST_LENGTH else ""


def _plain_query(query: str) -> str:
    asked = parse_qsl(query, keep_blank_values=True)
    kept = [(name, value) for name, value in asked if not _STRAY.fullmatch(name)]
    return query if len(kept) == len(asked) else urlencode(kept)


def origin_of(address: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def host_entry(address: str) -> str:
    """The host of an address as the list of hosts has it, with its port where it is not the usual one."""
    return urlsplit(plain_address(address)).netloc


def likely_hosts(address: str) -> tuple[str, ...]:
    """The host of an address, and the same with or without www: sites send visitors from one to the other."""
    host = host_entry(address)
    twin = host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"
    has_twin = "." in twin and not re.fullmatch(r"(www\.)?[\d.]+(:\d+)?", twin)
    return (host, twin) if has_twin else (host,)


def is_file(address: str) -> bool:
    """Whether an address names a document to read beside the pages."""
    return urlsplit(address).path.lower().endswith(FILES)


def may_have_text(address: str) -> bool:
    """Whether an address may lead to something to read, by its name."""
    return not urlsplit(address).path.lower().endswith(NO_TEXT)


def is_left_out(address: str, patterns: Iterable[str]) -> bool:
    """Whether a pattern stands in the address: `/calendar/` or `?print=` anywhere behind the host, `*` for anything; an end `$` is the end.

    Spaces and accents may be written as they are read or as they travel.
    """
    parts = urlsplit(unquote(address))
    below = f"{parts.path}{'?' if parts.query else ''}{parts.query}"
    return any(_stands_in(unquote(pattern), below) for pattern in patterns)


def _stands_in(pattern: str, below: str) -> bool:
    """Each piece between stars has to stand behind the one before."""
    if pattern.startswith("?"):
        below = below.replace("&", "?")  # "?print=" means a part of the query, wherever it stands
    at_end = pattern.endswith("$")
    pieces = [piece for piece in pattern.removesuffix("$").lower().split("*") if piece]
    at, below = 0, below.lower()
    for number, piece in enumerate(pieces, start=1):
        if at_end and number == len(pieces):
            return below.endswith(piece) and len(below) - len(piece) >= at
        at = below.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return bool(pieces)


def listed_words(text: str, most: int) -> tuple[str, ...]:
    """What somebody typed one a line or with commas, each once."""
    found = (one.strip()[:200] for one in re.split(r"[\n,]", text))
    return tuple(dict.fromkeys(one for one in found if one))[:most]


def is_host(entry: str) -> bool:
    """Whether this is a host as the list of hosts has it."""
    return bool(re.fullmatch(r"(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?", entry))


def worth_asking(addresses: Sequence[str]) -> list[str]:
    """Those of these addresses that may be read at all, written in one way, each once."""
    plain = dict.fromkeys(filter(None, map(plain_address, addresses)))
    return [one for one in plain if may_have_text(one)]
