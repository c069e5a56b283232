"""Search by meaning: the seam to a vector index, and FAISS behind it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class MeaningIndex(Protocol):
    """Vectors of length one, numbered from 0 in the order they were added."""

    def search(self, vector: NDArray[np.float32], count: int) -> NDArray[np.int64]:
        """The numbers of the `count` vectors nearest to `vector` (shape (dimension,)), nearest first."""
        ...

    def cosines(self, vector: NDArray[np.float32], numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """The cosine of `vector` with each of the numbered ones."""
        ...

    def vectors(self, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """The numbered vectors themselves, shape (count, dimension)."""
        ...

    def save(self, path: Path) -> None:
        """Write the index to a file."""
        ...


class FaissIndex:
    """An exact FAISS index (`IndexFlatIP`); a saved one is mapped from disk, not read."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: NDArray[np.float32]) -> FaissIndex:
        """Index vectors of shape (count, dimension)."""
        import faiss

        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    @classmethod
    def open(cls, path: Path) -> FaissIndex:
        """Open what `save` wrote."""
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

    def save(self, path: Path) -> None:
        """Write the index to a file."""
        import faiss

        faiss.write_index(self._index, str(path))
