"""The vectors of what stands above each passage, its title and headings: two bytes a number, mapped from disk and only looked up."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class HeadingVectors:
    """Vectors of length one, numbered as the passages are; zeros where nothing stands above, or the model cannot read it."""

    def __init__(self, vectors: NDArray[np.float16]) -> None:
        self._vectors = vectors

    @classmethod
    def open(cls, path: Path, passages: int) -> HeadingVectors:
        """Open what `knowledge.index.vector_file.write_vectors` wrote; `ValueError` when it is not of so many passages."""
        vectors = np.load(path, mmap_mode="r")
        if len(vectors) != passages:
            raise ValueError(f"{path.name} has {len(vectors)} vectors, not {passages}")
        return cls(vectors)

    def vectors(self, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """The numbered vectors, shape (count, dimension)."""
        return np.asarray(self._vectors[numbers], dtype=np.float32)
