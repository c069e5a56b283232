"""Vectors in a file that is mapped into memory, two bytes a number."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def write_vectors(path: Path, size: int, blocks: Iterable[NDArray[np.float32]]) -> NDArray[np.float16]:
    """Write so many vectors, that come in blocks of shape (some, dimension); the file as an array, shape (size, dimension).

    `ValueError` when fewer or more came.
    """
    vectors: np.memmap[Any, np.dtype[np.float16]] | None = None
    at = 0
    for block in blocks:
        if vectors is None:
            shape = (size, block.shape[1])
            vectors = np.lib.format.open_memmap(path, mode="w+", dtype=np.float16, shape=shape)
        vectors[at : at + len(block)] = block
        at += len(block)
    if vectors is None or at != size:
        raise ValueError(f"{at} vectors came, not {size}")
    vectors.flush()
    return vectors
