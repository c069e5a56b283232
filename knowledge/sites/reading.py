"""Asking a site for one thing: its rules, a sitemap, a page or a file. No transaction is open; what comes is taken apart in the child."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

from core.errors import UnreadableDocument
from core.failures import Failure
from knowledge.base.model import Document
from knowledge.base.text import text_digest
from knowledge.base.unreadable import UnreadableCode
from knowledge.imports.batches import MOST_DOCUMENTS, incoming_folder
from knowledge.imports.fetching import NEVER_SEEN, Fetched, Fetcher, Validators
from knowledge.imports.importing import distinct_documents
from knowledge.index.cache import PreparedPassages
from knowledge.readers.left_out import LeftOut
from knowledge.readers.parent import run_child
from knowledge.readers.registry import VERSION, read_upload
from knowledge.readers.scan_limits import MOST_SCANNED
from knowledge.sites.addresses import origin_of, plain_address, worth_asking
from knowledge.sites.robots import MOST_CHARACTERS, SiteRules, parse_robots
from knowledge.sites.tables import SitePageRow, SiteRow

if TYPE_CHECKING:
    from core.ports import Embedder

PAUSE = 1.0
"""Seconds between two requests to a site that asks for no longer pause: what polite crawlers keep, and a thousand pages in 17 minutes."""
MOST_DELAY = 60.0
"""Seconds of a Crawl-delay that are kept to; with more a night would not do for a small site."""
_GONE = frozenset({404, 410})
_PASSING = frozenset({UnreadableCode.SITE_SLOW, UnreadableCode.SITE_UNREACHABLE, UnreadableCode.NO_WEBSITE})


@dataclass(frozen=True, slots=True)
class SiteTerms:
    """How a site is to be asked, apart from any session."""

    hosts: tuple[str, ...]
    leave_out: tuple[str, ...]
    language: str
    robots: Mapping[str, str]

    @classmethod
    def of(cls, row: SiteRow) -> SiteTerms:
        """The terms of a site."""
        return cls(tuple(row.hosts), tuple(row.leave_out), row.language, dict(row.robots))

    def rules_for(self, address: str) -> SiteRules:
        """What the host of an address asks of programs; nothing where it was not asked yet."""
        return parse_robots(self.robots.get(origin_of(address), ""))

    @property
    def pause(self) -> float:
        """Seconds to leave between two requests."""
        asked = max((parse_robots(text).delay for text in self.robots.values()), default=0.0)
        return min(max(PAUSE, asked), MOST_DELAY)


@dataclass(frozen=True, slots=True)
class SeenPage:
    """What is known of a page from before."""

    validators: Validators = NEVER_SEEN
    digest: str = ""
    links: tuple[str, ...] = ()

    @classmethod
    def of(cls, row: SitePageRow | None) -> SeenPage:
        """What a row knows; nothing of a page that is new, or that was read by an older reader."""
        if row is None or not row.digest.startswith(f"{VERSION}-"):
            return cls()
        return cls(Validators(row.etag, row.last_modified), row.digest, tuple(row.links))


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page as it was found. `is_same` is one without a new byte, of which nothing else is known but where it leads.

    `refused` says why it could not be read though it came; the same bytes need not be tried again. `size` is in bytes. `canonical` is the address that the page says is its own, empty where it names none.
    """

    address: str
    validators: Validators
    digest: str
    documents: tuple[Document, ...] = ()
    links: tuple[str, ...] = ()
    canonical: str = ""
    size: int = 0
    is_same: bool = False
    refused: Failure | None = None
    left_out: Failure | None = None

    @property
    def text_digest(self) -> str:
        """Of what a resident could be told of it: two pages with the same one say the same."""
        return text_digest(*(part for one in self.documents for part in (one.title, one.text)))


@dataclass(frozen=True, slots=True)
class FoundMap:
    """What a sitemap names: pages and further sitemaps. `more` says that it names more than are taken."""

    pages: tuple[str, ...] = ()
    maps: tuple[str, ...] = ()
    more: bool = False


