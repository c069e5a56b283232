"""Vectors of many texts, computed once and kept on disk."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.ports import Embedder


def vectors_of(embedder: Embedder, texts: Sequence[str], folder: Path | None) -> NDArray[np.float32]:
    """Vectors of shape (len(texts), dimension), from `folder` when these texts were encoded by this embedder before."""
    if folder is None:
        return embedder.encode(texts)
    file = folder / f"{_file_slug(embedder.name)}-{_texts_fingerprint(texts)}.npy"
    kept = _read_vectors(file, len(texts))
    if kept is not None:
        return kept
    vectors = embedder.encode(texts)
    _write_vectors(file, vectors)
    return vectors


def _texts_fingerprint(texts: Sequence[str]) -> str:
    digest = hashlib.sha256()
    for text in texts:
        digest.update(hashlib.sha256(text.encode()).digest())
    return digest.hexdigest()[:24]


def _file_slug(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9.]+", "-", name)


def _read_vectors(file: Path, count: int) -> NDArray[np.float32] | None:
    try:
        vectors: NDArray[np.float32] = np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return vectors if vectors.ndim == 2 and len(vectors) == count else None


def _write_vectors(file: Path, vectors: NDArray[np.float32]) -> None:
    """Written aside and renamed, so that a reader sees all of it or nothing."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, aside = tempfile.mkstemp(dir=file.parent, suffix=".part")
    with os.fdopen(descriptor, "wb") as out:
        np.save(out, vectors)
    Path(aside).replace(file)
