"""Finding names by what people make of them: exact first, then with a few letters wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Generic, TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA

from city.places.addresses import sound_of_name

ItemT = TypeVar("ItemT")

TYPO_COST = 0.6
"""How much of the share of wrong letters is taken off the likeness: `mil` for `mill` keeps 0.85."""

ALIKE = 0.92
"""Likeness of a name that is spelt otherwise but sounds the same."""


def letters_allowed(length: int) -> int:
    """How many letters may be wrong, left out, added or swapped in a name of this length."""
    if length <= 3:
        return 0
    return 1 if length <= 5 else 2 if length <= 9 else 3


class NameIndex(Generic[ItemT]):
    """Items by core: a name joined without spaces, so that `mill brook` finds Millbrook."""

    def __init__(self, named: Iterable[tuple[str, ItemT]]) -> None:
        self._items: dict[str, list[ItemT]] = {}
        for core, item in named:
            self._items.setdefault(core, []).append(item)
        self._sounds: dict[str, list[str]] = {}
        for core in self._items:
            self._sounds.setdefault(sound_of_name(core), []).append(core)
        self._cores = [core for core in self._items if len(core) > 3 and not core.isdecimal()]
        self._near = lru_cache(maxsize=4096)(self._find_near)

    def exact(self, core: str) -> Sequence[ItemT]:
        """Items of exactly this core."""
        return self._items.get(core, ())

    def near(self, core: str) -> Sequence[tuple[str, float]]:
        """Other cores that this may be a misspelling of, with their likeness, likeliest first."""
        return self._near(core)

    def _find_near(self, core: str) -> Sequence[tuple[str, float]]:
        if len(core) < 3 or any(letter.isdecimal() for letter in core):
            return ()
        alike = tuple((name, ALIKE) for name in self._sounds.get(sound_of_name(core), ()) if name != core)
        if alike:
            return alike
        allowed = letters_allowed(len(core) + 1)
        found = process.extract(core, self._cores, scorer=OSA.distance, score_cutoff=allowed, limit=5)
        return tuple(
            (name, 1 - TYPO_COST * wrong / max(len(core), len(name)))
            for name, wrong, _ in found
            if 0 < wrong <= letters_allowed(max(len(core), len(name)))
        )