@dataclass(frozen=True, slots=True)
class PageReader:
    """What reads the pages of one site. Of files whose pages are pictures it reads `scan_pages`."""

    terms: SiteTerms
    fetcher: Fetcher
    folder: Path
    embedders: Sequence[Embedder]
    on_done: Callable[[int], None] = field(default=lambda _count: None)
    scan_pages: int = MOST_SCANNED

    def ask_robots(self, address: str) -> str:
        """What the host of an address asks of programs, empty where it asks nothing; raises while it cannot be known."""
        try:
            fetched = self.fetcher.fetch(f"{origin_of(address)}/robots.txt")
        except UnreadableDocument as error:
            if error.failure.code in _PASSING or _status(error) >= 500 or _status(error) == 429:
                raise
            return ""
        return fetched.data[:MOST_CHARACTERS].decode("utf-8", "replace").replace("\x00", "")

    def read_map(self, address: str) -> FoundMap:
        """What a sitemap names."""
        fetched = self.fetcher.fetch(address)
        with self._stored(fetched.data, ".xml") as file:
            found = run_child("sitemap", file)
        pages, maps = _strings(found.get("addresses")), _strings(found.get("sitemaps"))
        plain = tuple(one for one in map(plain_address, maps) if one)
        return FoundMap(tuple(worth_asking(pages)), plain, bool(found.get("more")))

    def read_page(self, address: str, seen: SeenPage) -> FoundPage:
        """A page or file, or that it is the same as before; raises `UnreadableDocument`."""
        fetched = self.fetcher.fetch(address, seen.validators)
        landed = plain_address(fetched.url) or address
        digest = f"{VERSION}-{hashlib.sha256(fetched.data).hexdigest()[:32]}" if fetched.data else seen.digest
        page = FoundPage(landed, fetched.validators, digest, links=seen.links, size=len(fetched.data))
        if fetched.is_same:
            return replace(page, is_same=True, validators=_newer(fetched.validators, seen.validators))
        if digest == seen.digest and landed == address:
            return replace(page, is_same=True)
        if not self.terms.rules_for(landed).allow(landed):
            raise UnreadableDocument(UnreadableCode.SITE_RULES)
        try:
            return self._read_new(page, fetched)
        except UnlistedPage:
            raise
        except UnreadableDocument as error:
            return replace(page, refused=error.failure, links=())

    def _read_new(self, page: FoundPage, fetched: Fetched) -> FoundPage:
        suffix = fetched.suffix or ".unknown"
        if suffix == ".html":
            with self._stored(fetched.data, suffix) as file:
                about = run_child("links", file, page.address)
            if about.get("unlisted"):
                raise UnlistedPage(tuple(worth_asking(_strings(about.get("links")))))
            links, canonical = worth_asking(_strings(about.get("links"))), str(about.get("canonical") or "")
            page = replace(page, links=tuple(links), canonical=plain_address(canonical))
        left_out = LeftOut()
        with self._stored(fetched.data, suffix) as file:
            documents = read_upload(Path(file.name), page.address, left_out, self.scan_pages)
        if len(documents) > MOST_DOCUMENTS:
            raise UnreadableDocument(UnreadableCode.MANY_DOCUMENTS, count=MOST_DOCUMENTS)
        language = self.terms.language
        placed = tuple(
            replace(one, url=page.address, language=language or one.language)
            for one in distinct_documents(documents)
        )
        return replace(page, documents=placed, left_out=left_out.as_failure())

    def encode_ahead(self, page: FoundPage) -> None:
        """Compute what publishing it will need, so that nobody waits for the models then."""
        PreparedPassages(self.folder).ahead(page.documents, self.embedders, self.on_done)

    def _stored(self, data: bytes, suffix: str) -> IO[bytes]:
        """The bytes in a file of their own, which is gone when it is closed."""
        file = tempfile.NamedTemporaryFile(dir=incoming_folder(self.folder), suffix=suffix, buffering=0)  # noqa: SIM115  the caller closes it
        file.write(data)
        file.seek(0)
        return file


class UnlistedPage(UnreadableDocument):
    """A page that asks search engines to leave it out; `links` is where it leads all the same."""

    def __init__(self, links: tuple[str, ...]) -> None:
        super().__init__(UnreadableCode.SITE_UNLISTED)
        self.links = links


def is_passing(error: UnreadableDocument) -> bool:
    """Whether the same request may go well a little later."""
    return error.failure.code in _PASSING or _status(error) >= 500 or _status(error) == 429


def is_gone(error: UnreadableDocument) -> bool:
    """Whether the website says that there is no such page any more."""
    return _status(error) in _GONE


def _status(error: UnreadableDocument) -> int:
    status = error.failure.values.get("status") if error.failure.code == UnreadableCode.SITE_ANSWERED else 0
    return int(status or 0)


def _newer(given: Validators, known: Validators) -> Validators:
    """What the website said with "not modified", or else what was known."""
    return Validators(given.etag or known.etag, given.last_modified or known.last_modified)


def _strings(found: object) -> list[str]:
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def sitemap_guess(address: str) -> str:
    """Where a sitemap is looked for when robots.txt names none; the address itself where that is one."""
    is_map = re.search(r"\.xml(\.gz)?$|sitemap[^/]*\.txt$", address, re.IGNORECASE)
    return address if is_map else f"{origin_of(address)}/sitemap.xml"
