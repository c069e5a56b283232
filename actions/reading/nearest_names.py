"""The things that words come nearest to by their meaning, where they are called by none of their names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from actions.reading.labels import Encode
from city.facts.book import FactBook

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NEAR, LEAD = 0.55, 0.1
"""Cosine of the multilingual encoder from which a thing is meant, and how far it must be ahead of the next."""
BETWEEN = 0.6
"""Cosine from which one of a few that come equally near is meant: it is asked which."""
MOST_BETWEEN = 3
LONGEST = 100
"""Letters above which words tell more than the name of a thing."""
MOST_KEPT = 5000


class NearestNames:
    """Compares words with what things of a book are called (`called` gives codes with phrases). Make it once; vectors are kept."""

    def __init__(
        self, encode: Encode | None, called: Callable[[FactBook], Iterable[tuple[str, Iterable[str]]]]
    ) -> None:
        self._encode = encode
        self._called = called
        self._vectors: dict[str, NDArray[np.float32]] = {}

    def warm(self, book: FactBook) -> None:
        """Make the vectors of all names, so that nobody waits for them."""
        self._learn([phrase for _, phrases in self._called(book) for phrase in phrases])

    def find(self, book: FactBook, words: str) -> tuple[str, ...]:
        """The code that is meant; two or three, where it is one of these; none, where nothing comes near."""
        if not words or len(words) > LONGEST:
            return ()
        scores = self._scores(
            words, [(code, phrase) for code, phrases in self._called(book) for phrase in phrases]
        )
        ranked = sorted(scores.items(), key=lambda pair: -pair[1])
        if not ranked or ranked[0][1] < NEAR:
            return ()
        best = ranked[0][1]
        among = tuple(code for code, score in ranked if best - score < LEAD)
        if len(among) == 1:
            return among
        return among if best >= BETWEEN and len(among) <= MOST_BETWEEN else ()

    def best_of(self, words: str, phrases: Sequence[tuple[str, str]]) -> str | None:
        """Of (code, phrase) the code that is meant, ahead of all others."""
        ranked = sorted(self._scores(words, phrases).items(), key=lambda pair: -pair[1])
        if not ranked or ranked[0][1] < NEAR or (len(ranked) > 1 and ranked[0][1] - ranked[1][1] < LEAD):
            return None
        return ranked[0][0]

    def _scores(self, words: str, phrases: Sequence[tuple[str, str]]) -> dict[str, float]:
        """The highest cosine of each code; nothing while no encoder can be had."""
        said = self._encode([words]) if self._encode else None
        known = None if said is None else self._learn([phrase for _, phrase in phrases])
        if said is None or known is None:
            return {}
        best: dict[str, float] = {}
        for code, phrase in phrases:
            best[code] = max(best.get(code, -1.0), float(known[phrase] @ said[0]))
        return best

    def _learn(self, phrases: Sequence[str]) -> dict[str, NDArray[np.float32]] | None:
        """Vectors of at least these phrases, with those made that are not there yet; None while no encoder can be had.

        Threads share the object, and one may put another's vectors out of it again: what is asked for is in what is returned.
        """
        known = self._vectors
        missing = [phrase for phrase in dict.fromkeys(phrases) if phrase not in known]
        if not missing:
            return known
        vectors = self._encode(missing) if self._encode else None
        if vectors is None:
            return None
        kept = (
            known
            if len(known) < MOST_KEPT
            else {phrase: known[phrase] for phrase in phrases if phrase in known}
        )
        self._vectors = known = kept | dict(zip(missing, vectors, strict=True))
        return known
