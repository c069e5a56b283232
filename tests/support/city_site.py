"""A city's website on a loopback port, as tests need it: pages that change and go, a sitemap, rules, and what was asked in what order."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from core.loopback import LoopbackAnswer, LoopbackRequest, serve_answers

XML = "application/xml"


def page(title: str, *words: str, links: tuple[str, ...] = (), head: str = "", language: str = "en") -> str:
    """A web page as a city's has it: a menu, words, links."""
    body = "".join(f"<p>{one}</p>" for one in words)
    list_of_links = "".join(f'<li><a href="{one}">Go to {at}</a></li>' for at, one in enumerate(links))
    return (
        f"<!DOCTYPE html><html lang={language}><head><title>{title}</title>{head}</head><body>"
        f"<nav><ul>{list_of_links}</ul></nav><main><h1>{title}</h1>{body}</main></body></html>"
    )


@dataclass
class CitySite:
    """The website. `pages` are bodies by path, `answers` whole answers that come before them; `asked` are the paths in the order of requests."""

    url: str = ""
    pages: dict[str, str | bytes] = field(default_factory=dict)
    answers: dict[str, LoopbackAnswer] = field(default_factory=dict)
    is_down: bool = False
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    sent_again: list[str] = field(default_factory=list)

    def map_of(self, *paths: str, packed: bool = False) -> bytes:
        """A sitemap of these paths."""
        places = "".join(f"<url><loc>{self.url}{path}</loc></url>" for path in paths)
        text = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</urlset>'
        return gzip.compress(text.encode()) if packed else text.encode()

    def index_of(self, *paths: str) -> bytes:
        """A sitemap of these sitemaps."""
        places = "".join(f"<sitemap><loc>{self.url}{path}</loc></sitemap>" for path in paths)
        return f'<?xml version="1.0"?><sitemapindex>{places}</sitemapindex>'.encode()

    def fetched(self) -> list[str]:
        """The paths that were asked since the last look, but for rules and sitemaps."""
        found = [path for path in self.asked if "sitemap" not in path and path != "/robots.txt"]
        self.asked.clear()
        return found

    def answer(self, request: LoopbackRequest) -> LoopbackAnswer:
        """What the website says to a request."""
        self.asked.append(request.path)
        self.agents.add(request.headers["user-agent"])
        if self.is_down:
            return LoopbackAnswer(503, b"busy")
        if request.path in self.answers:
            return self.answers[request.path]
        body = self.pages.get(request.path)
        if body is None:
            return LoopbackAnswer(404, b"gone")
        data = body.encode() if isinstance(body, str) else body
        etag = f'"{hashlib.sha256(data).hexdigest()[:16]}"'
        if request.headers.get("if-none-match") == etag:
            return LoopbackAnswer(304, b"", {"etag": etag})
        self.sent_again.append(request.path)
        return LoopbackAnswer(200, data, {"content-type": _kind_of(request.path), "etag": etag})


def _kind_of(path: str) -> str:
    ends = {
        "robots.txt": "text/plain",
        ".xml": XML,
        ".xml.gz": "application/gzip",
        ".pdf": "application/pdf",
        ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    }
    return next((kind for end, kind in ends.items() if path.endswith(end)), "text/html; charset=utf-8")


@contextmanager
def open_site(**pages: str | bytes) -> Iterator[CitySite]:
    """A website until the block ends; `pages` are bodies by the names of their paths."""
    site = CitySite(pages={f"/{name}": body for name, body in pages.items()})
    with serve_answers(site.answer) as url:
        site.url = url.replace("127.0.0.1", "localhost")
        yield site
