"""Texts into vectors, by encoders that were exported as ONNX (`knowledge.index.encoder_export`) and are loaded at the first text."""

from __future__ import annotations

import contextlib
import ctypes
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.encoder import SentenceEncoder
from core.errors import CitylineError, SettingsError
from knowledge.index.encoder_export import MODELS, ensure_export
from knowledge.index.encoder_models import (
    ALWAYS,
    MINILM,
    MULTILINGUAL,
    PACKAGES,
    languages_of,
    name_model,
    version_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.ports import Embedder

DIMENSIONS = {MINILM: 384, MULTILINGUAL: 512}
QUERY, DOCUMENT = 0, 1
"""Which of an encoder's prompts."""
SECONDS_BETWEEN_ATTEMPTS = 300.0
"""After an encoder could not be exported or opened."""


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


class SentenceEmbedder:
    """An encoder as the library uses it: `minilm`, `use` or `e5` from installed packages, else a sentence-transformers model by name or path.

    `models` is the folder that keeps its export, which is made at the first text if need be. `languages` are those that it
    understands; empty means any. `learned` says that sureness was learned with its cosines as they are, and that it has no prompts.
    """

    def __init__(self, model: str = MINILM, models: Path = MODELS) -> None:
        self.languages = languages_of(model)
        self.learned = model in ALWAYS
        self.encoder = model
        self._models = models
        self._loaded: SentenceEncoder | None = None
        self._failed: tuple[float, CitylineError] | None = None
        self._lock = threading.Lock()
        self.remembered = RememberingEmbedder()
        self._asked = RememberingEmbedder()

    @property
    def name(self) -> str:
        """Name and version: changes exactly when the vectors do."""
        return name_model(self.encoder)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of passages, shape (len(texts), dimension), float32, L2-normalised. One text alone is remembered."""
        return self._remembering(self.remembered, texts, DOCUMENT)

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """The vector of a question that passages are to be found for, shape (1, dimension): with the model's prompt, if it has one."""
        if self.learned:  # which have no prompts, and need not be loaded to say so
            return self.encode([text])
        with self._lock:
            prompts = self._ready().prompts
        if not any(prompts):
            return self.encode([text])
        return self._remembering(self._asked, [text], QUERY)

    def _remembering(
        self, memory: RememberingEmbedder, texts: Sequence[str], kind: int
    ) -> NDArray[np.float32]:
        if len(texts) != 1:
            return self._encode(texts, kind)
        if (known := memory.get(texts[0])) is not None:
            return known
        vector = self._encode(texts, kind)
        memory.put(texts[0], vector)
        return vector

    def _encode(self, texts: Sequence[str], kind: int) -> NDArray[np.float32]:
        # One at a time: the peaks of memory would add up.
        with self._lock:
            encoder = self._ready()
            return encoder.encode(texts, encoder.prompts[kind])

    def _ready(self) -> SentenceEncoder:
        if self._loaded is None:
            self._loaded = self._load()
        return self._loaded

    def _load(self) -> SentenceEncoder:
        """The encoder; a failure is remembered for a while, so that residents do not queue behind one attempt after the other."""
        if self._failed and time.monotonic() < self._failed[0]:
            raise self._failed[1]
        try:
            return open_encoder(ensure_export(self.encoder, self._models))
        except CitylineError as error:
            self._failed = time.monotonic() + SECONDS_BETWEEN_ATTEMPTS, error
            raise


def open_encoder(folder: Path) -> SentenceEncoder:
    """The export in a folder; raises `SettingsError` where its files are damaged."""
    try:
        return SentenceEncoder(folder)
    except Exception as error:
        raise SettingsError(
            f"The exported encoder in {folder} cannot be read ({type(error).__name__}); delete that folder, and it is exported anew."
        ) from error


def query_vector(embedder: Embedder, text: str) -> NDArray[np.float32]:
    """The vector of a question, shape (dimension,); models that do not tell questions from passages encode it like any text."""
    if isinstance(embedder, SentenceEmbedder):
        vectors = embedder.encode_query(text)
    else:
        vectors = embedder.encode([text])
    vector: NDArray[np.float32] = vectors[0]
    return vector


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
    """The cosine that a model gives to texts that have nothing in common, 0 for those whose cosines sureness was learned with as they are.

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
        if isinstance(embedder, SentenceEmbedder):
            vector = vectors.get(embedder.encoder)
            if vector is not None and vector.shape == (DIMENSIONS.get(embedder.encoder),):
                embedder.remembered.put(text, vector)


def make_embedders(setting: str, models: Path = MODELS) -> list[Embedder]:
    """The embedders that `setting` names, joined by `+`: `minilm`, `use`, `e5`, or a sentence-transformers name or path.

    Raises `SettingsError` when it names none, or one whose package is not installed.
    """
    names = [part.strip() for part in setting.split("+") if part.strip()]
    if not names:
        raise SettingsError(
            "The embedding model is empty; set CITYLINE_EMBEDDING_MODEL, for example to `minilm+use`."
        )
    for name in PACKAGES.keys() & set(names):
        version_of(name)  # says at the start what would else be said at the first question
    return [SentenceEmbedder(name, models) for name in names]


def hearing_of(embedders: Sequence[Embedder], models: Path | None) -> list[Embedder]:
    """The embedders that residents' texts are judged with beside the library: those of `ALWAYS`, whose cosines the thresholds were chosen for.

    The library's own as far as it has them, and where it has another in their place both of them, with their exports in `models`;
    without such a folder the library's, whatever they are.
    """
    known = {getattr(each, "encoder", ""): each for each in embedders}
    if models is None or known.keys() <= set(ALWAYS):
        return list(embedders)
    return [known.get(name) or SentenceEmbedder(name, models) for name in ALWAYS]


def multilingual_of(hearing: Sequence[Embedder], models: Path | None) -> Embedder | None:
    """The multilingual one among them; else one of its own, with its export in `models`, or none without such a folder."""
    own = (each for each in hearing if getattr(each, "encoder", "") == MULTILINGUAL)
    return next(own, None) or (SentenceEmbedder(MULTILINGUAL, models) if models else None)


def encode_if_possible(embedder: Embedder, texts: Sequence[str]) -> NDArray[np.float32] | None:
    """Vectors of texts as `Embedder.encode` makes them; None while it cannot."""
    try:
        return embedder.encode(texts)
    except CitylineError:
        return None
