"""Building a word index (`knowledge.index.word_index.WordIndex`) from counted words, block by block: a large library's postings never stand in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from knowledge.index.cache import Counted

DATA, INDICES, STARTS = "data.csc.index.npy", "indices.csc.index.npy", "indptr.csc.index.npy"
"""The names that bm25s gives the arrays of an index."""


class WordIndexWriter:
    """Takes counted texts in order, then writes the index of them all into its folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._blocks: list[NDArray[np.int64]] = []
        self._lengths: list[NDArray[np.float32]] = []
        self._holders = np.zeros(1, np.int64)

    def add(self, texts: Sequence[Counted]) -> None:
        """Take the next texts: the different words of each, by number, and how often each stands in it."""
        numbers = np.concatenate([numbers for numbers, _ in texts])
        counts = np.concatenate([counts for _, counts in texts])
        np.save(self._waiting_path(len(self._blocks)), np.stack([numbers, counts]))
        self._blocks.append(np.array([len(numbers) for numbers, _ in texts], np.int64))
        self._lengths.append(np.array([counts.sum() for _, counts in texts], np.float32))
        here = np.bincount(numbers, minlength=len(self._holders))
        here[: len(self._holders)] += self._holders
        self._holders = here

    def finish(self, terms: Mapping[int, str], *, k1: float = 1.2, b: float = 0.75) -> None:
        """Write the index. `terms` are the words by number."""
        used = np.flatnonzero(self._holders)
        columns = np.zeros(len(self._holders), np.int32)
        columns[used] = np.arange(len(used))
        starts = np.concatenate([[0], np.cumsum(self._holders[used])])
        lengths = np.concatenate(self._lengths)
        norms = (k1 * ((1 - b) + b * lengths / lengths.mean())).astype(np.float32)
        rarity = np.log(1 + (len(lengths) - self._holders + 0.5) / (self._holders + 0.5)).astype(np.float32)
        self._write_frame({terms[number]: at for at, number in enumerate(used.tolist())}, starts, k1, b)
        postings, first = _Postings(self._folder, starts), 0
        for block, sizes in enumerate(self._blocks):
            numbers, counts = np.load(self._waiting_path(block))
            often = counts.astype(np.float32)
            norm = np.repeat(norms[first : first + len(sizes)], sizes)
            postings.add(rarity[numbers] * (often / (norm + often)), columns[numbers], sizes)
            first += len(sizes)
            self._waiting_path(block).unlink()
        postings.flush()

    def _write_frame(
        self, vocabulary: dict[str, int], starts: NDArray[np.int64], k1: float, b: float
    ) -> None:
        """Write all but the postings, as bm25s does."""
        import bm25s

        engine = bm25s.BM25(k1=k1, b=b, method="lucene")
        nothing = np.zeros(0, np.float32)
        texts = sum(len(sizes) for sizes in self._blocks)
        engine.scores = {"data": nothing, "indices": nothing, "indptr": starts, "num_docs": texts}
        engine.nonoccurrence_array = None
        engine.vocab_dict = vocabulary
        engine.save(str(self._folder), show_progress=False)

    def _waiting_path(self, block: int) -> Path:
        return self._folder / f"block-{block}.npy"


class _Postings:
    """The postings of all words on disk, word by word: who holds it, in rising order, and the score that each gets for it."""

    def __init__(self, folder: Path, starts: NDArray[np.int64]) -> None:
        shape = (int(starts[-1]),)
        self._data = np.lib.format.open_memmap(folder / DATA, mode="w+", dtype=np.float32, shape=shape)
        self._indices = np.lib.format.open_memmap(folder / INDICES, mode="w+", dtype=np.int32, shape=shape)
        self._free = starts[:-1].copy()
        self._texts = 0

    def add(self, weights: NDArray[np.float32], columns: NDArray[np.int32], sizes: NDArray[np.int64]) -> None:
        """Put the postings of the next texts behind those of the texts before; `sizes` is how many each text has."""
        from scipy.sparse import csr_array

        of_texts = np.concatenate([[0], np.cumsum(sizes)])
        by_term = csr_array((weights, columns, of_texts), shape=(len(sizes), len(self._free))).tocsc()
        here = np.diff(by_term.indptr)
        places = np.repeat(self._free - by_term.indptr[:-1], here) + np.arange(len(weights))
        self._data[places] = by_term.data
        self._indices[places] = by_term.indices + self._texts
        self._free += here
        self._texts += len(sizes)

    def flush(self) -> None:
        """Write to disk what is still in memory."""
        self._data.flush()
        self._indices.flush()
