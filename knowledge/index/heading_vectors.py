"""The vectors of what stands above each passage, its title and headings: two bytes a number, mapped from disk and only looked up."""

from __future__ import annotations

from collections.abc import Iterable
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
        """Open what `write_headings` wrote; `ValueError` when it is not of so many passages."""
        vectors = np.load(path, mmap_mode="r")
        if len(vectors) != passages:
            raise ValueError(f"{path.name} has {len(vectors)} vectors, not {passages}")
        return cls(vectors)

    def vectors(self, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """The numbered vectors, shape (count, dimension)."""
        return np.asarray(self._vectors[numbers], dtype=np.float32)


def write_headings(path: Path, passages: int, blocks: Iterable[NDArray[np.float32]]) -> None:
    """Write the vectors of so many passages, that come in blocks of shape (some, dimension)."""
    written, at = None, 0
    for block in blocks:
        if written is None:
            shape = (passages, block.shape[1])
            written = np.lib.format.open_memmap(path, mode="w+", dtype=np.float16, shape=shape)
        written[at : at + len(block)] = block
        at += len(block)
    if written is None or at != passages:
        raise ValueError(f"{at} vectors came, not {passages}")
    written.flush()
