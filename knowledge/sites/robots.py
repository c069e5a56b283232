"""What a website asks of programs that read it: robots.txt as RFC 9309 has it, with Sitemap and Crawl-delay.

Python's own `urllib.robotparser` knows no `*` and `$` in paths and takes the first rule instead of the longest; the sites of cities use both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import quote, unquote, urlsplit

MOST_CHARACTERS = 512 * 1024
"""As much as RFC 9309 wants read; what stands behind it does not count."""
MOST_RULES = 2000
OURS, ANYBODY = "cityline", "*"


@dataclass(frozen=True, slots=True)
class RobotsRule:
    """A path that may or may not be read."""

    path: str
    allows: bool

    def matches(self, path: str) -> bool:
        """Whether it speaks of this path. Where `*` stands for anything, pieces are looked for one after the other, never backwards."""
        pattern, is_whole = self.path.removesuffix("$"), self.path.endswith("$")
        first, *others = pattern.split("*")
        if not path.startswith(first):
            return False
        at = len(first)
        for number, piece in enumerate(others, start=1):
            if is_whole and number == len(others):
                return path.endswith(piece) and len(path) - len(piece) >= at
            at = path.find(piece, at)
            if at < 0:
                return False
            at += len(piece)
        return not is_whole or at == len(path)


@dataclass(frozen=True, slots=True)
class SiteRules:
    """What a website asks: rules of paths, `delay` seconds between two requests, and where its sitemaps are."""

    rules: tuple[RobotsRule, ...] = ()
    delay: float = 0.0
    sitemaps: tuple[str, ...] = ()

    def allow(self, address: str) -> bool:
        """Whether this address may be read: the longest rule counts, and of two one that allows."""
        parts = urlsplit(address)
        path = _same_signs((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        if path == "/robots.txt":
            return True
        found = [rule for rule in self.rules if rule.matches(path)]
        best = max(found, key=lambda rule: (len(rule.path), rule.allows), default=None)
        return best is None or best.allows


@dataclass(slots=True)
class _Group:
    """What a robots.txt says to the agents that it names together."""

    agents: set[str] = field(default_factory=set)
    rules: list[RobotsRule] = field(default_factory=list)
    delay: float = 0.0
    is_open: bool = True


@lru_cache(maxsize=16)
def parse_robots(text: str) -> SiteRules:
    """The rules of a robots.txt for Cityline: those that name it, else those for anybody."""
    groups = [_Group(is_open=False)]
    sitemaps: list[str] = []
    for name, value in _fields(text[:MOST_CHARACTERS]):
        if name == "sitemap":
            sitemaps.append(value)
        elif name == "user-agent":
            if not groups[-1].is_open:
                groups.append(_Group())
            groups[-1].agents.add(value.lower().partition("/")[0].strip())
        else:
            _add_field(groups[-1], name, value)
    ours = [group for group in groups if OURS in group.agents]
    chosen = ours or [group for group in groups if ANYBODY in group.agents]
    rules = tuple(rule for group in chosen for rule in group.rules)[:MOST_RULES]
    delay = max((group.delay for group in chosen), default=0.0)
    return SiteRules(rules, delay, tuple(dict.fromkeys(sitemaps)))


def _fields(text: str) -> Iterator[tuple[str, str]]:
    for line in text.removeprefix("\ufeff").splitlines():
        name, colon, value = line.partition("#")[0].partition(":")
        if colon:
            yield name.strip().lower(), value.strip()


def _add_field(group: _Group, name: str, value: str) -> None:
    if name in {"allow", "disallow"}:
        group.is_open = False
        if value:
            group.rules.append(RobotsRule(_same_signs(value), allows=name == "allow"))
    elif name == "crawl-delay":
        group.is_open = False
        group.delay = float(value) if re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,5})?", value) else 0.0


def _same_signs(path: str) -> str:
    """The path with every sign written in one way, percent or plain."""
    return quote(unquote(path, errors="replace"), safe="/?&=*$:@!'();,+~%")
