"""Which service a text names outright: its whole text is the name or a keyword of one, as people write such words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from city.places.words.folding import narrow_text
from city.records.model import Service, Suggestion, all_words
from city.services.concepts import phrase_book
from core.texts import UNSPACED, plain_words

NAMED, SLIPPED = 1.0, 0.95
"""How sure a service is that was written as the list has it, or with one slip of the finger; shared words share it."""

SHORTEST_SLIPPED, SHORTEST_DENSE = 5, 4
"""Letters of the shortest name in which a slip is forgiven, and of the slip; the second, of the name alone, in scripts that write no vowels, or
words as single signs. Shorter ones become other words.
"""
TELLING = 3
"""Letters of the shortest word that is taken for itself, never for a slip of another ("car" for "cart"), where it is a word."""

FILE = Path(__file__).parent / "name_words.toml"
_WORD = re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}]+")
_DENSE = re.compile(rf"[\u0590-\u06ff{UNSPACED}]")
_ARABIC = re.compile("^(?:[وفبلك]{0,2}ال)?(.{2,}?)(?:ات|ه)?$")
"""An Arabic word without the article, what is written together with it, and the endings of the feminine."""
_SHORTEST_PLURAL = 4


@dataclass(slots=True)
class _Named:
    """The services that are called by a text: by their own names, or by keywords."""

    by_name: set[int] = field(default_factory=set)
    by_keyword: set[int] = field(default_factory=set)
    words: set[str] = field(default_factory=set)

    @property
    def services(self) -> set[int]:
        """A service's own name counts before another's keyword."""
        return self.by_name or self.by_keyword


AT_ONCE = 8
"""Texts whose services are remembered: several ask about the same one while it is answered."""


class ServiceNames:
    """The names and keywords of a service list in every language, ready to be met in any writing. Immutable."""

    def __init__(self, services: Sequence[Service]) -> None:
        self._services = tuple(services)
        self._exact: dict[str, _Named] = {}
        self._plain: dict[str, _Named] = {}
        for index, service in enumerate(services):
            for name in service.name.values():
                for named in self._entries_of(name):
                    named.by_name.add(index)
            for keyword in all_words(service.keywords):
                for named in self._entries_of(keyword):
                    named.by_keyword.add(index)
        self._known = frozenset(word for text in _texts_of(services) for word in _words_in(text))
        self._recent = lru_cache(AT_ONCE)(self._find)

    def match(self, text: str) -> list[Suggestion]:
        """The services that this text names, likeliest first; none where it says more, or less, than a name."""
        return list(self._recent(text))

    def _find(self, text: str) -> list[Suggestion]:
        words = _words_in(text)
        if not words:
            return []
        bare = _without_edges(words)
        exact = self._exact.get("".join(words)) or self._exact.get("".join(bare))
        found = exact or self._plain.get(_plain_key(words))
        if found:
            return self._suggestions(found.services, NAMED)
        return self._slipped(words) or self._slipped(bare)

    def _entries_of(self, text: str) -> Iterator[_Named]:
        """Where a name or keyword stands in the tables."""
        words = _words_in(text)
        for table, key in ((self._exact, "".join(words)), (self._plain, _plain_key(words))):
            if key:
                named = table.setdefault(key, _Named())
                named.words.update(words)
                yield named

    def _slipped(self, words: Sequence[str]) -> list[Suggestion]:
        """The services whose name or keyword is one slip away: a sign too many, too few, another, or two swapped."""
        real = {word for word in words if len(word) >= TELLING and word in self._known}
        written = "".join(words)
        near = process.extract(written, self._exact.keys(), scorer=OSA.distance, score_cutoff=1, limit=None)
        found = [self._exact[key] for key, _, _ in near if _may_be_slip(written, key)]
        meant = {index for named in found if real <= named.words for index in named.services}
        return self._suggestions(meant, SLIPPED)

    def _suggestions(self, indices: Iterable[int], score: float) -> list[Suggestion]:
        found = sorted(indices)
        return [Suggestion(self._services[index], score / len(found)) for index in found]


def _words_in(text: str) -> list[str]:
    """The folded words; in scripts without spaces each sign is one."""
    return _WORD.findall(plain_words(narrow_text(text), also=""))


def _without_edges(words: Sequence[str]) -> Sequence[str]:
    """The words from the first to the last that says something; all of them when none does."""
    telling = [at for at, word in enumerate(words) if word not in _around_names()]
    return words[telling[0] : telling[-1] + 1] if telling else words


def _plain_key(words: Sequence[str]) -> str:
    """The words in one row, in the singular, without articles: what "the street lights" and "streetlight" have in common."""
    inner = [word for word in _without_edges(words) if word not in _articles()]
    return "".join(_singular_of(word) for word in inner or words)


def _singular_of(word: str) -> str:
    if re.match(r"[\u0600-\u06ff]", word):
        bare = _ARABIC.match(word)
        return bare[1] if bare else word
    if len(word) < _SHORTEST_PLURAL or word.endswith("ss"):
        return word
    for ending, singular in _plural_endings():
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return _without_last_e(word.removesuffix(ending) + singular)
    return _without_last_e(word)


def _without_last_e(word: str) -> str:
    """Without a last `e`, which `es` took with it from the plural: "house" and "houses" alike."""
    return word[:-1] if len(word) > _SHORTEST_PLURAL and word.endswith("e") else word


@cache
def _lists_of(key: str) -> tuple[str, ...]:
    """What stands under a key of `name_words.toml`, in all languages."""
    languages = tomllib.loads(FILE.read_text(encoding="utf-8")).values()
    return tuple(entry for language in languages for entry in language.get(key, "").split())


@cache
def _articles() -> frozenset[str]:
    return frozenset(_lists_of("articles"))


@cache
def _around_names() -> frozenset[str]:
    return _articles() | frozenset(_lists_of("around"))


@cache
def _plural_endings() -> tuple[tuple[str, str], ...]:
    """Endings of the plural, the longest first, and what stands there in the singular."""
    pairs = {entry.partition("=")[::2] for entry in _lists_of("plurals")}
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair)))


def _may_be_slip(written: str, name: str) -> bool:
    """Whether both are of one kind of script, and long enough: "helo" is no "hielo"."""
    if _DENSE.search(written) or _DENSE.search(name):
        return bool(_DENSE.search(written) and _DENSE.search(name)) and len(name) >= SHORTEST_DENSE
    return min(len(written), len(name)) >= SHORTEST_SLIPPED


def _texts_of(services: Sequence[Service]) -> Iterator[str]:
    """Texts whose words are words, and no slips of others."""
    for service in services:
        yield from all_words(service.name, service.description, service.keywords)
    for concept in phrase_book():
        yield from concept.said
