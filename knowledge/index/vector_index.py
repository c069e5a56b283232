"""Search by meaning: the seam to a vector index, and FAISS behind it.

A library of up to `LARGE` passages has an exact index; a larger one has its vectors in groups, of which the nearest few are
searched (`knowledge.index.ivf_index`).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LARGE = 50_000
"""Passages from which on an exact search takes longer than the whole of a question may."""


class MeaningIndex(Protocol):
    """Vectors of length one, numbered from 0 in the order they were added. A text that a model cannot read has zeros."""

    def search(self, vector: NDArray[np.float32], count: int) -> NDArray[np.int64]:
        """The numbers of the `count` vectors nearest to `vector` (shape (dimension,)), nearest first."""
        ...

    def cosines(self, vector: NDArray[np.float32], numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """The cosine of `vector` with each of the numbered ones."""
        ...

    def vectors(self, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """The numbered vectors themselves, shape (count, dimension)."""
        ...


class FaissIndex:
    """An exact FAISS index (`IndexFlatIP`), mapped from disk, not read."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def open(cls, path: Path) -> FaissIndex:
        """Open what `write_exact` wrote."""
        import faiss

        return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC))

    def search(self, vector: NDArray[np.float32], count: int) -> NDArray[np.int64]:
        """The numbers of the `count` vectors nearest to `vector`, nearest first."""
        _, numbers = self._index.search(vector.reshape(1, -1), min(count, self._index.ntotal))
        found: NDArray[np.int64] = numbers[0]
        return found[found >= 0]

    def cosines(self, vector: NDArray[np.float32], numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """The cosine of `vector` with each of the numbered ones."""
        return self.vectors(numbers) @ vector

    def vectors(self, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """The numbered vectors themselves, shape (count, dimension)."""
        found: NDArray[np.float32] = self._index.reconstruct_batch(numbers)
        return found


def write_exact(path: Path, blocks: Iterable[NDArray[np.float32]]) -> None:
    """Write an exact index of vectors that come in blocks of shape (some, dimension)."""
    import faiss

    index: Any = None
    for block in blocks:
        index = index or faiss.IndexFlatIP(block.shape[1])
        index.add(np.ascontiguousarray(block, dtype=np.float32))
    faiss.write_index(index, str(path))
