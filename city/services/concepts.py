"""What residents say about things that cities everywhere look after: a small phrase book beside the city's own words.

A service list says "Sanitation: bulk item"; residents say "please pick up my old sofa". The phrase book (`concepts.toml`)
bridges that, for every city whose services are named after such things.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from city.places.words.folding import fold_name
from city.records.model import Service, all_words

FILE = Path(__file__).parent / "concepts.toml"

BY_KEYWORD = 0.8
"""How much less a concept counts that only a keyword of the service names, not the service's own name."""

_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Concept:
    """A thing that cities look after: `names` are sets of words by which services call it, `said` what residents say."""

    code: str
    names: tuple[frozenset[str], ...]
    said: tuple[str, ...]


@cache
def phrase_book() -> tuple[Concept, ...]:
    """The phrase book."""
    raw = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(
        Concept(code, tuple(singular_words(name) for name in entry["names"]), tuple(entry["said"]))
        for code, entry in raw.items()
    )


def concepts_of(service: Service) -> dict[str, float]:
    """The concepts that a service is about, by code, with how surely."""
    names = [singular_words(name) for name in service.name.values()]
    keywords = [singular_words(word) for word in all_words(service.keywords)]
    found: dict[str, float] = {}
    for concept in phrase_book():
        if any(words <= name for words in concept.names for name in names):
            found[concept.code] = 1.0
        elif any(words == keyword for words in concept.names for keyword in keywords):
            found[concept.code] = BY_KEYWORD
    return found


def singular_words(text: str) -> frozenset[str]:
    """The words of a text, plural endings off. No real stemming here: parking is not about parks."""
    return frozenset(_singular_of(word) for word in _words_in(text))


def _words_in(text: str) -> Iterable[str]:
    return _WORD.findall(fold_name(text))


def _singular_of(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("shes", "ches", "xes", "sses")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word
