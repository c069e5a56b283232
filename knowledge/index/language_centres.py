"""How near a question lies to everything in a language.

Multilingual encoders keep languages apart: a question in Portuguese lies nearer to every Spanish page than to any English one,
whatever they say. The middle of each language's vectors tells how much of a cosine is the language alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SMOOTHED = 20
"""A language's middle counts as if so many more of its vectors lay at the main language's: the middle of a few pages is what they say."""


class LanguageCentres:
    """The middle of the vectors in each of a library's main languages; `centres` has shape (languages, dimension), the commonest first."""

    def __init__(self, languages: Sequence[str], centres: NDArray[np.float32]) -> None:
        self._languages, self._centres = tuple(languages), centres

    @classmethod
    def open(cls, path: Path, languages: Sequence[str]) -> LanguageCentres:
        """Open what `CentreCounter.write` wrote; `ValueError` when it is of other languages."""
        centres = np.load(path)
        if len(centres) != len(languages):
            raise ValueError(f"{path.name} has {len(centres)} centres, not {len(languages)}")
        return cls(languages, centres)

    def excess_nearness(self, vector: NDArray[np.float32], languages: Sequence[str]) -> NDArray[np.float32]:
        """For passages of these languages, how much nearer their language is to a question than the main one, as a cosine; not below 0."""
        if not self._languages:
            return np.zeros(len(languages), np.float32)
        nearness = self._centres @ vector
        beyond = dict(zip(self._languages, np.maximum(nearness - nearness[0], 0).tolist(), strict=True))
        return np.array([beyond.get(language, 0.0) for language in languages], np.float32)


class CentreCounter:
    """Counts vectors by language while they are written. `of_passages` has the language of each vector that will come."""

    def __init__(self, languages: Sequence[str], of_passages: Sequence[str]) -> None:
        self._languages, self._of_passages = tuple(languages), np.array(of_passages, dtype=str)
        self._sums: NDArray[np.float64] = np.zeros((len(self._languages), 0))
        self._counts = np.zeros(len(self._languages))

    def watch(self, blocks: Iterable[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
        """The same blocks of shape (some, dimension), counted; a vector of zeros is none."""
        at = 0
        for block in blocks:
            if not self._sums.shape[1]:
                self._sums = np.zeros((len(self._languages), block.shape[1]))
            of_block = self._of_passages[at : at + len(block)]
            for row, language in enumerate(self._languages):
                own = block[(of_block == language) & block.any(axis=1)]
                self._sums[row] += own.sum(axis=0)
                self._counts[row] += len(own)
            at += len(block)
            yield block

    def write(self, path: Path) -> None:
        """Write the middles; that of a language that the encoder does not read is that of the commonest which it reads."""
        read = np.flatnonzero(self._counts)[:1]
        main = self._sums[read].sum(axis=0) / max(self._counts[read].sum(), 1)
        centres = (self._sums + SMOOTHED * main) / (self._counts[:, None] + SMOOTHED)
        np.save(path, centres.astype(np.float32))
