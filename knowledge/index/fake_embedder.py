"""A tiny embedder for tests that must not wait for a model: hashed stems, no meaning beyond shared words."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from knowledge.index.word_index import word_tokens

if TYPE_CHECKING:
    from numpy.typing import NDArray


class FakeEmbedder:
    """A `core.ports.Embedder`: texts with the same words have the same vector, texts without shared words are near 0."""

    def __init__(self, dimension: int = 256) -> None:
        self._dimension = dimension

    @property
    def name(self) -> str:
        """Name and version."""
        return f"fake-{self._dimension}"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimension), float32, of length one; deterministic."""
        vectors = np.zeros((len(texts), self._dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for token in word_tokens(text, "en") or [""]:
                vectors[row, zlib.crc32(token.encode()) % self._dimension] += 1.0
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors
